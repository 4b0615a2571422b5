"""The best technicians and starts for a job, all quarter hours of some days weighed at once.

What is found is what weighing every quarter hour of every technician by `judge` would find (`rank`); that it is the
same is proven by tests/dispatch/test_seek.py. Bookings that block time must not overlap, which the database sees to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import overload

import numpy as np

from dispatch.rules.ranking import FAR_MINUTES, FULL_PERCENT, ORDER, Grade
from dispatch.rules.score import (
    CONDUCT_MOST,
    CONDUCT_POINTS,
    FAILED_POINTS,
    FLOOR_SHARE,
    FULL_LOAD,
    GRADE_SHARES,
    KNOWN_POINTS,
    LATE_FACTOR,
    LEVEL_POINTS,
    LOAD_SHARE,
    WAITING_SHARE,
)
from dispatch.rules.seek_bands import Bands
from dispatch.rules.seek_cells import WINDOW, WINDOWS, Cells, cells_of, window_of
from dispatch.rules.seek_crew import Crew, Floats
from dispatch.rules.seek_roads import Drives, driven
from dispatch.rules.seek_room import REASONS, Grid, Room, grid_of, lasting_reasons, room_for
from dispatch.rules.seek_spans import MINUTE, ByEnd, Flags, Ints, Union, instant_of, micros
from dispatch.rules.values import Job
from dispatch.travel.port import TravelMatrix

# A key holds grade, findings, points and column, the weightiest first; points are moved above zero.
COLUMN_BITS, POINT_BITS, FINDING_BITS = 12, 26, 4
POINTS_ZERO = 1 << 20
NOBODY = np.iinfo(np.int64).max
GRADES = tuple(Grade)


@dataclass(frozen=True)
class Best:
    """A technician's best start of a day."""

    person: int
    grade: Grade
    findings: int
    total: int
    start: datetime


class Ranked(Sequence[Best]):
    """The best starts of a day, best first; each is put into words only where it is looked at."""

    def __init__(self, keys: Ints, starts: Ints, order: Ints, best: Ints) -> None:
        self._keys, self._starts, self._order, self._best = keys, starts, order, best

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, place: int) -> Best: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[Best, ...]: ...

    def __getitem__(self, place: int | slice) -> Best | tuple[Best, ...]:
        if isinstance(place, slice):
            return tuple(self._at(int(one)) for one in self._order[place])
        return self._at(int(self._order[place]))

    def of(self, person: int) -> Best | None:
        """The best start of one technician; None where he has none on this day."""
        places = np.flatnonzero(self._keys == person)
        return self._at(int(places[0])) if len(places) and self._best[places[0]] != NOBODY else None

    def _at(self, place: int) -> Best:
        return best_of(int(self._keys[place]), int(self._best[place]), self._starts)


@dataclass(frozen=True)
class Window:
    """Two hours of a day: how many could begin in them, and who best of all."""

    start: datetime
    count: int
    best: Best


@dataclass(frozen=True)
class Found:
    """What was found: for each day the starts, best first, the reasons of those who cannot go, and the windows."""

    first: date
    ranked: tuple[Ranked, ...]
    reasons: tuple[dict[int, str], ...]
    windows: tuple[tuple[Window, ...], ...]

    def day(self, day: date) -> int:
        """The place of a day."""
        return (day - self.first).days


def seek(crew: Crew, job: Job, matrix: TravelMatrix, first: date, days: int, earliest: datetime) -> Found:
    """The best starts of the local days from `first` on, none before `earliest`."""
    grid = grid_of(job, first, days, earliest)
    reasons = lasting_reasons(crew, job, grid)
    able = np.flatnonzero((reasons == 0).any(axis=1))
    some = crew.only(able)
    room = room_for(some, job, grid, reasons[able])
    reasons[able] = room.reasons
    bands = Bands(matrix, grid)
    cells, drives = driven(some, job, grid, room, cells_of(some, job, room, grid, bands), bands)
    weights = Weights(drives, _findings(some, job, room, cells, drives), _load(some, grid, room, cells))
    keys = _keys(some, job, cells, weights, earliest)
    best = _least(cells.owner * days + grid.day_at[cells.column], keys, len(some) * days).reshape(len(some), days)
    ranked = tuple(_ranked(some, grid, best[:, day].copy()) for day in range(days))
    why = tuple(_reasons(crew, reasons[:, day]) for day in range(days))
    return Found(first, ranked, why, _windows(some, grid, cells, keys))


