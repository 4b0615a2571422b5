"""Candidates for a ticket, and the form that gives or changes its technician and time."""

from datetime import date, datetime, timedelta
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dispatch.access import assignment_or_404, move_or_404, require_outlet
from dispatch.forms import AssignmentForm, ChangeForm
from dispatch.models import Assignment, AssignmentMove, Technician
from dispatch.rules import Span
from dispatch.selectors.candidates import MOST, Shortlist, excluded_of, gaps_of, shortlist_of
from dispatch.selectors.days import day_of, read_day, zone_of
from dispatch.selectors.jobs import planned_minutes
from dispatch.selectors.proposals import verdict_of
from dispatch.selectors.repeats import proposal_of, repeat_of
from dispatch.services import (
    accept_assignment,
    assign_technician,
    reassign_technician,
    refuse_assignment,
    undo_move,
)
from dispatch.services.assign import active_lead
from dispatch.services.booking import may_allow
from dispatch.telling import verdict_told
from dispatch.views.common import PLANNERS, SeeOther, back_to, is_fragment, no_store, queue_url, wants_json
from dispatch.wording import span_words
from servicedesk import clock
from servicedesk.access import read_id, roles_allowed, staff_of, ticket_or_404
from servicedesk.errors import INVALID, ActionError, invalid
from servicedesk.people.models import User
from servicedesk.sla.selectors import chips
from servicedesk.tickets.models import Handover, Ticket
from servicedesk.tickets.transitions import fits
from servicedesk.undo import Undo, say_done

# Fields of the form behind the fields an action names.
FIELDS = {"span_start": "start", "span_end": "minutes"}


@require_GET
@roles_allowed(*PLANNERS)
def candidate_list(request: HttpRequest, number: str) -> HttpResponse:
    """Who could go, best first; `?day=` looks at another day."""
    user, now = staff_of(request), clock.now()
    ticket = _planned_ticket(user, number)
    shortlist = shortlist_of(ticket, now, read_day(request.GET.get("day", "")))
    repeat, lead = repeat_of(ticket, now), active_lead(ticket)
    context = {
        "repeat": repeat,
        "proposal": proposal_of(ticket, repeat),
        "may_send": fits("send_to_outlet", user, ticket.state),
        "now": now,
        "ticket": ticket,
        "lead": lead,
        "chosen": _chosen(shortlist, lead),
        "accepted": ticket.handovers.filter(state=Handover.State.ACCEPTED).exists(),
        "may_allow": may_allow(user),
        "shortlist": shortlist,
        "chips": [chip for chip in chips([ticket], now)[ticket.pk] if chip.is_open],
        "here": request.get_full_path(),
        "next": back_to(request, queue_url("assign")),
    }
    template = "dispatch/_candidates.html" if is_fragment(request) else "dispatch/candidate_list.html"
    return no_store(render(request, template, context))


def _chosen(shortlist: Shortlist, lead: Assignment | None) -> int | None:
    """The key of whom Enter takes: the best one, where somebody has the ticket the best other one; None for nobody."""
    keys = [row.technician.pk for row in shortlist.best]
    holder = lead.technician_id if lead is not None else None
    return next((key for key in keys if key != holder), None)


@require_GET
@roles_allowed(*PLANNERS)
def candidate_reasons(request: HttpRequest, number: str) -> HttpResponse:
    """Those who cannot go on a day for one reason, one by one, each with what would have to change."""
    user, now = staff_of(request), clock.now()
    ticket = _planned_ticket(user, number)
    day = read_day(request.GET.get("day", "")) or day_of(now, zone_of(ticket.outlet))
    context = {
        "ticket": ticket,
        "day": day,
        "rows": excluded_of(ticket, now, day, request.GET.get("code", "")),
        "most": MOST,
        "next": back_to(request, queue_url("assign")),
    }
    template = "dispatch/_candidate_reasons.html" if is_fragment(request) else "dispatch/candidate_reasons.html"
    return no_store(render(request, template, context))


@require_http_methods(["GET", "POST"])
@roles_allowed(*PLANNERS)
def assignment_create(request: HttpRequest, number: str) -> HttpResponse:
    """Assigns a technician: the form, and what it sends."""
    return _form_page(request, number, AssignmentForm)


@require_http_methods(["GET", "POST"])
@roles_allowed(*PLANNERS)
def assignment_change(request: HttpRequest, number: str) -> HttpResponse:
    """Gives an assigned ticket to another technician or moves its time: the form, and what it sends."""
    return _form_page(request, number, ChangeForm)


@require_GET
@roles_allowed(*PLANNERS)
def assignment_check(request: HttpRequest, number: str) -> HttpResponse:
    """The rules a technician and time would break, as figures for the board; changes nothing."""
    user, now = staff_of(request), clock.now()
    ticket = _planned_ticket(user, number)
    form = AssignmentForm(request.GET, ticket=ticket)
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise invalid(field, "invalid", str(errors[0]))
    start, end = form.span
    span, technician = Span(start, end), form.cleaned_data["technician"]
    verdict = verdict_of(ticket, technician, span, now)
    return no_store(JsonResponse(verdict_told(verdict, technician, span, may_allow=may_allow(user))))


