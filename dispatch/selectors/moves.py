"""Reading the ledger of assignments: every step, who moved the appointment, and how often a ticket went to and fro."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from dispatch.models import AssignmentMove
from servicedesk.tickets.models import Ticket


@dataclass(frozen=True)
class Moves:
    """The ledger of a ticket, oldest first."""

    lines: tuple[AssignmentMove, ...]

    @property
    def changed(self) -> tuple[AssignmentMove, ...]:
        """The steps in which a job was moved or given back."""
        return tuple(one for one in self.lines if one.source_id is not None)

    @property
    def appointments_moved(self) -> int:
        """How often what the customer was promised changed."""
        return sum(one.moved_by != AssignmentMove.Mover.KEPT for one in self.lines)

    @property
    def to_and_fro(self) -> int:
        """How often the ticket came back to a technician who had had it before (ping-pong)."""
        hands = [one.target.technician_id for one in self.lines if one.target is not None and one.undoes_id is None]
        apart = [hand for place, hand in enumerate(hands) if place == 0 or hands[place - 1] != hand]
        return sum(times - 1 for times in Counter(apart).values())

    @property
    def held(self) -> timedelta:
        """How long the technicians who no longer go had held it together."""
        return timedelta(minutes=sum(one.minutes_held for one in self.changed))


def moves_of(ticket: Ticket) -> Moves:
    """The ledger of `ticket`; one query."""
    lines = ticket.assignment_moves.select_related("source__technician__user", "target__technician__user", "by")
    return Moves(tuple(lines.order_by("pk")))
