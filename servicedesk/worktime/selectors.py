"""Reading calendars: each version in plain values, kept in the process as long as the rows stay the same."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any, Generic, TypeVar

from django.db import connection

from servicedesk.worktime.models import CalendarDay, CalendarVersion, WorkCalendar, is_week, is_windows

T = TypeVar("T")
log = logging.getLogger(__name__)

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
class NamedDay:
    """A day that is otherwise than its weekday says: public, or a calendar's own with its windows."""

    row_id: int
    day: date
    kind: str
    name_zh: str
    name_en: str
    windows: tuple[str, ...] = ()


Days = dict[date, NamedDay]


@dataclass(frozen=True)
class CalendarBook:
    """All versions of all calendars, oldest first, and the days as they were recorded last.

    `days` are the public ones, `own` those of each calendar by its id; `observing` holds the ids of the calendars that
    follow public days.
    """

    versions: tuple[CalendarFacts, ...]
    days: Days
    own: Mapping[int, Days] = field(default_factory=dict)
    observing: frozenset[int] = frozenset()

    def days_of(self, calendar_id: int) -> Days:
        """The days on which the calendar differs from its week; its own come before public ones."""
        public = self.days if calendar_id in self.observing else {}
        return {**public, **self.own.get(calendar_id, {})}


def read_book() -> CalendarBook:
    """The calendars as the rows stand; three queries."""
    calendars = list(WorkCalendar.objects.all())
    weeks: dict[int, list[CalendarVersion]] = {}
    for version in CalendarVersion.objects.order_by("effective_from", "id"):
        weeks.setdefault(version.calendar_id, []).append(version)
    rows: dict[int | None, list[CalendarDay]] = {None: []}
    for row in CalendarDay.objects.order_by("effective_from", "id"):
        rows.setdefault(row.calendar_id, []).append(row)
    versions = [
        facts
        for calendar in calendars
        for facts in versions_from(calendar, weeks.get(calendar.pk, []), rows[None], rows.get(calendar.pk, []))
    ]
    return CalendarBook(
        versions=tuple(sorted(versions, key=lambda facts: facts.effective_from)),
        days=_standing(rows[None]),
        own={
            calendar_id: _standing(_readable_days(own)) for calendar_id, own in rows.items() if calendar_id is not None
        },
        observing=frozenset(calendar.pk for calendar in calendars if calendar.observes_holidays),
    )


def _standing(rows: Iterable[CalendarDay]) -> Days:
    """What counts after all of `rows`, which come in the order in which they took effect."""
    days: Days = {}
    for row in rows:
        _apply(row, days)
    return dict(sorted(days.items()))


def _apply(row: CalendarDay, days: Days) -> None:
    if row.kind == CalendarDay.Kind.WITHDRAWN:
        days.pop(row.day, None)
    else:
        days[row.day] = NamedDay(row.pk, row.day, row.kind, row.name_zh, row.name_en, tuple(row.windows))


def versions_from(
    calendar: WorkCalendar, weeks: Sequence[CalendarVersion], public: Sequence[CalendarDay], own: Sequence[CalendarDay]
) -> list[CalendarFacts]:
    """One version for each instant at which the week or the days of the calendar became others.

    What took effect before the first week is part of the first version: before it, the calendar said nothing.
    """
    weeks, own = _readable_weeks(weeks), _readable_days(own)
    if not weeks:
        return []
    observed = public if calendar.observes_holidays else []
    first = weeks[0].effective_from
    rows: list[CalendarVersion | CalendarDay] = [*weeks, *observed, *own]
    changes = sorted(((max(row.effective_from, first), row) for row in rows), key=lambda change: change[0])
    week: dict[str, list[str]] = {}
    public_days: Days = {}
    own_days: Days = {}
    found: list[CalendarFacts] = []
    for instant, together in groupby(changes, key=lambda change: change[0]):
        for _, row in together:
            if isinstance(row, CalendarVersion):
                week = row.week
            else:
                _apply(row, public_days if row.calendar_id is None else own_days)
        shape = _shape(calendar, week, public_days, own_days)
        if not found or found[-1].shape != shape:
            found.append(CalendarFacts(calendar.pk, calendar.code, instant, shape))
    return found


def _readable_weeks(weeks: Sequence[CalendarVersion]) -> list[CalendarVersion]:
    """Those that can be read: the door refuses others, and where one came in all the same, what was before counts."""
    for version in weeks:
        if not is_week(version.week):
            log.error("calendar version %s cannot be read", version.pk)
    return [version for version in weeks if is_week(version.week)]


def _readable_days(days: Sequence[CalendarDay]) -> list[CalendarDay]:
    for row in days:
        if not is_windows(row.windows):
            log.error("calendar day %s cannot be read", row.pk)
    return [row for row in days if is_windows(row.windows)]


def _shape(calendar: WorkCalendar, week: dict[str, list[str]], public: Days, own: Days) -> dict[str, Any]:
    # A make-up day is worked like a Monday, whatever day it falls on.
    worked = list(week.get("mon", []))
    special = {f"{day}": worked if fact.kind == CalendarDay.Kind.MAKEUP else [] for day, fact in public.items()}
    special |= {f"{day}": list(fact.windows) for day, fact in own.items()}
    years = sorted({day.year for day in public}) if calendar.observes_holidays else None
    return {
        "tz": calendar.time_zone,
        "week": week,
        "special_days": special,
        "years_with_holiday_data": years,
    }


_book = Kept(_FINGERPRINT, read_book)


def calendar_book() -> CalendarBook:
    """The calendars, from this process's memory while the rows stay the same; one query."""
    return _book.get()


def years_loaded() -> list[int]:
    """The years for which public days are loaded, in order."""
    return sorted({day.year for day in calendar_book().days})


def versions_of(calendar: WorkCalendar) -> list[CalendarVersion]:
    """The weekly hours of the calendar, one for each instant at which they change, oldest first; one query."""
    by_instant: dict[datetime, CalendarVersion] = {}
    for version in calendar.versions.select_related("actor").order_by("effective_from", "id"):
        by_instant[version.effective_from] = version
    return list(by_instant.values())
