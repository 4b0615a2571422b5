"""The port of a source of travel times, and what an adapter that only knows tables gets for nothing.

An adapter answers `table`; `legs` (pairs) and `leg` (one way, for the rules) follow from it. Departures with the same
`band` share their answers, so that whoever asks for many instants asks once for each band.
"""

from abc import ABC, abstractmethod
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from dispatch.rules import Leg, Place, Quality

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Table:
    """Whole seconds and metres on the road, of the shape that was asked for, and how well they are known."""

    seconds: Ints
    metres: Ints
    quality: str


class TravelMatrix(ABC):
    """A source of travel times. Points are rows of latitude and longitude in degrees; a point that is not a number is
    unknown, and so is every way from or to it: its seconds and metres are -1.
    """

    quality: str = Quality.ESTIMATE.value

    @abstractmethod
    def table(self, sources: Floats, targets: Floats, depart_at: datetime) -> Table:
        """The ways from every source (rows) to every target (columns), leaving at `depart_at`."""

    def legs(self, sources: Floats, targets: Floats, depart_at: datetime) -> Table:
        """The ways from each source to the target in the same place."""
        pairs = [
            self.table(sources[place : place + 1], targets[place : place + 1], depart_at)
            for place in range(len(sources))
        ]
        seconds = np.array([pair.seconds[0, 0] for pair in pairs], dtype=np.int64)
        metres = np.array([pair.metres[0, 0] for pair in pairs], dtype=np.int64)
        return Table(seconds, metres, self.quality)

    def leg(self, origin: Place, goal: Place, depart: datetime) -> Leg:
        """One way, as the rules ask for it."""
        found = self.table(points_of([origin]), points_of([goal]), depart)
        return Leg(int(found.seconds[0, 0]), int(found.metres[0, 0]))

    def band(self, depart_at: datetime) -> Hashable:
        """What departures have in common that take the same time."""
        return None


def points_of(places: list[Place]) -> Floats:
    """Places as points."""
    return np.array([(place.lat, place.lon) for place in places], dtype=np.float64).reshape(-1, 2)
