"""What the clocks of tickets say, as of now, whether or not a sweep has run."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.functional import Promise

from servicedesk.notify.heartbeat import timers_late
from servicedesk.sla.escalation.ladders import BREACH
from servicedesk.sla.models import ClockKind, ClockState, PauseReason, SlaClock, SlaSegment

__all__ = ["Chip", "chip_of", "chips", "next_to_break", "timers_late"]

# Kinds in the order in which a ticket meets them.
ORDER = {kind: place for place, kind in enumerate(ClockKind.values)}


@dataclass(frozen=True)
class Chip:
    """One clock as a page shows it.

    `state` is that of `ClockState` as of the instant asked for. `minutes_left` are minutes of wall time until due,
    negative after it, and minutes of the calendar still to run while paused; None once it has stopped.
    `elapsed_minutes` are minutes of the calendar, known while it does not run.
    """

    kind: str
    label: str | Promise
    state: str
    due_at: datetime | None
    warn_at: datetime | None
    stopped_at: datetime | None
    elapsed_minutes: float | None
    target_minutes: float
    paused_reason: str
    cycle: int
    minutes_left: float | None
    clock_id: int = 0
    # Overdue, and nobody has taken it on yet.
    needs_hand: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the promise still stands to be kept."""
        return self.stopped_at is None

    @property
    def paused_words(self) -> str:
        """Why it stands still, in the reader's language; empty while it runs."""
        return str(PauseReason(self.paused_reason).label) if self.paused_reason in PauseReason.values else ""

    @property
    def look(self) -> str:
        """The key of the look of a clock (design-language.md): a promise missed for good differs from one overdue."""
        if self.state == ClockState.BREACHED and not self.is_open:
            return "missed"
        return "cancelled" if self.state == ClockState.VOID else self.state


def chips(tickets: Iterable[Any], now: datetime) -> dict[int, list[Chip]]:
    """The last cycle of each clock of `tickets`, in the order of a ticket's life; one query."""
    found: dict[int, list[Chip]] = {ticket.pk: [] for ticket in tickets}
    latest: dict[tuple[int, str], SlaClock] = {}
    for clock in with_pause(SlaClock.objects.filter(ticket_id__in=found).order_by("cycle")):
        latest[clock.ticket_id, clock.kind] = clock
    for (ticket_id, _kind), clock in sorted(latest.items(), key=lambda item: ORDER[item[0][1]]):
        found[ticket_id].append(chip_of(clock, now))
    return found


def with_pause(clocks: QuerySet[SlaClock]) -> QuerySet[Any]:
    """`clocks` with `paused_reason`, the latest reason for which a paused one stands still, and `waits_for_hand`:
    whether it climbs its ladder since the breach and nobody has taken it on.
    """
    lines = SlaSegment.objects.filter(clock=OuterRef("pk"), kind=SlaSegment.Kind.PAUSED)
    reason = Subquery(lines.order_by("-id").values("reason")[:1])
    climbing = Q(escalation__reached__gte=BREACH, escalation__acknowledged_at=None)
    return clocks.annotate(
        paused_reason=Case(When(state=ClockState.PAUSED, then=reason), default=Value("")),
        waits_for_hand=Case(When(climbing, then=Value(True)), default=Value(False)),
    )


def chip_of(clock: SlaClock, now: datetime) -> Chip:
    """The clock as a page shows it; `paused_reason` is known only where `with_pause` found it."""
    return Chip(
        kind=clock.kind,
        label=ClockKind(clock.kind).label,
        state=clock.state_at(now),
        due_at=clock.due_at,
        warn_at=clock.warn_at,
        stopped_at=clock.stopped_at,
        elapsed_minutes=clock.elapsed_minutes,
        target_minutes=clock.target_minutes,
        paused_reason=getattr(clock, "paused_reason", ""),
        cycle=clock.cycle,
        minutes_left=_minutes_left(clock, now),
        clock_id=clock.pk,
        needs_hand=clock.is_open and getattr(clock, "waits_for_hand", False),
    )


def _minutes_left(clock: SlaClock, now: datetime) -> float | None:
    if not clock.is_open:
        return None
    if clock.due_at is not None:
        return (clock.due_at - now).total_seconds() / 60
    return None if clock.elapsed_minutes is None else max(clock.target_minutes - clock.elapsed_minutes, 0.0)


def next_to_break(of: Iterable[Chip]) -> Chip | None:
    """The open chip that is due first, overdue ones before all; paused ones stand still and do not count."""
    open_ones = [chip for chip in of if chip.is_open and chip.due_at is not None and chip.state != ClockState.VOID]
    return min(open_ones, key=lambda chip: (chip.due_at, ORDER[chip.kind]), default=None)


def standing_still(of: Iterable[Chip]) -> Chip | None:
    """The first paused chip in the order of a ticket's life: what a list shows when no clock runs."""
    return next((chip for chip in of if chip.is_open and chip.state == ClockState.PAUSED), None)
