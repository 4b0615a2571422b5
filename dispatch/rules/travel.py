"""How far and how long: an estimate from coordinates, until a road table is asked.

The road is taken as 1.3 times the straight line, and minutes as a fixed share for starting and parking plus a
share per road kilometre; fitted to urban road tables with 12 % median error (docs/dispatch.md, travel).
"""

from math import asin, ceil, cos, radians, sin, sqrt

from dispatch.rules.values import Place

EARTH_KM = 6371.0
DETOUR = 1.3
FIXED_MINUTES = 6.2
MINUTES_PER_KM = 0.82
# Next door: the same yard or house needs no drive.
SAME_PLACE_KM = 0.05


def distance_km(origin: Place, goal: Place) -> float:
    """The great-circle distance in kilometres."""
    lat_a, lat_b = radians(origin.lat), radians(goal.lat)
    half_lat, half_lon = (lat_b - lat_a) / 2, radians(goal.lon - origin.lon) / 2
    chord = sin(half_lat) ** 2 + cos(lat_a) * cos(lat_b) * sin(half_lon) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(chord)))


def travel_minutes(origin: Place | None, goal: Place | None) -> int | None:
    """Whole minutes on the road, rounded up; None where a place is unknown."""
    if origin is None or goal is None:
        return None
    line = distance_km(origin, goal)
    if line < SAME_PLACE_KM:
        return 0
    return ceil(FIXED_MINUTES + MINUTES_PER_KM * DETOUR * line)
