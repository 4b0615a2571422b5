"""What managers do with calendars: add one, change its hours from an instant on, give a day its own hours, load years.

Nothing is edited: each step adds rows that count from now on or later, so that time already spent stays spent.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo, available_timezones

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.errors import FORBIDDEN, OUT_OF_SCOPE, ActionError, invalid, require_text
from servicedesk.locks import wait_for_turn
from servicedesk.people.models import Role, User
from servicedesk.worktime.defaults import SINCE
from servicedesk.worktime.models import CalendarDay, CalendarVersion, WorkCalendar, is_week, is_windows
from servicedesk.worktime.reading import DayRow
from servicedesk.worktime.selectors import Days, NamedDay, calendar_book, versions_of

EDITORS = frozenset({Role.MANAGER, Role.ADMIN})
# One after another, so that what was shown before a step is what it works on.
PUBLIC_DAYS = "worktime.public_days"
Week = dict[str, list[str]]


@dataclass(frozen=True)
class WantedCalendar:
    """A calendar as somebody wants it."""

    code: str
    name_zh: str
    name_en: str
    time_zone: str
    observes_holidays: bool
    week: Week


@dataclass(frozen=True)
class WantedDay:
    """A day with its own windows as somebody wants it; none means closed."""

    day: date
    windows: tuple[str, ...]
    name_zh: str = ""
    name_en: str = ""


@dataclass(frozen=True)
class DayChange:
    """What a list does to one public day: `before` is None for a new one, `after` for one that is withdrawn."""

    day: date
    before: NamedDay | None
    after: DayRow | None


@dataclass(frozen=True)
class DayPlan:
    """What a list would change, how many of its days are as they stand, and a mark of both."""

    changes: tuple[DayChange, ...]
    same: int
    mark: str


def add_calendar(wanted: WantedCalendar, *, actor: User | None) -> WorkCalendar:
    """A new calendar; its first hours have always been so. Refuses with 422 a code in use, no known zone, no hours."""
    _require_editor(actor)
    require_text("name_zh", wanted.name_zh, 60, missing=_("The calendar needs a name."))
    require_text("name_en", wanted.name_en, 60, missing=_("The calendar needs a name."))
    _require_week(wanted.week)
    if wanted.time_zone not in available_timezones():
        raise invalid("time_zone", "zone_unknown", _("This time zone is not known, write it like Asia/Shanghai."))
    with transaction.atomic():
        wait_for_turn("worktime.codes")
        if WorkCalendar.objects.filter(code=wanted.code).exists():
            raise invalid("code", "code_taken", _("Another calendar has this code."))
        calendar = WorkCalendar.objects.create(
            code=wanted.code,
            name_zh=wanted.name_zh,
            name_en=wanted.name_en,
            time_zone=wanted.time_zone,
            observes_holidays=wanted.observes_holidays,
        )
        CalendarVersion.objects.create(calendar=calendar, effective_from=SINCE, week=wanted.week, actor=actor)
    return calendar


def change_week(
    calendar_id: int, week: Week, effective_from: datetime | None, *, actor: User | None, now: datetime
) -> CalendarVersion:
    """The hours of the calendar from an instant on, from now where none is given.

    Refuses with 422 an instant that has passed, hours that cannot be read, and hours that change nothing.
    """
    _require_editor(actor)
    _require_week(week)
    since = effective_from or now
    if since < now:
        raise invalid("effective_from", "instant_past", _("This time has passed. Hours can change from now on only."))
    with transaction.atomic():
        calendar = _lock(calendar_id)
        planned = versions_of(calendar)
        in_force = [version for version in planned if version.effective_from <= since]
        later = [version for version in planned if version.effective_from > since]
        if in_force and not later and _plain(in_force[-1].week) == _plain(week):
            raise invalid("week", "week_same", _("These are the hours as they are. Nothing was changed."))
        return CalendarVersion.objects.create(calendar=calendar, effective_from=since, week=week, actor=actor)


def set_special_day(calendar_id: int, wanted: WantedDay, *, actor: User | None, now: datetime) -> CalendarDay:
    """The calendar's own day from now on, in place of what counted on it. Refuses with 422 a day that is over."""
    _require_editor(actor)
    if not is_windows(list(wanted.windows)):
        raise invalid("windows", "windows_unreadable", _("Write the hours like 09:00-12:00, 13:30-18:00."))
    with transaction.atomic():
        calendar = _lock(calendar_id)
        _require_day_ahead(calendar, wanted.day, now)
        standing = calendar_book().own.get(calendar.pk, {}).get(wanted.day)
        names = (wanted.name_zh, wanted.name_en)
        if standing is not None and (standing.windows, standing.name_zh, standing.name_en) == (wanted.windows, *names):
            raise invalid("day", "day_same", _("This day stands like that already. Nothing was changed."))
        return CalendarDay.objects.create(
            calendar=calendar,
            day=wanted.day,
            kind=CalendarDay.Kind.SPECIAL,
            windows=list(wanted.windows),
            name_zh=wanted.name_zh,
            name_en=wanted.name_en,
            effective_from=now,
            actor=actor,
        )