def _reasons(crew: Crew, codes: Ints) -> dict[int, str]:
    """Who cannot go on a day, and why."""
    out = np.flatnonzero(codes)
    return {key: REASONS[code] for key, code in zip(crew.key[out].tolist(), codes[out].tolist(), strict=True)}


@dataclass(frozen=True)
class Weights:
    """What of each cell its neighbours and its day decide."""

    drives: Drives
    findings: Ints
    load: Floats


def _keys(crew: Crew, job: Job, cells: Cells, weights: Weights, earliest: datetime) -> Ints:
    """What the cells are ordered by, as one number each."""
    drives, findings, load = weights.drives, weights.findings, weights.load
    waits = _waits(job, cells, earliest)
    total = (
        drives.extra
        + _lateness(job, cells, waits)
        + _whole(load * LOAD_SHARE)
        + _by_person(crew, job, cells)
        + _whole(waits * _grade_share(job, cells))
    )
    far = (drives.to < 0) | (drives.to > FAR_MINUTES) | (_whole(load) > FULL_PERCENT)
    grade = np.where(findings > 0, ORDER[Grade.STRETCH], np.where(far, ORDER[Grade.POSSIBLE], 0))
    key = (grade << FINDING_BITS) | findings
    key = (key << POINT_BITS) + total + POINTS_ZERO
    found: Ints = (key << COLUMN_BITS) | cells.column
    return found


def _findings(crew: Crew, job: Job, room: Room, cells: Cells, drives: Drives) -> Ints:
    """How many soft rules each cell breaks (dispatch/rules/check.py, SOFT)."""
    failed = np.isin(crew.key, np.fromiter(job.failed_by, dtype=np.int64))
    low = (crew.level < job.level) & bool(job.category)
    lasting = failed.astype(np.int64) + low + (crew.stars < job.stars)
    found = lasting[cells.owner]
    if job.window is not None:
        first, last = micros(job.window.start), micros(job.window.end)
        found += (cells.start < first) | (cells.start > last)
    if job.due is not None:
        found += cells.start > micros(job.due)
    found += _tight(room, cells, drives)
    shifts = room.line.key(room.shifts.owner, room.shifts.start)
    mine = np.searchsorted(shifts, room.line.key(cells.owner, cells.start), side="right") - 1
    found += room.shifts.end[mine] < cells.end
    return found + _lunch_lost(crew, room, cells)


def _tight(room: Room, cells: Cells, drives: Drives) -> Flags:
    """Where there is less time than the drive, before or after."""
    if not len(room.jobs.start):
        return np.zeros(len(cells.owner), dtype=np.bool_)
    gap_before = (cells.start - room.jobs.end[cells.before]) // MINUTE
    gap_after = (room.jobs.start[cells.after] - cells.end) // MINUTE
    found: Flags = (cells.before >= 0) & (drives.to > gap_before)
    return found | ((cells.after >= 0) & (drives.on > gap_after))


def _lunch_lost(crew: Crew, room: Room, cells: Cells) -> Flags:
    """Where a lunch that still fitted does not fit any more."""
    lost = np.zeros(len(cells.owner), dtype=np.bool_)
    lunches, line = crew.lunches, room.line
    known = ByEnd(lunches, line)
    place, until = known.after(line.key(cells.owner, cells.start)), line.key(cells.owner, cells.end)
    pieces = _pieces(crew, room)
    rows = np.arange(len(cells.owner))
    while True:
        # Where all that are left begin past a job's end, none of them touches it.
        rows = rows[known.soonest[place[rows]] < until[rows]]
        if not len(rows):
            return lost
        lunch = known.order[place[rows]]
        near = (lunches.owner[lunch] == cells.owner[rows]) & (lunches.start[lunch] < cells.end[rows])
        lost[rows[near]] |= _too_short((crew, pieces), room, cells, rows[near], lunch[near])
        place[rows] += 1


