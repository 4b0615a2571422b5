"""Technicians as the rules see them; always six queries, however many technicians."""

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
    TechnicianSkill,
)
from dispatch.rules import Away, Booking, Certificate, Person, Place, Span
from servicedesk.people.models import Address

# Jobs this near to the span asked about decide about the way to it.
REACH = timedelta(hours=12)
BLOCKING = Q(state__in=ACTIVE)
WORKED = Q(state=AssignmentState.DONE)


def people_of(technicians: Iterable[Technician], window: Span) -> dict[int, Person]:
    """The technicians by id, with what concerns `window` and twelve hours around it."""
    rows = list(technicians)
    ids = [row.pk for row in rows]
    reach = (window.start - REACH, window.end + REACH)
    skills = _skills(ids)
    papers = _papers(ids)
    shifts: dict[int, list[Span]] = defaultdict(list)
    for shift in Shift.objects.filter(technician__in=ids, span__overlap=reach):
        shifts[shift.technician_id].append(Span(shift.span.lower, shift.span.upper))
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
            home=_place(row.home_lat, row.home_lon),
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
    return None if address is None else _place(address.lat, address.lon)


def _place(lat: float | None, lon: float | None) -> Place | None:
    return None if lat is None or lon is None else Place(lat, lon)


def _skills(ids: list[int]) -> dict[int, dict[str, int]]:
    skills: dict[int, dict[str, int]] = defaultdict(dict)
    for skill in TechnicianSkill.objects.filter(technician__in=ids).select_related("category"):
        skills[skill.technician_id][skill.category.code] = skill.level
    return skills


def _papers(ids: list[int]) -> dict[int, list[Certificate]]:
    papers: dict[int, list[Certificate]] = defaultdict(list)
    for paper in Certification.objects.filter(technician__in=ids):
        papers[paper.technician_id].append(Certificate(paper.valid_from, paper.valid_until, paper.suspended_at))
    return papers
