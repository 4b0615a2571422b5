"""The calendars every installation starts with, and the public days of the years that have been announced."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path

from servicedesk.worktime.models import WEEKDAYS, CalendarDay, CalendarVersion, WorkCalendar

ALWAYS, WORK, CALL = "ALWAYS", "WORK", "CALL"
# Before the oldest case that is ever replayed.
SINCE = datetime(2000, 1, 1, tzinfo=UTC)
DAYS_FILE = Path(__file__).with_name("public_days.csv")

# code: Chinese name, English name, observes public holidays, windows of the week
CALENDARS: dict[str, tuple[str, str, bool, dict[str, list[str]]]] = {
    ALWAYS: ("全天候", "Round the clock", False, {day: ["00:00-24:00"] for day in WEEKDAYS}),
    WORK: ("工作时间", "Working hours", True, {day: ["09:00-18:00"] for day in WEEKDAYS[:5]}),
    CALL: ("回访时间", "Calling hours", False, {day: ["09:00-20:00"] for day in WEEKDAYS}),
}


def load_calendars() -> None:
    """Adds the calendars and public days that are missing; what somebody changed or withdrew stays as it is."""
    for code, (name_zh, name_en, observes, week) in CALENDARS.items():
        names = {"name_zh": name_zh, "name_en": name_en, "observes_holidays": observes}
        calendar, _ = WorkCalendar.objects.get_or_create(code=code, defaults=names)
        if not calendar.versions.exists():
            CalendarVersion.objects.create(calendar=calendar, effective_from=SINCE, week=week)
    known = set(CalendarDay.objects.filter(calendar=None).values_list("day", flat=True))
    CalendarDay.objects.bulk_create([row for row in read_days() if row.day not in known])


def read_days() -> list[CalendarDay]:
    """The public days of the data file, unsaved. Source: the State Council's yearly notices on public holidays."""
    with DAYS_FILE.open(encoding="utf-8", newline="") as file:
        return [
            CalendarDay(
                day=date.fromisoformat(row["day"]),
                kind=row["kind"],
                name_zh=row["name_zh"],
                name_en=row["name_en"],
                effective_from=SINCE,
            )
            for row in csv.DictReader(file)
        ]
