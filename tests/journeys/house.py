"""The house of a module: pages of every role, opened quickly because everybody stays signed in."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.conftest import Watch
from tests.journeys.hands import CHINESE, Person
from tests.journeys.places import Place
from tests.journeys.world import World
from tests.make import NOW

DESK = {"width": 1366, "height": 768}
PHONE = {"width": 360, "height": 740}


# No fragment is on its way, every element has its script, every chart is drawn, and all that for a moment.
CALM = """() => {
  const busy = document.querySelector('.htmx-request, chart-table:not(:has(canvas)), :not(:defined)');
  if (busy) window.calmSince = 0;
  else window.calmSince ||= performance.now();
  return !busy && performance.now() - window.calmSince > 100;
}"""


@dataclass
class House:
    """Where the pages are, what stands in them, and the browsers that are open."""

    site: str
    world: World
    browser: Browser
    watch: Watch
    sessions: dict[str, str] = field(default_factory=dict)
    opened: dict[tuple[Any, ...], Page] = field(default_factory=dict)

    def sign_everybody_in(self) -> None:
        """Makes a session for every person, before a test begins that takes back what it writes."""
        for role, user in self.world.people.items():
            client = Client()
            client.force_login(user)
            self.sessions[role] = client.cookies[settings.SESSION_COOKIE_NAME].value

    def look_at(self, place: Place, *, language: str = CHINESE, dark: bool = False, width: int = 0) -> Page:
        """The page of `place`, come to rest. `width` is that of the window, else that of the device the page is made
        for.
        """
        size = {**(PHONE if place.phone else DESK), **({"width": width} if width else {})}
        page = self.page_of(place.role, language=language, dark=dark, phone=place.phone)
        page.set_viewport_size(size)  # type: ignore[arg-type]
        answer = page.goto(self.site + place.path(self.world))
        assert answer is not None
        assert answer.status == place.status, place.name
        expect(page.locator("main")).to_be_visible()
        page.wait_for_function(CALM)
        return page

    def page_of(self, role: str, *, language: str, dark: bool, phone: bool) -> Page:
        """The page of a role's browser; each kind of browser is opened once."""
        key = (role, language, dark, phone)
        if key not in self.opened:
            context = self.browser.new_context(
                locale="zh-CN",
                timezone_id="Asia/Shanghai",
                color_scheme="dark" if dark else "light",
                reduced_motion="reduce",
                has_touch=phone,
                is_mobile=phone,
            )
            context.clock.install(time=NOW)
            self.watch.over(context)
            self.opened[key] = self._page(context, role, language)
        return self.opened[key]

    def _page(self, context: BrowserContext, role: str, language: str) -> Page:
        page = context.new_page()
        page.set_default_timeout(20_000)
        person = Person(page, self.site, language)
        person.read_in_own_language()
        if role:
            person.cookie(settings.SESSION_COOKIE_NAME, self.sessions[role])
        return page

    def close(self) -> None:
        """Closes every browser."""
        for page in self.opened.values():
            page.context.close()
