"""When the next attempt of a callback is made: other hours, two days at most, never in quiet hours. Pure.

Source: handbook/care-and-quality.md, callbacks.
"""

from datetime import datetime, time, timedelta, tzinfo

MAX_ATTEMPTS = 3
OPENS, CLOSES = time(9), time(20)
# How long after the n-th attempt nobody tries again; the second pause leads into another part of another day.
PAUSES = (timedelta(hours=3), timedelta(hours=17))


def inside_calling_hours(instant: datetime, zone: tzinfo) -> datetime:
    """`instant`, or the next opening where it lies in quiet hours of `zone`."""
    local = instant.astimezone(zone)
    if local.time() < OPENS:
        return local.replace(hour=OPENS.hour, minute=0, second=0, microsecond=0)
    if local.time() >= CLOSES:
        tomorrow = local + timedelta(days=1)
        return tomorrow.replace(hour=OPENS.hour, minute=0, second=0, microsecond=0)
    return local


def next_attempt_at(made: int, last: datetime, zone: tzinfo, wish: datetime | None = None) -> datetime | None:
    """When to call again after `made` attempts, the last one at `last`; None when the ladder has ended.

    A wish of the customer (“call me at …”) goes before the ladder and never ends it.
    """
    if wish is not None:
        return inside_calling_hours(wish, zone)
    if made >= MAX_ATTEMPTS:
        return None
    return inside_calling_hours(last + PAUSES[made - 1], zone)
