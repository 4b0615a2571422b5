"""What managers do with calendars, and what is refused them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from servicedesk.errors import ActionError
from servicedesk.people.models import Role, User
from servicedesk.worktime.defaults import CALL, WORK, load_calendars
from servicedesk.worktime.models import CalendarDay, CalendarVersion, WorkCalendar
from servicedesk.worktime.reading import DayRow
from servicedesk.worktime.selectors import calendar_book, versions_of
from servicedesk.worktime.services import (
    WantedCalendar,
    WantedDay,
    Week,
    add_calendar,
    change_week,
    load_public_days,
    plan_public_days,
    set_special_day,
    withdraw_day,
)
from tests.make import NOW, make_user

WEEK = {"mon": ["09:00-12:00", "13:30-18:00"], "fri": ["22:00-06:00"]}
STOCKTAKING = WantedDay(date(2026, 3, 20), (), "盘点", "Stocktaking")
NEW_YEAR = DayRow(date(2027, 1, 1), "holiday", "元旦", "New Year's Day")


@pytest.fixture
def manager(db: None) -> User:
    load_calendars()
    return make_user(Role.MANAGER)


def work() -> WorkCalendar:
    return WorkCalendar.objects.get(code=WORK)


def code_of(refusal: pytest.ExceptionInfo[ActionError]) -> tuple[str, int]:
    return refusal.value.code, refusal.value.status


def test_new_hours_count_from_now_or_from_the_instant_given(manager: User) -> None:
    later = NOW + timedelta(days=7)
    change_week(work().pk, WEEK, None, actor=manager, now=NOW)
    change_week(work().pk, {"tue": ["10:00-11:00"]}, later, actor=manager, now=NOW)

    assert [(version.effective_from, version.actor) for version in versions_of(work())][1:] == [
        (NOW, manager),
        (later, manager),
    ]


def test_a_plan_is_called_off_by_another_for_the_same_instant(manager: User) -> None:
    later = NOW + timedelta(days=7)
    before = versions_of(work())[0].week
    change_week(work().pk, WEEK, later, actor=manager, now=NOW)
    change_week(work().pk, before, later, actor=manager, now=NOW)

    assert [version.week for version in versions_of(work())] == [before, before]
    assert len([facts for facts in calendar_book().versions if facts.code == WORK]) == 1


def test_hours_of_the_past_that_change_nothing_or_never_open_are_refused(manager: User) -> None:
    cases: list[tuple[Week, datetime | None, str]] = [
        (WEEK, NOW - timedelta(seconds=1), "instant_past"),
        (versions_of(work())[0].week, None, "week_same"),
        ({"mon": []}, None, "week_closed"),
        ({"mon": ["9-18"]}, None, "week_unreadable"),
    ]
    for week, since, code in cases:
        with pytest.raises(ActionError) as refusal:
            change_week(work().pk, week, since, actor=manager, now=NOW)
        assert code_of(refusal) == (code, 422)
    assert CalendarVersion.objects.count() == 3


def test_a_calendar_nobody_has_does_not_exist(manager: User) -> None:
    with pytest.raises(ActionError) as refusal:
        change_week(999_999, WEEK, None, actor=manager, now=NOW)
    assert code_of(refusal) == ("not_found", 404)


@pytest.mark.parametrize("role", [role for role in Role.values if role not in {"manager", "admin"}])
def test_only_managers_and_administrators_change_calendars(manager: User, role: str) -> None:
    other = make_user(role)
    with pytest.raises(ActionError) as refusal:
        set_special_day(work().pk, STOCKTAKING, actor=other, now=NOW)
    assert code_of(refusal) == ("role_not_allowed", 403)


def test_a_special_day_counts_from_now_on_and_can_be_withdrawn(manager: User) -> None:
    row = set_special_day(work().pk, STOCKTAKING, actor=manager, now=NOW)
    assert row.effective_from == NOW
    assert calendar_book().days_of(work().pk)[STOCKTAKING.day].name_en == "Stocktaking"

    withdraw_day(row.pk, actor=manager, now=NOW + timedelta(hours=1))

    assert STOCKTAKING.day not in calendar_book().days_of(work().pk)
    assert CalendarDay.objects.filter(day=STOCKTAKING.day).count() == 2


def test_a_special_day_twice_alike_or_over_is_refused(manager: User) -> None:
    set_special_day(work().pk, STOCKTAKING, actor=manager, now=NOW)
    with pytest.raises(ActionError) as twice:
        set_special_day(work().pk, STOCKTAKING, actor=manager, now=NOW)
    # Half past midnight in Shanghai is still the day before in UTC.
    after = datetime(2026, 3, 20, 16, 30, tzinfo=UTC)
    with pytest.raises(ActionError) as over:
        set_special_day(work().pk, WantedDay(STOCKTAKING.day, ("09:00-10:00",)), actor=manager, now=after)

    assert code_of(twice) == ("day_same", 422)
    assert code_of(over) == ("day_past", 422)


def test_a_day_that_was_changed_meanwhile_or_is_over_is_not_withdrawn(manager: User) -> None:
    row = set_special_day(work().pk, STOCKTAKING, actor=manager, now=NOW)
    newer = set_special_day(work().pk, WantedDay(STOCKTAKING.day, ("09:00-10:00",)), actor=manager, now=NOW)
    with pytest.raises(ActionError) as changed:
        withdraw_day(row.pk, actor=manager, now=NOW)
    with pytest.raises(ActionError) as over:
        withdraw_day(newer.pk, actor=manager, now=NOW + timedelta(days=30))
    with pytest.raises(ActionError) as nothing:
        withdraw_day(999_999, actor=manager, now=NOW)

    assert code_of(changed) == ("day_changed", 409)
    assert code_of(over) == ("day_past", 409)
    assert code_of(nothing) == ("not_found", 404)


def test_a_list_of_public_days_is_shown_before_it_is_loaded(manager: User) -> None:
    rows = [
        NEW_YEAR,
        DayRow(date(2026, 10, 1), "makeup"),
        DayRow(date(2026, 10, 2), "holiday", "国庆节", "National Day"),
    ]
    plan = plan_public_days(rows, whole_years=False)
    assert [(change.day, change.before is None) for change in plan.changes] == [
        (date(2026, 10, 1), False),
        (date(2027, 1, 1), True),
    ]
    assert plan.same == 1
    assert date(2027, 1, 1) not in calendar_book().days

    load_public_days(rows, whole_years=False, mark=plan.mark, actor=manager, now=NOW)

    assert calendar_book().days[date(2026, 10, 1)].kind == "makeup"
    assert CalendarDay.objects.get(day=date(2027, 1, 1)).effective_from == NOW


def test_a_complete_list_withdraws_the_other_days_of_its_years(manager: User) -> None:
    rows = [DayRow(date(2026, 10, 1), "holiday", "国庆节", "National Day")]
    plan = plan_public_days(rows, whole_years=True)
    load_public_days(rows, whole_years=True, mark=plan.mark, actor=manager, now=NOW)

    assert [day for day in calendar_book().days if day.year == 2026] == [date(2026, 10, 1)]
    assert any(day.year == 2025 for day in calendar_book().days)


def test_a_list_is_not_loaded_over_days_that_changed_since_it_was_shown(manager: User) -> None:
    plan = plan_public_days([NEW_YEAR], whole_years=False)
    load_public_days([NEW_YEAR], whole_years=False, mark=plan.mark, actor=manager, now=NOW)

    with pytest.raises(ActionError) as again:
        load_public_days([NEW_YEAR], whole_years=False, mark=plan.mark, actor=manager, now=NOW)
    empty = plan_public_days([NEW_YEAR], whole_years=False)
    with pytest.raises(ActionError) as nothing:
        load_public_days([NEW_YEAR], whole_years=False, mark=empty.mark, actor=manager, now=NOW)

    assert code_of(again) == ("days_changed", 409)
    assert code_of(nothing) == ("nothing_changes", 422)
    assert CalendarDay.objects.filter(day=NEW_YEAR.day).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_load_the_same_list_at_once_one_does(manager: User) -> None:
    plan = plan_public_days([NEW_YEAR], whole_years=False)

    def load(_turn: int) -> str:
        try:
            load_public_days([NEW_YEAR], whole_years=False, mark=plan.mark, actor=manager, now=NOW)
        except ActionError as error:
            return error.code
        finally:
            connection.close()
        return "loaded"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(load, range(2))) == ["days_changed", "loaded"]
    assert CalendarDay.objects.filter(day=NEW_YEAR.day).count() == 1


def test_a_new_calendar_begins_with_its_hours(manager: User) -> None:
    wanted = WantedCalendar("NIGHT", "夜班", "Night shift", "Asia/Shanghai", False, WEEK)
    calendar = add_calendar(wanted, actor=manager)
    assert [version.week for version in versions_of(calendar)] == [WEEK]

    with pytest.raises(ActionError) as taken:
        add_calendar(wanted, actor=manager)
    with pytest.raises(ActionError) as nowhere:
        add_calendar(WantedCalendar("MARS", "火星", "Mars", "Mars/Olympus", False, WEEK), actor=manager)
    assert code_of(taken) == ("code_taken", 422)
    assert code_of(nowhere) == ("zone_unknown", 422)


def test_the_days_of_one_calendar_say_nothing_about_another(manager: User) -> None:
    set_special_day(work().pk, STOCKTAKING, actor=manager, now=NOW)

    assert calendar_book().days_of(WorkCalendar.objects.get(code=CALL).pk) == {}
