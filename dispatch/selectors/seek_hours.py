"""Hours, absences, papers and jobs of technicians straight from the database into arrays: a query for each table, a
row of bytes for each line, and no object for any of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from dispatch.rules import Span
from dispatch.rules.seek_crew import Floats
from dispatch.rules.seek_spans import NEVER, Flags, Ints
from dispatch.selectors.people import MOST_LAT, MOST_LON

Columns = Mapping[str, NDArray[Any]]
# PostgreSQL sends days and microseconds since this day, in network order.
FIRST = date(2000, 1, 1).toordinal()
MICROS, ID, DAYS, NUMBER, POINT, FLAG = ">i8", ">i8", ">i4", ">i4", ">f8", "?"
OWNED = [("id", ID), ("start", MICROS), ("end", MICROS)]
SHIFTS = """
SELECT string_agg(int8send(technician_id) || timestamptz_send(lower(span)) || timestamptz_send(upper(span))
    || timestamptz_send(coalesce(lower(lunch), 'infinity')) || timestamptz_send(coalesce(upper(lunch), 'infinity'))
    || int4send(lunch_minutes), ''::bytea)
FROM dispatch_shift
WHERE technician_id = ANY(%(ids)s::bigint[]) AND upper(span) > %(start)s AND lower(span) < %(end)s
"""
SHIFT = [*OWNED, ("lunch_start", MICROS), ("lunch_end", MICROS), ("lunch_minutes", NUMBER)]
ABSENCES = """
SELECT string_agg(int8send(technician_id) || timestamptz_send(lower(span)) || timestamptz_send(upper(span)), ''::bytea)
FROM dispatch_absence WHERE technician_id = ANY(%(ids)s::bigint[]) AND span && tstzrange(%(start)s, %(end)s)
"""
BOOKINGS = """
SELECT string_agg(int8send(technician_id) || timestamptz_send(lower(span)) || timestamptz_send(upper(span))
    || int8send(ticket_id) || float8send(coalesce(lat, 'NaN')) || float8send(coalesce(lon, 'NaN'))
    || boolsend(state <> 'done'), ''::bytea)
FROM dispatch_assignment
WHERE technician_id = ANY(%(ids)s::bigint[]) AND state IN ('offered', 'accepted', 'done')
    AND upper(span) > %(start)s AND lower(span) < %(end)s
"""
BOOKING = [*OWNED, ("ticket", ID), ("place", POINT, 2), ("active", FLAG)]
PAPERS = """
SELECT string_agg(int8send(technician_id) || date_send(valid_from) || date_send(valid_until)
    || timestamptz_send(coalesce(suspended_at, 'infinity')), ''::bytea)
FROM dispatch_certification
WHERE technician_id = ANY(%(ids)s::bigint[]) AND valid_until >= %(first)s AND valid_from <= %(last)s
"""
PAPER = [("id", ID), ("from", DAYS), ("until", DAYS), ("suspended", MICROS)]


@dataclass(frozen=True)
class Reach:
    """The time that is read: hours and jobs in `span`, papers that hold on some day from `first` to `last`."""

    span: Span
    first: date
    last: date


class Table:
    """The lines of one table as columns, all of one length; `id` is whose line it is."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.columns[name]

    def at(self, rows: Flags) -> "Table":
        """Some of the lines."""
        return Table({name: column[rows] for name, column in self.columns.items()})

    def instead(self, ids: Ints, fresh: "Table") -> "Table":
        """The lines with those of some technicians replaced."""
        kept = self.at(~np.isin(self["id"], ids))
        return Table({name: np.concatenate([kept[name], column]) for name, column in fresh.columns.items()})


@dataclass(frozen=True)
class Hours:
    """What was read of some technicians."""

    shifts: Table
    away: Table
    booked: Table
    papers: Table

    def instead(self, ids: Ints, fresh: "Hours") -> "Hours":
        """The same with what belongs to some technicians replaced."""
        return Hours(
            self.shifts.instead(ids, fresh.shifts),
            self.away.instead(ids, fresh.away),
            self.booked.instead(ids, fresh.booked),
            self.papers.instead(ids, fresh.papers),
        )


def hours_of(ids: Ints, reach: Reach) -> Hours:
    """What stands in the database now; four queries."""
    asked = {
        "ids": f"{{{','.join(map(str, ids.tolist()))}}}",
        "start": reach.span.start,
        "end": reach.span.end,
        "first": reach.first,
        "last": reach.last,
    }
    booked, papers = packed(BOOKINGS, asked, BOOKING), packed(PAPERS, asked, PAPER)
    return Hours(
        shifts=Table(_whole(packed(SHIFTS, asked, SHIFT))),
        away=Table(_whole(packed(ABSENCES, asked, OWNED))),
        booked=Table(
            {
                **_whole(booked[["id", "start", "end", "ticket"]]),
                "point": points(booked["place"]),
                "active": booked["active"].astype(np.bool_),
            }
        ),
        papers=Table(
            {
                "id": ints(papers["id"]),
                "from": ints(papers["from"]) + FIRST,
                "until": ints(papers["until"]) + FIRST,
                "suspended": np.minimum(ints(papers["suspended"]), NEVER),
            }
        ),
    )


def packed(statement: str, asked: Mapping[str, Any], fields: list[Any]) -> NDArray[Any]:
    """The lines of a query that packs them into one row of bytes."""
    return lines(row_of(statement, asked)[0], fields)


def row_of(statement: str, asked: Mapping[str, Any]) -> tuple[Any, ...]:
    """The one row of a query."""
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        found: tuple[Any, ...] = cursor.fetchone()
    return found


def lines(packed_lines: Any, fields: list[Any]) -> NDArray[Any]:
    """Lines packed into bytes, as an array; none for NULL."""
    return np.frombuffer(b"" if packed_lines is None else bytes(packed_lines), dtype=np.dtype(fields))


def ints(column: NDArray[Any]) -> Ints:
    """Numbers in the machine's own order."""
    return column.astype(np.int64)


def points(column: NDArray[Any]) -> Floats:
    """Points, with coordinates no address has made unknown (`people.known_place`)."""
    found: Floats = column.astype(np.float64)
    wrong = (np.abs(found[:, 0]) > MOST_LAT) | (np.abs(found[:, 1]) > MOST_LON) | (found == 0).all(axis=1)
    wrong |= np.isnan(found).any(axis=1)
    found[wrong] = np.nan
    return found


def _whole(rows: NDArray[Any]) -> dict[str, Ints]:
    return {str(name): ints(rows[name]) for name in rows.dtype.names or ()}
