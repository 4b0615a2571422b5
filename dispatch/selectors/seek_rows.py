"""The technicians of an outlet as arrays, as far as a job asks for them: themselves from the database, with what they
know of the product and where they go; hours, papers and jobs from what is kept of their outlet.
"""

from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dispatch.rules import Job, Span
from dispatch.rules.seek_crew import Crew
from dispatch.rules.seek_spans import NEVER, Flags, Ints, Spans
from dispatch.selectors.people import REACH
from dispatch.selectors.seek_hours import (
    DAYS,
    FIRST,
    FLAG,
    ID,
    MICROS,
    NUMBER,
    POINT,
    Reach,
    Table,
    ints,
    lines,
    points,
    row_of,
)
from dispatch.selectors.seek_kept import kept_hours

# Beside the technicians the job's own ticket, whose time it may take.
TECHNICIANS = """
SELECT string_agg(int8send(t.id) || int4send(t.stars) || int4send(t.overtime_minutes)
    || float8send(coalesce(t.home_lat, 'NaN')) || float8send(coalesce(t.home_lon, 'NaN'))
    || float8send(coalesce(t.last_lat, 'NaN')) || float8send(coalesce(t.last_lon, 'NaN'))
    || timestamptz_send(coalesce(t.last_seen_at, 'infinity')) || int4send(coalesce(s.level, 0))
    || date_send(coalesce(s.valid_from, '-infinity')) || date_send(coalesce(s.valid_until, 'infinity'))
    || boolsend(%(district)s = '' OR d.of_his IS NULL OR d.of_his), ''::bytea),
    (SELECT id FROM servicedesk_ticket WHERE number = %(number)s)
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


def crew_of_job(job: Job, window: Span) -> Crew:
    """The technicians of the job's outlet with what concerns the local days of `window`; two queries where nothing
    changed since the crew was asked about before, else six.

    Of those whom a lasting rule keeps out on all these days neither hours nor jobs are there.
    """
    asked = {"outlet": job.outlet, "category": job.category, "district": job.district, "number": job.number}
    found, own = row_of(TECHNICIANS, asked)
    staff = np.sort(lines(found, TECHNICIAN), order="id")
    key = ints(staff["id"])
    days = job.day_of(window.start), job.day_of(window.end - timedelta(microseconds=1))
    hours = kept_hours(job.outlet, key, Reach(Span(window.start - REACH, window.end + REACH), *days))
    able = _may_go(job, staff)
    papers = _of(key, able, hours.papers)
    goes = able & staff["in_district"]
    goes[np.setdiff1d(np.arange(len(key)), papers["place"])] = False
    shifts, away, booked = (_of(key, goes, table) for table in (hours.shifts, hours.away, hours.booked))
    booked = booked.at(booked["ticket"] != (own or 0))
    pauses = shifts.at((shifts["lunch_start"] < NEVER) & (shifts["lunch_minutes"] > 0))
    return Crew(
        key=key,
        outlet=np.full(len(key), job.outlet, dtype=np.int64),
        stars=ints(staff["stars"]),
        in_service=np.ones(len(key), dtype=np.bool_),
        overtime=ints(staff["overtime"]),
        home=points(staff["home"]),
        position=points(staff["position"]),
        seen_at=np.minimum(ints(staff["seen_at"]), NEVER),
        level=ints(staff["level"]),
        skill_from=ints(staff["skill_from"]) + FIRST,
        skill_until=ints(staff["skill_until"]) + FIRST,
        in_district=staff["in_district"].astype(np.bool_),
        shifts=Spans(shifts["place"], shifts["start"], shifts["end"]),
        lunches=Spans(pauses["place"], pauses["lunch_start"], pauses["lunch_end"]),
        lunch_minutes=pauses["lunch_minutes"],
        away=Spans(away["place"], away["start"], away["end"]),
        bookings=Spans(booked["place"], booked["start"], booked["end"]),
        booked_at=booked["point"],
        active=booked["active"],
        paper_owner=papers["place"],
        paper_from=papers["from"],
        paper_until=papers["until"],
        suspended=papers["suspended"],
    )


def _may_go(job: Job, staff: NDArray[Any]) -> Flags:
    """Whom neither a wish nor a missing skill keeps from the job: the first reasons, whatever papers and hours are."""
    found: Flags = (staff["level"] > 0) | (not job.category)
    found &= ~np.isin(staff["id"], np.fromiter(job.barred | job.not_again, dtype=np.int64))
    return found if job.asked_for is None else found & (staff["id"] == job.asked_for)


def _of(key: Ints, wanted: Flags, table: Table) -> Table:
    """The lines of some technicians of the crew, with the places of their owners in it."""
    place = np.searchsorted(key, table["id"])
    mine = np.append(wanted, False)[place] & (np.append(key, -1)[place] == table["id"])
    return Table({**table.at(mine).columns, "place": place[mine]})
