"""The ledger of a clock: what was recorded about it, and the order of moments that follows from it.

The entries stand in the order in which they were recorded. That order pairs each resume with its pause; the
instants decide everything else, since a telephone without a signal delivers its entries late.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from servicedesk.sla.arithmetic.calendars import Calendar, to_us

BAD_TARGET = "bad-target"
CALENDAR_NEVER_OPENS = "calendar-never-opens"
HOLIDAY_DATA_MISSING = "holiday-data-missing"
BAD_PAUSE = "bad-pause"
STOP_BEFORE_START = "stop-before-start"
FLAGS = (BAD_TARGET, CALENDAR_NEVER_OPENS, HOLIDAY_DATA_MISSING, BAD_PAUSE, STOP_BEFORE_START)


@dataclass(frozen=True, slots=True)
class Pause:
    """Time stops counting at `at`, for `reason` (a key such as `waiting_for_parts`, not a sentence)."""

    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Resume:
    """The earliest pause still open ends at `at`."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Stop:
    """What was promised was done at `at`; an open pause ends with it."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Reopen:
    """The stopped clock goes on at `at`; the time in between is not counted (policy RESUME)."""

    at: datetime


@dataclass(frozen=True, slots=True)
class ChangeTarget:
    """From `at` on the budget is `minutes`; time already spent stays spent."""

    at: datetime
    minutes: float


@dataclass(frozen=True, slots=True)
class ChangeCalendar:
    """From `at` on time counts by `calendar`; time already spent stays spent."""

    at: datetime
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class ChangeWindow:
    """From `at` on the clock is not due before `until`, the end of the requested window; None = no window."""

    at: datetime
    until: datetime | None


Change = ChangeTarget | ChangeCalendar | ChangeWindow
Entry = Pause | Resume | Stop | Reopen | Change


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """All that a clock's reading follows from, except the instant it is read at.

    `target_minutes` are minutes of `calendar`; `warn_percent` (0 to 100) of them is the warning point, None
    = no warning; `floor` is the end of a window requested from the start on, which moves due when it lies
    later.
    """

    start: datetime
    target_minutes: float
    calendar: Calendar
    warn_percent: float | None = None
    pausable: bool = True
    entries: Sequence[Entry] = ()
    floor: datetime | None = None


class Kind(Enum):
    """What happens to a clock at a moment."""

    RELEASE = "release"
    HOLD = "hold"
    STOP = "stop"
    REOPEN = "reopen"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant at which the clock stops, goes on or changes its terms."""

    at: int
    kind: Kind
    change: Change | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """The moments of a clock in order, and what was wrong with its entries."""

    moments: tuple[Moment, ...]
    flags: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Closing:
    """A stop and the reopen that ended it, with the places in the ledger where they stand."""

    place: int
    stop: int
    reopen_place: int
    reopen: int | None


@dataclass(frozen=True, slots=True)
class _Hold:
    start: int
    end: int | None
    reason: str


def read_timeline(facts: ClockFacts, as_of: datetime) -> Timeline:
    """The moments of the clock up to `as_of`: pauses paired and merged, stops clamped, changes in order.

    Entries later than `as_of` do not count. Raises `ValueError` for an instant without a zone.
    """
    start, now = to_us(facts.start), to_us(as_of)
    known = [entry for entry in facts.entries if to_us(entry.at) <= now]
    flags: set[str] = set()
    if any(isinstance(entry, Stop) and to_us(entry.at) < start for entry in known):
        flags.add(STOP_BEFORE_START)
    closings = _closings(known, start)
    holds: list[_Hold] = []
    if facts.pausable:
        paired, sound = _pair_pauses(known)
        if not sound:
            flags.add(BAD_PAUSE)
        holds = _merge_holds(_clip(hold, start, closings) for hold in paired)
    return Timeline(_moments(known, holds, closings, start), frozenset(flags))


