"""Where a job fits: every quarter hour of some days against every technician, by the hard rules; and why it does not.

The columns of a grid are the quarter hours of the days asked about. What a plain rule says of one span
(dispatch/rules/check.py) is said here of all columns at once.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np

from dispatch.rules.gaps import snap_up
from dispatch.rules.seek_crew import Crew
from dispatch.rules.seek_spans import DAY, MINUTE, QUARTER, Flags, Ints, Line, Spans, Union, micros, ranges
from dispatch.rules.values import Job

# Far enough round the days asked about for every way, night shift and job.
AROUND = 2 * DAY
# Codes of the rules that keep somebody out of a day, in the order in which they are told.
REASONS = (
    "",
    "technician_inactive",
    "other_outlet",
    "barred",
    "not_again",
    "not_requested",
    "skill_missing",
    "skill_lapsed",
    "no_certificate",
    "out_of_district",
    "no_shift",
    "job_too_long",
    "absent",
    "day_full",
)
CODE_OF = {code: place for place, code in enumerate(REASONS)}


@dataclass(frozen=True)
class Grid:
    """The quarter hours of some local days: `starts`, the day of each, and the days' first and last instants."""

    starts: Ints
    day_at: Ints
    opens: Ints
    closes: Ints
    ordinals: Ints
    earliest: int

    @property
    def shape_days(self) -> int:
        """How many days there are."""
        return len(self.opens)

    @property
    def columns_of_days(self) -> Ints:
        """How many quarter hours each day has."""
        found: Ints = np.bincount(self.day_at, minlength=self.shape_days)
        return found

    @property
    def asked(self) -> Ints:
        """The first instant of each day that is asked about."""
        first = np.searchsorted(self.starts, np.maximum(self.opens, self.earliest))
        last = np.searchsorted(self.starts, self.closes) - 1
        return self.starts[np.minimum(first, last)]


def grid_of(job: Job, first: date, days: int, earliest: datetime) -> Grid:
    """The grid of the local days from `first` on; nothing starts before the quarter hour after `earliest`."""
    midnights = [datetime.combine(first + timedelta(days=more), time(), job.zone) for more in range(days + 1)]
    edges = np.array([micros(one) for one in midnights], dtype=np.int64)
    begins = micros(snap_up(midnights[0]))
    starts = np.arange(begins, edges[-1], QUARTER, dtype=np.int64)
    day_at = np.searchsorted(edges, starts, side="right") - 1
    ordinals = np.arange(days, dtype=np.int64) + first.toordinal()
    return Grid(starts, day_at, edges[:-1], edges[1:], ordinals, micros(snap_up(earliest)))


@dataclass(frozen=True)
class Room:
    """Where the job fits (`fits`, technicians × quarter hours), and the spans it was reckoned from; `reasons` are the
    codes of the days without room, 0 where there is some.
    """

    fits: Flags
    reasons: Ints
    line: Line
    shifts: Spans
    duty: "Duty"
    jobs: Spans
    places: Ints


@dataclass(frozen=True)
class Duty:
    """The hours of technicians less their absences, as a difference of two unions."""

    both: Union
    away: Union

    def measure(self, owner: Ints, start: Ints, end: Ints) -> Ints:
        """How much of the time from `start` to `end` each owner is on duty, microseconds."""
        return self.both.measure(owner, start, end) - self.away.measure(owner, start, end)


def lasting_reasons(crew: Crew, job: Job, grid: Grid) -> Ints:
    """Technicians × days: the code of the first lasting rule that is broken at the day's first instant, 0 without any.

    Who may not go then may not go later that day: a certificate can be suspended in a day, but not begin in one.
    """
    lasting, skilled = _lasting(crew, job), _skilled(crew, job, grid)
    unlearned = np.broadcast_to((crew.level == 0)[:, None], skilled.shape)
    checks = (
        (~skilled & unlearned, "skill_missing"),
        (~skilled, "skill_lapsed"),
        (~_certified_days(crew, grid), "no_certificate"),
        (np.broadcast_to(~crew.in_district[:, None], skilled.shape), "out_of_district"),
    )
    found = _first_of((len(crew), grid.shape_days), checks)
    return np.where(lasting[:, None] > 0, lasting[:, None], found)


def _certified_days(crew: Crew, grid: Grid) -> Flags:
    """Technicians × days on which some certificate is valid and, at the first instant asked about, not suspended."""
    valid = (crew.paper_from[:, None] <= grid.ordinals) & (crew.paper_until[:, None] >= grid.ordinals)
    valid &= crew.suspended[:, None] > grid.asked
    found = np.zeros((len(crew), grid.shape_days), dtype=np.bool_)
    np.logical_or.at(found, crew.paper_owner, valid)
    return found


def room_for(crew: Crew, job: Job, grid: Grid, early: Ints) -> Room:
    """Where and when the job could be done, by technicians whom their lasting reasons `early` leave some day."""
    line = Line(int(grid.opens[0]) - AROUND, int(grid.closes[-1]) + AROUND)
    length = job.minutes * MINUTE
    shifts = Union(crew.shifts, line).spans()
    away = Union(crew.away, line)
    jobs, places = _in_order(crew, line)
    shape = (len(crew), len(grid.starts))
    free = _on_shift(crew, shifts, grid, length) & ~_taken(shape, away.spans().beside(jobs), grid, length)
    free &= (grid.starts >= grid.earliest)[None, :]
    fits = free & np.repeat(early == 0, grid.columns_of_days, axis=1)
    if (crew.suspended < grid.closes[-1]).any():
        fits &= _certified(crew, shape, grid)
    duty = Duty(Union(crew.shifts.beside(crew.away), line), away)
    hours = _reasons_of_hours(crew, shifts, duty, grid, _by_day(free, grid), length)
    reasons = np.where(_by_day(fits, grid), 0, np.where(early > 0, early, hours))
    return Room(fits, reasons, line, shifts, duty, jobs, places)


