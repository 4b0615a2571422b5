"""A clock's ledger: its lines as entries of the arithmetic room, and the columns that follow from them.

A line holds from its instant on. Lines are read in the order in which they were recorded. A second reason to pause
adds a line; a line that repeats a reason still open says that only this one is left; a running line ends every pause;
a window line says that the requested window ends at `expected_end_at` (nowhere, when that is empty). A target line
lengthens the target by `minutes_added`; an upheld line says what a recompute left standing (docs/sla.md).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from servicedesk.sla.arithmetic import (
    ChangeCalendar,
    ChangeTarget,
    ChangeWindow,
    ClockFacts,
    Entry,
    Pause,
    Reading,
    Resume,
    State,
    Stop,
    Uphold,
    read_clock,
)
from servicedesk.sla.calendars import Calendars
from servicedesk.sla.models import ClockState, SlaClock, SlaEvent, SlaSegment

VOID = "void"
# Lines that change the terms of a clock and not whether it runs.
TERMS = frozenset({SlaSegment.Kind.WINDOW, SlaSegment.Kind.TARGET, SlaSegment.Kind.UPHELD})
# What the clock waits for while it stands still, beside the levels of events.
PAUSE = "pause"
# A pause nobody said an end of is looked at again after this.
USUAL_PAUSE = timedelta(days=1)
# What a reading writes on the clock.
COLUMNS = (
    "state",
    "warn_at",
    "due_at",
    "breached_at",
    "stopped_at",
    "elapsed_minutes",
    "not_before",
    "pause_ends_at",
    "next_fire_at",
    "next_level",
    "parked_reason",
    "row_version",
)
_STATES = {
    State.RUNNING: ClockState.RUNNING,
    State.PAUSED: ClockState.PAUSED,
    State.MET: ClockState.MET,
    State.BREACHED: ClockState.BREACHED,
    State.NONE: ClockState.RUNNING,
}

Lines = Sequence[SlaSegment]


def lines_of(clocks: Iterable[SlaClock]) -> dict[int, list[SlaSegment]]:
    """The ledgers of `clocks` by clock id, each in the order it was recorded; one query."""
    ledgers: dict[int, list[SlaSegment]] = {clock.pk: [] for clock in clocks}
    for line in SlaSegment.objects.filter(clock_id__in=ledgers).order_by("id"):
        ledgers[line.clock_id].append(line)
    return ledgers


def open_reasons(lines: Lines) -> list[str]:
    """The reasons for which the clock stands still after the last line; empty while it runs or has ended."""
    reasons: list[str] = []
    for line in lines:
        if line.kind == SlaSegment.Kind.PAUSED:
            reasons = [line.reason] if line.reason in reasons else [*reasons, line.reason]
        elif line.kind not in TERMS:
            reasons = []
    return reasons


def pause_end(lines: Lines) -> datetime | None:
    """When the pause was to end: the earliest end foreseen for a reason still open, a day where none was; None while
    the clock runs or has ended.
    """
    ends: dict[str, datetime] = {}
    for place, line in enumerate(lines):
        if line.kind == SlaSegment.Kind.PAUSED and line.reason not in ends:
            ends[line.reason] = line.expected_end_at or line.at + USUAL_PAUSE
        ends = {reason: ends[reason] for reason in open_reasons(lines[: place + 1])}
    return min(ends.values(), default=None)


def window_end(lines: Lines) -> datetime | None:
    """The end of the requested window as the ledger has it last."""
    ends = [line.expected_end_at for line in lines if line.kind == SlaSegment.Kind.WINDOW]
    return ends[-1] if ends else None


def first_target(clock: SlaClock, lines: Lines) -> float:
    """The target in minutes that the clock started with; its column holds the one after all target lines."""
    return clock.target_minutes - sum(line.minutes_added or 0 for line in lines)


def facts_of(clock: SlaClock, lines: Lines, calendars: Calendars) -> ClockFacts:
    """What the arithmetic room needs to read the clock."""
    calendar_id = clock.target.calendar_id
    entries: list[Entry] = []
    floor: datetime | None = None
    minutes = first_minutes = first_target(clock, lines)
    for place, line in enumerate(lines):
        entries += _entries(line, lines[:place])
        if line.kind == SlaSegment.Kind.WINDOW:
            if line.at <= clock.started_at and not entries:
                floor = line.expected_end_at
            else:
                entries.append(ChangeWindow(line.at, line.expected_end_at))
        elif line.kind == SlaSegment.Kind.TARGET:
            minutes += line.minutes_added or 0
            entries.append(ChangeTarget(line.at, minutes))
        elif line.kind == SlaSegment.Kind.UPHELD:
            entries.append(Uphold(line.at, line.expected_end_at))
    entries += [
        ChangeCalendar(since, calendar) for since, calendar in calendars.changes_after(calendar_id, clock.started_at)
    ]
    return ClockFacts(
        start=clock.started_at,
        target_minutes=first_minutes,
        calendar=calendars.at(calendar_id, clock.started_at),
        warn_percent=clock.target.warn_percent,
        entries=entries,
        floor=floor,
    )


def _entries(line: SlaSegment, before: Lines) -> list[Entry]:
    """The pause, resume or stop a line means; a change of reasons inside a pause means none."""
    paused = bool(open_reasons(before))
    if line.kind == SlaSegment.Kind.PAUSED and not paused:
        return [Pause(line.at, line.reason)]
    if line.kind == SlaSegment.Kind.RUNNING and paused:
        return [Resume(line.at)]
    return [Stop(line.at)] if line.kind == SlaSegment.Kind.CLOSED else []


def read(clock: SlaClock, lines: Lines, calendars: Calendars, as_of: datetime) -> Reading:
    """The clock as of `as_of`, or of its last line where that is later, so that no line goes uncounted."""
    moments = [as_of, clock.started_at, *(line.at for line in lines)]
    return read_clock(facts_of(clock, lines, calendars), max(moments))


def write_columns(clock: SlaClock, lines: Lines, reading: Reading) -> None:
    """Sets the columns of `clock` to what its ledger says; the caller saves `COLUMNS`."""
    closing = next((line for line in lines if line.kind == SlaSegment.Kind.CLOSED), None)
    void = closing is not None and closing.reason == VOID
    met = _STATES[reading.state]
    clock.state = ClockState.VOID if void and met == ClockState.MET else met
    clock.due_at, clock.warn_at, clock.breached_at = reading.due_at, reading.warn_at, reading.breach_at
    clock.stopped_at = None if closing is None else max(closing.at, clock.started_at)
    stands_still = closing is not None or bool(open_reasons(lines))
    clock.elapsed_minutes = reading.elapsed_minutes if stands_still else None
    floor = window_end(lines)
    moves_due = floor is not None and (reading.due_at is None or floor >= reading.due_at)
    clock.not_before = floor if moves_due else None
    clock.pause_ends_at = pause_end(lines) if clock.state == ClockState.PAUSED else None
    clock.next_fire_at, clock.next_level = next_fire(clock)
    clock.parked_reason = ", ".join(reading.flags) if reading.state is State.NONE else ""
    clock.row_version += 1


def next_fire(clock: SlaClock) -> tuple[datetime | None, str]:
    """When a timer has to look next, and for what: warning, breach, or the end of a pause; nothing after the breach.

    A warning already written is found again and skipped by the sweep: events are unique.
    """
    if clock.state == ClockState.PAUSED:
        return clock.pause_ends_at, PAUSE
    if clock.state != ClockState.RUNNING or clock.due_at is None:
        return None, ""
    if clock.warn_at is not None and clock.warn_at < clock.due_at:
        return clock.warn_at, SlaEvent.Level.WARN
    return clock.due_at, SlaEvent.Level.BREACH
