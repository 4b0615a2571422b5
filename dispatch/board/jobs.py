"""The jobs of a board as plain rows: one query, however many, and the drives between them in one pass."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import date, datetime, tzinfo
from functools import cache, partial
from math import ceil, nan
from typing import Any, NamedTuple

import numpy as np
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from dispatch.board.shown import milliseconds
from dispatch.models import ACTIVE, Assignment, AssignmentState
from dispatch.rules import Place, Span
from dispatch.selectors.days import day_of
from dispatch.selectors.people import known_place
from dispatch.travel.port import TravelMatrix
from servicedesk.sla.models import ClockKind, SlaClock

SHOWN = Q(state__in=[*ACTIVE, AssignmentState.DONE])


class Row(NamedTuple):
    """An assignment with what the board shows of its ticket."""

    id: int
    number: str
    version: int
    technician: int
    start: datetime
    end: datetime
    state: str
    ticket_state: str
    kind: str
    priority: int
    category: str | None
    district: str | None
    lat: float | None
    lon: float | None
    promised_from: datetime | None
    promised_until: datetime | None
    due: datetime | None
    arrived: datetime | None
    finished: datetime | None
    offered_at: datetime
    ended_at: datetime | None


class Home(NamedTuple):
    """Where a technician's day begins, and where he was last seen."""

    outlet: int
    home: Place | None
    last: Place | None = None
    seen: datetime | None = None


class Way(NamedTuple):
    """A drive: of which outlet, from where, to where, when it begins, and after which assignment (0: the first)."""

    outlet: int
    origin: Place | None
    goal: Place | None
    leaves: datetime
    before: int


def assignments_in(outlets: Iterable[int], span: Span) -> QuerySet[Assignment]:
    """The assignments of the outlets' technicians in `span` that block time or were worked."""
    window = (span.start, span.end)
    return Assignment.objects.filter(
        SHOWN, technician__outlet__in=outlets, technician__is_active=True, span__overlap=window
    )


def rows_of(found: QuerySet[Assignment]) -> list[Row]:
    """The assignments as rows, by technician and time; one query."""
    due = SlaClock.objects.filter(ticket=OuterRef("ticket"), kind=ClockKind.ARRIVAL, stopped_at=None)
    columns = (
        "pk",
        "ticket__number",
        "row_version",
        "technician_id",
        # Two instants the driver reads by itself; a range it would take apart in Python.
        "span__startswith",
        "span__endswith",
        "state",
        "ticket__state",
        "ticket__kind",
        "ticket__priority",
        "ticket__category__code",
        "ticket__address__district",
        "ticket__address__lat",
        "ticket__address__lon",
        "ticket__promised_from",
        "ticket__promised_until",
        "due_at",
        "arrived",
        "finished",
        "offered_at",
        "ended_at",
    )
    told = found.annotate(
        due_at=Subquery(due.values("due_at")[:1]),
        arrived=F("ticket__facts__first_arrival_at"),
        finished=F("ticket__facts__completed_at"),
    )
    return [Row._make(row) for row in told.order_by("technician_id", "span", "pk").values_list(*columns)]


def job_rows(rows: list[Row], homes: dict[int, Home], roads: Mapping[int, TravelMatrix], zone: tzinfo) -> list[Any]:
    """The rows as `columns.JOB`, each with the drive to it; `rows` stand by technician and time.

    `roads` are the sources of travel times by outlet.
    """
    places = [known_place(row.lat, row.lon) for row in rows]
    day = cache(partial(day_of, zone=zone))
    ways: list[Way] = []
    before: Row | None = None
    for at, row in enumerate(rows):
        if before is not None and (before.technician != row.technician or day(before.start) != day(row.start)):
            before = None
        home = homes[row.technician]
        origin = places[at - 1] if before else _beginning(home, row, day)
        ways.append(
            Way(home.outlet, origin, places[at], before.end if before else row.start, before.id if before else 0)
        )
        before = row
    drives = drives_of(ways, roads)
    return [_told(row, way, drive) for row, way, drive in zip(rows, ways, drives, strict=True)]


def drives_of(ways: list[Way], roads: Mapping[int, TravelMatrix]) -> list[int | None]:
    """The minutes on the road of each way, rounded up; None where a place is unknown.

    One question for each outlet and pace, however many ways.
    """
    groups: dict[tuple[int, Hashable], list[int]] = defaultdict(list)
    band = cache(lambda outlet, leaves: roads[outlet].band(leaves))
    for place, way in enumerate(ways):
        groups[way.outlet, band(way.outlet, way.leaves)].append(place)
    minutes: list[int | None] = [None] * len(ways)
    for (outlet, _band), places in groups.items():
        sources = np.array([_point(ways[place].origin) for place in places])
        goals = np.array([_point(ways[place].goal) for place in places])
        seconds = roads[outlet].legs(sources, goals, ways[places[0]].leaves).seconds
        for place, found in zip(places, seconds.tolist(), strict=True):
            minutes[place] = None if found < 0 else ceil(found / 60)
    return minutes


def _point(place: Place | None) -> tuple[float, float]:
    return (nan, nan) if place is None else (place.lat, place.lon)


def _beginning(home: Home, row: Row, day: Callable[[datetime], date]) -> Place | None:
    """Where the way to the first job of a day begins: the last place known on that day, else home."""
    seen = home.seen
    if seen is not None and seen <= row.start and day(seen) == day(row.start):
        return home.last
    return home.home


def _told(row: Row, way: Way, minutes: int | None) -> list[Any]:
    arrived, finished = _actual(row)
    place = way.goal
    return [
        row.id,
        row.number,
        row.version,
        row.technician,
        milliseconds(row.start),
        milliseconds(row.end),
        row.state,
        row.ticket_state,
        row.kind,
        row.priority,
        row.category or "",
        row.district or "",
        place and place.lat,
        place and place.lon,
        milliseconds(row.promised_from),
        milliseconds(row.promised_until),
        milliseconds(row.due),
        milliseconds(arrived),
        milliseconds(finished),
        way.before,
        minutes,
    ]


def _actual(row: Row) -> tuple[datetime | None, datetime | None]:
    """Arrival and end of the work, where they belong to this assignment and not to an earlier visit of the ticket."""
    mine = row.arrived is not None and row.arrived >= row.offered_at
    if not mine or (row.ended_at is not None and row.arrived is not None and row.arrived > row.ended_at):
        return None, row.ended_at if row.state == AssignmentState.DONE else None
    return row.arrived, row.ended_at or row.finished
