"""Technicians as the rules see them; always seven queries, however many technicians."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from dispatch.models import (
    ACTIVE,
    HELD,
    Absence,
    Assignment,
    Certification,
    Shift,
    Technician,
    TechnicianDistrict,
    TechnicianSkill,
)
from dispatch.rules import Away, Booking, Certificate, Lunch, Person, Place, Skill, Span
from servicedesk.people.models import Address

# Jobs this near to the span asked about decide about the way to it.
REACH = timedelta(hours=12)
MOST_LAT, MOST_LON = 90, 180


def people_of(technicians: Iterable[Technician], window: Span) -> dict[int, Person]:
    """The technicians by id, with what concerns `window` and twelve hours around it."""
    rows = list(technicians)
    ids = [row.pk for row in rows]
    reach = Span(window.start - REACH, window.end + REACH)
    skills, papers, districts = _skills(ids), _papers(ids), _districts(ids)
    shifts, lunches = _hours(ids, reach)
    away, bookings = _absences(ids, reach), _bookings(ids, reach)
    return {
        row.pk: Person(
            key=row.pk,
            outlet=row.outlet_id,
            stars=row.stars,
            active=row.is_active and row.user.is_active,
            skills=skills[row.pk],
            certificates=tuple(papers[row.pk]),
            shifts=tuple(shifts[row.pk]),
            away=tuple(away[row.pk]),
            bookings=tuple(bookings[row.pk]),
            home=known_place(row.home_lat, row.home_lon),
            lunches=tuple(lunches[row.pk]),
            districts=frozenset(districts[row.pk]),
            overtime=row.overtime_minutes,
            position=known_place(row.last_lat, row.last_lon),
            position_at=row.last_seen_at,
        )
        for row in rows
    }


def person_of(technician: Technician, window: Span) -> Person:
    """One technician as the rules see him."""
    return people_of([technician], window)[technician.pk]


def place_of(address: Address | None) -> Place | None:
    """Where an address lies, if that is known."""
    return None if address is None else known_place(address.lat, address.lon)


def known_place(lat: float | None, lon: float | None) -> Place | None:
    """None too for coordinates no address has: swapped ones of these longitudes, and the zero of a failed look-up."""
    if lat is None or lon is None or abs(lat) > MOST_LAT or abs(lon) > MOST_LON or (lat, lon) == (0, 0):
        return None
    return Place(lat, lon)


def _hours(ids: list[int], reach: Span) -> tuple[dict[int, list[Span]], dict[int, list[Lunch]]]:
    """The shifts in `reach`, and the lunches in them.

    That they overlap it is said by their ends, which the index of a technician's hours is by.
    """
    shifts: dict[int, list[Span]] = defaultdict(list)
    lunches: dict[int, list[Lunch]] = defaultdict(list)
    rows = Shift.objects.filter(technician__in=ids, span__endswith__gt=reach.start, span__startswith__lt=reach.end)
    for technician, hours, lunch, minutes in rows.values_list("technician_id", "span", "lunch", "lunch_minutes"):
        shifts[technician].append(Span(hours.lower, hours.upper))
        if lunch is not None and minutes:
            lunches[technician].append(Lunch(Span(lunch.lower, lunch.upper), minutes))
    return shifts, lunches


def _absences(ids: list[int], reach: Span) -> dict[int, list[Away]]:
    away: dict[int, list[Away]] = defaultdict(list)
    rows = Absence.objects.filter(technician__in=ids, span__overlap=(reach.start, reach.end))
    for technician, span, reason in rows.values_list("technician_id", "span", "reason"):
        away[technician].append(Away(Span(span.lower, span.upper), reason))
    return away


def _bookings(ids: list[int], reach: Span) -> dict[int, list[Booking]]:
    """The assignments in `reach` that block time or were worked, by the index of a technician's time."""
    found: dict[int, list[Booking]] = defaultdict(list)
    rows = Assignment.objects.filter(
        technician__in=ids, state__in=HELD, span__endswith__gt=reach.start, span__startswith__lt=reach.end
    ).order_by("span", "id")
    fields = ("technician_id", "ticket__number", "span", "state", "lat", "lon")
    for technician, number, span, state, lat, lon in rows.values_list(*fields):
        booking = Booking(number, Span(span.lower, span.upper), known_place(lat, lon), state in ACTIVE)
        found[technician].append(booking)
    return found


def _skills(ids: list[int]) -> dict[int, dict[str, Skill]]:
    skills: dict[int, dict[str, Skill]] = defaultdict(dict)
    rows = TechnicianSkill.objects.filter(technician__in=ids)
    fields = ("technician_id", "category__code", "level", "valid_from", "valid_until")
    for technician, code, level, since, until in rows.values_list(*fields):
        skills[technician][code] = Skill(level, since, until)
    return skills


def _districts(ids: list[int]) -> dict[int, set[str]]:
    districts: dict[int, set[str]] = defaultdict(set)
    rows = TechnicianDistrict.objects.filter(technician__in=ids)
    for technician, district in rows.values_list("technician_id", "district"):
        districts[technician].add(district)
    return districts


def _papers(ids: list[int]) -> dict[int, list[Certificate]]:
    papers: dict[int, list[Certificate]] = defaultdict(list)
    rows = Certification.objects.filter(technician__in=ids)
    fields = ("technician_id", "valid_from", "valid_until", "suspended_at")
    for technician, since, until, suspended in rows.values_list(*fields):
        papers[technician].append(Certificate(since, until, suspended))
    return papers
