"""When something told by a phone counts as having happened. Pure: plain values in, plain values out.

The device's clock may be wrong and the network away for hours. What the clock is off by is seen when the phone sends
(its own time of sending against ours) and taken off; what is left is believed within bounds (docs/entries.md).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt

SKEWED, LATE, FAR, MOVED = "skewed", "late", "far", "moved"
# A clock off by no more is as good as ours (handbook/visit-norms.md, proof and timing).
SKEW_SHOWN = timedelta(minutes=2)
# Sent later than this after it happened is late.
LATE_AFTER = timedelta(minutes=15)
# Nothing counts from further back than a working day.
BOUND = timedelta(hours=12)
FAR_METRES = 500
EARTH_METRES = 6_371_000


@dataclass(frozen=True)
class Told:
    """What the phone says, by its own clock, and when we received it by ours."""

    happened_at: datetime
    sent_at: datetime
    received_at: datetime


@dataclass(frozen=True)
class Counted:
    """From when it counts, what the device's clock was off by, and what is odd about it."""

    at: datetime
    skew: timedelta
    marks: tuple[str, ...] = ()


def count(told: Told, floors: Iterable[datetime]) -> Counted:
    """The instant that counts: the device's, corrected by its skew, but never after it was received, never before one
    of `floors` (the step before, the last line of the clocks, the accepted job), never further back than the bound.

    What was moved by that is marked, and so are a skewed clock and a late sending.
    """
    skew = told.received_at - told.sent_at
    claimed = told.happened_at + skew
    at = max(min(claimed, told.received_at), told.received_at - BOUND, *floors)
    found = (
        (SKEWED, abs(skew) > SKEW_SHOWN),
        (LATE, told.received_at - at > LATE_AFTER),
        (MOVED, at != claimed),
    )
    return Counted(at, skew, tuple(mark for mark, holds in found if holds))


def metres_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The way over the earth's surface between two points of latitude and longitude, in metres."""
    (lat, lon), (to_lat, to_lon) = one, other
    half_lat, half_lon = radians(to_lat - lat) / 2, radians(to_lon - lon) / 2
    chord = sin(half_lat) ** 2 + cos(radians(lat)) * cos(radians(to_lat)) * sin(half_lon) ** 2
    return 2 * EARTH_METRES * asin(min(1.0, sqrt(chord)))


def is_far(distance_m: float, accuracy_m: float) -> bool:
    """Whether an arrival at this distance from the address is not at the address, the reading's error granted."""
    return distance_m > FAR_METRES + accuracy_m
