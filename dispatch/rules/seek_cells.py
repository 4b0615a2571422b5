"""Where somebody could begin, as few quarter hours as decide who is best and when.

Between two marks a later start is never better than an earlier one: the neighbours, the roads and the load of the day
stay, the customer's waiting grows, and soft rules only get broken. So the first quarter hour behind each mark stands
for all up to the next one. What may mend a soft rule or change neighbours is a mark; one too many costs a little time,
one too few a better start (tests/dispatch/test_seek.py weighs them all).
"""

from dataclasses import dataclass, replace

import numpy as np

from dispatch.rules.seek_bands import REACH_MICROS, Bands
from dispatch.rules.seek_crew import Crew
from dispatch.rules.seek_room import Grid, Room, column_of
from dispatch.rules.seek_spans import HOUR, MINUTE, QUARTER, ByEnd, Flags, Ints, Spans, micros
from dispatch.rules.values import Job

# The windows of a day that are shown, each with its best start.
WINDOW = 2 * HOUR
WINDOWS = 12


@dataclass(frozen=True)
class Cells:
    """Where somebody could begin: technician, column, start and end; the jobs next before and after in the order of
    `Room.jobs`, -1 without one within reach; `slot` is the place before which the job would stand in that order;
    `last` is the last start the cell stands for.
    """

    owner: Ints
    column: Ints
    start: Ints
    end: Ints
    before: Ints
    after: Ints
    slot: Ints
    last: Ints


def cells_of(crew: Crew, job: Job, room: Room, grid: Grid, bands: Bands) -> Cells:
    """The first cell behind each mark. Bookings that block time do not overlap, so their order says all."""
    shape = room.fits.shape
    flat = np.flatnonzero(room.fits)
    slots = _slots(room.jobs, grid, shape)[flat]
    marked = _marks(crew, job, room, grid) | _column_marks(job, grid, bands)
    fresh = marked.reshape(-1)[flat]
    fresh[:1] = True
    fresh[1:] |= (flat[1:] - flat[:-1] != 1) | (slots[1:] != slots[:-1])
    rows = np.flatnonzero(fresh)
    final = flat[np.append(rows[1:], len(flat)) - 1] if len(rows) else rows
    owner, column = np.divmod(flat[rows], shape[1])
    start = grid.starts[column]
    end = start + job.minutes * MINUTE
    before, after = _neighbours(room.jobs, owner, slots[rows], (start, end))
    return Cells(owner, column, start, end, before, after, slots[rows], grid.starts[final % shape[1]])


def turned(cells: Cells, instants: Ints) -> tuple[Cells, Ints]:
    """The cells with one more for each that stands for starts from its instant on: the first of these. And which of
    the cells before each one comes from.
    """
    more = -(-(instants - cells.start) // QUARTER)
    again = (more > 0) & (cells.start + more * QUARTER <= cells.last)
    origin = np.repeat(np.arange(len(cells.owner)), 1 + again)
    second = np.zeros(len(origin), dtype=np.int64)
    second[1:] = np.where(origin[1:] == origin[:-1], more[origin[1:]], 0)
    found = Cells(**{name: column[origin] for name, column in vars(cells).items()})
    return (
        replace(
            found,
            column=found.column + second,
            start=found.start + second * QUARTER,
            end=found.end + second * QUARTER,
        ),
        origin,
    )


def window_of(grid: Grid, columns: Ints) -> Ints:
    """The place of each column's two hours among those of all days."""
    day = grid.day_at[columns]
    within = np.minimum((grid.starts[columns] - grid.opens[day]) // WINDOW, WINDOWS - 1)
    found: Ints = day * WINDOWS + within
    return found


def _neighbours(jobs: Spans, owner: Ints, slot: Ints, span: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
    if not len(jobs.start):
        nobody = np.full(len(owner), -1, dtype=np.int64)
        return nobody, nobody
    last, coming = np.maximum(slot - 1, 0), np.minimum(slot, len(jobs.start) - 1)
    near = (slot > 0) & (jobs.owner[last] == owner) & (span[0] - jobs.end[last] <= REACH_MICROS)
    soon = (slot < len(jobs.start)) & (jobs.owner[coming] == owner) & (jobs.start[coming] - span[1] <= REACH_MICROS)
    return np.where(near, last, -1), np.where(soon, coming, -1)


def _slots(jobs: Spans, grid: Grid, shape: tuple[int, int]) -> Ints:
    """How many jobs come before each cell in the order of `jobs`: everybody's before him, and his own that begin
    earlier. Laid out along all cells, which takes less than looking each one up.
    """
    first = jobs.owner * shape[1] + np.clip((jobs.start - int(grid.starts[0])) // QUARTER + 1, 0, shape[1])
    stretches = np.diff(first, prepend=0, append=shape[0] * shape[1])
    found: Ints = np.repeat(np.arange(len(first) + 1), stretches)
    return found


def _marks(crew: Crew, job: Job, room: Room, grid: Grid) -> Flags:
    """Technicians × columns: where something of the technician's own may make a start better than the one before."""
    found = np.zeros(room.fits.shape, dtype=np.bool_)
    # Jobs leave and come into reach, he was seen somewhere, another shift begins.
    _mark(found, grid, room.jobs.owner, room.jobs.end + REACH_MICROS + 1)
    _mark(found, grid, room.jobs.owner, room.jobs.start - REACH_MICROS - job.minutes * MINUTE)
    _mark(found, grid, np.arange(len(crew)), crew.seen_at)
    _mark(found, grid, room.shifts.owner, room.shifts.start)
    # Lunch is over, or has had its minutes since it began or since the job before ended.
    lunches = crew.lunches
    _mark(found, grid, lunches.owner, lunches.end)
    _mark(found, grid, lunches.owner, lunches.start + crew.lunch_minutes * MINUTE)
    late = room.jobs.at(_in_lunch(crew, room))
    for minutes in np.unique(crew.lunch_minutes).tolist():
        _mark(found, grid, late.owner, late.end + minutes * MINUTE)
    # What was done early and would have lasted on takes less from each start.
    found[crew.bookings.owner[~crew.active & (crew.bookings.end > grid.earliest)]] = True
    return found


def _mark(marks: Flags, grid: Grid, owner: Ints, instants: Ints) -> None:
    column = column_of(grid, instants)
    inside = (column >= 0) & (column < marks.shape[1])
    marks[owner[inside], column[inside]] = True


def _in_lunch(crew: Crew, room: Room) -> Flags:
    """Which jobs end where a lunch may be; never too few."""
    lunches = ByEnd(crew.lunches, room.line)
    ended = room.line.key(room.jobs.owner, room.jobs.end)
    found: Flags = lunches.soonest[lunches.after(ended)] <= ended
    return found


def _column_marks(job: Job, grid: Grid, bands: Bands) -> Flags:
    """Columns at which the day, its two hours, the times on the road or the customer's window change; and those from
    which the job would last into the next day, each for itself.
    """
    starts = grid.starts
    ends = starts + job.minutes * MINUTE
    found: Flags = ends > grid.closes[grid.day_at]
    whole = np.arange(len(starts))
    changing = [window_of(grid, whole), bands.of(starts), bands.of(ends)]
    if job.window is not None:
        changing.append((starts < micros(job.window.start)).astype(np.int64))
    for values in changing:
        found[1:] |= values[1:] != values[:-1]
    return found
