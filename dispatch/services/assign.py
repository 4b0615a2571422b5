"""Giving a technician to a ticket for a time span, and giving the ticket to another one."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dispatch.access import require_outlet
from dispatch.models import ACTIVE, Assignment, AssignmentState, Technician
from dispatch.rules import Job, Span
from dispatch.selectors.jobs import job_of
from dispatch.selectors.repeats import repeat_of
from dispatch.services.booking import already_assigned, book, check_rules, check_span, lock_technicians, story_data
from dispatch.services.ending import let_go
from servicedesk.errors import ActionError, invalid
from servicedesk.notify.services import notify
from servicedesk.people.models import User
from servicedesk.sla.models import ClockKind
from servicedesk.sla.services import stop_clock
from servicedesk.tickets.locking import lock_ticket, move, save
from servicedesk.tickets.models import Handover, Ticket, TicketFacts, TicketParty, TicketState
from servicedesk.tickets.story import tell
from servicedesk.tickets.transitions import require, require_role


def assign_technician(
    ticket_id: int,
    technician: Technician,
    span_start: datetime,
    span_end: datetime,
    *,
    actor: User | None,
    now: datetime,
    override_reason: str = "",
) -> Assignment:
    """The offered assignment; the ticket is scheduled, the clock “technician assigned” stops, the technician is told.

    A window that was promised stays; else the span is what the customer is promised. Refuses with 409
    handover_not_accepted, already_assigned, double_booked or the code of another hard rule (docs/dispatch.md), with
    the free gaps of the day; with 422 a bad span, or override_reason_missing where a soft rule is broken.
    """
    with transaction.atomic():
        ticket = _ticket_of(ticket_id, "assign_technician", actor)
        if active_lead(ticket) is not None:
            raise already_assigned()
        technician = lock_technicians(technician.pk)[technician.pk]
        job = job_of(ticket, now)
        span = check_span(span_start, span_end, now)
        overrides = check_rules(technician, job, span, override_reason.strip())
        assignment = book(ticket, technician, span, overrides, actor=actor, now=now)
        _give_part(ticket, assignment, now)
        stop_clock(ticket, ClockKind.DISPATCH, at=now, actor=actor)
        before = ticket.state
        move(ticket, TicketState.SCHEDULED, *_promise(ticket, job, span))
        note = override_reason.strip() if overrides else ""
        data = {**story_data(assignment), "came_back": repeat_of(ticket, now).times}
        tell(ticket, "assign_technician", actor=actor, now=now, from_state=before, note=note, data=data)
    return assignment


def reassign_technician(
    ticket_id: int,
    technician: Technician,
    span_start: datetime,
    span_end: datetime,
    reason: str,
    *,
    actor: User | None,
    now: datetime,
    override_reason: str = "",
) -> Assignment:
    """The new offered assignment, to another technician or time; the old one is kept as released, with `reason`.

    Refuses like `assign_technician`, with 422 without a reason, with 409 not_assigned where nobody is assigned and
    nothing_changed where technician and time are the same. A soft rule is overridden by `override_reason`, else by
    nothing: the reason for the change does not stand for it.
    """
    reason = reason.strip()
    if not reason:
        raise invalid("reason", "reason_missing", _("Give a reason for the change."))
    with transaction.atomic():
        ticket = _ticket_of(ticket_id, "reassign_technician", actor)
        old = active_lead(ticket)
        if old is None:
            raise ActionError("not_assigned", _("No technician is assigned; assign one."))
        technician = lock_technicians(technician.pk, old.technician_id)[technician.pk]
        job = job_of(ticket, now)
        span = check_span(span_start, span_end, now)
        if (old.technician_id, old.span.lower, old.span.upper) == (technician.pk, span.start, span.end):
            raise ActionError("nothing_changed", _("The ticket is already with this technician at this time."))
        overrides = check_rules(technician, job, span, override_reason.strip())
        let_go(ticket, old, AssignmentState.RELEASED, reason, actor=actor, now=now)
        assignment = book(ticket, technician, span, overrides, actor=actor, now=now)
        _give_part(ticket, assignment, now)
        save(ticket, *_promise(ticket, job, span))
        note = f"{reason} · {override_reason.strip()}" if overrides else reason
        came_back = repeat_of(ticket, now).times
        data = {**story_data(assignment), "released": old.pk, "came_back": came_back}
        tell(ticket, "reassign_technician", actor=actor, now=now, note=note, data=data)
    return assignment


def active_lead(ticket: Ticket) -> Assignment | None:
    """The assignment that is offered or accepted now, if there is one."""
    lead: Assignment | None = ticket.assignments.filter(state__in=ACTIVE, part=Assignment.Part.LEAD).first()
    return lead


def _ticket_of(ticket_id: int, action: str, actor: User | None) -> Ticket:
    ticket = lock_ticket(ticket_id, actor)
    require_role(action, actor)
    require_outlet(actor, ticket.outlet_id)
    require(action, actor, ticket.state)
    accepted = ticket.handovers.filter(state=Handover.State.ACCEPTED, outlet=ticket.outlet_id)
    if not accepted.exists():
        raise ActionError("handover_not_accepted", _("The outlet has not accepted this ticket yet."))
    return ticket


def _give_part(ticket: Ticket, assignment: Assignment, now: datetime) -> None:
    user = assignment.technician.user
    TicketParty.objects.create(ticket=ticket, user=user, part=TicketParty.Part.TECHNICIAN, since=now)
    TicketFacts.objects.filter(ticket=ticket).update(technician=user)
    values = {"assignment": assignment.pk, "start": assignment.span.lower.isoformat()}
    notify(f"assignment:{assignment.pk}:offered", [user], "assignment_offered", ticket=ticket, values=values)


def _promise(ticket: Ticket, job: Job, span: Span) -> tuple[str, ...]:
    """The fields changed so that the customer is promised the span; a promise the start still keeps stays as told."""
    promised = job.promised
    if promised is not None and promised.start <= span.start <= promised.end:
        return ()
    ticket.promised_from, ticket.promised_until = span.start, span.end
    return ("promised_from", "promised_until")
