"""Pages of the repair log and of the waits of an appliance: a new line, and one line with what may be done to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from servicedesk import clock
from servicedesk.access import roles_allowed, staff_of, ticket_or_404
from servicedesk.catalogue.models import Appliance
from servicedesk.errors import INVALID, ActionError, invalid
from servicedesk.people.models import Role, User
from servicedesk.pictures import MAX_MB
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.transitions import fits, may
from warranty.access import READERS, RECORDERS, appliance_or_404, repair_or_404, wait_or_404
from warranty.facts_builder import local_day
from warranty.log_forms import EndForm, ProofForm, RepairForm, ReturnForm, StrikeForm, WaitForm
from warranty.models import ProofPhoto, RepairRecord
from warranty.proofs import add_proof
from warranty.repair_log import close_repair, record_elsewhere, strike_repair
from warranty.rights import job_of
from warranty.waits import end_wait, open_wait, strike_wait

WAIT_WRITERS = (*RECORDERS, Role.DISPATCHER)


@dataclass(frozen=True)
class Act:
    """A form on the page of a line, what saves it, and what is said then."""

    form: forms.Form
    save: Callable[[], object]


@require_http_methods(["GET", "POST"])
@roles_allowed(*RECORDERS)
def repair_new(request: HttpRequest, appliance_id: int) -> HttpResponse:
    """A repair done elsewhere; its proof is added on the page that follows, or at once."""
    user, now = staff_of(request), clock.now()
    appliance = appliance_or_404(user, appliance_id)
    form = RepairForm(request.POST or None, request.FILES or None, appliance=appliance, initial={"token": uuid4()})
    context = {"form": form, "appliance": appliance, "max_mb": MAX_MB}

    def save() -> RepairRecord:
        sheet = form.sheet()
        return record_elsewhere(appliance.pk, form.repair(), sheet, actor=user, now=now)

    refusal = _refusal(request, Act(form, save))
    if refusal is None:
        proven = request.FILES.get("photo") is not None
        said = _("The repair is on record.") if proven else _("The repair is on record, but counts only with a proof.")
        messages.success(request, said)
        return redirect("warranty_appliance", appliance.pk)
    return render(request, "warranty/repair_form.html", context, status=refusal)


@require_http_methods(["GET", "POST"])
@roles_allowed(*READERS)
def repair_line(request: HttpRequest, repair_id: int) -> HttpResponse:
    """A line of the log: its proofs, its return, the strike through it."""
    user, now = staff_of(request), clock.now()
    repair = repair_or_404(user, repair_id)
    elsewhere = repair.source == RepairRecord.Source.ELSEWHERE
    close = ReturnForm(_given(request, "close"), initial={"returned_on": local_day(now)})
    strike, prove = StrikeForm(_given(request, "strike")), ProofForm(_given(request, "prove"), request.FILES or None)
    acts = {
        "close": Act(close, lambda: close_repair(repair.pk, close.cleaned_data["returned_on"], actor=user, now=now)),
        "strike": Act(strike, lambda: strike_repair(repair.pk, strike.cleaned_data["reason"], actor=user, now=now)),
        "prove": Act(prove, lambda: _prove(prove, repair, user, now)),
    }
    context = {
        "repair": repair,
        "appliance": repair.appliance,
        "proofs": list(repair.proofs.all()),
        "elsewhere": elsewhere,
        "close": close if elsewhere and fits("close_repair", user, repair.state) else None,
        "strike": strike if elsewhere and fits("strike_repair", user, repair.state) else None,
        "prove": prove if elsewhere and repair.state != "struck" and may("add_proof", user) else None,
        "token": uuid4(),
        "max_mb": MAX_MB,
    }
    return _line(request, "warranty/repair_line.html", context, acts)


def _prove(form: ProofForm, repair: RepairRecord, user: User, now: datetime) -> ProofPhoto:
    given = form.cleaned_data
    kind = ProofPhoto.Kind.REPAIR_SHEET
    return add_proof(
        repair.appliance_id, given["photo"], kind=kind, token=given["token"], repair=repair, actor=user, now=now
    )


@require_http_methods(["GET", "POST"])
@roles_allowed(*WAIT_WRITERS)
def wait_new(request: HttpRequest, appliance_id: int) -> HttpResponse:
    """A wait of the appliance's repair, on its ticket where one is in hand."""
    user, now = staff_of(request), clock.now()
    appliance = appliance_or_404(user, appliance_id)
    ticket = _job(request, appliance, user)
    form = WaitForm(request.POST or None, initial={"since": local_day(now)})
    refusal = _refusal(
        request, Act(form, lambda: open_wait(appliance.pk, form.wait(), ticket=ticket, actor=user, now=now))
    )
    if refusal is None:
        messages.success(request, _("The wait is on record."))
        return redirect("warranty_appliance", appliance.pk)
    context = {"form": form, "appliance": appliance, "ticket": ticket}
    return render(request, "warranty/wait_form.html", context, status=refusal)


def _job(request: HttpRequest, appliance: Appliance, user: User) -> Ticket | None:
    """The ticket the wait belongs to: the one asked for, else the repair in hand that the user may see."""
    number = request.GET.get("ticket", "")
    if number:
        return ticket_or_404(user, number)
    job = job_of(appliance)
    return job if job is not None and Ticket.objects.visible_to(user).filter(pk=job.pk).exists() else None


@require_http_methods(["GET", "POST"])
@roles_allowed(*READERS)
def wait_line(request: HttpRequest, wait_id: int) -> HttpResponse:
    """A wait: its end, and the strike through it."""
    user, now = staff_of(request), clock.now()
    wait = wait_or_404(user, wait_id)
    end = EndForm(_given(request, "end"), initial={"ended_on": local_day(now)})
    strike = StrikeForm(_given(request, "strike"))
    acts = {
        "end": Act(end, lambda: end_wait(wait.pk, end.cleaned_data["ended_on"], actor=user, now=now)),
        "strike": Act(strike, lambda: strike_wait(wait.pk, strike.cleaned_data["reason"], actor=user, now=now)),
    }
    context = {
        "wait": wait,
        "appliance": wait.unit,
        "end": end if fits("end_wait", user, wait.state) else None,
        "strike": strike if fits("strike_wait", user, wait.state) else None,
    }
    return _line(request, "warranty/wait_line.html", context, acts)


def _given(request: HttpRequest, act: str) -> Any:
    return request.POST if request.POST.get("act") == act else None


def _line(request: HttpRequest, template: str, context: dict[str, Any], acts: Mapping[str, Act]) -> HttpResponse:
    """The page of a line, or the page again after what was done to it."""
    act = acts.get(request.POST.get("act", ""))
    if request.method != "POST":
        return render(request, template, context)
    if act is None:
        raise invalid("act", "act_unknown", _("Choose what is to be done with this line."))
    refusal = _refusal(request, act)
    if refusal is None:
        messages.success(request, _("Saved."))
        return redirect(reverse("warranty_appliance", args=[context["appliance"].pk]))
    return render(request, template, context | {"form": act.form}, status=refusal)


def _refusal(request: HttpRequest, act: Act) -> int | None:
    """None once it is saved; else the status of the page that shows the form with what was typed and what is wrong."""
    if request.method != "POST":
        return 200
    if not act.form.is_valid():
        return INVALID
    try:
        act.save()
    except ActionError as refusal:
        # Role and scope are no business of the form.
        if refusal.status in {403, 404}:
            raise
        act.form.add_error(refusal.field if refusal.field in act.form.fields else None, str(refusal.message))
        return refusal.status
    return None
