"""Calendars from rows: windows, public days, versions, and the memory that holds them."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from pytest_django import DjangoAssertNumQueries

from servicedesk.errors import ActionError
from servicedesk.sla.arithmetic import Calendar, add_minutes, minutes_between
from servicedesk.sla.calendars import calendars
from servicedesk.worktime.defaults import ALWAYS, CALL, WORK, load_calendars, read_days
from servicedesk.worktime.models import CalendarDay, CalendarVersion, WorkCalendar
from servicedesk.worktime.selectors import years_loaded
from tests.make import NOW
from tests.make_sla import local

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _calendars() -> None:
    load_calendars()


def calendar(code: str, at: datetime = NOW) -> Calendar:
    return calendars().at(WorkCalendar.objects.get(code=code).pk, at)


def test_around_the_clock_minutes_pass_through_nights_and_holidays() -> None:
    assert add_minutes(calendar(ALWAYS), local("2026-09-30 23:00"), 1440) == local("2026-10-01 23:00")


def test_working_hours_skip_nights_weekends_and_holidays() -> None:
    # From Wednesday, half an hour before close, over National Day to Thursday the 8th.
    assert add_minutes(calendar(WORK), local("2026-09-30 17:30"), 60) == local("2026-10-08 09:30")
    assert add_minutes(calendar(WORK), local("2026-03-13 17:30"), 60) == local("2026-03-16 09:30")


def test_a_make_up_saturday_is_worked_like_a_monday() -> None:
    saturday = date(2026, 2, 14)

    worked = minutes_between(calendar(WORK), local("2026-02-14 00:00"), local("2026-02-15 00:00"))

    assert saturday.weekday() == 5
    assert worked == 540


def test_calling_hours_run_every_day_until_eight_holidays_too() -> None:
    assert minutes_between(calendar(CALL), local("2026-10-01 00:00"), local("2026-10-02 00:00")) == 660


@pytest.mark.parametrize(("year", "holidays", "makeups"), [(2025, 28, 5), (2026, 33, 6)])
def test_the_public_days_of_a_year_are_complete(year: int, holidays: int, makeups: int) -> None:
    days = [day for day in read_days() if day.day.year == year]

    assert sum(day.kind == "holiday" for day in days) == holidays
    assert sum(day.kind == "makeup" for day in days) == makeups
    assert all(day.day.weekday() >= 5 for day in days if day.kind == "makeup")
    assert all(day.name_zh and day.name_en for day in days)


def test_the_years_with_public_days_are_known() -> None:
    assert years_loaded() == list(range(2004, 2027))
    assert calendar(WORK).lacks_holiday_data(local("2027-01-04 09:00"))
    assert not calendar(ALWAYS).lacks_holiday_data(local("2027-01-04 09:00"))


def test_loading_again_adds_nothing_and_keeps_what_was_edited() -> None:
    CalendarDay.objects.filter(day=date(2026, 1, 1)).update(name_en="First day")

    load_calendars()

    assert WorkCalendar.objects.count() == CalendarVersion.objects.count() == 3
    assert CalendarDay.objects.get(day=date(2026, 1, 1)).name_en == "First day"


def test_a_new_public_day_is_seen_at_once_even_when_it_is_changed_again() -> None:
    monday = date(2026, 3, 16)
    whole_day = (local("2026-03-16 00:00"), local("2026-03-17 00:00"))
    assert minutes_between(calendar(WORK), *whole_day) == 540

    row = CalendarDay.objects.create(day=monday, kind="holiday")
    assert minutes_between(calendar(WORK), *whole_day) == 0

    CalendarDay.objects.filter(pk=row.pk).update(kind="makeup")
    assert minutes_between(calendar(WORK), *whole_day) == 540

    row.delete()
    assert minutes_between(calendar(WORK), *whole_day) == 540


def test_a_version_applies_from_its_instant_on() -> None:
    work = WorkCalendar.objects.get(code=WORK)
    since = NOW + timedelta(days=30)
    CalendarVersion.objects.create(calendar=work, effective_from=since, week={"mon": ["10:00-11:00"]})

    assert minutes_between(calendar(WORK), local("2026-06-01 00:00"), local("2026-06-02 00:00")) == 540
    assert minutes_between(calendar(WORK, since), local("2026-06-01 00:00"), local("2026-06-02 00:00")) == 60
    assert [moment for moment, _ in calendars().changes_after(work.pk, NOW)] == [since]


def test_a_version_that_cannot_be_read_leaves_the_one_before_in_force() -> None:
    work = WorkCalendar.objects.get(code=WORK)
    CalendarVersion.objects.create(calendar=work, effective_from=NOW, week={"mon": ["nine to five"]})

    assert minutes_between(calendar(WORK, NOW), local("2026-06-01 00:00"), local("2026-06-02 00:00")) == 540


def test_a_calendar_without_any_usable_version_is_refused() -> None:
    empty = WorkCalendar.objects.create(code="EMPTY", name_zh="空", name_en="Empty")

    with pytest.raises(ActionError) as refusal:
        calendars().at(empty.pk, NOW)

    assert refusal.value.code == "calendar_unusable"


def test_all_calendars_cost_one_query_while_they_stay_the_same(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    first = calendars()

    with django_assert_num_queries(1):
        assert calendars() is first


@pytest.mark.parametrize(
    "week",
    [
        {"mon": ["09:00-18:00"]},
        {"mon": ["09:00-12:00", "13:30-18:00"], "sun": []},
        {"fri": ["22:00-06:00"]},
        {"sat": ["00:00-24:00"]},
    ],
)
def test_weekly_windows_as_people_write_them_are_taken(week: dict[str, list[str]]) -> None:
    version = CalendarVersion(calendar=WorkCalendar.objects.get(code=WORK), effective_from=NOW, week=week)

    version.full_clean()

    assert Calendar.from_dict({"tz": "Asia/Shanghai", "week": week})


@pytest.mark.parametrize(
    "week",
    [
        {},
        [],
        {"mon": []},
        {"monday": ["09:00-18:00"]},
        {"mon": "09:00-18:00"},
        {"mon": ["9-18"]},
        {"mon": ["09:00-25:00"]},
        {"mon": ["24:00-06:00"]},
        {"mon": [900]},
    ],
)
def test_weekly_windows_that_could_not_be_read_are_refused_at_the_door(week: object) -> None:
    version = CalendarVersion(calendar=WorkCalendar.objects.get(code=WORK), effective_from=NOW, week=week)

    with pytest.raises(ValidationError) as refusal:
        version.full_clean()

    assert set(refusal.value.message_dict) == {"week"}


def test_a_time_zone_nobody_knows_is_refused() -> None:
    calendar = WorkCalendar(code="MARS", name_zh="火星", name_en="Mars", time_zone="Mars/Olympus")

    with pytest.raises(ValidationError) as refusal:
        calendar.full_clean()

    assert set(refusal.value.message_dict) == {"time_zone"}
