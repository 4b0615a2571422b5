"""Technicians as the rules see them; always seven queries, however many technicians."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Q, QuerySet

from dispatch.models import (
    ACTIVE,
    Absence,
    Assignment,
    AssignmentState,
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
BLOCKING = Q(state__in=ACTIVE)
WORKED = Q(state=AssignmentState.DONE)


def people_of(technicians: Iterable[Technician], window: Span) -> dict[int, Person]:
    """The technicians by id, with what concerns `window` and twelve hours around it."""
    rows = list(technicians)
    ids = [row.pk for row in rows]
    reach = (window.start - REACH, window.end + REACH)
    skills = _skills(ids)
    papers = _papers(ids)
    districts = _districts(ids)
    shifts: dict[int, list[Span]] = defaultdict(list)
    lunches: dict[int, list[Lunch]] = defaultdict(list)
    for shift in Shift.objects.filter(technician__in=ids, span__overlap=reach):
        shifts[shift.technician_id].append(Span(shift.span.lower, shift.span.upper))
        if shift.lunch is not None and shift.lunch_minutes:
            lunch = Lunch(Span(shift.lunch.lower, shift.lunch.upper), shift.lunch_minutes)
            lunches[shift.technician_id].append(lunch)
    away: dict[int, list[Away]] = defaultdict(list)
    for absence in Absence.objects.filter(technician__in=ids, span__overlap=reach):
        away[absence.technician_id].append(Away(Span(absence.span.lower, absence.span.upper), absence.reason))
    bookings: dict[int, list[Booking]] = defaultdict(list)
    for one in bookings_in(ids, Span(*reach)):
        bookings[one.technician_id].append(booking_of(one))
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


def bookings_in(technician_ids: Iterable[int], window: Span) -> QuerySet[Assignment]:
    """The assignments in `window` that block time or were worked, with their ticket and address."""
    found = Assignment.objects.filter(
        BLOCKING | WORKED, technician__in=technician_ids, span__overlap=(window.start, window.end)
    )
    return found.select_related("ticket__address").order_by("span", "id")


def booking_of(assignment: Assignment) -> Booking:
    """The booking an assignment means."""
    return Booking(
        number=assignment.ticket.number,
        span=Span(assignment.span.lower, assignment.span.upper),
        place=place_of(assignment.ticket.address),
        active=assignment.is_active,
    )


def place_of(address: Address | None) -> Place | None:
    """Where an address lies, if that is known."""
    return None if address is None else known_place(address.lat, address.lon)


def known_place(lat: float | None, lon: float | None) -> Place | None:
    """None too for coordinates no address has: swapped ones of these longitudes, and the zero of a failed look-up."""
    if lat is None or lon is None or abs(lat) > MOST_LAT or abs(lon) > MOST_LON or (lat, lon) == (0, 0):
        return None
    return Place(lat, lon)


def _skills(ids: list[int]) -> dict[int, dict[str, Skill]]:
    skills: dict[int, dict[str, Skill]] = defaultdict(dict)
    for row in TechnicianSkill.objects.filter(technician__in=ids).select_related("category"):
        skills[row.technician_id][row.category.code] = Skill(row.level, row.valid_from, row.valid_until)
    return skills


def _districts(ids: list[int]) -> dict[int, set[str]]:
    districts: dict[int, set[str]] = defaultdict(set)
    for technician, district in TechnicianDistrict.objects.filter(technician__in=ids).values_list(
        "technician_id", "district"
    ):
        districts[technician].add(district)
    return districts


def _papers(ids: list[int]) -> dict[int, list[Certificate]]:
    papers: dict[int, list[Certificate]] = defaultdict(list)
    for paper in Certification.objects.filter(technician__in=ids):
        papers[paper.technician_id].append(Certificate(paper.valid_from, paper.valid_until, paper.suspended_at))
    return papers
