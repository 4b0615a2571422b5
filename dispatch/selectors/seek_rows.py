"""The technicians of an outlet straight from the database into arrays: a query for each table, a row of bytes for each
line, and no object for any of them. What is asked for is what can come into question: days, outlet, skill.
"""

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from dispatch.rules import Job, Span
from dispatch.rules.seek_crew import Crew, Floats
from dispatch.rules.seek_spans import NEVER, Flags, Ints, Spans
from dispatch.selectors.people import MOST_LAT, MOST_LON, REACH

# PostgreSQL sends days and microseconds since this day, in network order.
FIRST = date(2000, 1, 1).toordinal()
MICROS, ID, DAYS, NUMBER, POINT, FLAG = ">i8", ">i8", ">i4", ">i4", ">f8", "?"

TECHNICIANS = """
SELECT string_agg(int8send(t.id) || int4send(t.stars) || int4send(t.overtime_minutes)
    || float8send(coalesce(t.home_lat, 'NaN')) || float8send(coalesce(t.home_lon, 'NaN'))
    || float8send(coalesce(t.last_lat, 'NaN')) || float8send(coalesce(t.last_lon, 'NaN'))
    || timestamptz_send(coalesce(t.last_seen_at, 'infinity')) || int4send(coalesce(s.level, 0))
    || date_send(coalesce(s.valid_from, '-infinity')) || date_send(coalesce(s.valid_until, 'infinity'))
    || boolsend(%(district)s = '' OR d.of_his IS NULL OR d.of_his), ''::bytea)
FROM dispatch_technician t
JOIN servicedesk_user u ON u.id = t.user_id AND u.is_active
LEFT JOIN servicedesk_productcategory c ON c.code = %(category)s
LEFT JOIN dispatch_technicianskill s ON s.technician_id = t.id AND s.category_id = c.id
LEFT JOIN (SELECT technician_id, bool_or(district = %(district)s) AS of_his
    FROM dispatch_techniciandistrict GROUP BY technician_id) d ON d.technician_id = t.id
WHERE t.outlet_id = %(outlet)s AND t.is_active
"""
TECHNICIAN = [
    ("id", ID),
    ("stars", NUMBER),
    ("overtime", NUMBER),
    ("home", POINT, 2),
    ("position", POINT, 2),
    ("seen_at", MICROS),
    ("level", NUMBER),
    ("skill_from", DAYS),
    ("skill_until", DAYS),
    ("in_district", FLAG),
]
SHIFTS = """
SELECT string_agg(int8send(technician_id) || timestamptz_send(lower(span)) || timestamptz_send(upper(span))
    || timestamptz_send(coalesce(lower(lunch), 'infinity')) || timestamptz_send(coalesce(upper(lunch), 'infinity'))
    || int4send(lunch_minutes), ''::bytea)
FROM dispatch_shift WHERE technician_id = ANY(%(ids)s::bigint[]) AND upper(span) > %(start)s AND lower(span) < %(end)s
"""
OWNED = [("id", ID), ("start", MICROS), ("end", MICROS)]
SHIFT = [*OWNED, ("lunch_start", MICROS), ("lunch_end", MICROS), ("lunch_minutes", NUMBER)]
ABSENCES = """
SELECT string_agg(int8send(technician_id) || timestamptz_send(lower(span)) || timestamptz_send(upper(span)), ''::bytea)
FROM dispatch_absence WHERE technician_id = ANY(%(ids)s::bigint[]) AND span && tstzrange(%(start)s, %(end)s)
"""
BOOKINGS = """
SELECT string_agg(int8send(technician_id) || timestamptz_send(lower(span)) || timestamptz_send(upper(span))
    || float8send(coalesce(lat, 'NaN')) || float8send(coalesce(lon, 'NaN')) || boolsend(state <> 'done'), ''::bytea)
FROM dispatch_assignment
WHERE technician_id = ANY(%(ids)s::bigint[]) AND state IN ('offered', 'accepted', 'done')
    AND upper(span) > %(since)s AND lower(span) < %(end)s
    AND ticket_id IS DISTINCT FROM (SELECT id FROM servicedesk_ticket WHERE number = %(number)s)
"""
BOOKING = [*OWNED, ("place", POINT, 2), ("active", FLAG)]
PAPERS = """
SELECT string_agg(int8send(technician_id) || date_send(valid_from) || date_send(valid_until)
    || timestamptz_send(coalesce(suspended_at, 'infinity')), ''::bytea)
FROM dispatch_certification
WHERE technician_id = ANY(%(ids)s::bigint[]) AND valid_until >= %(first)s AND valid_from <= %(last)s
"""
PAPER = [("id", ID), ("from", DAYS), ("until", DAYS), ("suspended", MICROS)]


