"""A manager and the calendars, by keyboard alone: a special day, a year of public days, a promise tried out."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from servicedesk.people.models import Role
from servicedesk.worktime.selectors import calendar_book
from tests.defaults import load_defaults
from tests.journeys.hands import Enter, Person, wait_for_keys
from tests.make import make_user

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("journeys-calendars")]
NEW_YEAR = "2027-01-01,休,元旦,New Year's Day\n2027-01-03,班,元旦调休上班,Make-up day"


def walk_to(manager: Person, label: str) -> None:
    """Presses Tab until the focus stands on what says so."""
    for _ in range(60):
        manager.page.keyboard.press("Tab")
        said = manager.page.evaluate(
            "(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()"
        )
        if said.startswith(label):
            return
    pytest.fail(f"no way by Tab to {label!r}")


@pytest.fixture
def manager(person: Enter) -> Person:
    load_defaults()
    one = person()
    one.enter(make_user(Role.MANAGER))
    one.go("/calendars/")
    wait_for_keys(one.page)
    return one


def test_a_manager_loads_a_year_by_keyboard_after_looking_at_it(manager: Person) -> None:
    page = manager.page
    page.keyboard.press("p")
    expect(page).to_have_url(re.compile("public-days"))
    walk_to(manager, manager.words("The list"))
    page.keyboard.insert_text(NEW_YEAR)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name=manager.words("What this list would change"))).to_be_visible()
    assert not calendar_book().days.get(date(2027, 1, 1))

    wait_for_keys(page)
    walk_to(manager, manager.words("Load these days"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("2027", exact=True)).to_be_visible()

    assert [day for day in calendar_book().days if day.year == 2027] == [date(2027, 1, 1), date(2027, 1, 3)]


def test_a_manager_closes_a_day_and_sees_the_promise_move(manager: Person) -> None:
    page = manager.page
    manager.go("/calendars/WORK/")
    wait_for_keys(page)
    page.keyboard.press("d")
    expect(page).to_have_url(re.compile("/day/"))
    page.get_by_label(manager.words("Day"), exact=True).fill("2026-03-11")
    page.get_by_label(manager.words("Chinese name")).fill("盘点")
    page.get_by_label(manager.words("English name")).fill("Stocktaking")
    page.keyboard.press("Control+Enter")
    expect(page.locator("td[data-kind=special]")).to_have_count(1)

    manager.go("/calendars/WORK/test/?start=2026-03-10T17:00&minutes=120")

    # Wednesday is taken off: the second hour is worked on Thursday.
    expect(page.get_by_role("heading", level=2).first).to_contain_text("2026-03-12 10:00")
    expect(page.get_by_text("盘点").first).to_be_visible()