@require_POST
@roles_allowed(*PLANNERS)
def assignment_accept(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Writes down that the technician accepted on the phone."""
    user = staff_of(request)
    assignment = assignment_or_404(user, assignment_id)
    accept_assignment(assignment.pk, actor=user, now=clock.now())
    messages.success(request, _("Acceptance written down."))
    return SeeOther(back_to(request, queue_url("today")))


@require_POST
@roles_allowed(*PLANNERS)
def assignment_refuse(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Writes down that the technician refused on the phone, with the reason."""
    user = staff_of(request)
    assignment = assignment_or_404(user, assignment_id)
    refuse_assignment(assignment.pk, request.POST.get("reason", ""), actor=user, now=clock.now())
    messages.success(request, _("Refusal written down; the ticket is to be assigned again."))
    return SeeOther(back_to(request, queue_url("assign")))


@require_POST
@roles_allowed(*PLANNERS)
def move_undo(request: HttpRequest, move_id: int) -> HttpResponse:
    """Takes the last step of a ticket back."""
    user = staff_of(request)
    step = move_or_404(user, move_id)
    line = undo_move(step.pk, actor=user, now=clock.now())
    words = _("Taken back: %(number)s is as it was before.") % {"number": step.ticket.number}
    if wants_json(request):
        again = line.target
        body = {"message": words, "assignment": again and again.pk, "version": again and again.row_version}
        return no_store(JsonResponse({**body, "move": line.pk, "undo": None}))
    messages.success(request, words)
    return SeeOther(back_to(request, queue_url("assign")))


def _planned_ticket(user: User, number: str) -> Ticket:
    ticket = ticket_or_404(user, number)
    require_outlet(user, ticket.outlet_id)
    return ticket


def _form_page(request: HttpRequest, number: str, form_class: type[AssignmentForm]) -> HttpResponse:
    user, now = staff_of(request), clock.now()
    ticket = _planned_ticket(user, number)
    if request.method == "GET":
        form = form_class(initial=_initial(request, ticket, now), ticket=ticket)
        return _show(request, ticket, form, now)
    form = form_class(request.POST, ticket=ticket)
    refusal: ActionError | None = None
    if form.is_valid():
        try:
            assignment = _send(form, ticket, user, now)
            return _done(request, assignment)
        except ActionError as error:
            if wants_json(request):
                raise
            refusal = error
    elif wants_json(request):
        field, errors = next(iter(form.errors.items()))
        raise invalid(field, "invalid", str(errors[0]))
    return _show(request, ticket, form, now, refusal)


def _send(form: AssignmentForm, ticket: Ticket, actor: User, now: datetime) -> Assignment:
    start, end = form.span
    technician, why = form.cleaned_data["technician"], form.cleaned_data["override_reason"]
    if isinstance(form, ChangeForm):
        return reassign_technician(ticket.pk, technician, start, end, form.why, actor=actor, now=now)
    return assign_technician(ticket.pk, technician, start, end, actor=actor, now=now, override_reason=why)


def _done(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    words = _("%(number)s goes to %(name)s, %(span)s.") % {
        "number": assignment.ticket.number,
        "name": assignment.technician.user.name,
        "span": span_words(assignment.span.lower.isoformat(), assignment.span.upper.isoformat()),
    }
    step = AssignmentMove.objects.get(target=assignment)
    undo = Undo(reverse("move_undo", args=[step.pk]), {"next": back_to(request, queue_url("assign"))})
    if wants_json(request):
        body = {"message": words, "assignment": assignment.pk, "version": assignment.row_version}
        return no_store(JsonResponse({**body, "move": step.pk, "undo": undo.url}))
    say_done(request, words, undo)
    return SeeOther(back_to(request, queue_url("assign")))


def _show(
    request: HttpRequest, ticket: Ticket, form: AssignmentForm, now: datetime, refusal: ActionError | None = None
) -> HttpResponse:
    status = 200
    if form.is_bound:
        status = refusal.status if refusal else INVALID
    field = FIELDS.get(refusal.field, refusal.field) if refusal else ""
    change = refusal.detail.get("change") if refusal else None
    if refusal and field in form.fields:
        form.add_error(field, str(refusal.message))
        refusal = None
    technician, day = _looked_at(form)
    context = {
        "now": now,
        "ticket": ticket,
        "form": form,
        "refusal": refusal,
        "change": change,
        "lead": active_lead(ticket),
        "is_change": isinstance(form, ChangeForm),
        "technician": technician,
        "gaps": gaps_of(ticket, technician, day, now) if technician and day else (),
        "day": day,
        "next": back_to(request, queue_url("assign")),
        "repeat": repeat_of(ticket, now),
    }
    return no_store(render(request, "dispatch/assignment_form.html", context, status=status))


def _looked_at(form: AssignmentForm) -> tuple[Technician | None, date | None]:
    """Whose day to show beside the form."""
    field: Any = form.fields["technician"]
    technician = field.queryset.filter(pk=read_id(str(form["technician"].value() or ""))).first()
    day = form["day"].value()
    return technician, day if isinstance(day, date) else read_day(str(day or ""))


def _initial(request: HttpRequest, ticket: Ticket, now: datetime) -> dict[str, Any]:
    """What the address gives, else the present assignment, else the next quarter hour; a booked length stays."""
    zone = zone_of(ticket.outlet)
    lead = active_lead(ticket)
    start = lead.span.lower.astimezone(zone) if lead else _next_quarter(now, zone)
    if lead:
        minutes: Any = 15 * ceil((lead.span.upper - lead.span.lower).total_seconds() / 900)
    else:
        minutes = request.GET.get("minutes") or 15 * ceil(planned_minutes(ticket) / 15)
    return {
        "technician": request.GET.get("technician", lead.technician_id if lead else ""),
        "day": read_day(request.GET.get("day", "")) or start.date(),
        "start": request.GET.get("start") or start.time(),
        "minutes": minutes,
        "version": lead.row_version if lead else None,
    }


def _next_quarter(now: datetime, zone: ZoneInfo) -> datetime:
    local = now.astimezone(zone).replace(second=0, microsecond=0)
    return local + timedelta(minutes=-local.minute % 15)
