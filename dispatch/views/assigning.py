"""Candidates for a ticket, and the form that gives or changes its technician and time."""

from datetime import date, datetime, timedelta
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dispatch.access import assignment_or_404, require_outlet
from dispatch.forms import AssignmentForm, ChangeForm
from dispatch.models import Assignment, Technician
from dispatch.rules import Span
from dispatch.selectors.candidates import check_of, crew_of, gaps_of, shortlist_of
from dispatch.selectors.days import day_of, read_day, zone_of
from dispatch.selectors.jobs import planned_minutes
from dispatch.selectors.repeats import proposal_of, repeat_of
from dispatch.services import accept_assignment, assign_technician, reassign_technician, refuse_assignment
from dispatch.services.assign import active_lead
from dispatch.services.booking import told
from dispatch.views.common import PLANNERS, SeeOther, back_to, is_fragment, no_store, queue_url, wants_json
from dispatch.wording import span_words
from servicedesk import clock
from servicedesk.access import read_id, roles_allowed, staff_of, ticket_or_404
from servicedesk.errors import INVALID, ActionError, invalid
from servicedesk.people.models import User
from servicedesk.sla.selectors import chips
from servicedesk.tickets.models import Handover, Ticket
from servicedesk.tickets.transitions import fits

# Fields of the form behind the fields an action names.
FIELDS = {"span_start": "start", "span_end": "minutes"}
DAYS_SHOWN = 4


@require_GET
@roles_allowed(*PLANNERS)
def candidate_list(request: HttpRequest, number: str) -> HttpResponse:
    """Who could go, best first; `?day=` looks at another day."""
    user, now = staff_of(request), clock.now()
    ticket = _planned_ticket(user, number)
    shortlist = shortlist_of(ticket, now, read_day(request.GET.get("day", "")))
    today = day_of(now, shortlist.job.zone)
    repeat = repeat_of(ticket, now)
    context = {
        "repeat": repeat,
        "proposal": proposal_of(ticket, repeat),
        "may_send": fits("send_to_outlet", user, ticket.state),
        "now": now,
        "ticket": ticket,
        "lead": active_lead(ticket),
        "accepted": ticket.handovers.filter(state=Handover.State.ACCEPTED).exists(),
        "shortlist": shortlist,
        "chips": [chip for chip in chips([ticket], now)[ticket.pk] if chip.is_open],
        "days": sorted({today + timedelta(days=more) for more in range(DAYS_SHOWN)} | {shortlist.day}),
        "next": back_to(request, queue_url("assign")),
    }
    template = "dispatch/_candidates.html" if is_fragment(request) else "dispatch/candidate_list.html"
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
    form = AssignmentForm(request.GET, crew=crew_of(ticket), zone=zone_of(ticket.outlet))
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise invalid(field, "invalid", str(errors[0]))
    start, end = form.span
    findings = check_of(ticket, form.cleaned_data["technician"], Span(start, end), now)
    body = {
        "allowed": not any(finding.hard for finding in findings),
        "span": span_words(start.isoformat(), end.isoformat()),
        "technician": form.cleaned_data["technician"].user.name,
        "findings": told(findings),
    }
    return no_store(JsonResponse(body))


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


def _planned_ticket(user: User, number: str) -> Ticket:
    ticket = ticket_or_404(user, number)
    require_outlet(user, ticket.outlet_id)
    return ticket


def _form_page(request: HttpRequest, number: str, form_class: type[AssignmentForm]) -> HttpResponse:
    user, now = staff_of(request), clock.now()
    ticket = _planned_ticket(user, number)
    zone = zone_of(ticket.outlet)
    crew = crew_of(ticket)
    if request.method == "GET":
        form = form_class(initial=_initial(request, ticket, now), crew=crew, zone=zone)
        return _show(request, ticket, form, now)
    form = form_class(request.POST, crew=crew, zone=zone)
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
        reason = form.cleaned_data["reason"]
        return reassign_technician(
            ticket.pk, technician, start, end, reason, actor=actor, now=now, override_reason=why
        )
    return assign_technician(ticket.pk, technician, start, end, actor=actor, now=now, override_reason=why)


def _done(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    words = _("%(number)s goes to %(name)s, %(span)s.") % {
        "number": assignment.ticket.number,
        "name": assignment.technician.user.name,
        "span": span_words(assignment.span.lower.isoformat(), assignment.span.upper.isoformat()),
    }
    if wants_json(request):
        return no_store(JsonResponse({"message": words, "assignment": assignment.pk}))
    messages.success(request, words)
    return SeeOther(back_to(request, queue_url("assign")))


def _show(
    request: HttpRequest, ticket: Ticket, form: AssignmentForm, now: datetime, refusal: ActionError | None = None
) -> HttpResponse:
    status = 200
    if form.is_bound:
        status = refusal.status if refusal else INVALID
    field = FIELDS.get(refusal.field, refusal.field) if refusal else ""
    if refusal and field in form.fields:
        form.add_error(field, str(refusal.message))
        refusal = None
    technician, day = _looked_at(form)
    context = {
        "now": now,
        "ticket": ticket,
        "form": form,
        "refusal": refusal,
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
    """What the address gives, else the present assignment, else the next quarter hour."""
    zone = zone_of(ticket.outlet)
    lead = active_lead(ticket)
    start = lead.span.lower.astimezone(zone) if lead else _next_quarter(now, zone)
    minutes = (lead.span.upper - lead.span.lower).total_seconds() // 60 if lead else planned_minutes(ticket)
    return {
        "technician": request.GET.get("technician", lead.technician_id if lead else ""),
        "day": read_day(request.GET.get("day", "")) or start.date(),
        "start": request.GET.get("start") or start.time(),
        "minutes": request.GET.get("minutes") or 15 * ceil(minutes / 15),
    }


def _next_quarter(now: datetime, zone: ZoneInfo) -> datetime:
    local = now.astimezone(zone).replace(second=0, microsecond=0)
    return local + timedelta(minutes=-local.minute % 15)