def crew_of_job(job: Job, window: Span, earliest: datetime) -> Crew:
    """The technicians of the job's outlet with what concerns the local days of `window`; always five queries.

    Of those whom a lasting rule keeps out on all these days neither hours nor jobs are read; nor are jobs that ended
    before these days and too long before `earliest` for anybody to come from there.
    """
    asked: dict[str, Any] = {
        "outlet": job.outlet,
        "category": job.category,
        "district": job.district,
        "number": job.number,
        "start": window.start - REACH,
        "since": min(window.start, earliest - REACH),
        "end": window.end + REACH,
        "first": job.day_of(window.start),
        "last": job.day_of(window.end - timedelta(microseconds=1)),
    }
    staff = np.sort(_rows(TECHNICIANS, asked, TECHNICIAN), order="id")
    key = _ints(staff["id"])
    able = _may_go(job, staff)
    asked["ids"] = _listed(key[able])
    papers = _rows(PAPERS, asked, PAPER)
    asked["ids"] = _listed(key[able & np.isin(key, papers["id"]) & staff["in_district"]])
    shifts, away, booked = _rows(SHIFTS, asked, SHIFT), _rows(ABSENCES, asked, OWNED), _rows(BOOKINGS, asked, BOOKING)
    pauses = shifts[(shifts["lunch_start"] < NEVER) & (shifts["lunch_minutes"] > 0)]
    return Crew(
        key=key,
        outlet=np.full(len(key), job.outlet, dtype=np.int64),
        stars=_ints(staff["stars"]),
        in_service=np.ones(len(key), dtype=np.bool_),
        overtime=_ints(staff["overtime"]),
        home=_points(staff["home"]),
        position=_points(staff["position"]),
        seen_at=np.minimum(_ints(staff["seen_at"]), NEVER),
        level=_ints(staff["level"]),
        skill_from=_ints(staff["skill_from"]) + FIRST,
        skill_until=_ints(staff["skill_until"]) + FIRST,
        in_district=staff["in_district"].astype(np.bool_),
        shifts=_spans(key, shifts),
        lunches=_spans(key, pauses, "lunch_start", "lunch_end"),
        lunch_minutes=_ints(pauses["lunch_minutes"]),
        away=_spans(key, away),
        bookings=_spans(key, booked),
        booked_at=_points(booked["place"]),
        active=booked["active"].astype(np.bool_),
        paper_owner=np.searchsorted(key, _ints(papers["id"])),
        paper_from=_ints(papers["from"]) + FIRST,
        paper_until=_ints(papers["until"]) + FIRST,
        suspended=np.minimum(_ints(papers["suspended"]), NEVER),
    )


def _may_go(job: Job, staff: NDArray[Any]) -> Flags:
    """Whom neither a wish nor a missing skill keeps from the job: the first reasons, whatever papers and hours are."""
    found: Flags = (staff["level"] > 0) | (not job.category)
    found &= ~np.isin(staff["id"], np.fromiter(job.barred | job.not_again, dtype=np.int64))
    return found if job.asked_for is None else found & (staff["id"] == job.asked_for)


def _listed(keys: Ints) -> str:
    """An array of ids as PostgreSQL writes one: read in one go, which a list of parameters is not."""
    return f"{{{','.join(map(str, keys.tolist()))}}}"


def _rows(statement: str, asked: dict[str, Any], fields: list[Any]) -> NDArray[Any]:
    """The lines of a query that packs them into one row of bytes."""
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        packed = cursor.fetchone()[0]
    return np.frombuffer(b"" if packed is None else bytes(packed), dtype=np.dtype(fields))


def _spans(key: Ints, rows: NDArray[Any], start: str = "start", end: str = "end") -> Spans:
    return Spans(np.searchsorted(key, _ints(rows["id"])), _ints(rows[start]), _ints(rows[end]))


def _ints(column: NDArray[Any]) -> Ints:
    return column.astype(np.int64)


def _points(column: NDArray[Any]) -> Floats:
    """Points, with coordinates no address has made unknown (`people.place_of`)."""
    points: Floats = column.astype(np.float64)
    wrong = (np.abs(points[:, 0]) > MOST_LAT) | (np.abs(points[:, 1]) > MOST_LON) | (points == 0).all(axis=1)
    wrong |= np.isnan(points).any(axis=1)
    points[wrong] = np.nan
    return points
