"""What the board draws, as one compact answer: technicians, their hours, their jobs and the trays.

Rows are lists in the order of `columns`, instants are milliseconds of the epoch, and the offsets of the outlet's zone
come along: the browser's own zone never matters.
"""

from datetime import datetime, timedelta
from typing import Any

from dispatch.board import columns
from dispatch.board.jobs import Home, assignments_in, job_rows, rows_of
from dispatch.board.shown import Shown, milliseconds, offsets_of
from dispatch.board.trays import trays_of
from dispatch.models import Absence, Shift, Technician, TechnicianSkill
from dispatch.rules import Pace
from dispatch.rules.travel import SAME_PLACE_METRES
from dispatch.selectors.people import known_place
from dispatch.travel.haversine import HaversineProfile
from dispatch.travel.port import TravelMatrix
from dispatch.travel.registry import roads_of_outlets
from servicedesk.catalogue.models import ProductCategory
from servicedesk.people.models import ServiceZone
from servicedesk.tickets.models import TicketEvent

# A change is written before it can be seen: who asks for what came since looks this much further back.
OVERLAP = timedelta(seconds=30)
# Where more tickets changed, the whole board is read again.
MOST_CHANGES = 300


def feed_of(shown: Shown, user: Any, now: datetime) -> dict[str, Any]:
    """The whole board."""
    outlets = [one.pk for one in shown.outlets]
    crew = _crew(outlets)
    homes = {row[0]: _home(row) for row in crew}
    skills = _skills(outlets)
    roads = roads_of_outlets(shown.outlets, shown.zone)
    rows = rows_of(assignments_in(outlets, shown.span))
    return {
        "now": milliseconds(now),
        "cursor": milliseconds(now),
        "days": [{"day": day.isoformat()} for day in shown.days],
        "span": [milliseconds(shown.span.start), milliseconds(shown.span.end)],
        "offsets": offsets_of(shown.span, shown.zone),
        "columns": {
            "technicians": columns.TECHNICIAN,
            "shifts": columns.SHIFT,
            "absences": columns.ABSENCE,
            "jobs": columns.JOB,
            "trays": columns.TRAY,
        },
        "technicians": [_technician(row, skills.get(row[0], [])) for row in crew],
        "shifts": _shifts(outlets, shown),
        "absences": _absences(outlets, shown),
        "jobs": job_rows(rows, homes, roads, shown.zone),
        "trays": trays_of(user, outlets, now),
        "categories": {one.code: str(one) for one in ProductCategory.objects.all()},
        "outlets": {one.pk: {"name": str(one), "lat": one.lat, "lon": one.lon} for one in shown.outlets},
        "travel": _travel(shown, roads),
    }


def patch_of(shown: Shown, user: Any, now: datetime, numbers: list[str]) -> dict[str, Any]:
    """The jobs of some tickets, and the trays: what is not among them is gone from the board."""
    outlets = [one.pk for one in shown.outlets]
    found = assignments_in(outlets, shown.span).filter(ticket__number__in=numbers)
    rows = rows_of(found)
    homes = {row[0]: _home(row) for row in _crew(outlets)} if rows else {}
    return {
        "now": milliseconds(now),
        "cursor": milliseconds(now),
        "numbers": numbers,
        "columns": {"jobs": columns.JOB, "trays": columns.TRAY},
        "jobs": job_rows(rows, homes, roads_of_outlets(shown.outlets, shown.zone), shown.zone) if rows else [],
        "trays": trays_of(user, outlets, now),
    }


def changed_since(shown: Shown, since: datetime) -> list[str] | None:
    """The numbers of the tickets of these outlets that changed since; None where there are too many to name."""
    lines = TicketEvent.objects.filter(
        ticket__outlet__in=[one.pk for one in shown.outlets], recorded_at__gt=since - OVERLAP
    )
    numbers = list(lines.order_by().values_list("ticket__number", flat=True).distinct()[: MOST_CHANGES + 1])
    return None if len(numbers) > MOST_CHANGES else numbers


def zones_of(shown: Shown) -> list[dict[str, Any]]:
    """The outlines of the outlets' districts, as GeoJSON polygons."""
    zones = ServiceZone.objects.filter(outlet__in=shown.outlets, shape__isnull=False).order_by("outlet", "district")
    return [{"district": one.district, "outlet": one.outlet_id, "shape": one.shape} for one in zones]


def _crew(outlets: list[int]) -> list[tuple[Any, ...]]:
    crew = Technician.objects.filter(outlet__in=outlets, is_active=True).order_by("outlet", "user__name_pinyin", "pk")
    return list(
        crew.values_list(
            "pk",
            "outlet_id",
            "user__name",
            "stars",
            "home_lat",
            "home_lon",
            "last_lat",
            "last_lon",
            "last_seen_at",
        )
    )


def _technician(row: tuple[Any, ...], skills: list[list[Any]]) -> list[Any]:
    home, last = known_place(row[4], row[5]), known_place(row[6], row[7])
    return [
        *row[:4],
        home and home.lat,
        home and home.lon,
        last and last.lat,
        last and last.lon,
        milliseconds(row[8]),
        skills,
    ]


def _home(row: tuple[Any, ...]) -> Home:
    return Home(row[1], known_place(row[4], row[5]), known_place(row[6], row[7]), row[8])


def _skills(outlets: list[int]) -> dict[int, list[list[Any]]]:
    found = TechnicianSkill.objects.filter(technician__outlet__in=outlets, technician__is_active=True)
    skills: dict[int, list[list[Any]]] = {}
    for technician, code, level in found.values_list("technician_id", "category__code", "level"):
        skills.setdefault(technician, []).append([code, level])
    return skills


def _shifts(outlets: list[int], shown: Shown) -> list[list[Any]]:
    found = Shift.objects.filter(
        technician__outlet__in=outlets,
        technician__is_active=True,
        span__overlap=(shown.span.start, shown.span.end),
    ).order_by("technician_id", "span")
    columns = ("technician_id", "span__startswith", "span__endswith", "lunch__startswith", "lunch__endswith")
    return [
        [technician, *map(milliseconds, instants), minutes]
        for technician, *instants, minutes in found.values_list(*columns, "lunch_minutes")
    ]


def _absences(outlets: list[int], shown: Shown) -> list[list[Any]]:
    found = Absence.objects.filter(
        technician__outlet__in=outlets,
        technician__is_active=True,
        span__overlap=(shown.span.start, shown.span.end),
    ).order_by("technician_id", "span")
    columns = ("technician_id", "span__startswith", "span__endswith", "reason")
    return [
        [technician, milliseconds(start), milliseconds(end), reason]
        for technician, start, end, reason in found.values_list(*columns)
    ]


def _travel(shown: Shown, roads: dict[int, TravelMatrix]) -> dict[str, Any]:
    """How the browser estimates drives while a job is being moved; the server's answer stands.

    Where a road table answers the server, the browser estimates with the paces that are built in.
    """
    return {
        "quality": roads[shown.outlets[0].pk].quality,
        "samePlaceMetres": SAME_PLACE_METRES,
        "usual": _pace(Pace()),
        "bands": {
            outlet: [[band.hour_from, band.hour_until, *_pace(band.pace)] for band in matrix.profile.bands]
            for outlet, matrix in roads.items()
            if isinstance(matrix, HaversineProfile)
        },
    }


def _pace(pace: Pace) -> list[float]:
    return [pace.fixed_minutes, pace.minutes_per_km, pace.detour]
