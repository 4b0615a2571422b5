"""When the next attempt of a callback is made: another part of the day, two days at most, never in quiet hours. Pure.

Source: handbook/care-and-quality.md, callbacks.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta, tzinfo

MAX_ATTEMPTS = 3
OPENS, CLOSES = time(9), time(20)
# Nobody is rung again sooner than this.
REST = timedelta(hours=3)
# Where each part of the day begins, and the hour in it at which a new attempt is made.
PARTS = (time(9), time(12), time(17))
HOURS = (time(10), time(15), time(18, 30))


def in_calling_hours(instant: datetime, zone: tzinfo) -> bool:
    """Whether a customer may be rung at `instant`; outside of these hours he is left in peace."""
    return OPENS <= instant.astimezone(zone).time() < CLOSES


def inside_calling_hours(instant: datetime, zone: tzinfo) -> datetime:
    """`instant`, or the next opening where it lies in quiet hours of `zone`."""
    local = instant.astimezone(zone)
    if local.time() < OPENS:
        return _at(local, OPENS)
    if local.time() >= CLOSES:
        return _at(local + timedelta(days=1), OPENS)
    return local


def next_attempt_at(made: Sequence[datetime], zone: tzinfo, wish: datetime | None = None) -> datetime | None:
    """When to call again after the attempts `made` in vain, oldest first; None when the ladder has ended.

    The second attempt follows after a rest in another part of the day, the last one on another day than the first. A
    wish of the customer (“call me at …”) goes before the ladder and never ends it.
    """
    if wish is not None:
        return inside_calling_hours(wish, zone)
    if len(made) >= MAX_ATTEMPTS:
        return None
    first, last = made[0].astimezone(zone), made[-1].astimezone(zone)
    second_day = _at(first + timedelta(days=1), time(0))
    earliest = last + REST
    if len(made) == MAX_ATTEMPTS - 1:
        earliest = max(earliest, second_day)
    tried = {_part(at, zone) for at in made}
    candidates = [_at(last + timedelta(days=ahead), hour) for ahead in range(3) for hour in HOURS]
    # Two days count more than an untried part of the day.
    return min(
        (at for at in candidates if at >= earliest),
        key=lambda at: (at.date() > second_day.date(), _part(at, zone) in tried, at),
    )


def _part(at: datetime, zone: tzinfo) -> int:
    local = at.astimezone(zone).time()
    return max((place for place, start in enumerate(PARTS) if local >= start), default=0)


def _at(day: datetime, hour: time) -> datetime:
    return day.replace(hour=hour.hour, minute=hour.minute, second=0, microsecond=0)
