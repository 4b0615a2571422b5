"""Giving a technician to a ticket for a time span, and giving the ticket to another one."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dispatch.access import require_outlet
from dispatch.models import ACTIVE, Assignment, AssignmentState, Technician
from dispatch.rules import Job, Span
from dispatch.selectors.jobs import job_of
from dispatch.selectors.repeats import repeat_of
from dispatch.services.booking import (
    already_assigned,
    book,
    check_rules,
    check_span,
    explained,
    lock_technicians,
    stale_assignment,
    story_data,
)
from dispatch.services.ending import let_go
from dispatch.services.ledger import Step, Why, note_move, promise_of, require_mover
from dispatch.services.parts import give_part
from dispatch.turns import book_on
from servicedesk.errors import ActionError, invalid
from servicedesk.people.models import User
from servicedesk.sla.models import ClockKind
from servicedesk.sla.services import stop_clock
from servicedesk.tickets.locking import lock_ticket, move, save
from servicedesk.tickets.models import Handover, Ticket, TicketState
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
    with explained(), transaction.atomic():
        ticket = _ticket_of(ticket_id, "assign_technician", actor)
        version = _next_version(ticket)
        span = check_span(span_start, span_end, now)
        # Whatever does not depend on the technician is read before others have to wait for him.
        job, came_back = job_of(ticket, now), repeat_of(ticket, now).times
        book_on(technician, span)
        technician = lock_technicians(technician.pk)[technician.pk]
        passed = check_rules(technician, job, span, override_reason.strip(), actor=actor, now=now)
        assignment = book(ticket, technician, span, passed, version=version, actor=actor, now=now)
        give_part(ticket, assignment, now)
        stop_clock(ticket, ClockKind.DISPATCH, at=now, actor=actor)
        old_state, promised = ticket.state, promise_of(ticket)
        move(ticket, TicketState.SCHEDULED, *_promise(ticket, job, span))
        note = override_reason.strip() if passed.overrides else ""
        note_move(ticket, Step(None, assignment, note, promise_before=promised), actor=actor, now=now)
        data = {**story_data(assignment), "came_back": came_back}
        tell(ticket, "assign_technician", actor=actor, now=now, from_state=old_state, note=note, data=data)
    return assignment


def reassign_technician(
    ticket_id: int,
    technician: Technician,
    span_start: datetime,
    span_end: datetime,
    why: Why,
    *,
    actor: User | None,
    now: datetime,
) -> Assignment:
    """The new offered assignment, to another technician or time; the old one is kept as released, with its reason.

    Refuses like `assign_technician`, with 422 without a reason and for an unknown mover, with 409 not_assigned where
    nobody is assigned, stale_assignment where the assignment is no longer the one `why.version` saw, and
    nothing_changed where technician and time are the same. A rule is overridden by `why.override`, else by nothing:
    the reason for the change does not stand for it.
    """
    reason, override = why.reason.strip(), why.override.strip()
    if not reason:
        raise invalid("reason", "reason_missing", _("Give a reason for the change."))
    require_mover(why.moved_by)
    with explained(), transaction.atomic():
        ticket = _ticket_of(ticket_id, "reassign_technician", actor)
        old = _seen(ticket, why.version)
        span = check_span(span_start, span_end, now)
        job, came_back = job_of(ticket, now), repeat_of(ticket, now).times
        book_on(technician, span)
        technician = lock_technicians(technician.pk, old.technician_id)[technician.pk]
        if (old.technician_id, old.span.lower, old.span.upper) == (technician.pk, span.start, span.end):
            raise ActionError("nothing_changed", _("The ticket is already with this technician at this time."))
        passed = check_rules(technician, job, span, override, actor=actor, now=now)
        let_go(ticket, old, AssignmentState.RELEASED, reason, actor=actor, now=now)
        assignment = book(ticket, technician, span, passed, version=old.row_version + 1, actor=actor, now=now)
        give_part(ticket, assignment, now)
        promised = why.promise_before or promise_of(ticket)
        save(ticket, *_promise(ticket, job, span))
        note_move(ticket, Step(old, assignment, reason, why.moved_by, promised), actor=actor, now=now)
        note = f"{reason} · {override}" if passed.overrides else reason
        data = {**story_data(assignment), "released": old.pk, "came_back": came_back}
        tell(ticket, "reassign_technician", actor=actor, now=now, note=note, data=data)
    return assignment


def _next_version(ticket: Ticket) -> int:
    """The version of the ticket's next assignment, where nobody is assigned now."""
    known = list(ticket.assignments.values_list("state", "part", "row_version"))
    if any(state in ACTIVE and part == Assignment.Part.LEAD for state, part, _version in known):
        raise already_assigned()
    return max((version for _state, _part, version in known), default=0) + 1


def _seen(ticket: Ticket, version: int | None) -> Assignment:
    """The active assignment, where it still is the one the actor saw."""
    old = active_lead(ticket)
    if old is None:
        raise ActionError("not_assigned", _("No technician is assigned; assign one."))
    if version is not None and version != old.row_version:
        raise stale_assignment(old)
    return old


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


def _promise(ticket: Ticket, job: Job, span: Span) -> tuple[str, ...]:
    """The fields changed so that the customer is promised the span; a promise the start still keeps stays as told."""
    promised = job.promised
    if promised is not None and promised.start <= span.start <= promised.end:
        return ()
    ticket.promised_from, ticket.promised_until = span.start, span.end
    return ("promised_from", "promised_until")
