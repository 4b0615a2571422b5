"""Technicians as the rules see them; always one query, however many technicians."""

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from dispatch.models import ACTIVE, HELD, Technician
from dispatch.rules import Away, Booking, Certificate, Lunch, Person, Place, Skill, Span
from servicedesk.people.models import Address

# Jobs this near to the span asked about decide about the way to it.
REACH = timedelta(hours=12)
MOST_LAT, MOST_LON = 90, 180
# What the tables around a technician say of him, as one text: a question for each table, and rows made of each line,
# would cost several times what the database does. That hours and jobs overlap the reach is said by their ends, which
# their indexes are by.
AROUND = """
SELECT t.id, json_build_array(
    (SELECT json_agg(json_build_array(c.code, s.level, s.valid_from, s.valid_until))
     FROM dispatch_technicianskill s JOIN servicedesk_productcategory c ON c.id = s.category_id
     WHERE s.technician_id = t.id),
    (SELECT json_agg(json_build_array(p.valid_from, p.valid_until, p.suspended_at))
     FROM dispatch_certification p WHERE p.technician_id = t.id),
    (SELECT json_agg(d.district) FROM dispatch_techniciandistrict d WHERE d.technician_id = t.id),
    (SELECT json_agg(json_build_array(lower(h.span), upper(h.span), lower(h.lunch), upper(h.lunch), h.lunch_minutes)
        ORDER BY h.span)
     FROM dispatch_shift h WHERE h.technician_id = t.id AND upper(h.span) > %(start)s AND lower(h.span) < %(end)s),
    (SELECT json_agg(json_build_array(lower(o.span), upper(o.span), o.reason) ORDER BY o.span)
     FROM dispatch_absence o WHERE o.technician_id = t.id AND o.span && tstzrange(%(start)s, %(end)s)),
    (SELECT json_agg(json_build_array(k.number, lower(a.span), upper(a.span), a.lat, a.lon, a.state)
        ORDER BY a.span, a.id)
     FROM dispatch_assignment a JOIN servicedesk_ticket k ON k.id = a.ticket_id
     WHERE a.technician_id = t.id AND a.state = ANY(%(held)s)
        AND upper(a.span) > %(start)s AND lower(a.span) < %(end)s))::text
FROM unnest(%(ids)s::bigint[]) AS t(id)
"""


def people_of(technicians: Iterable[Technician], window: Span) -> dict[int, Person]:
    """The technicians by id, with what concerns `window` and twelve hours around it."""
    rows = list(technicians)
    around = _around([row.pk for row in rows], Span(window.start - REACH, window.end + REACH))
    return {row.pk: _person(row, around[row.pk]) for row in rows}


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


def _around(ids: list[int], reach: Span) -> dict[int, list[list[Any]]]:
    """For each technician the lines of the six tables around him."""
    asked: dict[str, Any] = {
        "ids": ids,
        "start": reach.start,
        "end": reach.end,
        "held": [str(state) for state in HELD],
    }
    with connection.cursor() as cursor:
        cursor.execute(AROUND, asked)
        return {key: [lines or [] for lines in json.loads(text)] for key, text in cursor.fetchall()}


def _person(row: Technician, around: list[list[Any]]) -> Person:
    skills, papers, districts, hours, absences, bookings = around
    return Person(
        key=row.pk,
        outlet=row.outlet_id,
        stars=row.stars,
        active=row.is_active and row.user.is_active,
        skills={code: Skill(level, _day(since), _day(until)) for code, level, since, until in skills},
        certificates=tuple(
            Certificate(date.fromisoformat(since), date.fromisoformat(until), _instant(suspended))
            for since, until, suspended in papers
        ),
        shifts=tuple(_span(start, end) for start, end, *_lunch in hours),
        away=tuple(Away(_span(start, end), reason) for start, end, reason in absences),
        bookings=tuple(
            Booking(number, _span(start, end), known_place(lat, lon), state in ACTIVE)
            for number, start, end, lat, lon, state in bookings
        ),
        home=known_place(row.home_lat, row.home_lon),
        lunches=tuple(
            Lunch(_span(start, end), minutes) for _from, _until, start, end, minutes in hours if start and minutes
        ),
        districts=frozenset(districts),
        overtime=row.overtime_minutes,
        position=known_place(row.last_lat, row.last_lon),
        position_at=row.last_seen_at,
    )


def _span(start: str, end: str) -> Span:
    return Span(datetime.fromisoformat(start), datetime.fromisoformat(end))


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
