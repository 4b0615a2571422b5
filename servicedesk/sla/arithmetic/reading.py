"""Reading a clock: when it is due, what has been spent, and how it stands at an instant.

A reading is a pure function of the clock's facts and `as_of`. Rules (docs/sla.md): time already spent stays
spent; a target or window changed so that due or warn would lie in the past puts it at the instant of the
change; a stop or pause exactly at due holds, anything later is a breach; a breach is never back-dated nor
undone.
"""

import math
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from servicedesk.sla.arithmetic.calendars import (
    MAX_MINUTES,
    MINUTE_US,
    Calendar,
    add_us,
    between_us,
    to_datetime,
    to_us,
)
from servicedesk.sla.arithmetic.ledger import (
    BAD_TARGET,
    CALENDAR_NEVER_OPENS,
    FLAGS,
    HOLIDAY_DATA_MISSING,
    Change,
    ChangeCalendar,
    ChangeTarget,
    ChangeWindow,
    ClockFacts,
    Uphold,
)
from servicedesk.sla.arithmetic.timeline import Kind, Moment, read_timeline


class State(StrEnum):
    """How a clock stands; NONE means that its target or calendar was refused, so there is no clock."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Reading:
    """A clock at one instant; instants are in the calendar's zone, minutes are open minutes of the calendar.

    `due_at` and `warn_at` are None while a pause keeps them open; every value but `flags` is None when
    `state` is NONE. `elapsed_minutes` beyond `target_minutes` is the time overdue. `flags` are codes of
    `ledger.FLAGS`.
    """

    state: State
    due_at: datetime | None = None
    warn_at: datetime | None = None
    elapsed_minutes: float | None = None
    remaining_minutes: float | None = None
    target_minutes: float | None = None
    breach_at: datetime | None = None
    flags: tuple[str, ...] = ()


class Mode(StrEnum):
    """What a clock does during a stretch of time."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch `[start, end)` in which the mode, the calendar and the terms of a clock stay the same."""

    start: int
    end: int
    mode: Mode
    calendar: Calendar
    reason: str = ""


@dataclass(slots=True)
class Walk:
    """A clock followed from its start to `position`; instants and amounts in microseconds.

    `due` and `warn` are projected until `due_passed` and `warn_passed` say that they have happened.
    """

    calendar: Calendar
    target: int
    warn_percent: float | None
    floor: int | None
    position: int
    elapsed: int = 0
    due: int | None = None
    due_passed: bool = False
    warn: int | None = None
    warn_passed: bool = False
    breach: int | None = None
    held: bool = False
    stopped_at: int | None = None
    reason: str = ""
    waiting: list[Change] = field(default_factory=list)
    applied: list[tuple[int, Change]] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)

    @property
    def mode(self) -> Mode:
        """What the clock does from `position` on."""
        if self.stopped_at is not None:
            return Mode.STOPPED
        return Mode.PAUSED if self.held else Mode.RUNNING

    def pass_time(self, until: int) -> None:
        """Let time pass up to `until` in the present mode."""
        mode = self.mode
        if until > self.position:
            reason = self.reason if mode is Mode.PAUSED else ""
            self.stretches.append(Stretch(self.position, until, mode, self.calendar, reason))
        if mode is Mode.RUNNING:
            self._run(until)
        self.position = until

    def _run(self, until: int) -> None:
        here = self.position
        if not self.due_passed:
            self.due = self._due_from(here)
            if self.due is not None and self.due < until:
                self.due_passed = True
                self.breach = self.due if self.breach is None else self.breach
        if not self.warn_passed and self.warn_percent is not None:
            self.warn = add_us(self.calendar, here, self._warning_point(here) - self.elapsed)
            self.warn_passed = self.warn is not None and self.warn < until
        self.elapsed += between_us(self.calendar, here, until)

    def _due_from(self, here: int) -> int | None:
        spent = add_us(self.calendar, here, self.target - self.elapsed)
        if spent is None:
            self.flags.add(CALENDAR_NEVER_OPENS)
            return None
        return spent if self.floor is None else max(spent, self.floor)

    def _warning_point(self, here: int) -> int:
        """The open time spent at which to warn: as far before due as the share of the target says."""
        budget = self.target
        if self.floor is not None:
            budget = max(budget, self.elapsed + between_us(self.calendar, here, self.floor))
        return budget - round(self.target * (100 - (self.warn_percent or 0)) / 100)

    def apply(self, moment: Moment) -> None:
        """Take the step recorded at a moment; terms changed while the clock is stopped wait for a reopen."""
        match moment.kind:
            case Kind.HOLD:
                self.held, self.reason = True, moment.reason
            case Kind.RELEASE:
                self.held = False
            case Kind.STOP:
                self.stopped_at = moment.at
            case Kind.REOPEN:
                self.stopped_at = None
                waiting, self.waiting = self.waiting, []
                for change in waiting:
                    self._change(change)
            case Kind.CHANGE if moment.change is not None:
                if self.stopped_at is None:
                    self._change(moment.change)
                else:
                    self.waiting.append(moment.change)

    def _change(self, change: Change) -> None:
        match change:
            case ChangeTarget(minutes=minutes):
                refusal = self._change_target(minutes)
            case ChangeCalendar(calendar=calendar):
                refusal = self._change_calendar(calendar)
            case ChangeWindow(until=until):
                refusal = self._change_window(until)
            case Uphold(broken_at=broken_at):
                self._uphold(broken_at)
                refusal = None
        if refusal is None:
            self.applied.append((self.position, change))
        else:
            self.flags.add(refusal)

    def _change_target(self, minutes: float) -> str | None:
        target = target_us(minutes)
        if target is None:
            return BAD_TARGET
        if target != self.target:
            self.target = target
            self._forget_points()
        return None

    def _change_calendar(self, calendar: Calendar) -> str | None:
        if add_us(calendar, self.position, max(self.target - self.elapsed, 1)) is None:
            return CALENDAR_NEVER_OPENS
        self.calendar = calendar
        return None

    def _change_window(self, until: datetime | None) -> str | None:
        before = self.due if self.due_passed else self._due_from(self.position)
        self.floor = None if until is None else to_us(until)
        # A window already over cannot move what has happened, nor one that changes nothing the warning.
        ahead = self.floor is not None and self.floor > self.position
        if (ahead or not self.due_passed) and self._due_from(self.position) != before:
            self._forget_points()
        return None

    def _uphold(self, broken_at: datetime | None) -> None:
        if broken_at is not None:
            self.breach = to_us(broken_at)
        elif self.due_passed:
            self.breach, self.due, self.due_passed = None, None, False

    def _forget_points(self) -> None:
        self.due = self.warn = None
        self.due_passed = self.warn_passed = False

    def remaining(self) -> int:
        """Open time left until due, from the stop on where the clock is stopped; never negative."""
        left = max(self.target - self.elapsed, 0)
        if self.floor is None:
            return left
        here = self.position if self.stopped_at is None else self.stopped_at
        return max(left, between_us(self.calendar, here, self.floor))


