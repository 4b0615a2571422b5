"""Every main page in both languages and both themes: under the eyes of axe, whole in its language, in every width."""

from collections.abc import Mapping

import pytest
from playwright.sync_api import expect

from tests.journeys.axe import dark_findings, findings
from tests.journeys.hands import wait_for_keys
from tests.journeys.house import House
from tests.journeys.languages import chinese_of_ours, english_of_ours
from tests.journeys.places import PLACES, Place, fixed
from tests.journeys.widths import too_wide

# The narrowest desk, and the one the pages are drawn for.
DESKS = (1280, 1366)
LONG_NAME = "Alexandra Konstantinopoulou-Baranowska"
# What of the bar is cut off or stands outside the window, and whether it needs a second line, with that name in it.
BAR = """(name) => {
  const bar = document.querySelector('.topbar'), width = document.scrollingElement.clientWidth;
  bar.querySelector('.user-name').textContent = name;
  const faults = [...bar.querySelectorAll('.brand, .nav, .nav__item, .search, .tool')]
    .filter((node) => node.scrollWidth > node.clientWidth + 1 || node.getBoundingClientRect().right > width)
    .map((node) => `${node.className} shows ${node.clientWidth} of ${node.scrollWidth}`);
  const lines = new Set([...bar.querySelectorAll('.nav__item')].map((node) => node.getBoundingClientRect().top));
  if (lines.size !== 1 || bar.offsetHeight > 56) faults.push(`the bar is ${bar.offsetHeight} high`);
  return faults;
}"""

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.xdist_group("journeys-pages")]


def only_faults(found: Mapping[str, object]) -> dict[str, object]:
    return {kind: faults for kind, faults in found.items() if faults}


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_a_chinese_page_is_whole_fits_every_width_and_has_no_serious_finding(house: House, place: Place) -> None:
    page = house.look_at(place)
    found = {
        "English": english_of_ours(page),
        "light": findings(page),
        "dark": dark_findings(page),
        "too wide": too_wide(page),
    }
    assert only_faults(found) == {}


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_an_english_page_is_whole_fits_every_width_and_has_no_serious_finding(house: House, place: Place) -> None:
    page = house.look_at(place, language="en")
    found = {
        "Chinese": chinese_of_ours(page),
        "light": findings(page),
        "dark": dark_findings(page),
        "too wide": too_wide(page),
    }
    assert only_faults(found) == {}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("role", ["agent", "dispatcher", "supervisor", "manager", "auditor", "admin"])
def test_the_bar_shows_every_place_of_the_role_in_one_line_without_scrolling(
    house: House, role: str, language: str
) -> None:
    page = house.look_at(Place("stories", role, fixed("/stories/")), language=language)
    expect(page.locator(".nav__item[aria-current]")).to_have_count(1)
    found = {}
    for width in DESKS:
        page.set_viewport_size({"width": width, "height": 768})
        found[width] = page.evaluate(BAR, LONG_NAME)
    assert found == {width: [] for width in DESKS}


def test_the_open_palette_and_the_sheet_of_keys_have_no_serious_finding(house: House) -> None:
    page = house.look_at(next(place for place in PLACES if place.name == "ticket"))
    wait_for_keys(page)
    for key, opened in (("Control+k", "#palette"), ("?", "#key-sheet")):
        page.keyboard.press(key)
        expect(page.locator(opened)).to_be_visible()
        assert findings(page) == []
        assert dark_findings(page) == []
        page.keyboard.press("Escape")
        expect(page.locator(opened)).to_be_hidden()