def _too_short(
    known: tuple[Crew, tuple[Ints, Ints, Ints]], room: Room, cells: Cells, rows: Ints, lunch: Ints
) -> Flags:
    """Whether the lunch of each row had its minutes and has them no longer."""
    crew, (longest, where, second) = known
    opens, closes = crew.lunches.start[lunch], crew.lunches.end[lunch]
    starts, ends = _bounds(room, cells.owner[rows], cells.slot[rows])
    left = (cells.start[rows] - np.maximum(starts, opens)) // MINUTE
    right = (np.minimum(ends, closes) - cells.end[rows]) // MINUTE
    others = np.where(where[lunch] == cells.slot[rows], second[lunch], longest[lunch])
    after = np.maximum(others, np.maximum(left, right))
    needed = crew.lunch_minutes[lunch]
    found: Flags = (longest[lunch] >= needed) & (after < needed)
    return found


def _bounds(room: Room, owner: Ints, slot: Ints) -> tuple[Ints, Ints]:
    """From the end of the job before to the start of the next one, without end where there is none."""
    if not len(room.jobs.start):
        return np.full(len(owner), room.line.first), np.full(len(owner), room.line.last)
    last, coming = np.maximum(slot - 1, 0), np.minimum(slot, len(room.jobs.start) - 1)
    has_last = (slot > 0) & (room.jobs.owner[last] == owner)
    has_next = (slot < len(room.jobs.start)) & (room.jobs.owner[coming] == owner)
    return (
        np.where(has_last, room.jobs.end[last], room.line.first),
        np.where(has_next, room.jobs.start[coming], room.line.last),
    )


def _pieces(crew: Crew, room: Room) -> tuple[Ints, Ints, Ints]:
    """For each lunch the longest free piece in minutes, the slot it lies in, and the longest of the other pieces."""
    lunches = crew.lunches
    starts = room.line.key(room.jobs.owner, room.jobs.start)
    begin = np.searchsorted(starts, room.line.key(lunches.owner, lunches.start))
    longest, second = np.zeros(len(lunches.owner), np.int64), np.zeros(len(lunches.owner), np.int64)
    where = begin.copy()
    going = np.ones(len(lunches.owner), dtype=np.bool_)
    slot = begin.copy()
    while going.any():
        opens, closes = _bounds(room, lunches.owner, slot)
        piece = (np.minimum(closes, lunches.end) - np.maximum(opens, lunches.start)) // MINUTE
        piece = np.where(going, np.maximum(piece, 0), 0)
        better = piece > longest
        second = np.where(better, longest, np.maximum(second, piece))
        longest, where = np.where(better, piece, longest), np.where(better, slot, where)
        going &= closes < lunches.end
        slot = slot + going
    return longest, where, second


def _load(crew: Crew, grid: Grid, room: Room, cells: Cells) -> Floats:
    """How full the day would be with the job, in percent of the hours on duty (score.load_with)."""
    day = grid.day_at[cells.column]
    work = Union(crew.bookings, room.line)
    done = Union(crew.bookings.at(~crew.active & (crew.bookings.end > grid.earliest)), room.line)
    end = np.minimum(cells.end, grid.closes[day])
    owners = np.repeat(np.arange(len(crew), dtype=np.int64), grid.shape_days)
    edges = (np.tile(grid.opens, len(crew)), np.tile(grid.closes, len(crew)))
    place = cells.owner * grid.shape_days + day
    worked = work.measure(owners, *edges)[place] + (end - cells.start)
    # A cell shares no time with jobs that block it.
    worked -= done.measure(cells.owner, cells.start, end)
    hours = room.duty.measure(owners, *edges)[place] / MINUTE
    with np.errstate(divide="ignore", invalid="ignore"):
        percent = np.minimum(float(FULL_LOAD), 100 * (worked / MINUTE) / hours)
    return np.where(hours > 0, percent, float(FULL_LOAD))


def _waits(job: Job, cells: Cells, earliest: datetime) -> Floats:
    """How long the customer waits, in minutes (score.waiting_minutes)."""
    begins = max(earliest, job.window.start) if job.window else earliest
    found: Floats = np.maximum(0.0, (cells.start - micros(begins)) / 1e6 / 60)
    return found


