"""Taking the last step of an assignment back, as far as nobody has acted on it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dispatch.access import require_outlet
from dispatch.models import Assignment, AssignmentMove, AssignmentState
from dispatch.rules import Span
from dispatch.selectors.jobs import job_of
from dispatch.services.booking import Passed, book, check_rules, explained, lock_technicians, story_data
from dispatch.services.ending import let_go
from dispatch.services.ledger import Mover, Step, note_move, promise_of
from dispatch.services.parts import give_part
from dispatch.signals import assignment_accepted
from dispatch.turns import book_on
from servicedesk.errors import OUT_OF_SCOPE, ActionError
from servicedesk.people.models import User
from servicedesk.sla.models import ClockKind, SlaClock
from servicedesk.sla.services import start_clocks
from servicedesk.tickets.locking import lock_ticket, move, save
from servicedesk.tickets.models import Ticket, TicketEvent
from servicedesk.tickets.story import tell
from servicedesk.tickets.transitions import require

# After this a step is history: people have been told, and roads were driven.
UNDO_FOR = timedelta(minutes=10)


def undo_move(move_id: int, *, actor: User | None, now: datetime) -> AssignmentMove:
    """The line of the ledger that takes the last step of a ticket back.

    A first assignment is released and the ticket open again, its clock with the deadline it had; a move puts the
    technician before back, accepted where he had accepted. Refuses with 404 an unknown one; with 409
    undo_not_last where something happened since, undo_too_late after ten minutes or an answer, and like
    `reassign_technician` where the former time is no longer free.
    """
    with explained(), transaction.atomic():
        ticket_id = AssignmentMove.objects.filter(pk=move_id).values_list("ticket_id", flat=True).first()
        ticket = lock_ticket(ticket_id or 0, actor)
        require("undo_move", actor, ticket.state)
        require_outlet(actor, ticket.outlet_id)
        step = _last_step(ticket, move_id, now)
        target: Assignment = step.target  # type: ignore[assignment]
        before = promise_of(ticket)
        let_go(ticket, target, AssignmentState.RELEASED, str(_("Taken back")), actor=actor, now=now)
        ticket.promised_from = step.promise_before.lower if step.promise_before else None
        ticket.promised_until = step.promise_before.upper if step.promise_before else None
        version = target.row_version + 1
        again = _put_back(ticket, step.source, version, actor=actor, now=now) if step.source else None
        old_state = ticket.state
        if again is None:
            _reopen(ticket, target, actor=actor, now=now)
        else:
            save(ticket, "promised_from", "promised_until")
        line = note_move(ticket, Step(target, again, "", Mover.OFFICE, before, undoes=step), actor=actor, now=now)
        tell(ticket, "undo_move", actor=actor, now=now, from_state=old_state, data=story_data(again or target))
        if again is not None and again.state == AssignmentState.ACCEPTED:
            assignment_accepted.send(Assignment, ticket=ticket, assignment=again, actor=actor, now=now)
    return line


def _last_step(ticket: Ticket, move_id: int, now: datetime) -> AssignmentMove:
    """The step, as far as it may still be taken back."""
    last = ticket.assignment_moves.select_related("source__technician__outlet", "target__technician__user").last()
    if last is None:
        raise ActionError("move_not_found", _("There is no such step."), status=OUT_OF_SCOPE)
    if last.pk != move_id or last.undoes_id is not None or last.target is None:
        raise ActionError("undo_not_last", _("Something has happened since; this step cannot be taken back."))
    untouched = last.target.state == AssignmentState.OFFERED and last.target.answered_at is None
    if now - last.at > UNDO_FOR or not untouched:
        raise ActionError("undo_too_late", _("This step is too old or has been answered; move the ticket instead."))
    last.target.ticket = ticket
    return last


def _put_back(ticket: Ticket, source: Assignment, version: int, *, actor: User | None, now: datetime) -> Assignment:
    """The former technician at the former time: the hard rules are asked again, what was allowed then stays so."""
    span = Span(source.span.lower, source.span.upper)
    job = job_of(ticket, now)
    book_on(source.technician, span)
    technician = lock_technicians(source.technician_id)[source.technician_id]
    why = source.overrides[0]["why"] if source.overrides else str(_("Taken back"))
    asks = None if source.overrides else actor
    passed = check_rules(technician, job, span, why, actor=asks, now=now)
    kept = Passed(source.overrides, passed.score)
    again = book(ticket, technician, span, kept, version=version, actor=actor, now=now)
    if source.answered_at is not None:
        again.state, again.answered_at = AssignmentState.ACCEPTED, source.answered_at
        again.save(update_fields=["state", "answered_at"])
    give_part(ticket, again, now)
    return again


def _reopen(ticket: Ticket, target: Assignment, *, actor: User | None, now: datetime) -> None:
    """The ticket in the state it was assigned from, and the clock “technician assigned” as if it had not stopped."""
    told = TicketEvent.objects.filter(ticket=ticket, action="assign_technician").order_by("-id")
    state = told.values_list("from_state", flat=True).first() or "open"
    move(ticket, state, "promised_from", "promised_until")
    stopped = SlaClock.objects.filter(ticket=ticket, kind=ClockKind.DISPATCH).order_by("-cycle").first()
    if stopped is not None and stopped.stopped_at == target.offered_at:
        start_clocks(ticket, [ClockKind.DISPATCH], at=stopped.started_at, actor=actor)
