"""A year of a calendar, month by month, as a page shows it."""

from calendar import Calendar as Months
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from servicedesk.calendars.opening import version_of_day
from servicedesk.people.wording import in_language
from servicedesk.sla.arithmetic import Interval
from servicedesk.sla.calendars import Calendars
from servicedesk.worktime.models import CalendarDay, WorkCalendar
from servicedesk.worktime.selectors import NamedDay

DAY_MINUTES = 1440


@dataclass(frozen=True)
class DayCell:
    """A day as the year shows it: `kind` is that of its row, else `open` or `closed`; `hours` are its windows."""

    day: date
    kind: str
    name: str
    hours: str
    is_today: bool


@dataclass(frozen=True)
class Month:
    """A month as weeks from Monday to Sunday; None where the week belongs to another month."""

    first: date
    weeks: list[list[DayCell | None]]


def year_of(book: Calendars, calendar: WorkCalendar, year: int, today: date) -> list[Month]:
    """The twelve months of a year; each day by the version that is in force when it ends."""
    zone = ZoneInfo(calendar.time_zone)
    named = book.book.days_of(calendar.pk)

    def cell(day: date) -> DayCell:
        version = version_of_day(book, calendar.pk, day, zone)
        windows = version.windows_on(day)
        # What a version does not know yet, or does not know any more, does not count on its days.
        fact = named.get(day) if day in version.special_days else None
        kind = fact.kind if fact is not None else ("open" if windows else "closed")
        return DayCell(day, kind, name_of(fact), hours_words(windows), day == today)

    months = []
    for number in range(1, 13):
        weeks = Months().monthdatescalendar(year, number)
        months.append(
            Month(
                date(year, number, 1),
                [[cell(day) if day.month == number else None for day in week] for week in weeks],
            )
        )
    return months


def name_of(fact: NamedDay | CalendarDay | None) -> str:
    """The name of a day in the reader's language, its kind where it has none; empty for an ordinary day."""
    if fact is None:
        return ""
    return in_language(fact.name_zh, fact.name_en) or str(CalendarDay.Kind(fact.kind).label)


def hours_words(windows: Sequence[Interval]) -> str:
    """Windows as text, such as 09:00-12:00 13:30-18:00; empty for a closed day."""
    return " ".join(f"{_clock(window.opens)}-{_clock(window.closes)}" for window in windows)


def _clock(minutes: int) -> str:
    if minutes == DAY_MINUTES:
        return "24:00"
    return f"{minutes % DAY_MINUTES // 60:02d}:{minutes % 60:02d}"
