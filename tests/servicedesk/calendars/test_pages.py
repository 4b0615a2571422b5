"""The pages of the calendars, as managers use them and others read them."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from servicedesk import clock
from servicedesk.people.models import Role
from servicedesk.worktime.defaults import load_calendars
from servicedesk.worktime.models import CalendarDay, CalendarVersion, WorkCalendar
from servicedesk.worktime.selectors import calendar_book
from tests.make import NOW, make_user
from tests.make_desk import browser_of
from tests.make_sla import local

pytestmark = pytest.mark.django_db
HOURS = "/calendars/WORK/hours/"
WEEK = {"mon": "09:00-12:00, 13:30-18:00", "fri": "22:00-06:00"}
LIST = "2027-01-01,休,元旦,New Year's Day\n2027-01-02,放假,元旦,New Year's Day\n2027-01-03,班,调休上班,Make-up day"


@pytest.fixture(autouse=True)
def _at_ten_on_a_tuesday() -> Iterator[None]:
    load_calendars()
    with clock.at(NOW):
        yield


@pytest.fixture
def manager() -> Client:
    return browser_of(make_user(Role.MANAGER))


@pytest.fixture
def supervisor() -> Client:
    return browser_of(make_user(Role.SUPERVISOR))


def text_of(client: Client, url: str, **params: Any) -> str:
    answer = client.get(url, params)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_says_what_each_calendar_means_now(supervisor: Client) -> None:
    page = text_of(supervisor, reverse("calendar_list"))

    assert "营业中，至 03-10 18:00" in page
    assert "营业中，至 03-10 20:00" in page
    assert "全天营业" in page
    assert "星期一至星期五" in page
    assert "2004 至 2026" in page
    assert reverse("calendar_new") not in page


def test_on_a_holiday_the_next_opening_lies_after_it(supervisor: Client) -> None:
    with clock.at(local("2026-10-01 10:00")):
        page = text_of(supervisor, reverse("calendar_detail", args=["WORK"]))

    assert "10-08 09:00" in page


def test_an_opening_follows_the_version_that_will_be_in_force(manager: Client) -> None:
    manager.post(
        reverse("calendar_hours", args=["WORK"]), {"wed": "10:00-11:00", "effective_from": "2026-03-10T19:00"}
    )

    with clock.at(local("2026-03-10 18:30")):
        page = text_of(manager, reverse("calendar_detail", args=["WORK"]))

    assert "03-11 10:00" in page


def test_new_hours_are_recorded_with_their_instant(manager: Client) -> None:
    url = reverse("calendar_hours", args=["WORK"])
    answer = manager.post(url, {**WEEK, "effective_from": "2026-04-01T00:00"})

    version = CalendarVersion.objects.get(calendar__code="WORK", effective_from=local("2026-04-01 00:00"))
    assert answer.status_code == 303
    assert version.week == {"mon": ["09:00-12:00", "13:30-18:00"], "fri": ["22:00-06:00"]}
    assert version.actor is not None
    assert "已计划" in text_of(manager, reverse("calendar_detail", args=["WORK"]))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"mon": "9-18"}, "9-18"),
        ({"mon": ""}, "每周至少"),
        ({**WEEK, "effective_from": "2026-03-09T00:00"}, "已经过去"),
        ({**WEEK, "effective_from": "0001-01-01T00:00"}, "有效"),
    ],
)
def test_hours_that_cannot_be_taken_stay_in_the_form_with_the_reason(
    manager: Client, typed: dict[str, str], words: str
) -> None:
    answer = manager.post(reverse("calendar_hours", args=["WORK"]), typed)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert all(value in page for value in typed.values())
    assert CalendarVersion.objects.filter(calendar__code="WORK").count() == 1


def test_a_new_calendar_is_made_with_its_week(manager: Client) -> None:
    form = {"code": "NIGHT", "name_zh": "夜班", "name_en": "Night", "time_zone": "Asia/Shanghai", **WEEK}
    assert manager.post(reverse("calendar_new"), form).status_code == 303
    assert not WorkCalendar.objects.get(code="NIGHT").observes_holidays

    again = manager.post(reverse("calendar_new"), form)
    assert again.status_code == 422
    assert "编号" in again.content.decode()


def test_a_special_day_stands_in_the_year_and_is_taken_back(manager: Client) -> None:
    form = {"day": "2026-03-20", "windows": "", "name_zh": "盘点", "name_en": "Stocktaking"}
    answer = manager.post(reverse("special_day", args=["WORK"]), form)
    year = reverse("calendar_year", args=["WORK", 2026])
    assert (answer.status_code, answer["Location"]) == (303, year)
    assert "盘点" in text_of(manager, year)
    assert "盘点" in text_of(manager, reverse("calendar_detail", args=["WORK"]))
    assert "盘点" not in text_of(manager, reverse("calendar_year", args=["CALL", 2026]))

    row = CalendarDay.objects.get(day=date(2026, 3, 20))
    back = manager.post(reverse("calendar_day_withdraw", args=[row.pk]), {"back": year})
    assert (back.status_code, back["Location"]) == (303, year)
    assert "盘点" not in text_of(manager, year)


def test_nobody_is_led_away_after_a_withdrawal(manager: Client) -> None:
    row = CalendarDay.objects.create(
        calendar=WorkCalendar.objects.get(code="WORK"), day=date(2026, 3, 20), kind="special"
    )
    back = manager.post(reverse("calendar_day_withdraw", args=[row.pk]), {"back": "https://example.org/"})

    assert back["Location"] == reverse("calendar_list")


def test_a_year_shows_holidays_make_up_days_and_what_is_closed(supervisor: Client) -> None:
    page = text_of(supervisor, reverse("calendar_year", args=["WORK", 2026]))

    assert page.count('data-kind="holiday"') == 33
    assert page.count('data-kind="makeup"') == 6
    assert page.count("<table") == 13
    assert "国庆节" in page
    assert 'aria-current="date"' in page
    assert "/withdraw/" not in page


def test_a_year_that_is_not_loaded_says_so_and_leads_to_the_list(manager: Client, supervisor: Client) -> None:
    url = reverse("calendar_year", args=["WORK", 2027])

    assert "2027 年的节假日尚未导入" in text_of(manager, url)
    assert reverse("public_days") in text_of(manager, url)
    assert reverse("public_days") not in text_of(supervisor, url).partition("<main")[2].partition("</main>")[0]
    assert "尚未导入" not in text_of(manager, reverse("calendar_year", args=["ALWAYS", 2027]))
    assert manager.get(reverse("calendar_year", args=["WORK", 1999])).status_code == 404


def test_a_list_of_days_is_looked_at_first_and_loaded_then(manager: Client) -> None:
    url = reverse("public_days")
    looked = manager.post(url, {"text": LIST})
    page = looked.content.decode()
    assert looked.status_code == 200
    assert "元旦" in page
    assert "2027 年只有 2 个" in page
    assert not CalendarDay.objects.filter(day__year=2027).exists()

    loaded = manager.post(url, {"text": LIST, "mark": looked.context["plan"].mark})

    assert loaded.status_code == 303
    assert {day for day in calendar_book().days if day.year == 2027} == {date(2027, 1, day) for day in (1, 2, 3)}
    again = manager.post(url, {"text": LIST, "mark": looked.context["plan"].mark})
    assert again.status_code == 409
    assert LIST.splitlines()[0].split(",")[1] in again.content.decode()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_file_is_read_and_stands_in_the_field(manager: Client, encoding: str) -> None:
    file = SimpleUploadedFile("2027.csv", LIST.encode(encoding))
    page = manager.post(reverse("public_days"), {"text": "", "file": file})

    assert page.status_code == 200
    assert page.context["form"]["text"].value() == LIST
    assert len(page.context["plan"].changes) == 3


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"text": ""}, "粘贴"),
        ({"text": "2027-02-30,休"}, "2027-02-30"),
        ({"text": "day,kind"}, "没有"),
    ],
)
def test_a_list_at_fault_is_kept_with_the_reason(manager: Client, form: dict[str, str], words: str) -> None:
    answer = manager.post(reverse("public_days"), form)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert form["text"] in answer.content.decode()


def test_what_is_no_text_is_refused(manager: Client) -> None:
    file = SimpleUploadedFile("2027.csv", b"\xff\xff\x00\xfe")
    answer = manager.post(reverse("public_days"), {"file": file})

    assert answer.status_code == 422
    assert "CSV" in answer.content.decode()


def test_supervisors_read_the_public_days_and_load_none(supervisor: Client) -> None:
    page = text_of(supervisor, reverse("public_days"))
    assert "2026" in page
    assert "<textarea" not in page
    assert supervisor.post(reverse("public_days"), {"text": LIST}).status_code == 403


def test_a_promise_is_tried_with_the_strip_of_a_clock_and_nothing_is_saved(supervisor: Client) -> None:
    url = reverse("calendar_test", args=["WORK"])
    asked = {"start": "2026-09-30T17:30", "minutes": "60"}
    page = text_of(supervisor, url, **asked)

    assert "2026-10-08 09:30" in page
    assert "国庆节" in page
    assert "time-strip" in page
    assert CalendarDay.objects.filter(actor__isnull=False).count() == 0


def test_a_pause_moves_the_due_time_of_the_trial(supervisor: Client) -> None:
    url = reverse("calendar_test", args=["WORK"])
    asked = {"start": "2026-03-10T10:00", "minutes": "120"}
    pause = {"pause_from": "2026-03-10T11:00", "pause_until": "2026-03-10T15:00"}

    assert "2026-03-10 12:00" in text_of(supervisor, url, **asked)
    assert "2026-03-10 16:00" in text_of(supervisor, url, **asked, **pause)


def test_the_trial_follows_hours_that_are_to_come(manager: Client) -> None:
    manager.post(
        reverse("calendar_hours", args=["WORK"]), {"wed": "10:00-11:00", "effective_from": "2026-03-10T17:00"}
    )
    page = text_of(manager, reverse("calendar_test", args=["WORK"]), start="2026-03-10T16:00", minutes="120")

    # One hour on Tuesday by the old hours, the other on Wednesday by the new ones.
    assert "2026-03-11 11:00" in page


@pytest.mark.parametrize(
    "asked",
    [
        {"start": "2026-03-10T10:00"},
        {"start": "soon", "minutes": "5"},
        {"start": "2026-03-10T10:00", "minutes": "-5"},
        {"start": "9999-12-31T23:59", "minutes": "60"},
        {"start": "2026-03-10T10:00", "minutes": "60", "pause_from": "2026-03-10T11:00"},
        {
            "start": "2026-03-10T10:00",
            "minutes": "60",
            "pause_from": "2026-03-10T11:00",
            "pause_until": "2026-03-10T10:30",
        },
    ],
)
def test_a_trial_that_cannot_be_read_is_answered_with_the_form(supervisor: Client, asked: dict[str, str]) -> None:
    answer = supervisor.get(reverse("calendar_test", args=["WORK"]), asked)

    assert answer.status_code == 422
    assert "aria-invalid" in answer.content.decode()


def test_a_calendar_without_readable_hours_is_shown_as_such(manager: Client) -> None:
    WorkCalendar.objects.create(code="EMPTY", name_zh="空", name_en="Empty")

    assert "无法读取" in text_of(manager, reverse("calendar_list"))
    assert "无法读取" in text_of(manager, reverse("calendar_detail", args=["EMPTY"]))
    assert manager.get(reverse("calendar_test", args=["EMPTY"])).status_code == 409
    assert manager.get(reverse("calendar_detail", args=["NONE"])).status_code == 404


def test_a_missing_year_is_told_on_the_pages_in_time(manager: Client) -> None:
    assert "尚未导入" not in text_of(manager, reverse("calendar_list"))
    with clock.at(local("2026-11-03 10:00") + timedelta(minutes=1)):
        assert "2027 年的节假日尚未导入" in text_of(manager, reverse("calendar_list"))
