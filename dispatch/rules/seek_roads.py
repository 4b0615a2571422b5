"""The roads round every cell: from the job before or home, to the next job, and the drive that is saved."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dispatch.rules.score import UNKNOWN_DRIVE
from dispatch.rules.seek_bands import Bands
from dispatch.rules.seek_cells import Cells, turned
from dispatch.rules.seek_crew import Crew, Floats
from dispatch.rules.seek_room import Grid, Room
from dispatch.rules.seek_spans import MINUTE, Flags, Ints
from dispatch.rules.values import Job


@dataclass(frozen=True)
class Drives:
    """Whole minutes for each cell: to the job and on to the next one, -1 where a place is unknown and 0 without a next
    one; and the points of what they add to the day, which may be less than nothing.
    """

    to: Ints
    on: Ints
    extra: Ints

    def at(self, rows: Ints) -> "Drives":
        """The drives of some cells."""
        return Drives(self.to[rows], self.on[rows], self.extra[rows])


def driven(crew: Crew, job: Job, grid: Grid, room: Room, cells: Cells, bands: Bands) -> tuple[Cells, Drives]:
    """The cells with the drives round each, and with one more where the drive to the job comes to fit behind the job
    before: less time than the drive is a soft rule, which a later start mends.
    """
    drives = drives_of(crew, job, grid, room, cells, bands)
    fits = _leaves(room, cells) + np.where(cells.before >= 0, drives.to * MINUTE, 0)
    more, origin = turned(cells, fits)
    return more, drives.at(origin)


def _leaves(room: Room, cells: Cells) -> Ints:
    """When each cell's way begins at the earliest: the end of the job before, without one the cell's own start."""
    # The row behind the last one is never chosen: it keeps the array from being empty.
    ends = np.append(room.jobs.end, 0)
    return np.where(cells.before >= 0, ends[cells.before], cells.start)


def drives_of(crew: Crew, job: Job, grid: Grid, room: Room, cells: Cells, bands: Bands) -> Drives:
    """The drives round every cell."""
    points = np.concatenate([crew.booked_at[room.places], crew.home, crew.position])
    goal = np.array([[np.nan, np.nan] if job.place is None else [job.place.lat, job.place.lon]])
    origin = _origins(crew, grid, room, cells)
    outward, homeward = bands.of(_leaves(room, cells)), bands.of(cells.end)
    to = _by_band(outward, lambda band: bands.matrix.table(points, goal, bands.when(band)).seconds[:, 0], origin)
    on = _by_band(homeward, lambda band: bands.matrix.table(goal, points, bands.when(band)).seconds[0], cells.after)
    saved = _pairs(points, origin, cells.after, outward, bands)
    alone = cells.after < 0
    known = (to >= 0) & (alone | ((on >= 0) & (saved >= 0)))
    to, on, saved = _minutes(to), np.where(alone, 0, _minutes(on)), np.where(alone, 0, _minutes(saved))
    return Drives(to, on, np.where(known, to + on - saved, UNKNOWN_DRIVE))


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
