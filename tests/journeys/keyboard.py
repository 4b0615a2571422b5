"""A person without a mouse: Tab, arrows, Space, Enter and the keys of a page; each stop can be seen."""

import re
from datetime import datetime

import pytest
from playwright.sync_api import Locator, expect

from servicedesk.clock import LOCAL
from tests.journeys.hands import Person, wait_for_keys

# What a screen reader would call the element that has the focus.
NAME = """() => {
  const node = document.activeElement;
  const of = (ids) => ids.split(' ').map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
  const label = node.getAttribute('aria-label') || of(node.getAttribute('aria-labelledby') ?? '').trim();
  return (label || node.labels?.[0]?.textContent || node.textContent || '').trim();
}"""
# Something is drawn around it, or around the choice it is hidden in, and it stands in the window.
SEEN = """() => {
  const node = document.activeElement;
  const marked = [node, node.closest('.choice, .search')].some((each) => {
    if (!each) return false;
    const style = getComputedStyle(each);
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
  });
  const box = node.getBoundingClientRect();
  return marked && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
}"""
MOST_STEPS = 140


class Hands:
    """Hands on a keyboard."""

    def __init__(self, person: Person) -> None:
        self.person, self.page = person, person.page

    def press(self, *keys: str) -> None:
        """Presses keys or chords, one after another."""
        for key in keys:
            self.page.keyboard.press(key)

    def page_key(self, key: str, heading: str | re.Pattern[str] = "") -> None:
        """Presses a key of the page, once the page listens."""
        wait_for_keys(self.page)
        self.press(key)
        if heading:
            self.arrives(heading)

    def arrives(self, heading: str | re.Pattern[str]) -> None:
        """The page with this heading has come."""
        expect(self.page.locator("h1")).to_have_text(heading)
        wait_for_keys(self.page)

    def skip(self) -> None:
        """From the top of a page over its navigation, by the link for it."""
        self.press("Tab")
        expect(self.page.locator("a.skip")).to_be_focused()
        self.press("Enter")
        expect(self.page.locator("main")).to_be_focused()

    def type(self, text: str) -> None:
        """Types a text in place of what stands in the field."""
        self.press("Control+a")
        self.page.keyboard.insert_text(text)

    def walk_to(self, label: str, *, back: bool = False) -> None:
        """Presses Tab, or Shift+Tab, until the focus stands on what is called so; it must be seen there."""
        passed = []
        for _step in range(MOST_STEPS):
            self.press("Shift+Tab" if back else "Tab")
            passed.append(self.page.evaluate(NAME))
            if passed[-1].startswith(label):
                assert self.page.evaluate(SEEN), f"the focus on {label!r} cannot be seen"
                return
        pytest.fail(f"no way by Tab to {label!r} past {passed}")

    def follow(self, label: str, *, back: bool = False) -> None:
        """Walks to a link or button and presses Enter."""
        self.walk_to(label, back=back)
        self.press("Enter")

    def has(self, place: Locator) -> None:
        """The focus stands there, to be seen."""
        expect(place).to_be_focused()
        assert self.page.evaluate(SEEN), "the focus cannot be seen"

    def choose(self, option: str) -> None:
        """Arrows to the option of the list that has the focus; its own order decides up or down."""
        at, to = self.page.evaluate(
            """(words) => {
              const list = document.activeElement;
              const place = [...list.options].findIndex((each) => each.label.trim() === words);
              return [list.selectedIndex, place];
            }""",
            option,
        )
        assert to >= 0, f"no option {option!r}"
        self.press(*(["ArrowDown" if to > at else "ArrowUp"] * abs(to - at)))
        assert self.page.evaluate("document.activeElement.selectedOptions[0].label.trim()") == option

    def set_moment(self, moment: datetime) -> None:
        """Types a day and a time part by part, in the order in which the browser shows them."""
        wanted = moment.astimezone(LOCAL)
        month_first = [f"{wanted:%m}", f"{wanted:%d}", f"{wanted:%Y}", "ArrowRight", f"{wanted:%I}", f"{wanted:%M}"]
        year_first = [f"{wanted:%Y}", "ArrowRight", f"{wanted:%m}", f"{wanted:%d}", f"{wanted:%H}", f"{wanted:%M}"]
        for parts in ([*month_first, f"{wanted:%p}"[0].lower()], year_first):
            self.press(*["ArrowLeft"] * 7)
            for part in parts:
                if part == "ArrowRight":
                    self.press(part)
                else:
                    self.page.keyboard.type(part)
            if self.page.evaluate("document.activeElement.value") == f"{wanted:%Y-%m-%dT%H:%M}":
                return
        pytest.fail("the browser takes a day and a time in another order")
