"""The roads round every cell: from the job before or home, to the next job, and the drive that is saved."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import numpy as np

from dispatch.rules.score import UNKNOWN_DRIVE
from dispatch.rules.seek_crew import Crew, Floats
from dispatch.rules.seek_room import Grid, Room
from dispatch.rules.seek_spans import HOUR, QUARTER, Flags, Ints, Spans, instant_of
from dispatch.rules.values import Job
from dispatch.rules.way import REACH
from dispatch.travel.port import TravelMatrix

REACH_MICROS = REACH // timedelta(microseconds=1)


@dataclass(frozen=True)
class Cells:
    """Where somebody could begin: technician, column, start and end; the jobs next before and after in the order of
    `Room.jobs`, -1 without one within reach; `slot` is the place before which the job would stand in that order.
    """

    owner: Ints
    column: Ints
    start: Ints
    end: Ints
    before: Ints
    after: Ints
    slot: Ints


@dataclass(frozen=True)
class Drives:
    """Whole minutes for each cell: to the job and on to the next one, -1 where a place is unknown and 0 without a next
    one; and the points of what they add to the day, which may be less than nothing.
    """

    to: Ints
    on: Ints
    extra: Ints


def cells_of(room: Room, grid: Grid, length: int) -> Cells:
    """The cells of a room with their neighbours. Bookings that block time do not overlap, so their order says all."""
    width = room.fits.shape[1]
    flat = np.flatnonzero(room.fits)
    owner, column = np.divmod(flat, width)
    start = grid.starts[column]
    end = start + length
    jobs = room.jobs
    slot = _slots(jobs, grid, room.fits.shape)[flat]
    if not len(jobs.start):
        nobody = np.full(len(owner), -1, dtype=np.int64)
        return Cells(owner, column, start, end, nobody, nobody, slot)
    last, coming = np.maximum(slot - 1, 0), np.minimum(slot, len(jobs.start) - 1)
    near = (slot > 0) & (jobs.owner[last] == owner) & (start - jobs.end[last] <= REACH_MICROS)
    soon = (slot < len(jobs.start)) & (jobs.owner[coming] == owner) & (jobs.start[coming] - end <= REACH_MICROS)
    return Cells(owner, column, start, end, np.where(near, last, -1), np.where(soon, coming, -1), slot)


def _slots(jobs: Spans, grid: Grid, shape: tuple[int, int]) -> Ints:
    """How many jobs come before each cell in the order of `jobs`: everybody's before him, and his own that begin
    earlier. Counted along all cells, which takes less than looking each one up.
    """
    first = np.clip((jobs.start - int(grid.starts[0])) // QUARTER + 1, 0, shape[1])
    steps = np.bincount(jobs.owner * shape[1] + first, minlength=shape[0] * shape[1] + 1)
    found: Ints = np.cumsum(steps)
    return found


def drives_of(crew: Crew, job: Job, grid: Grid, room: Room, cells: Cells, matrix: TravelMatrix) -> Drives:
    """The drives round every cell."""
    points = np.concatenate([crew.booked_at[room.places], crew.home, crew.position])
    goal = np.array([[np.nan, np.nan] if job.place is None else [job.place.lat, job.place.lon]])
    origin = _origins(crew, grid, room, cells)
    # The row behind the last one is never chosen: it keeps the array from being empty.
    ends = np.append(room.jobs.end, 0)
    leaves = np.where(cells.before >= 0, ends[cells.before], cells.start)
    bands = Bands(matrix, grid)
    outward, homeward = bands.of(leaves), bands.of(cells.end)
    to = _by_band(outward, lambda band: matrix.table(points, goal, bands.when(band)).seconds[:, 0], origin)
    on = _by_band(homeward, lambda band: matrix.table(goal, points, bands.when(band)).seconds[0], cells.after)
    saved = _pairs(points, origin, cells.after, outward, bands)
    alone = cells.after < 0
    known = (to >= 0) & (alone | ((on >= 0) & (saved >= 0)))
    to, on, saved = _minutes(to), np.where(alone, 0, _minutes(on)), np.where(alone, 0, _minutes(saved))
    return Drives(to, on, np.where(known, to + on - saved, UNKNOWN_DRIVE))


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


def _origins(crew: Crew, grid: Grid, room: Room, cells: Cells) -> Ints:
    """The point each cell's way begins at: the job before, the last position of that day, else home."""
    seen_day = np.searchsorted(grid.opens, crew.seen_at, side="right") - 1
    today = (crew.seen_at[cells.owner] <= cells.start) & (seen_day[cells.owner] == grid.day_at[cells.column])
    homes = len(room.jobs.start) + cells.owner
    away_from_home = np.where(today, homes + len(crew), homes)
    found: Ints = np.where(cells.before >= 0, cells.before, away_from_home)
    return found


def _by_band(bands: Ints, seconds_of: Callable[[int], Ints], point: Ints) -> Ints:
    """The seconds of each cell's way, read from one table for each band; -1 where there is no point."""
    found = np.full(len(point), -1, dtype=np.int64)
    for band in _present(bands):
        rows = (bands == band) & (point >= 0)
        found[rows] = seconds_of(int(band))[point[rows]]
    return found


def _pairs(points: Floats, origin: Ints, goal: Ints, band: Ints, bands: Bands) -> Ints:
    """The seconds from each cell's origin to its next job; neighbouring cells share theirs."""
    found = np.full(len(origin), -1, dtype=np.int64)
    rows = np.flatnonzero(goal >= 0)
    if not len(rows):
        return found
    changes = np.ones(len(rows), dtype=np.bool_)
    changes[1:] = _differs(origin[rows]) | _differs(goal[rows]) | _differs(band[rows])
    runs = rows[changes]
    seconds = np.empty(len(runs), dtype=np.int64)
    for each in _present(band[runs]):
        mine = band[runs] == each
        ways = bands.matrix.legs(points[origin[runs[mine]]], points[goal[runs[mine]]], bands.when(int(each)))
        seconds[mine] = ways.seconds
    found[rows] = seconds[np.cumsum(changes) - 1]
    return found


def _present(bands: Ints) -> Ints:
    """Each band that occurs, once."""
    found: Ints = np.flatnonzero(np.bincount(bands))
    return found


def _differs(values: Ints) -> Flags:
    found: Flags = values[1:] != values[:-1]
    return found


def _minutes(seconds: Ints) -> Ints:
    """Whole minutes, begun ones counted; -1 stays."""
    found: Ints = np.where(seconds < 0, -1, -(-seconds // 60))
    return found
