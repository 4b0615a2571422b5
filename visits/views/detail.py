"""One visit: who, where, what, and the one next step; stepping in for the technician; the panel on the ticket."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dispatch.selectors.repeats import repeat_of
from servicedesk import clock
from servicedesk.access import roles_allowed, staff_of, ticket_or_404
from servicedesk.errors import ActionError
from servicedesk.people.models import Role
from servicedesk.sla.selectors import chips
from servicedesk.tickets.models import TicketEvent
from servicedesk.tickets.services import record_contact
from visits.access import VISIT_READERS, visits_for
from visits.days import history_of
from visits.entries.access import REVIEWERS
from visits.entries.selectors import late_work_waits, told_steps
from visits.followups.access import READERS
from visits.followups.selectors import follow_ups_of
from visits.forms import ContactForm, ReasonForm
from visits.models import Visit, VisitEvent
from visits.promises import told_of
from visits.selectors import charges_of, payable_fen, standing_of
from visits.services import arrive, depart, start_work
from visits.sheets.selectors import sheets_of
from visits.views.common import Opened, already, behalf_key, done, opened, refused, repeated

# step in the address → step in the history, action, what is said afterwards
STEPS: dict[str, tuple[str, Callable[..., Visit], str]] = {
    "depart": ("depart", depart, gettext_noop("Departure recorded. Drive safely.")),
    "arrive": ("arrive", arrive, gettext_noop("Arrival recorded.")),
    "start": ("start_work", start_work, gettext_noop("Start recorded.")),
}
# A skew above this is shown (handbook/visit-norms.md, proof and timing).
SKEW_SHOWN = timedelta(minutes=2)
# A second tap on "called" within this time is the same call.
SAME_CALL = timedelta(seconds=20)


@require_GET
@roles_allowed(*VISIT_READERS)
def visit_detail(request: HttpRequest, visit_id: int) -> HttpResponse:
    """The visit and its next step."""
    page = opened(request, visit_id)
    return render(request, "visits/visit_detail.html", _detail(page))


def _detail(page: Opened, **more: Any) -> dict[str, Any]:
    visit = page.visit
    told = told_of([visit.ticket])
    context = page.context(
        chips=chips([visit.ticket], page.now)[visit.ticket_id],
        history=history_of(visit.ticket),
        promises=told.promises.get(visit.ticket_id, []),
        contact_form=ContactForm(),
        called=told.last_call(visit.ticket_id, visit.technician.user_id),
        **_odd_steps(visit),
        repeat=repeat_of(visit.ticket, visit.assignment.offered_at),
        **more,
    )
    if visit.arrived_at is not None:
        context |= {
            "standing": standing_of(visit, page.now),
            "payable": payable_fen(visit=visit),
            "photo_count": visit.photos.count(),
        }
    return context


def _odd_steps(visit: Visit) -> dict[str, Any]:
    """The steps whose device time differs from the server's by more than two minutes, and those with marks."""
    steps = list(VisitEvent.objects.filter(visit=visit))
    return {"skewed": [step for step in steps if _skew(step) > SKEW_SHOWN], "told_steps": told_steps(steps)}


def _skew(event: VisitEvent) -> timedelta:
    """What the device's clock was off by: as its phone was found to be, else by the step itself."""
    if "skew_s" in event.data:
        return timedelta(seconds=abs(event.data["skew_s"]))
    return abs(event.device_at - event.at) if event.device_at else timedelta()


@require_POST
@roles_allowed(Role.TECHNICIAN, Role.SUPERVISOR)
def visit_step(request: HttpRequest, visit_id: int, step: str) -> HttpResponse:
    """Depart, arrive, start."""
    if step not in STEPS:
        raise Http404
    page = opened(request, visit_id)
    name, action, said = STEPS[step]
    url = reverse("visit_detail", args=[visit_id])
    try:
        action(visit_id, **page.hand())
    except ActionError as refusal:
        if repeated(refusal, page.visit, name):
            return already(request, url)
        return refused(request, "visits/visit_detail.html", _detail(page), refusal)
    return done(request, url, _(said))


@require_POST
@roles_allowed(Role.TECHNICIAN, Role.SUPERVISOR)
def visit_contact(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Called the customer: reached or not."""
    page = opened(request, visit_id)
    form = ContactForm(request.POST)
    url = reverse("visit_detail", args=[visit_id])
    if not form.is_valid():
        return refused(request, "visits/visit_detail.html", {**_detail(page), "contact_form": form, "form": form})
    reached, note = form.cleaned_data["reached"] == "yes", form.cleaned_data["note"].strip()
    if _same_call(page, reached=reached, note=note):
        return already(request, url)
    record_contact(page.visit.ticket_id, reached=reached, actor=page.user, now=page.now, note=note)
    return done(request, url, _("Call recorded."))


def _same_call(page: Opened, *, reached: bool, note: str) -> bool:
    recent = TicketEvent.objects.filter(
        ticket=page.visit.ticket_id, action="record_contact", actor=page.user, at__gt=page.now - SAME_CALL
    )
    return recent.filter(note=note, data__reached=reached).exists()


@require_http_methods(["GET", "POST"])
@roles_allowed(Role.SUPERVISOR)
def visit_on_behalf(request: HttpRequest, visit_id: int) -> HttpResponse:
    """A supervisor says why he acts for the technician; the reason goes with every step he then takes."""
    page = opened(request, visit_id)
    url = reverse("visit_detail", args=[visit_id])
    if request.POST.get("end"):
        request.session.pop(behalf_key(visit_id), None)
        return done(request, url, _("You no longer act on behalf of the technician."))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        request.session[behalf_key(visit_id)] = form.cleaned_data["reason"].strip()
        return done(request, url, _("You now act on behalf of the technician; every step says so."))
    context = page.context(form=form)
    if request.method == "POST":
        return refused(request, "visits/visit_on_behalf.html", context)
    return render(request, "visits/visit_on_behalf.html", context)


@require_GET
def visit_panel(request: HttpRequest, number: str) -> HttpResponse:
    """Fragment beside the ticket: its visits, the newest with checklist, charges, photos and signature."""
    user = staff_of(request)
    ticket = ticket_or_404(user, number)
    now = clock.now()
    found = visits_for(user).filter(ticket=ticket).select_related("technician__user", "signature", "inspection")
    visits = list(found.order_by("-pk"))
    context: dict[str, Any] = {"ticket": ticket, "visits": visits, "now": now}
    if visits:
        context |= _newest(visits[0], now)
        context["follow_ups"] = follow_ups_of(visit.pk for visit in visits)
        context["may_follow_up"] = user.role in READERS
        context["may_open"] = user.role in VISIT_READERS
        context["may_review"] = user.role in REVIEWERS
        context["may_step_in"] = user.role == Role.SUPERVISOR and visits[0].is_living
    return render(request, "visits/_visit_panel.html", context)


def _newest(visit: Visit, now: Any) -> dict[str, Any]:
    charges = list(charges_of(visit))
    return {
        "visit": visit,
        "standing": standing_of(visit, now) if visit.arrived_at else None,
        "charges": charges,
        "payable": sum(charge.fen for charge in charges),
        "photos": list(visit.photos.all()),
        "signature": getattr(visit, "signature", None),
        "sheets": list(sheets_of(visit)),
        "inspection": getattr(visit, "inspection", None),
        **_odd_steps(visit),
        "late_work": late_work_waits(visit),
    }
