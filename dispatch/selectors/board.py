"""The board: technicians against the hours of a day, placed on a grid of quarter hours."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from dispatch.models import Absence, Assignment, AssignmentState, Shift, Technician
from dispatch.rules import Booking, Person, Span, load_percent
from dispatch.rules.gaps import without
from dispatch.rules.values import Away
from dispatch.selectors.days import day_span
from dispatch.selectors.people import bookings_in
from servicedesk.people.models import Outlet
from servicedesk.tickets.models import TicketState

# The hours always shown, and the widest the board grows when somebody works earlier or later.
USUAL = (8, 20)
WIDEST = (6, 22)
QUARTER = timedelta(minutes=15)


@dataclass(frozen=True)
class Block:
    """A job on the board: its place and length in quarter hours, and how it looks."""

    assignment: Assignment
    at: int
    length: int
    tone: str
    look: str

    @property
    def minutes(self) -> int:
        """How long the job is planned, in minutes."""
        return int((self.assignment.span.upper - self.assignment.span.lower).total_seconds() // 60)


@dataclass(frozen=True)
class Shade:
    """Time that cannot be given away: off duty (no reason) or away."""

    at: int
    length: int
    reason: str = ""


@dataclass(frozen=True)
class Lane:
    """One technician's day."""

    technician: Technician
    blocks: list[Block]
    shades: list[Shade]
    load: int | None


@dataclass(frozen=True)
class Board:
    """A day of an outlet. `now_at` is the column of the present moment, 0 on other days and outside the hours."""

    day: date
    first: datetime
    hours: list[int]
    lanes: list[Lane]
    now_at: int

    @property
    def blocks(self) -> list[Block]:
        """All jobs of the day by start."""
        every = [block for lane in self.lanes for block in lane.blocks]
        return sorted(every, key=lambda block: (block.assignment.span.lower, block.assignment.pk))


def board_of(outlet: Outlet, day: date, now: datetime) -> Board:
    """The board of `outlet` on its local `day`; four queries."""
    zone = ZoneInfo(outlet.time_zone)
    window = day_span(day, zone)
    crew = list(Technician.objects.filter(outlet=outlet, is_active=True).select_related("user"))
    ids = [one.pk for one in crew]
    reach = {"technician__in": ids, "span__overlap": (window.start, window.end)}
    shifts: dict[int, list[Span]] = defaultdict(list)
    for shift in Shift.objects.filter(**reach):
        shifts[shift.technician_id].append(Span(shift.span.lower, shift.span.upper))
    away: dict[int, list[Away]] = defaultdict(list)
    for absence in Absence.objects.filter(**reach):
        away[absence.technician_id].append(Away(Span(absence.span.lower, absence.span.upper), absence.reason))
    jobs: dict[int, list[Assignment]] = defaultdict(list)
    for job in bookings_in(ids, window).select_related("technician__user", "ticket__address", "ticket__category"):
        jobs[job.technician_id].append(job)
    every = [span for spans in shifts.values() for span in spans]
    every += [Span(job.span.lower, job.span.upper) for own in jobs.values() for job in own]
    shown = _hours(every, window, zone)
    lanes = [_lane(one, shifts[one.pk], away[one.pk], jobs[one.pk], shown, now) for one in crew]
    hours = list(range(shown.start.astimezone(zone).hour, shown.start.astimezone(zone).hour + shown.minutes // 60))
    now_at = _at(now, shown) if shown.start <= now < shown.end else 0
    return Board(day, shown.start, hours, lanes, now_at)


def _hours(spans: list[Span], window: Span, zone: ZoneInfo) -> Span:
    """The hours to show: the usual ones, wider where somebody works earlier or later."""
    first, last = USUAL
    for span in spans:
        start, end = max(span.start, window.start).astimezone(zone), min(span.end, window.end).astimezone(zone)
        first = min(first, start.hour)
        last = max(last, 24 if end >= window.end else end.hour + (1 if end.minute else 0))
    first, last = max(first, WIDEST[0]), min(last, WIDEST[1])
    midnight = window.start.astimezone(zone)
    return Span(midnight.replace(hour=first), midnight.replace(hour=last))


def _lane(
    technician: Technician, shifts: list[Span], away: list[Away], jobs: list[Assignment], shown: Span, now: datetime
) -> Lane:
    bookings = tuple(Booking("", Span(job.span.lower, job.span.upper)) for job in jobs)
    person = Person(technician.pk, technician.outlet_id, shifts=tuple(shifts), away=tuple(away), bookings=bookings)
    shades = [_shade(span, shown) for span in without([shown], shifts)]
    shades += [_shade(one.span, shown, one.reason) for one in away if one.span.overlaps(shown)]
    blocks = [_block(job, shown, now) for job in jobs if Span(job.span.lower, job.span.upper).overlaps(shown)]
    return Lane(technician, blocks, shades, load_percent(person, shown))


def _block(job: Assignment, shown: Span, now: datetime) -> Block:
    at, length = _place(Span(job.span.lower, job.span.upper), shown)
    if job.state == AssignmentState.DONE:
        return Block(job, at, length, "ok", "")
    if job.ticket.state == TicketState.IN_SERVICE:
        return Block(job, at, length, "active", "")
    if job.span.lower < now:
        return Block(job, at, length, "danger", "late")
    return Block(job, at, length, "warn" if job.state == AssignmentState.OFFERED else "info", "planned")


def _shade(span: Span, shown: Span, reason: str = "") -> Shade:
    at, length = _place(span, shown)
    return Shade(at, length, reason)


def _place(span: Span, shown: Span) -> tuple[int, int]:
    at = _at(max(span.start, shown.start), shown)
    end = ceil((min(span.end, shown.end) - shown.start) / QUARTER) + 1
    return at, max(1, end - at)


def _at(instant: datetime, shown: Span) -> int:
    return int((instant - shown.start) / QUARTER) + 1