def _pair_pauses(entries: Iterable[Entry]) -> tuple[list[_Hold], bool]:
    """Pauses with the resumes that end them, first in first out, and whether every resume fitted one.

    A resume stamped before its pause voids both.
    """
    open_pauses: list[Pause] = []
    spare: list[Resume] = []
    holds: list[_Hold] = []
    sound = True
    for entry in entries:
        if isinstance(entry, Pause):
            # A pause recorded late may have been ended by a resume recorded before it.
            late = next((resume for resume in spare if to_us(resume.at) > to_us(entry.at)), None)
            if late is None:
                open_pauses.append(entry)
            else:
                spare.remove(late)
                holds.append(_Hold(to_us(entry.at), to_us(late.at), entry.reason))
        elif isinstance(entry, Resume) and open_pauses:
            pause = open_pauses.pop(0)
            if to_us(entry.at) < to_us(pause.at):
                sound = False
            else:
                holds.append(_Hold(to_us(pause.at), to_us(entry.at), pause.reason))
        elif isinstance(entry, Resume):
            spare.append(entry)
    holds += [_Hold(to_us(pause.at), None, pause.reason) for pause in open_pauses]
    return holds, sound and not spare


def _closings(entries: Sequence[Entry], start: int) -> list[_Closing]:
    """Stops and reopens as recorded; one stamped before the step it follows is taken at that step."""
    closings: list[_Closing] = []
    place, stop, reached = -1, None, start
    for here, entry in enumerate(entries):
        if isinstance(entry, Stop) and stop is None:
            place, stop = here, max(to_us(entry.at), reached)
            reached = stop
        elif isinstance(entry, Reopen) and stop is not None:
            reached = max(to_us(entry.at), reached)
            closings.append(_Closing(place, stop, here, reached))
            stop = None
    if stop is not None:
        closings.append(_Closing(place, stop, place, None))
    return closings


def _clip(hold: _Hold, start: int, closings: Iterable[_Closing]) -> _Hold:
    """The pause as far as it lies after the start and before the stop that ended it."""
    begin = max(hold.start, start)
    end = None if hold.end is None else max(hold.end, start)
    for closing in closings:
        if begin <= closing.stop and (end is None or end > closing.stop):
            end = closing.stop
    return _Hold(begin, end, hold.reason)


def _merge_holds(holds: Iterable[_Hold]) -> list[_Hold]:
    """The union of the pauses in order, without those of no length; a joined one keeps its first reason."""
    merged: list[_Hold] = []
    for hold in sorted(holds, key=lambda hold: hold.start):
        if hold.end is not None and hold.end <= hold.start:
            continue
        last = merged[-1] if merged else None
        if last is None or (last.end is not None and last.end < hold.start):
            merged.append(hold)
        else:
            end = None if last.end is None or hold.end is None else max(last.end, hold.end)
            merged[-1] = _Hold(last.start, end, last.reason)
    return merged


def _moments(
    entries: Iterable[Entry], holds: Iterable[_Hold], closings: Iterable[_Closing], start: int
) -> tuple[Moment, ...]:
    # At one instant a pause ends first (a stop must find the clock running), then the ledger's order decides.
    placed: list[tuple[int, int, int, Moment]] = []
    for hold in holds:
        placed.append((hold.start, 1, -1, Moment(hold.start, Kind.HOLD, reason=hold.reason)))
        if hold.end is not None:
            placed.append((hold.end, 0, -1, Moment(hold.end, Kind.RELEASE)))
    for closing in closings:
        placed.append((closing.stop, 1, closing.place, Moment(closing.stop, Kind.STOP)))
        if closing.reopen is not None:
            placed.append((closing.reopen, 1, closing.reopen_place, Moment(closing.reopen, Kind.REOPEN)))
    for place, entry in enumerate(entries):
        if isinstance(entry, ChangeTarget | ChangeCalendar | ChangeWindow):
            at = max(to_us(entry.at), start)
            placed.append((at, 1, place, Moment(at, Kind.CHANGE, change=entry)))
    placed.sort(key=lambda item: item[:3])
    return tuple(moment for *_, moment in placed)