def _lateness(job: Job, cells: Cells, waits: Floats) -> Ints:
    late = 0.0 if job.due is None else np.maximum(0.0, (cells.start - micros(job.due)) / 1e6 / 60)
    return _whole(waits * WAITING_SHARE + late * LATE_FACTOR)


def _by_person(crew: Crew, job: Job, cells: Cells) -> Ints:
    """The parts that are the same for every start of a technician: skill, continuity, conduct."""
    above = np.maximum(0, crew.level - job.level) if job.category else np.zeros(len(crew), dtype=np.int64)
    known, failed = (np.isin(crew.key, np.fromiter(keys, dtype=np.int64)) for keys in (job.known_by, job.failed_by))
    notes = np.array([job.conduct.get(int(key), 0) for key in crew.key] if job.conduct else [0], dtype=np.int64)
    conduct = np.minimum(CONDUCT_MOST, CONDUCT_POINTS * notes)
    points = LEVEL_POINTS * above + KNOWN_POINTS * known + FAILED_POINTS * failed + conduct
    found: Ints = points[cells.owner]
    return found


def _grade_share(job: Job, cells: Cells) -> Floats:
    """How much a waiting minute weighs more for the customer's grade, or for having waited too long."""
    own = GRADE_SHARES.get(job.grade, 0.0)
    starving = np.zeros(len(cells.start), dtype=np.bool_) if job.floor is None else cells.start > micros(job.floor)
    found: Floats = np.maximum(own, np.where(starving, FLOOR_SHARE, 0.0))
    return found


def _whole(values: Floats) -> Ints:
    """Rounded as the plain rules round, halves to even."""
    found: Ints = np.rint(values).astype(np.int64)
    return found


def _least(groups: Ints, keys: Ints, size: int) -> Ints:
    """The least key of each group; NOBODY where it has none. Groups come in order."""
    found = np.full(size, NOBODY, dtype=np.int64)
    if len(groups):
        edges = np.flatnonzero(np.append(True, groups[1:] != groups[:-1]))
        found[groups[edges]] = np.minimum.reduceat(keys, edges)
    return found


def _ranked(crew: Crew, grid: Grid, best: Ints) -> Ranked:
    who = np.flatnonzero(best != NOBODY)
    order = who[np.lexsort((crew.key[who], best[who] >> COLUMN_BITS))]
    return Ranked(crew.key, grid.starts, order, best)


def best_of(person: int, key: int, starts: Ints) -> Best:
    """What a technician's key says, in words."""
    column, rest = key & ((1 << COLUMN_BITS) - 1), key >> COLUMN_BITS
    points, rest = rest & ((1 << POINT_BITS) - 1), rest >> POINT_BITS
    findings, grade = rest & ((1 << FINDING_BITS) - 1), rest >> FINDING_BITS
    start = instant_of(int(starts[column]))
    return Best(person, GRADES[grade], findings, points - POINTS_ZERO, start)


def _windows(crew: Crew, grid: Grid, cells: Cells, keys: Ints) -> tuple[tuple[Window, ...], ...]:
    """The two hours of each day in which somebody could begin."""
    slot = window_of(grid, cells.column)
    group = cells.owner * (WINDOWS * grid.shape_days) + slot
    if not len(group):
        return ((),) * grid.shape_days
    edges = np.flatnonzero(np.append(True, group[1:] != group[:-1]))
    least, slots, owners = np.minimum.reduceat(keys, edges), slot[edges], cells.owner[edges]
    # Sorted in the order of the crew: the first of those who are equally good is the one with the least key.
    order = np.argsort(slots.astype(np.int16), kind="stable")
    least, owners = least[order], owners[order]
    counts = np.bincount(slots, minlength=WINDOWS * grid.shape_days)
    begins = np.concatenate([[0], np.cumsum(counts)])
    found: list[list[Window]] = [[] for _day in range(grid.shape_days)]
    for place in np.flatnonzero(counts).tolist():
        on, number = divmod(place, WINDOWS)
        first = int(begins[place])
        best = first + int(np.argmin(least[first : int(begins[place + 1])] >> COLUMN_BITS))
        opens = instant_of(int(grid.opens[on]) + number * WINDOW)
        found[on].append(
            Window(opens, int(counts[place]), best_of(int(crew.key[owners[best]]), int(least[best]), grid.starts))
        )
    return tuple(tuple(each) for each in found)