def withdraw_day(row_id: int, *, actor: User | None, now: datetime) -> CalendarDay:
    """From now on the day counts as it did without this row. 409 where it does not stand any more, or is over."""
    _require_editor(actor)
    row = CalendarDay.objects.filter(pk=row_id).select_related("calendar").first()
    if row is None:
        raise ActionError("not_found", _("This does not exist."), status=OUT_OF_SCOPE)
    with transaction.atomic():
        if row.calendar is None:
            wait_for_turn(PUBLIC_DAYS)
            standing = calendar_book().days.get(row.day)
        else:
            calendar = _lock(row.calendar.pk)
            standing = calendar_book().own.get(calendar.pk, {}).get(row.day)
            if row.day < now.astimezone(ZoneInfo(calendar.time_zone)).date():
                raise ActionError("day_past", _("This day is over; what was worked on it stays as it was counted."))
        if standing is None or standing.row_id != row.pk:
            raise ActionError("day_changed", _("Somebody has changed this day in the meantime."))
        return CalendarDay.objects.create(
            calendar=row.calendar,
            day=row.day,
            kind=CalendarDay.Kind.WITHDRAWN,
            name_zh=row.name_zh,
            name_en=row.name_en,
            effective_from=now,
            actor=actor,
        )


def plan_public_days(rows: Iterable[DayRow], *, whole_years: bool) -> DayPlan:
    """What the list would change as the days stand now; nothing is saved.

    With `whole_years` the list is all there is of its years: days of theirs that are not in it are withdrawn.
    """
    listed = {row.day: row for row in rows}
    standing: Days = calendar_book().days
    changes = [
        DayChange(day, standing.get(day), row) for day, row in listed.items() if not _is_same(standing.get(day), row)
    ]
    same = len(listed) - len(changes)
    if whole_years:
        years = {day.year for day in listed}
        gone = [day for day in standing if day.year in years and day not in listed]
        changes += [DayChange(day, standing[day], None) for day in gone]
    ordered = tuple(sorted(changes, key=lambda change: change.day))
    words = repr([(change.day, change.before, change.after) for change in ordered])
    return DayPlan(ordered, same, hashlib.sha256(words.encode()).hexdigest()[:16])


def load_public_days(
    rows: Iterable[DayRow], *, whole_years: bool, mark: str, actor: User | None, now: datetime
) -> DayPlan:
    """Records from now on what `plan_public_days` showed; `mark` is that of the plan.

    Refuses with 409 when the days have changed since it was shown, and with 422 a list that changes nothing.
    """
    _require_editor(actor)
    with transaction.atomic():
        wait_for_turn(PUBLIC_DAYS)
        plan = plan_public_days(rows, whole_years=whole_years)
        if plan.mark != mark:
            raise ActionError("days_changed", _("Somebody has changed these days in the meantime. Look once more."))
        if not plan.changes:
            raise invalid("text", "nothing_changes", _("These days stand like that already. Nothing was changed."))
        CalendarDay.objects.bulk_create(_recorded(change, actor, now) for change in plan.changes)
    return plan


def _recorded(change: DayChange, actor: User | None, now: datetime) -> CalendarDay:
    after = change.after
    names = after or change.before
    return CalendarDay(
        day=change.day,
        kind=CalendarDay.Kind.WITHDRAWN if after is None else after.kind,
        name_zh=names.name_zh if names else "",
        name_en=names.name_en if names else "",
        effective_from=now,
        actor=actor,
    )


def _is_same(standing: NamedDay | None, row: DayRow) -> bool:
    return standing is not None and (standing.kind, standing.name_zh, standing.name_en) == (
        row.kind,
        row.name_zh,
        row.name_en,
    )


def _plain(week: Week) -> Week:
    return {day: windows for day, windows in week.items() if windows}


def _require_week(week: Week) -> None:
    if not is_week(week):
        raise invalid("week", "week_unreadable", _("Write the hours like 09:00-12:00, 13:30-18:00."))
    if not any(week.values()):
        raise invalid("week", "week_closed", _("A calendar has to open at least once a week."))


def _require_day_ahead(calendar: WorkCalendar, day: date, now: datetime) -> None:
    if day < now.astimezone(ZoneInfo(calendar.time_zone)).date():
        raise invalid("day", "day_past", _("This day is over; what was worked on it stays as it was counted."))


def _require_editor(actor: User | None) -> None:
    if actor is not None and actor.role not in EDITORS:
        raise ActionError("role_not_allowed", _("Calendars are changed by managers."), status=FORBIDDEN)


def _lock(calendar_id: int) -> WorkCalendar:
    calendar = WorkCalendar.objects.select_for_update(no_key=True).filter(pk=calendar_id).first()
    if calendar is None:
        raise ActionError("not_found", _("This does not exist."), status=OUT_OF_SCOPE)
    return calendar
