"""How an assignment ends: done, or released. Called downward by the visit, and when a ticket is cancelled."""

from datetime import datetime, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext_lazy as _

from dispatch.models import ACTIVE, Assignment, AssignmentState
from dispatch.services.ledger import Step, Why, note_move, promise_of
from dispatch.services.parts import end_part
from dispatch.signals import assignment_released
from servicedesk.errors import ActionError
from servicedesk.notify.services import notify
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket, TicketFacts

# A job that ended before its planned start still took some time.
SHORTEST = timedelta(minutes=1)


def assignment_done(assignment: Assignment, now: datetime) -> Assignment:
    """The assignment, done; where the work ended early the technician's time behind it is free again.

    Called inside the caller's transaction, with the ticket locked. Refuses with 409 wrong_state unless it is accepted.
    """
    if assignment.state != AssignmentState.ACCEPTED:
        raise _wrong_state(assignment)
    start, end = assignment.span.lower, assignment.span.upper
    assignment.span = DateTimeTZRange(start, min(end, max(now, start + SHORTEST)))
    assignment.state, assignment.ended_at = AssignmentState.DONE, now
    assignment.row_version += 1
    assignment.save(update_fields=["span", "state", "ended_at", "row_version"])
    end_part(assignment, now)
    return assignment


def release_assignment(
    assignment: Assignment,
    reason: str,
    *,
    actor: User | None,
    now: datetime,
    moved: Why | None = None,
) -> Assignment:
    """The assignment, released with `reason`; the technician's time is free again. `moved` says for whom the
    appointment moved and what was promised before, where that is why.

    Called inside the caller's transaction, with the ticket locked; the caller moves the ticket and tells the story.
    Refuses with 409 wrong_state unless it is offered or accepted.
    """
    if not assignment.is_active:
        raise _wrong_state(assignment)
    let_go(assignment.ticket, assignment, AssignmentState.RELEASED, reason, actor=actor, now=now)
    note_end(assignment, moved or Why(reason), actor=actor, now=now)
    return assignment


def release_of_ticket(ticket: Ticket, reason: str, *, actor: User | None, now: datetime) -> list[Assignment]:
    """The assignments of a cancelled ticket that were released; empty where nobody was assigned."""
    active = list(ticket.assignments.filter(state__in=ACTIVE).select_related("technician__user").order_by("pk"))
    for assignment in active:
        let_go(ticket, assignment, AssignmentState.RELEASED, reason, actor=actor, now=now)
        note_end(assignment, Why(reason), actor=actor, now=now)
    return active


def note_end(assignment: Assignment, why: Why, *, actor: User | None, now: datetime) -> None:
    """The line of the ledger for an assignment that ends without a successor."""
    before = why.promise_before or promise_of(assignment.ticket)
    step = Step(assignment, None, why.reason[:300], why.moved_by, before)
    note_move(assignment.ticket, step, actor=actor, now=now)


def let_go(
    ticket: Ticket, assignment: Assignment, state: str, reason: str, *, actor: User | None, now: datetime
) -> None:
    """Ends an active assignment without its work being done: party, facts, notice and signal."""
    assignment.state, assignment.ended_at, assignment.reason = state, now, reason[:300]
    assignment.row_version += 1
    assignment.save(update_fields=["state", "ended_at", "reason", "row_version"])
    end_part(assignment, now)
    user = assignment.technician.user
    TicketFacts.objects.filter(ticket=ticket, technician=user).update(technician=None)
    if actor is None or actor.pk != user.pk:
        values: dict[str, Any] = {"assignment": assignment.pk, "start": assignment.span.lower.isoformat()}
        notify(f"assignment:{assignment.pk}:released", [user], "assignment_released", ticket=ticket, values=values)
    assignment_released.send(Assignment, ticket=ticket, assignment=assignment, actor=actor, now=now)


def _wrong_state(assignment: Assignment) -> ActionError:
    detail = {"state": assignment.state}
    return ActionError("wrong_state", _("This assignment has already ended."), detail=detail)
