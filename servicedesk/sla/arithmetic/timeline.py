"""The timeline of a clock: the moments, in order, at which it stops, goes on or changes its terms."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from servicedesk.sla.arithmetic.calendars import to_us
from servicedesk.sla.arithmetic.ledger import (
    BAD_PAUSE,
    STOP_BEFORE_START,
    Change,
    ChangeCalendar,
    ChangeTarget,
    ChangeWindow,
    ClockFacts,
    Entry,
    Reopen,
    Stop,
    Uphold,
)
from servicedesk.sla.arithmetic.pauses import Closing, Hold, read_holds


class Kind(Enum):
    """What happens to a clock at a moment."""

    RELEASE = "release"
    HOLD = "hold"
    STOP = "stop"
    REOPEN = "reopen"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant at which something happens to the clock; `reason` is that of a hold."""

    at: int
    kind: Kind
    change: Change | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """The moments of a clock in order, and what was wrong with its entries."""

    moments: tuple[Moment, ...]
    flags: frozenset[str]


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
    holds: list[Hold] = []
    if facts.pausable:
        holds, sound = read_holds(known, start, closings)
        if not sound:
            flags.add(BAD_PAUSE)
    return Timeline(_moments(known, holds, closings, start), frozenset(flags))


def _closings(entries: Sequence[Entry], start: int) -> list[Closing]:
    """Stops and reopens as recorded; one stamped before the step it follows is taken at that step."""
    closings: list[Closing] = []
    place, stop, reached = -1, None, start
    for here, entry in enumerate(entries):
        if isinstance(entry, Stop) and stop is None:
            place, stop = here, max(to_us(entry.at), reached)
            reached = stop
        elif isinstance(entry, Reopen) and stop is not None:
            reached = max(to_us(entry.at), reached)
            closings.append(Closing(place, stop, here, reached))
            stop = None
    if stop is not None:
        closings.append(Closing(place, stop, place, None))
    return closings


def _moments(
    entries: Iterable[Entry], holds: Iterable[Hold], closings: Iterable[Closing], start: int
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
        if isinstance(entry, ChangeTarget | ChangeCalendar | ChangeWindow | Uphold):
            at = max(to_us(entry.at), start)
            placed.append((at, 1, place, Moment(at, Kind.CHANGE, change=entry)))
    placed.sort(key=lambda item: item[:3])
    return tuple(moment for *_, moment in placed)