def read_clock(facts: ClockFacts, as_of: datetime) -> Reading:
    """How the clock stands at `as_of`; later entries do not count.

    A target that is not positive, or a calendar that never opens long enough, gives state NONE and a flag,
    never an error or an endless search. Raises `ValueError` for an instant without a zone or a warning
    point outside 0 to 100.
    """
    walk = walk_clock(facts, as_of)
    return Reading(State.NONE, flags=(walk,)) if isinstance(walk, str) else reading_of(walk, facts)


def walk_clock(facts: ClockFacts, as_of: datetime) -> Walk | str:
    """The clock followed up to `as_of`, or the flag that says why there is no clock."""
    if facts.warn_percent is not None and not 0 <= facts.warn_percent <= 100:
        raise ValueError(f"warning point {facts.warn_percent} % is not between 0 and 100")
    target, start = target_us(facts.target_minutes), to_us(facts.start)
    if target is None:
        return BAD_TARGET
    if add_us(facts.calendar, start, target) is None:
        return CALENDAR_NEVER_OPENS
    floor = None if facts.floor is None else to_us(facts.floor)
    walk = Walk(facts.calendar, target, facts.warn_percent, floor, start)
    timeline = read_timeline(facts, as_of)
    walk.flags.update(timeline.flags)
    for moment in timeline.moments:
        walk.pass_time(moment.at)
        walk.apply(moment)
    walk.pass_time(max(to_us(as_of), walk.position))
    return walk


def reading_of(walk: Walk, facts: ClockFacts) -> Reading:
    """The reading of a clock that has been followed to the instant wanted."""
    zone = walk.calendar.zone
    # A pause keeps due open, unless it had passed before.
    known = walk.mode is not Mode.PAUSED or walk.due_passed
    due = to_datetime(walk.due, zone) if known and walk.due is not None else None
    warn = to_datetime(walk.warn, zone) if due is not None and walk.warn is not None else None
    flags = set(walk.flags)
    ends = [(facts.calendar, facts.start), (walk.calendar, due)]
    if any(calendar.lacks_holiday_data(end) for calendar, end in ends if end is not None):
        flags.add(HOLIDAY_DATA_MISSING)
    return Reading(
        state=_state(walk),
        due_at=due,
        warn_at=warn,
        elapsed_minutes=walk.elapsed / MINUTE_US,
        remaining_minutes=walk.remaining() / MINUTE_US,
        target_minutes=walk.target / MINUTE_US,
        breach_at=None if walk.breach is None else to_datetime(walk.breach, zone),
        flags=tuple(flag for flag in FLAGS if flag in flags),
    )


def _state(walk: Walk) -> State:
    if walk.breach is not None:
        return State.BREACHED
    return {Mode.STOPPED: State.MET, Mode.PAUSED: State.PAUSED, Mode.RUNNING: State.RUNNING}[walk.mode]


def target_us(minutes: float) -> int | None:
    """A target in microseconds; None when it is not a positive amount of at most 20 years."""
    if not math.isfinite(minutes) or not 0 < minutes <= MAX_MINUTES:
        return None
    return round(minutes * MINUTE_US) or None
