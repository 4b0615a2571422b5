"""The warning that a year of public days is missing: in time, once, to those who can load it."""

from datetime import date

import pytest

from servicedesk.calendars.horizon import missing_year, warn_of_missing_year
from servicedesk.notify.models import Notification
from servicedesk.notify.wording import sentence
from servicedesk.people.models import Role
from servicedesk.worktime.defaults import load_calendars
from servicedesk.worktime.models import CalendarDay, WorkCalendar
from tests.make import make_user
from tests.make_sla import local

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _calendars() -> None:
    load_calendars()


def test_the_year_is_missed_sixty_days_before_it_begins() -> None:
    assert missing_year(local("2026-11-01 23:59")) is None
    assert missing_year(local("2026-11-02 00:01")) == 2027
    assert missing_year(local("2027-06-01 00:00")) == 2027


def test_a_year_that_is_loaded_is_not_missed() -> None:
    CalendarDay.objects.create(day=date(2027, 1, 1), kind="holiday")

    assert missing_year(local("2026-12-31 23:59")) is None
    assert missing_year(local("2027-11-30 12:00")) == 2028


def test_where_no_calendar_follows_public_days_none_is_missed() -> None:
    WorkCalendar.objects.update(observes_holidays=False)

    assert missing_year(local("2026-12-31 23:59")) is None


def test_managers_and_administrators_are_told_once_a_year() -> None:
    told = {make_user(role) for role in (Role.MANAGER, Role.ADMIN)}
    make_user(Role.SUPERVISOR)
    make_user(Role.MANAGER, is_active=False)

    assert warn_of_missing_year(local("2026-11-01 12:00")) == 0
    assert warn_of_missing_year(local("2026-11-10 12:00")) == 2
    assert warn_of_missing_year(local("2026-11-10 12:01")) == 0
    assert {notice.recipient for notice in Notification.objects.all()} == told
    assert warn_of_missing_year(local("2027-12-10 12:00")) == 0
    CalendarDay.objects.create(day=date(2027, 1, 1), kind="holiday")
    assert warn_of_missing_year(local("2027-12-10 12:00")) == 2


def test_the_notice_names_the_year() -> None:
    make_user(Role.ADMIN)
    warn_of_missing_year(local("2026-11-10 12:00"))

    assert "2027" in sentence(Notification.objects.get())
