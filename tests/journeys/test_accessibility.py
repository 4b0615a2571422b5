"""The main pages under the eyes of axe, light and dark, in Chinese."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.journeys.house import House
from tests.journeys.places import PLACES, Place

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.xdist_group("journeys-accessibility")]
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = ("serious", "critical")


def findings(page: Page, *rules: str) -> list[str]:
    """What axe finds serious or critical, by all of its rules or some: rule, words, and up to three places."""
    options: dict[str, Any] = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    result = page.evaluate("(options) => axe.run(document, options)", options)
    return [
        f"{each['id']}: {each['help']}\n"
        + "\n".join(f"    {node['target']} {node['failureSummary']}" for node in each["nodes"][:3])
        for each in result["violations"]
        if each["impact"] in GRAVE
    ]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_a_main_page_has_no_serious_finding_in_light_and_dark(house: House, place: Place) -> None:
    page = house.look_at(place, free=True)
    page.add_script_tag(path=AXE)
    assert findings(page) == []
    # Only the colours differ in the dark.
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("document.getAnimations().length === 0")
    dark = findings(page, "color-contrast")
    page.emulate_media(color_scheme="light")
    assert dark == []
