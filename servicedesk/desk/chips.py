"""Tickets together with the clock that breaks next, for lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from servicedesk.sla.selectors import Chip, chips, next_to_break, standing_still
from servicedesk.tickets.models import Ticket


@dataclass(frozen=True)
class Row:
    """A ticket of a list and the open clock that is due first, else one that stands still, if there is one."""

    ticket: Ticket
    chip: Chip | None
    workers: tuple[str, ...] = ()


def with_chips(tickets: Sequence[Ticket], now: datetime) -> list[Row]:
    """The tickets with their clocks, in one query."""
    if not tickets:
        return []
    clocks = chips(tickets, now)
    return [Row(ticket, _next(clocks[ticket.pk]), _workers(ticket)) for ticket in tickets]


def _next(of: Sequence[Chip]) -> Chip | None:
    return next_to_break(of) or standing_still(of)


def _workers(ticket: Ticket) -> tuple[str, ...]:
    return tuple(part.user.name for part in getattr(ticket, "workers", ()))
