"""What was known of a breach stands, whatever an edited calendar says later.

A calendar takes effect on open clocks when they are read anew: by the recompute, or by the next action on the ticket.
A breach that was written or shown until then is not taken back, and none is dated before it could be known. Where the
ledger reads otherwise, a line of its own upholds what was known (docs/sla.md).
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from servicedesk.sla import ledger
from servicedesk.sla.arithmetic import Reading, State
from servicedesk.sla.calendars import Calendars
from servicedesk.sla.models import ClockState, SlaClock, SlaSegment


def broken_at(clock: SlaClock, now: datetime) -> datetime | None:
    """Since when the clock is broken as every page shows it, written down or not."""
    if clock.state == ClockState.BREACHED:
        return clock.breached_at
    return clock.due_at if clock.state_at(now) == ClockState.BREACHED else None


def upholding(
    clock: SlaClock, lines: Sequence[SlaSegment], reading: Reading, book: Calendars, at: datetime
) -> SlaSegment | None:
    """The line at `at` that leaves the breach of `clock`, or that there is none, as its columns have it; None where
    `reading` says the same, and where terms that changed in time broke the clock.
    """
    broken = broken_at(clock, at)
    if same(reading.breach_at, broken) or _is_due_to_terms(clock, lines, reading, book):
        return None
    return SlaSegment(clock=clock, kind=SlaSegment.Kind.UPHELD, at=at, expected_end_at=broken)


def uphold_before(clock: SlaClock, lines: Sequence[SlaSegment], book: Calendars, at: datetime) -> list[SlaSegment]:
    """The line to add before those of an action at `at`, if one is needed.

    An action told late, of an instant not after the breach, needs none: the instant decides, not who came first.
    """
    if clock.breached_at is not None and at <= clock.breached_at:
        return []
    reading = ledger.read(clock, lines, book, at)
    if reading.state is State.NONE:
        return []
    line = upholding(clock, lines, reading, book, at)
    return [] if line is None else [line]


def same(one: object, other: object) -> bool:
    """Whether two values of a column are the same.

    Python never calls two zones' datetimes equal where one lies in a repeated hour (PEP 495).
    """
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one.astimezone(UTC) == other.astimezone(UTC)
    return one == other


def _is_due_to_terms(clock: SlaClock, lines: Sequence[SlaSegment], reading: Reading, book: Calendars) -> bool:
    """Whether terms that changed at an instant of their own broke the clock after that instant."""
    if reading.breach_at is None or clock.state == ClockState.BREACHED:
        return False
    changed = [line.at for line in lines if line.kind in ledger.TERMS]
    changed += [since for since, _calendar in book.changes_after(clock.target.calendar_id, clock.started_at)]
    return any(since <= reading.breach_at for since in changed)
