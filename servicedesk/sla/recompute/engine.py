"""Reading open clocks anew and writing what changed, a chunk at a time, without waiting for anybody.

A chunk is read without locks. What changed is written by one statement that takes only clocks nobody holds and nobody
has touched since; the others are named, to be taken again. A breach that was written is never taken back, and none is
dated before it could be known: where edited rows say otherwise, a line of the ledger upholds what was known. A clock
that is overdue at once is left to the sweep, which finds it within a second and tells whom it concerns.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from servicedesk.sla import ledger
from servicedesk.sla.arithmetic import State
from servicedesk.sla.calendars import Calendars
from servicedesk.sla.models import ClockState, SlaClock, SlaSegment, SlaTarget
from servicedesk.sla.policy import all_targets
from servicedesk.sla.upholding import broken_at, same, upholding

# What a recompute may write.
COLUMNS = (*ledger.COLUMNS, "target_minutes")
# Columns that say how far the sweep is; alone they are no change.
PASSING = frozenset({"next_fire_at", "next_level", "row_version"})
COMPARED = tuple(name for name in COLUMNS if name not in PASSING)
# A target that differs by less is the same.
SAME_MINUTES = 1e-6

# The words in braces are names and types of columns, nothing from outside.
_STATEMENT = """
WITH new AS MATERIALIZED (
    SELECT * FROM unnest(%s::bigint[], %s::integer[], {arrays}) AS each (clock_id, seen_version, {names})
), free AS MATERIALIZED (
    SELECT c.id FROM servicedesk_slaclock c JOIN new ON new.clock_id = c.id
    WHERE c.row_version = new.seen_version AND c.stopped_at IS NULL
    ORDER BY c.id
    FOR NO KEY UPDATE OF c SKIP LOCKED
)
UPDATE servicedesk_slaclock c SET {settings} FROM new, free WHERE c.id = free.id AND new.clock_id = c.id
RETURNING c.id
"""


@dataclass(frozen=True)
class Move:
    """A clock that changes: itself with its new columns, the lines to add, and how it stood before."""

    clock: SlaClock
    version: int
    lines: list[SlaSegment]
    due_before: datetime | None
    state_before: str
    state_after: str

    @property
    def breaks(self) -> bool:
        """Whether it is overdue after and was not before."""
        return self.state_after == ClockState.BREACHED != self.state_before


@dataclass(frozen=True)
class Chunk:
    """What came of some clocks: those that move (or were moved), and the ids of those that were busy."""

    looked_at: int = 0
    moves: list[Move] = field(default_factory=list)
    busy: list[int] = field(default_factory=list)


def look(clock_ids: Sequence[int], now: datetime, book: Calendars, *, follow_targets: bool) -> Chunk:
    """What a recompute at `now` changes on those of the clocks that are open; writes nothing, three queries."""
    clocks = list(SlaClock.objects.filter(pk__in=clock_ids, stopped_at=None).order_by("id"))
    # Few targets serve all clocks; joined to each they would cost more than the arithmetic.
    targets = {target.pk: target for target in all_targets()}
    for clock in clocks:
        clock.target = targets[clock.target_id]
    ledgers = ledger.lines_of(clocks)
    found = (
        _reread(clock, ledgers[clock.pk], now, book, follow_targets)
        for clock in clocks
        # A clock on a calendar nobody can read stays as it is; the checks of the master data name the calendar.
        if book.versions.get(clock.target.calendar_id)
    )
    return Chunk(len(clocks), [move for move in found if move is not None])


def write(chunk: Chunk) -> Chunk:
    """The chunk with the moves that could be written; clocks held or touched by somebody else meanwhile are busy.

    Called inside a transaction that ends soon after: written clocks are locked until then.
    """
    if not chunk.moves:
        return chunk
    written = _update(chunk.moves)
    moves = [move for move in chunk.moves if move.clock.pk in written]
    SlaSegment.objects.bulk_create(line for move in moves for line in move.lines)
    return Chunk(chunk.looked_at, moves, [move.clock.pk for move in chunk.moves if move.clock.pk not in written])


def _reread(
    clock: SlaClock, lines: list[SlaSegment], now: datetime, book: Calendars, follow_targets: bool
) -> Move | None:
    before = {name: getattr(clock, name) for name in COLUMNS}
    state_before = clock.state_at(now)
    added = _retarget(clock, now) if follow_targets else []
    reading = ledger.read(clock, [*lines, *added], book, now)
    if reading.state is State.NONE and broken_at(clock, now) is not None:
        # Terms that cannot be used do not take a breach back.
        return None
    upheld = upholding(clock, [*lines, *added], reading, book, now)
    if upheld is not None:
        added.append(upheld)
        reading = ledger.read(clock, [*lines, *added], book, now)
    ledger.write_columns(clock, [*lines, *added], reading)
    if clock.state == ClockState.BREACHED != before["state"]:
        clock.state, clock.due_at, clock.breached_at = ClockState.RUNNING, clock.breached_at, None
        clock.next_fire_at, clock.next_level = ledger.next_fire(clock)
    lost = clock.state == ClockState.RUNNING and before["next_fire_at"] is None
    if not added and not lost and all(same(before[name], getattr(clock, name)) for name in COMPARED):
        return None
    return Move(clock, before["row_version"], added, before["due_at"], state_before, clock.state_at(now))


def _retarget(clock: SlaClock, now: datetime) -> list[SlaSegment]:
    """The line that gives the clock the minutes its target says today, none where it has them."""
    target = clock.target
    if target.rule != SlaTarget.Rule.MINUTES or target.minutes is None:
        return []
    added = float(target.minutes) - clock.target_minutes
    if abs(added) < SAME_MINUTES:
        return []
    clock.target_minutes = float(target.minutes)
    return [SlaSegment(clock=clock, kind=SlaSegment.Kind.TARGET, at=now, minutes_added=added)]


def _update(moves: Sequence[Move]) -> set[int]:
    """The ids of the clocks that took their new columns."""
    fields = [SlaClock._meta.get_field(name) for name in COLUMNS]
    types = [field.db_type(connection) for field in fields]
    values = [[getattr(move.clock, name) for move in moves] for name in COLUMNS]
    statement = _STATEMENT.format(
        arrays=", ".join(f"%s::{kind}[]" for kind in types),
        names=", ".join(COLUMNS),
        settings=", ".join(f"{name} = new.{name}" for name in COLUMNS),
    )
    keys = [[move.clock.pk for move in moves], [move.version for move in moves]]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*keys, *values])
        return {row[0] for row in cursor.fetchall()}
