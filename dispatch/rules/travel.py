"""How far and how long: the road between two places, by whatever source knows it.

The rules ask a `Roads`. The estimate takes the road as 1.3 times the straight line, and minutes as a fixed share for
starting and parking plus a share per road kilometre, both by the hour of departure; fitted to urban road tables with
12 % median error (docs/dispatch.md, travel). An unknown place has no way to it: None, never zero.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt

from dispatch.rules.values import Leg, Place, Roads

EARTH_KM = 6371.0
# Next door: the same yard or house needs no drive.
SAME_PLACE_METRES = 50


class Quality(StrEnum):
    """How a time on the road came about: reckoned from coordinates, or read from a road table."""

    ESTIMATE = "estimate"
    ROAD = "road"


@dataclass(frozen=True)
class Pace:
    """How fast technicians get on: fixed minutes, minutes per road kilometre, road per straight kilometre."""

    fixed_minutes: float = 6.2
    minutes_per_km: float = 0.82
    detour: float = 1.3


@dataclass(frozen=True)
class Band:
    """The pace for departures from one local hour up to, and without, another."""

    hour_from: int
    hour_until: int
    pace: Pace


@dataclass(frozen=True)
class Profile:
    """The paces of an outlet: the first band that holds the local hour of departure, else the usual one."""

    usual: Pace = field(default_factory=Pace)
    bands: tuple[Band, ...] = ()
    zone: tzinfo = UTC

    quality = Quality.ESTIMATE.value

    def pace_at(self, depart: datetime) -> Pace:
        """The pace for leaving at `depart`."""
        if not self.bands:
            return self.usual
        hour = depart.astimezone(self.zone).hour
        return next((band.pace for band in self.bands if band.hour_from <= hour < band.hour_until), self.usual)

    def leg(self, origin: Place, goal: Place, depart: datetime) -> Leg:
        """The way from `origin` to `goal`; straight metres are rounded first, so that arrays say the same."""
        line = round(1000 * distance_km(origin, goal))
        if line < SAME_PLACE_METRES:
            return Leg(0, 0)
        pace = self.pace_at(depart)
        metres = round(line * pace.detour)
        return Leg(round((pace.fixed_minutes + pace.minutes_per_km * (metres / 1000)) * 60), metres)


ESTIMATE = Profile()
# Any instant will do where the pace is the same all day.
ANY_TIME = datetime(2000, 1, 1, 12, tzinfo=UTC)


def distance_km(origin: Place, goal: Place) -> float:
    """The great-circle distance in kilometres."""
    lat_a, lat_b = radians(origin.lat), radians(goal.lat)
    half_lat, half_lon = (lat_b - lat_a) / 2, radians(goal.lon - origin.lon) / 2
    chord = sin(half_lat) ** 2 + cos(lat_a) * cos(lat_b) * sin(half_lon) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(chord)))


def leg_between(
    origin: Place | None, goal: Place | None, depart: datetime = ANY_TIME, roads: Roads | None = None
) -> Leg | None:
    """The way by `roads` (the estimate of every outlet without any); None where a place is unknown."""
    if origin is None or goal is None:
        return None
    return (ESTIMATE if roads is None else roads).leg(origin, goal, depart)


def travel_minutes(
    origin: Place | None, goal: Place | None, depart: datetime = ANY_TIME, roads: Roads | None = None
) -> int | None:
    """Whole minutes on the road, rounded up; None where a place is unknown."""
    leg = leg_between(origin, goal, depart, roads)
    return None if leg is None else leg.minutes
