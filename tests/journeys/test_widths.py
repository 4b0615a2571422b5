"""No page is wider than its window: small phone, desk, and desk at twice the size of everything."""

import pytest

from tests.journeys.house import House
from tests.journeys.places import PLACES, Place

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.xdist_group("journeys-widths")]
SMALL, TWICE, DESK = 360, 683, 1366
# What sticks out of the window on the right, unless a part that scrolls by itself holds it.
STICKS_OUT = """() => {
  const width = document.scrollingElement.clientWidth;
  if (document.scrollingElement.scrollWidth <= width) return [];
  const scrolls = (node) => {
    const free = getComputedStyle(node).position === 'absolute';
    for (let at = node.parentElement; at && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.overflowX !== 'visible' && !(free && style.position === 'static')) return true;
    }
    return false;
  };
  return [...document.body.querySelectorAll('*')]
    .filter((node) => node.getBoundingClientRect().right > width + 1 && !scrolls(node))
    .slice(0, 5)
    .map((node) => `${node.tagName}.${node.className} reaches ${Math.round(node.getBoundingClientRect().right)}`)
    .concat([`the page is ${document.scrollingElement.scrollWidth} wide in a window of ${width}`]);
}"""


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_a_main_page_never_scrolls_sideways(house: House, place: Place) -> None:
    page = house.look_at(place, width=DESK)
    found = {}
    for width in (DESK, TWICE, SMALL):
        page.set_viewport_size({"width": width, "height": 768})
        if sticking := page.evaluate(STICKS_OUT):
            found[width] = sticking
    assert found == {}
