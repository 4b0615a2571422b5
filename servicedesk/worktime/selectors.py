"""Reading calendars: each version in plain values, kept in the process as long as the rows stay the same."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.db import connection

from servicedesk.worktime.models import CalendarDay, CalendarVersion

T = TypeVar("T")

# Any insert, update or delete changes the place or the writer of a row, or their number.
_FINGERPRINT = """
SELECT current_database(), count(*), coalesce(sum(hashtext(mark)::bigint), 0) FROM (
    SELECT 'c' || ctid::text || xmin::text AS mark FROM servicedesk_workcalendar
    UNION ALL SELECT 'v' || ctid::text || xmin::text FROM servicedesk_calendarversion
    UNION ALL SELECT 'd' || ctid::text || xmin::text FROM servicedesk_calendarday
) AS marks
"""


class Kept(Generic[T]):
    """A value made from a few small tables, made anew only when `fingerprint` answers something else.

    One cheap query a look, instead of reading all rows each time; two threads that look at once may both
    make it, and either may stay.
    """

    def __init__(self, fingerprint: str, make: Callable[[], T]) -> None:
        self.fingerprint = fingerprint
        self.make = make
        self.kept: tuple[Any, T] | None = None

    def get(self) -> T:
        """The value as the rows stand now."""
        with connection.cursor() as cursor:
            cursor.execute(self.fingerprint)
            mark = cursor.fetchone()
        kept = self.kept
        if kept is None or kept[0] != mark:
            self.kept = kept = (mark, self.make())
        return kept[1]


@dataclass(frozen=True)
class CalendarFacts:
    """One version of a calendar: valid from `effective_from`, in the shape `{tz, week, special_days, years…}`."""

    calendar_id: int
    code: str
    effective_from: datetime
    shape: dict[str, Any]


@dataclass(frozen=True)
class PublicDay:
    """A public holiday or make-up workday."""

    day: date
    kind: str
    name_zh: str
    name_en: str


@dataclass(frozen=True)
class CalendarBook:
    """All versions of all calendars, oldest first, and the public days they may observe."""

    versions: tuple[CalendarFacts, ...]
    days: dict[date, PublicDay]


def read_book() -> CalendarBook:
    """The calendars as the rows stand; two queries."""
    days = {row.day: PublicDay(row.day, row.kind, row.name_zh, row.name_en) for row in CalendarDay.objects.all()}
    versions = CalendarVersion.objects.select_related("calendar").order_by("effective_from", "id")
    return CalendarBook(tuple(_facts(version, days) for version in versions), days)


def _facts(version: CalendarVersion, days: dict[date, PublicDay]) -> CalendarFacts:
    calendar = version.calendar
    special: dict[str, list[str]] = {}
    years = None
    if calendar.observes_holidays:
        # A make-up day is worked like a Monday, whatever day it falls on.
        worked = list(version.week.get("mon", []))
        special = {f"{day}": [] if fact.kind == CalendarDay.Kind.HOLIDAY else worked for day, fact in days.items()}
        years = sorted({day.year for day in days})
    shape = {
        "tz": calendar.time_zone,
        "week": version.week,
        "special_days": special,
        "years_with_holiday_data": years,
    }
    return CalendarFacts(calendar.pk, calendar.code, version.effective_from, shape)


_book = Kept(_FINGERPRINT, read_book)


def calendar_book() -> CalendarBook:
    """The calendars, from this process's memory while the rows stay the same; one query."""
    return _book.get()


def years_loaded() -> list[int]:
    """The years for which public days are loaded, in order."""
    return sorted({day.year for day in calendar_book().days})
