"""Calendars from rows: windows, public days, versions, and the memory that holds them."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import InternalError, transaction
from pytest_django import DjangoAssertNumQueries

from servicedesk.errors import ActionError
from servicedesk.sla.arithmetic import Calendar, ChangeCalendar, ClockFacts, add_minutes, minutes_between, read_clock
from servicedesk.sla.calendars import calendars
from servicedesk.worktime.defaults import ALWAYS, CALL, SINCE, WORK, load_calendars, read_days
from servicedesk.worktime.models import CalendarDay, CalendarVersion, WorkCalendar
from servicedesk.worktime.selectors import calendar_book, years_loaded
from tests.make import NOW
from tests.make_sla import local

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _calendars() -> None:
    load_calendars()


def calendar(code: str, at: datetime = NOW) -> Calendar:
    return calendars().at(WorkCalendar.objects.get(code=code).pk, at)


def record_day(day: str, kind: str, *, code: str = "", since: datetime = SINCE, **values: Any) -> CalendarDay:
    calendar = WorkCalendar.objects.get(code=code) if code else None
    return CalendarDay.objects.create(
        calendar=calendar, day=date.fromisoformat(day), kind=kind, effective_from=since, **values
    )


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


def test_loading_again_adds_nothing_and_keeps_what_was_changed() -> None:
    record_day("2026-01-01", "holiday", name_en="First day")
    record_day("2026-01-02", "withdrawn")
    before = CalendarDay.objects.count()

    load_calendars()

    assert WorkCalendar.objects.count() == CalendarVersion.objects.count() == 3
    assert CalendarDay.objects.count() == before
    assert calendar_book().days[date(2026, 1, 1)].name_en == "First day"
    assert date(2026, 1, 2) not in calendar_book().days


def test_a_new_public_day_is_seen_at_once_even_when_it_is_changed_again() -> None:
    whole_day = (local("2026-03-16 00:00"), local("2026-03-17 00:00"))
    assert minutes_between(calendar(WORK), *whole_day) == 540

    record_day("2026-03-16", "holiday")
    assert minutes_between(calendar(WORK), *whole_day) == 0

    record_day("2026-03-16", "makeup")
    assert minutes_between(calendar(WORK), *whole_day) == 540

    record_day("2026-03-16", "holiday")
    record_day("2026-03-16", "withdrawn")
    assert minutes_between(calendar(WORK), *whole_day) == 540


def test_days_and_versions_are_never_edited_nor_deleted() -> None:
    for row in (CalendarDay.objects.first(), CalendarVersion.objects.first()):
        assert row is not None
        for spoil in (row.save, row.delete):
            with pytest.raises(InternalError, match="append_only"), transaction.atomic():
                spoil()


def test_a_day_counts_from_the_instant_it_was_recorded_for() -> None:
    work = WorkCalendar.objects.get(code=WORK)
    record_day("2026-03-16", "holiday", since=NOW + timedelta(days=1))

    monday = (local("2026-03-16 00:00"), local("2026-03-17 00:00"))
    assert minutes_between(calendar(WORK, NOW), *monday) == 540
    assert minutes_between(calendar(WORK, NOW + timedelta(days=1)), *monday) == 0
    assert [moment for moment, _ in calendars().changes_after(work.pk, NOW)] == [NOW + timedelta(days=1)]


def test_time_spent_before_a_day_was_taken_off_stays_spent() -> None:
    record_day("2026-03-16", "holiday", since=local("2026-03-16 11:00"))
    work, pk = calendars(), WorkCalendar.objects.get(code=WORK).pk
    facts = ClockFacts(
        start=local("2026-03-16 09:00"),
        target_minutes=240,
        calendar=work.at(pk, local("2026-03-16 09:00")),
        entries=[ChangeCalendar(*change) for change in work.changes_after(pk, local("2026-03-16 09:00"))],
    )

    reading = read_clock(facts, local("2026-03-16 12:00"))

    # Two hours were worked before the day was taken off; the other two are worked on Tuesday.
    assert reading.elapsed_minutes == 120
    assert reading.due_at == local("2026-03-17 11:00")


def test_a_calendars_own_day_comes_before_the_public_one_and_gives_way_to_it_again() -> None:
    national_day = (local("2026-10-01 00:00"), local("2026-10-02 00:00"))
    record_day("2026-10-01", "special", code=CALL, windows=["10:00-12:00"])
    record_day("2026-10-01", "special", code=WORK, windows=["10:00-12:00", "22:00-02:00"])
    assert minutes_between(calendar(CALL), *national_day) == 120
    assert minutes_between(calendar(WORK), *national_day) == 240

    record_day("2026-10-01", "withdrawn", code=CALL)
    record_day("2026-10-01", "withdrawn", code=WORK)
    assert minutes_between(calendar(CALL), *national_day) == 660
    assert minutes_between(calendar(WORK), *national_day) == 0


def test_a_change_that_a_calendar_does_not_feel_makes_no_version_of_it() -> None:
    record_day("2026-03-16", "holiday", since=NOW)
    record_day("2026-03-17", "holiday", since=NOW)

    changed = {
        code: len(calendars().changes_after(WorkCalendar.objects.get(code=code).pk, NOW - timedelta(days=1)))
        for code in (ALWAYS, CALL, WORK)
    }

    assert changed == {ALWAYS: 0, CALL: 0, WORK: 1}


def test_a_year_is_loaded_from_the_instant_its_days_were_recorded() -> None:
    record_day("2027-01-01", "holiday", since=NOW)

    assert calendar(WORK, NOW - timedelta(minutes=1)).lacks_holiday_data(local("2027-01-04 09:00"))
    assert not calendar(WORK, NOW).lacks_holiday_data(local("2027-01-04 09:00"))


def test_the_days_of_a_calendar_are_known_by_name() -> None:
    record_day("2026-10-02", "special", code=WORK, windows=["10:00-12:00"], name_en="Stocktaking")
    book = calendar_book()

    assert book.days_of(WorkCalendar.objects.get(code=WORK).pk)[date(2026, 10, 2)].name_en == "Stocktaking"
    assert book.days_of(WorkCalendar.objects.get(code=WORK).pk)[date(2026, 10, 1)].name_zh == "国庆节"
    assert book.days_of(WorkCalendar.objects.get(code=CALL).pk) == {}


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
