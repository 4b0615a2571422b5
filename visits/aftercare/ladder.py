"""When the next attempt of a callback is made: another part of the day, spread over days, never in quiet hours. Pure.

Source: handbook/care-and-quality.md, callbacks. Hours are wall times of the customer's zone; figures come from the
settings of the house (`visits.aftercare.calling`), hours may be narrowed by the customer's wish.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from itertools import pairwise

# Where the parts of a day begin and end, and the hour in each at which a new attempt is made.
PARTS = (
    (time(0), time(12), time(10)),
    (time(12), time(17), time(15)),
    (time(17), time.max, time(18, 30)),
)


@dataclass(frozen=True)
class Hours:
    """The hours of a day in which a customer may be rung: from `opens` on, until just before `closes`."""

    opens: time = time(9)
    closes: time = time(20)

    def narrowed(self, earliest: time | None, latest: time | None) -> "Hours | None":
        """The part of these hours that also fits a wish; None where nothing is left of them."""
        opens, closes = max(self.opens, earliest or self.opens), min(self.closes, latest or self.closes)
        return Hours(opens, closes) if opens < closes else None


@dataclass(frozen=True)
class Ladder:
    """How often a customer is tried: attempts at most, over so many days, with a rest between two of them."""

    hours: Hours = Hours()
    attempts: int = 3
    days: int = 2
    rest: timedelta = timedelta(hours=3)


@dataclass(frozen=True)
class Slot:
    """A part of the day as one ladder sees it: where it begins, and when in it the call is made."""

    start: time
    at: time


HOUSE = Ladder()


def in_calling_hours(instant: datetime, zone: tzinfo, hours: Hours = HOUSE.hours) -> bool:
    """Whether a customer may be rung at `instant`; outside of these hours he is left in peace."""
    return hours.opens <= instant.astimezone(zone).time() < hours.closes


def inside_calling_hours(instant: datetime, zone: tzinfo, hours: Hours = HOUSE.hours) -> datetime:
    """`instant`, or the next opening where it lies in quiet hours of `zone`."""
    local = instant.astimezone(zone)
    if local.time() < hours.opens:
        return _at(local, hours.opens)
    if local.time() >= hours.closes:
        return _at(local + timedelta(days=1), hours.opens)
    return local


def next_attempt_at(
    made: Sequence[datetime], zone: tzinfo, wish: datetime | None = None, ladder: Ladder = HOUSE
) -> datetime | None:
    """When to call again after the attempts `made` in vain, oldest first; None when the ladder has ended.

    An attempt follows after a rest in another part of the day; the attempts spread over the ladder's days, the last
    one on the last of them. A wish of the customer (“call me at …”) goes before the ladder and never ends it.
    """
    if wish is not None:
        return inside_calling_hours(wish, zone, ladder.hours)
    if len(made) >= ladder.attempts:
        return None
    first, last = made[0].astimezone(zone), made[-1].astimezone(zone)
    earliest = max(last + ladder.rest, _at(first + timedelta(days=_day_of(len(made), ladder)), time(0)))
    last_day = (first + timedelta(days=ladder.days - 1)).date()
    slots = slots_of(ladder)
    tried = {_slot(at, zone, slots) for at in made}
    candidates = [
        (_at(last + timedelta(days=ahead), slot.at), place)
        for ahead in range(ladder.days + 2)
        for place, slot in enumerate(slots)
    ]
    # The days of the ladder count more than an untried part of the day.
    best = min(
        (one for one in candidates if one[0] >= earliest),
        key=lambda one: (one[0].date() > last_day, one[1] in tried, one[0]),
    )
    return best[0]


def slots_of(ladder: Ladder) -> list[Slot]:
    """The parts of the day for the attempts: morning, afternoon and evening as far as the hours reach, or, where these
    are fewer than the attempts, as many even parts of the hours.
    """
    hours = ladder.hours
    found = [
        Slot(max(start, hours.opens), _hour(max(start, hours.opens), min(end, hours.closes), hour))
        for start, end, hour in PARTS
        if max(start, hours.opens) < min(end, hours.closes)
    ]
    if len(found) >= ladder.attempts:
        return found
    opens, closes = _minutes(hours.opens), _minutes(hours.closes)
    edges = [opens + (closes - opens) * place // ladder.attempts for place in range(ladder.attempts + 1)]
    return [Slot(_time(start), _time((start + end) // 2)) for start, end in pairwise(edges) if start < end]


def _day_of(place: int, ladder: Ladder) -> int:
    """On which day of the ladder, from 0, the attempt after `place` others is made at the earliest."""
    return (ladder.days - 1) * place // max(1, ladder.attempts - 1)


def _hour(start: time, end: time, wanted: time) -> time:
    return wanted if start <= wanted < end else _time((_minutes(start) + _minutes(end)) // 2)


def _slot(at: datetime, zone: tzinfo, slots: Sequence[Slot]) -> int:
    local = at.astimezone(zone).time()
    return max((place for place, slot in enumerate(slots) if local >= slot.start), default=0)


def _at(day: datetime, hour: time) -> datetime:
    return day.replace(hour=hour.hour, minute=hour.minute, second=0, microsecond=0)


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _time(minutes: int) -> time:
    return time(*divmod(minutes, 60))
