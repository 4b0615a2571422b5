"""How many more visits a window takes: places matched with technicians who have the skill and the time.

A place is a promise without a technician yet. All places of a day are matched with the technicians at once: each place
needs one who may do it, and everybody's places fit, one after the other with the way between, into his free time. So
nobody is counted twice, neither for two skills nor for two windows. The matching grows along augmenting paths (Kuhn,
with room for several places each): a place may push another one on to somebody else, never out. What it finds is a
plan that can be driven; a window is only offered with such a plan in hand.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.rules.check import LASTING
from dispatch.rules.gaps import on_duty, without
from dispatch.rules.values import Job, Person, Span

# Work begins at the latest this long before its window ends, so that a small delay does not break the promise.
RESERVE = timedelta(minutes=30)


@dataclass(frozen=True)
class Need:
    """A place that waits for a technician: it begins inside `window`, takes `minutes`, one of `able` may do it."""

    key: str
    window: Span
    minutes: int
    able: frozenset[int]

    @property
    def latest(self) -> datetime:
        """The last instant the work may begin."""
        return max(self.window.start, self.window.end - RESERVE)


@dataclass(frozen=True)
class Worker:
    """A technician's free time of the day by start, the way to and from what is booked already taken off."""

    key: int
    free: tuple[Span, ...]


def able_of(people: Iterable[Person], job: Job, window: Span) -> frozenset[int]:
    """Who may do the job on the day of the window by the rules of a booking that do not ask for free time: skill,
    certificate, district, nobody the customer ruled out, hours as long as the job.
    """
    span = Span(window.start, window.start + timedelta(minutes=job.minutes))
    return frozenset(one.key for one in people if not any(rule(one, job, span) for rule in LASTING))


def worker_of(person: Person, day: Span, way: timedelta, begin: datetime) -> Worker:
    """The technician's free time of `day` from `begin` on; `way` stays free before and after each booked job."""
    booked = [Span(one.span.start - way, one.span.end + way) for one in person.blocking("")]
    past = [Span(day.start, begin)] if begin > day.start else []
    return Worker(person.key, without(on_duty(person, day), [*booked, *past, *_lunch(person)]))


def units_of(hours: Sequence[Span], window: Span, minutes: int, way: timedelta) -> int:
    """How many jobs of `minutes` one after the other begin inside the window, in somebody's `hours`."""
    need, count, ready = Need("", window, minutes, frozenset()), 0, window.start
    while (start := _start(need, hours, ready)) is not None:
        count, ready = count + 1, start + timedelta(minutes=minutes) + way
    return count


class Matching:
    """Which technician could take which place of one day. `way` is the usual way between two jobs."""

    def __init__(self, workers: Iterable[Worker], way: timedelta) -> None:
        self.way = way
        self.workers = {one.key: one for one in workers}
        self.loads: dict[int, tuple[Need, ...]] = dict.fromkeys(self.workers, ())
        self.unplaced: list[Need] = []

    def copy(self) -> "Matching":
        """The same plan once more, to try something on it."""
        other = Matching(self.workers.values(), self.way)
        other.loads, other.unplaced = dict(self.loads), list(self.unplaced)
        return other

    def place(self, need: Need) -> bool:
        """Takes the place into the plan where everything placed before still holds; whether it could."""
        if self._find(need, set()):
            return True
        self.unplaced.append(need)
        return False

    def room(self, need: Need, most: int) -> int:
        """How many places like `need` the plan still takes, counted up to `most`; the plan itself stays as it is.

        0 where a promise that has nobody already wants the same technicians in the same hours.
        """
        if any(one.window.overlaps(need.window) and one.able & need.able for one in self.unplaced):
            return 0
        trial = self.copy()
        count = 0
        while count < most and trial._find(Need(f"{need.key}+{count}", need.window, need.minutes, need.able), set()):
            count += 1
        return count

    def _find(self, need: Need, seen: set[tuple[int, Span, int]]) -> bool:
        able = sorted(need.able & self.workers.keys(), key=lambda key: (len(self.loads[key]), key))
        for key in able:
            if self._fits(key, (*self.loads[key], need)):
                self.loads[key] = (*self.loads[key], need)
                return True
        for key in able:
            mark = (key, need.window, need.minutes)
            if mark in seen:
                continue
            seen.add(mark)
            if self._push(key, need, seen):
                return True
        return False

    def _push(self, key: int, need: Need, seen: set[tuple[int, Span, int]]) -> bool:
        """Gives the technician the place where one of his can go to somebody else."""
        before = self.loads[key]
        for other in before:
            # Its twin would look for the very same room.
            if (other.able, other.minutes, other.window) == (need.able, need.minutes, need.window):
                continue
            rest = (*(one for one in before if one is not other), need)
            if not self._fits(key, rest):
                continue
            self.loads[key] = rest
            if self._find(other, seen):
                return True
            self.loads[key] = before
        return False

    def _fits(self, key: int, needs: tuple[Need, ...]) -> bool:
        free = self.workers[key].free
        return bool(free) and in_order(needs, free, free[0].start, self.way)


def in_order(needs: tuple[Need, ...], free: Sequence[Span], ready: datetime, way: timedelta) -> bool:
    """Whether one person can do all of them, in some order, from `ready` on."""
    if not needs:
        return True
    tried: set[tuple[Span, int]] = set()
    last = min(one.latest for one in needs)
    for need in needs:
        mark = (need.window, need.minutes)
        # What cannot begin before another one must have begun is never the first.
        if mark in tried or need.window.start > last:
            continue
        tried.add(mark)
        start = _start(need, free, ready)
        if start is None:
            return False
        rest = tuple(one for one in needs if one is not need)
        if in_order(rest, free, start + timedelta(minutes=need.minutes) + way, way):
            return True
    return False


def kept_back(units: int, percent: int) -> int:
    """How many of a window's units stay free for emergencies: the share, to the nearest whole one."""
    return (units * percent + 50) // 100


def _start(need: Need, free: Sequence[Span], ready: datetime) -> datetime | None:
    """The first instant from `ready` on at which the work begins and ends in free time; None: none in its window."""
    length = timedelta(minutes=need.minutes)
    for gap in free:
        start = max(gap.start, need.window.start, ready)
        if start > need.latest:
            return None
        if start + length <= gap.end:
            return start
    return None


def _lunch(person: Person) -> list[Span]:
    """Lunch as a fixed pause in the middle of its hours: which one it will be is for the plan of the day."""
    pauses = []
    for lunch in person.lunches:
        length = min(timedelta(minutes=lunch.minutes), lunch.span.end - lunch.span.start)
        start = lunch.span.start + (lunch.span.end - lunch.span.start - length) / 2
        pauses.append(Span(start, start + length))
    return pauses
