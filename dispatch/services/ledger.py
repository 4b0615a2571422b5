"""The ledger of assignments: who moved whom, why, for whom the appointment moved, and how long it had been held."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext_lazy as _

from dispatch.models import Assignment, AssignmentMove
from servicedesk.errors import invalid
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket

Mover = AssignmentMove.Mover


@dataclass(frozen=True)
class Why:
    """Why an assignment changes: the reason, one line for the rules it overrides, and for whom it moves.

    `version` is the row version the actor saw; None where he saw none. `promise_before` is what the customer was
    promised, where the caller has changed it already.
    """

    reason: str
    override: str = ""
    moved_by: str = Mover.OFFICE
    version: int | None = None
    promise_before: DateTimeTZRange | None = None


@dataclass(frozen=True)
class Step:
    """One step of the ledger before it is written: from whom to whom."""

    source: Assignment | None
    target: Assignment | None
    reason: str = ""
    moved_by: str = Mover.KEPT
    promise_before: DateTimeTZRange | None = None
    undoes: AssignmentMove | None = None


def promise_of(ticket: Ticket) -> DateTimeTZRange | None:
    """What the customer is promised now."""
    if ticket.promised_from is None or ticket.promised_until is None:
        return None
    return DateTimeTZRange(ticket.promised_from, ticket.promised_until)


def note_move(ticket: Ticket, step: Step, *, actor: User | None, now: datetime) -> AssignmentMove:
    """The new line of the ledger, written with the change it tells of; an unchanged promise was moved by nobody."""
    after = promise_of(ticket)
    changed = step.promise_before is not None and step.promise_before != after
    held = (now - step.source.offered_at) if step.source else timedelta()
    return AssignmentMove.objects.create(
        ticket=ticket,
        source=step.source,
        target=step.target,
        by=actor,
        at=now,
        reason=step.reason,
        moved_by=step.moved_by if changed else Mover.KEPT,
        minutes_held=max(0, int(held.total_seconds() // 60)),
        promise_before=step.promise_before,
        promise_after=after,
        undoes=step.undoes,
    )


def require_mover(mover: str) -> None:
    """Refuses (422 mover_unknown) a word that names nobody."""
    if mover not in {Mover.CUSTOMER, Mover.TECHNICIAN, Mover.OFFICE}:
        raise invalid("moved_by", "mover_unknown", _("Say who moved the appointment: the customer, we, or him."))
