"""What a person does at a browser: signs in, presses what stands there in words, reads what comes."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext, pgettext
from playwright.sync_api import Locator, Page, expect

from servicedesk.people.models import User
from tests.make import PASSWORD

NUMBER = re.compile(r"\d{6}-\d{4}")
CHINESE = "zh-hans"


def wait_for_keys(page: Page) -> None:
    """Wait until the scripts that listen to keys are there; a key pressed before is lost."""
    page.locator("command-palette:defined").wait_for(state="attached")


@dataclass
class Person:
    """Somebody at a browser of his own, reading in `language`."""

    page: Page
    site: str
    language: str = CHINESE

    def words(self, text: str, context: str = "", **values: Any) -> str:
        """A text of the program as this person reads it."""
        with translation.override(self.language):
            said = pgettext(context, text) if context else gettext(text)
        return said % values if values else said

    def go(self, path: str) -> None:
        """Opens a page of the house."""
        self.page.goto(f"{self.site}{path}")

    def sign_in(self, user: User) -> None:
        """Signs in on the page for it, with number and password."""
        self.read_in_own_language()
        self.go("/login/")
        self.page.get_by_label(self.words("Employee number or phone")).fill(user.employee_no)
        self.page.locator("#id_password").fill(PASSWORD)
        self.press("Sign in")
        expect(self.page).not_to_have_url(re.compile("/login/"))

    def enter(self, user: User) -> None:
        """Is signed in already, by the cookie of a session."""
        self.read_in_own_language()
        client = Client()
        client.force_login(user)
        self.cookie(settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value)

    def read_in_own_language(self) -> None:
        """Has chosen the language before."""
        self.cookie(settings.LANGUAGE_COOKIE_NAME, self.language)

    def cookie(self, name: str, value: str) -> None:
        """Puts a cookie into the browser."""
        self.page.context.add_cookies([{"name": name, "value": value, "url": self.site}])

    def press(self, text: str, context: str = "", within: Locator | None = None, **values: Any) -> None:
        """Presses the button or link that says so."""
        self.pressable(text, context, within, **values).click()

    def pressable(self, text: str, context: str = "", within: Locator | None = None, **values: Any) -> Locator:
        """The button or link that says so."""
        name = exactly(self.words(text, context, **values))
        place = within or self.page.locator("body")
        return place.get_by_role("button", name=name).or_(place.get_by_role("link", name=name)).first

    def choose(self, text: str, context: str = "", within: Locator | None = None) -> None:
        """Marks the choice that says so, as a finger or a mouse does: on its words."""
        place: Any = within or self.page
        choice = place.locator("label.choice").filter(has_text=exactly(self.words(text, context))).first
        choice.click()
        expect(choice.locator("input")).to_be_checked()

    def fill(self, label: str, value: str, within: Locator | None = None) -> None:
        """Types into the field that is called so."""
        place: Any = within or self.page
        name = re.compile(rf"^\s*{re.escape(self.words(label))}")
        place.get_by_label(name).and_(self.page.locator("input, textarea, select")).first.fill(value)

    def sees(self, text: str, context: str = "", within: Locator | None = None, **values: Any) -> None:
        """Reads this sentence."""
        self.reads(self.words(text, context, **values), within)

    def reads(self, words: str, within: Locator | None = None) -> None:
        """Reads these very words."""
        place: Any = within or self.page
        expect(place.get_by_text(words).locator("visible=true").first).to_be_visible()

    def dialog(self) -> Locator:
        """The dialog that is open."""
        return self.page.locator("dialog[open]")

    def send_dialog(self) -> None:
        """Presses the one main button of the dialog and waits until the page behind it is new."""
        self.dialog().locator(".dialog__foot button.button--primary").click()
        expect(self.dialog()).to_have_count(0)

    def toast(self) -> Locator:
        """The messages at the edge of the page."""
        return self.page.locator(".toast")

    def ticket_number(self) -> str:
        """The number of the ticket whose page is open."""
        title = self.page.locator(".ticket-head__number")
        expect(title).to_have_text(NUMBER)
        return title.inner_text().strip()


Enter = Callable[..., Person]


def exactly(words: str) -> re.Pattern[str]:
    """Text that is these words and no more; a key shown beside them and a ticket's number do not count."""
    return re.compile(rf"^\s*{re.escape(words)}\s*([A-Z0-9]|Ctrl\s*\S+|{NUMBER.pattern})?\s*$")


def draw(page: Page, canvas: Locator) -> None:
    """Draws a wave on a canvas, as a hand signs."""
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    left, middle = box["x"] + 30, box["y"] + box["height"] / 2
    page.mouse.move(left, middle)
    page.mouse.down()
    for step in range(1, 12):
        page.mouse.move(left + step * 18, middle + (24 if step % 2 else -24), steps=3)
    page.mouse.up()
