"""Departures by what makes their times on the road the same."""

from collections.abc import Hashable
from datetime import datetime, timedelta
from functools import lru_cache

import numpy as np

from dispatch.rules.seek_room import Grid
from dispatch.rules.seek_spans import HOUR, QUARTER, Ints, instant_of
from dispatch.rules.way import REACH
from dispatch.travel.port import TravelMatrix

REACH_MICROS = REACH // timedelta(microseconds=1)


class Bands:
    """Departures by what makes their times the same (`TravelMatrix.band`), looked up by quarter hour."""

    def __init__(self, matrix: TravelMatrix, grid: Grid) -> None:
        self.matrix = matrix
        self.first = int(grid.opens[0]) - REACH_MICROS - HOUR
        quarters = (int(grid.closes[-1]) + 2 * REACH_MICROS - self.first) // QUARTER
        self.places, self.instants = _bands_from(matrix, self.first, quarters + 1)

    def of(self, leaves: Ints) -> Ints:
        """The band of each departure."""
        quarter = np.clip((leaves - self.first) // QUARTER, 0, len(self.places) - 1)
        found: Ints = self.places[quarter]
        return found

    def when(self, band: int) -> datetime:
        """An instant of a band."""
        return instant_of(self.instants[band])


@lru_cache(maxsize=64)
def _bands_from(matrix: TravelMatrix, first: int, quarters: int) -> tuple[Ints, tuple[int, ...]]:
    """The band of each quarter hour from `first` on, and an instant of each band. Kept: they are the same all day."""
    known: dict[Hashable, int] = {}
    instants: list[int] = []
    places = np.empty(quarters, dtype=np.int64)
    for quarter in range(quarters):
        instant = first + quarter * QUARTER
        places[quarter] = known.setdefault(matrix.band(instant_of(instant)), len(known))
        if len(known) > len(instants):
            instants.append(instant)
    return places, tuple(instants)
