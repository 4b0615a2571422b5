"""The estimate from coordinates as a source of tables: what `rules.travel.Profile` says of a way, for many at once."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from dispatch.rules import Leg, Pace, Place, Profile
from dispatch.rules.travel import EARTH_KM, SAME_PLACE_METRES
from dispatch.travel.port import Floats, Ints, Table, TravelMatrix


@dataclass(frozen=True)
class HaversineProfile(TravelMatrix):
    """Straight line times detour; fixed minutes plus minutes per kilometre by the local hour of departure."""

    profile: Profile = field(default_factory=Profile)

    def table(self, sources: Floats, targets: Floats, depart_at: datetime) -> Table:
        """Every source to every target."""
        return self._along(sources[:, None, :], targets[None, :, :], self.profile.pace_at(depart_at))

    def legs(self, sources: Floats, targets: Floats, depart_at: datetime) -> Table:
        """Each source to the target in the same place."""
        return self._along(sources, targets, self.profile.pace_at(depart_at))

    def leg(self, origin: Place, goal: Place, depart: datetime) -> Leg:
        """One way, without the cost of arrays."""
        return self.profile.leg(origin, goal, depart)

    def band(self, depart_at: datetime) -> Hashable:
        """The pace itself: departures with the same pace take the same time."""
        return self.profile.pace_at(depart_at)

    def _along(self, sources: Floats, targets: Floats, pace: Pace) -> Table:
        line = straight_metres(sources, targets)
        known = ~np.isnan(line)
        whole = np.rint(np.where(known, line, 0.0))
        metres = np.rint(whole * pace.detour)
        seconds = np.rint((pace.fixed_minutes + pace.minutes_per_km * (metres / 1000)) * 60)
        near = whole < SAME_PLACE_METRES
        return Table(_whole(seconds, near, known), _whole(metres, near, known), self.quality)


def straight_metres(sources: Floats, targets: Floats) -> Floats:
    """Great-circle metres between points, not a number where one is unknown; shapes are broadcast."""
    lat_a, lat_b = np.radians(sources[..., 0]), np.radians(targets[..., 0])
    half_lat = (lat_b - lat_a) / 2
    half_lon = np.radians(targets[..., 1] - sources[..., 1]) / 2
    chord = np.sin(half_lat) ** 2 + np.cos(lat_a) * np.cos(lat_b) * np.sin(half_lon) ** 2
    found: Floats = 1000 * (2 * EARTH_KM * np.arcsin(np.minimum(1.0, np.sqrt(chord))))
    return found


def _whole(values: Floats, near: np.ndarray, known: np.ndarray) -> Ints:
    found: Ints = np.where(known, np.where(near, 0.0, values), -1.0).astype(np.int64)
    return found
