"""Routes of the calendars: read by those who answer for promises, changed by managers and administrators."""

from typing import Any

from servicedesk import clock
from servicedesk.worktime.models import CalendarDay, WorkCalendar
from tests.url_roles import Row

READERS = frozenset({"supervisor", "manager", "auditor", "admin"})
EDITORS = frozenset({"manager", "admin"})


def of_calendar(_world: Any) -> dict[str, Any]:
    """The calendar of working hours."""
    return {"code": "WORK"}


def of_year(_world: Any) -> dict[str, Any]:
    """A year of the calendar of working hours."""
    return {"code": "WORK", "year": 2026}


def of_day(_world: Any) -> dict[str, Any]:
    """A day of its own of the calendar, still ahead."""
    row = CalendarDay.objects.create(
        calendar=WorkCalendar.objects.get(code="WORK"),
        day=clock.now().date().replace(month=12, day=31),
        kind=CalendarDay.Kind.SPECIAL,
    )
    return {"row_id": row.pk}


ROWS = {
    "calendar_list": Row(allowed=READERS),
    "calendar_new": Row(allowed=EDITORS),
    "calendar_detail": Row(of_calendar, allowed=READERS),
    "calendar_hours": Row(of_calendar, allowed=EDITORS),
    "calendar_test": Row(of_calendar, allowed=READERS),
    "special_day": Row(of_calendar, allowed=EDITORS),
    "calendar_year": Row(of_year, allowed=READERS),
    "public_days": Row(allowed=READERS),
    "calendar_day_withdraw": Row(of_day, method="post", allowed=EDITORS),
}
