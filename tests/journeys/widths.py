"""No page is wider than its window: small phone, desk, and desk at twice the size of everything."""

from playwright.sync_api import Page

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


# Words that a part cuts off without three dots to say so; what only screen readers are told does not count, nor what
# lies beyond the edge of a map.
CUT_OFF = """() => [...document.querySelectorAll('main *, header *')]
  .filter((node) => {
    const style = getComputedStyle(node);
    const held = style.overflowX === 'hidden' || style.overflowX === 'clip';
    if (!held || style.textOverflow === 'ellipsis') return false;
    if (node.matches('.sr-only, .leaflet-container, input, select, canvas, svg, svg *')) return false;
    const cut = node.clientWidth > 1 && node.scrollWidth > node.clientWidth + 1;
    return cut && node.checkVisibility() && node.innerText.trim();
  })
  .slice(0, 5)
  .map((node) => `${node.tagName}.${node.className} shows ${node.clientWidth} of ${node.scrollWidth}`)"""


def too_wide(page: Page) -> dict[int, list[str]]:
    """What sticks out or is cut off, by the width of the window; the window has its own width again afterwards."""
    before, found = page.viewport_size, {}
    for width in (DESK, TWICE, SMALL):
        page.set_viewport_size({"width": width, "height": 768})
        if faults := page.evaluate(STICKS_OUT) + page.evaluate(CUT_OFF):
            found[width] = faults
    if before is not None:
        page.set_viewport_size(before)
    return found