def _in_order(crew: Crew, line: Line) -> tuple[Spans, Ints]:
    """The bookings that block time, by owner and start, and where their places stand."""
    rows = np.flatnonzero(crew.active)
    inside = (crew.bookings.end[rows] > line.first) & (crew.bookings.start[rows] < line.last)
    rows = rows[inside]
    order = np.argsort(line.key(crew.bookings.owner[rows], crew.bookings.start[rows]), kind="stable")
    return crew.bookings.at(rows[order]), rows[order]


def column_of(grid: Grid, instants: Ints) -> Ints:
    """The first column at or after each instant."""
    found: Ints = -((int(grid.starts[0]) - instants) // QUARTER)
    return found


def _on_shift(crew: Crew, shifts: Spans, grid: Grid, length: int) -> Flags:
    """Where a job begins inside a shift and ends in it or in the overtime allowed."""
    latest = np.minimum(shifts.end - 1, shifts.end + crew.overtime[shifts.owner] * MINUTE - length)
    first = column_of(grid, shifts.start)
    last = column_of(grid, latest + 1) - 1
    return ranges((len(crew), len(grid.starts)), shifts.owner, first, last)


def _taken(shape: tuple[int, int], busy: Spans, grid: Grid, length: int) -> Flags:
    """Where a job would overlap what takes the technician's time."""
    first = column_of(grid, busy.start - length + 1)
    last = column_of(grid, busy.end) - 1
    return ranges(shape, busy.owner, first, last)


def _certified(crew: Crew, shape: tuple[int, int], grid: Grid) -> Flags:
    """Where some certificate is valid on the local day and not suspended by then."""
    first_day, last_day = int(grid.ordinals[0]), int(grid.ordinals[-1])
    valid = (crew.paper_from <= last_day) & (crew.paper_until >= first_day)
    since = np.maximum(crew.paper_from[valid], first_day) - first_day
    until = np.minimum(crew.paper_until[valid], last_day) - first_day
    end = np.minimum(grid.closes[until], crew.suspended[valid])
    return ranges(shape, crew.paper_owner[valid], column_of(grid, grid.opens[since]), column_of(grid, end) - 1)


def _skilled(crew: Crew, job: Job, grid: Grid) -> Flags:
    """Technicians × days on which the skill the job asks for holds."""
    if not job.category:
        return np.ones((len(crew), grid.shape_days), dtype=np.bool_)
    begun = crew.skill_from[:, None] <= grid.ordinals[None, :]
    lasts = crew.skill_until[:, None] >= grid.ordinals[None, :]
    found: Flags = begun & lasts & (crew.level > 0)[:, None]
    return found


def _lasting(crew: Crew, job: Job) -> Ints:
    """The first reason that no day could mend, before the skill; 0 without any."""
    asked = np.zeros(len(crew), dtype=np.bool_) if job.asked_for is None else crew.key != job.asked_for
    checks = (
        (~crew.in_service, "technician_inactive"),
        (crew.outlet != job.outlet, "other_outlet"),
        (_among(crew.key, job.barred), "barred"),
        (_among(crew.key, job.not_again), "not_again"),
        (asked, "not_requested"),
    )
    return _first_of(len(crew), checks)


def _first_of(size: int | tuple[int, int], checks: tuple[tuple[Flags, str], ...]) -> Ints:
    found = np.zeros(size, dtype=np.int64)
    for flags, code in reversed(checks):
        found[flags] = CODE_OF[code]
    return found


def _among(keys: Ints, wanted: frozenset[int]) -> Flags:
    found: Flags = np.isin(keys, np.fromiter(wanted, dtype=np.int64))
    return found


def _reasons_of_hours(crew: Crew, shifts: Spans, duty: Duty, grid: Grid, roomy: Flags, length: int) -> Ints:
    """What is the matter with the hours of each day; with the certificate where nothing else is."""
    found = np.zeros(roomy.shape, dtype=np.int64)
    owners = np.arange(len(crew), dtype=np.int64)
    for day in range(grid.shape_days):
        start, end = max(int(grid.opens[day]), grid.earliest), int(grid.closes[day])
        inside = (shifts.start < end) & (shifts.end > start) & (start < end)
        longest = np.zeros(len(crew), dtype=np.int64)
        np.maximum.at(longest, shifts.owner[inside], (shifts.end - shifts.start)[inside])
        on_duty = duty.measure(owners, np.full(len(crew), start), np.full(len(crew), max(start, end)))
        checks = (
            (longest == 0, "no_shift"),
            (longest + crew.overtime * MINUTE < length, "job_too_long"),
            (on_duty == 0, "absent"),
            (~roomy[:, day], "day_full"),
            (np.ones(len(crew), dtype=np.bool_), "no_certificate"),
        )
        found[:, day] = _first_of(len(crew), checks)
    return found


def _by_day(cells: Flags, grid: Grid) -> Flags:
    """Technicians × days with any true cell."""
    edges = np.searchsorted(grid.day_at, np.arange(grid.shape_days))
    found: Flags = np.logical_or.reduceat(cells, edges, axis=1)
    return found
