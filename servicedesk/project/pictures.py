"""Takes the pictures of the main pages for docs/pictures: `manage.py pictures` (a developer's tool).

A throw-away house with demo data is started, each role signs in with a real Chromium, and each page is photographed.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from servicedesk.project.demo.logins import DEMO_PASSWORD
from servicedesk.project.embedded.ports import LOOPBACK, free_port
from servicedesk.project.embedded.services import temporary_services
from servicedesk.project.picture_list import PICTURES, Picture, come_to_rest
from servicedesk.project.runner.plan import commands, environment_for
from servicedesk.project.tour import walk

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "pictures"
DESK = ViewportSize(width=1366, height=768)
PHONE = ViewportSize(width=360, height=740)
START_SECONDS = 120
COLOURS = 160
# The name by which the pictures of docs/tour.md are asked for.
TOUR = "tour"
PROGRAMS = ("web", "events", "timers")


@dataclass(frozen=True)
class Manner:
    """How all pictures of a round are taken; what is None or 0 is left to each picture.

    `width` is that of the window in CSS pixels, such as 683 for a desk at 200 %.
    """

    folder: Path = FOLDER
    language: str | None = None
    dark: bool | None = None
    width: int = 0
    whole: bool = False

    def of(self, picture: Picture) -> Picture:
        """The picture as it is taken in this round."""
        return replace(
            picture,
            language=self.language or picture.language,
            dark=picture.dark if self.dark is None else self.dark,
            whole=picture.whole or self.whole,
        )


AS_LISTED = Manner()


@contextmanager
def demonstration() -> Iterator[str]:
    """The address of a house with demo data, for as long as the block lasts."""
    with temporary_services() as addresses, TemporaryDirectory() as folder:
        web_port, events_port = free_port(), free_port()
        environment = environment_for(os.environ, addresses, web_port, events_port)
        subprocess.run([sys.executable, str(ROOT / "manage.py"), "prepare"], env=environment, cwd=ROOT, check=True)
        programs = commands(web_port, events_port, ROOT, Path(folder))
        started = [subprocess.Popen(programs[name], env=environment, cwd=ROOT) for name in PROGRAMS]
        try:
            address = f"http://{LOOPBACK}:{web_port}"
            wait_for(f"{address}/healthz")
            yield address
        finally:
            for process in started:
                process.terminate()
                process.wait()


def wait_for(url: str) -> None:
    """Returns when the address answers. Raises TimeoutError when it does not in a minute."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            with urlopen(url, timeout=2):  # noqa: S310 - our own address on this machine
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise TimeoutError(f"{url} does not answer")


class Photographer:
    """Takes pictures of one house; everybody signs in once."""

    def __init__(self, browser: Browser, address: str, manner: Manner) -> None:
        self.browser, self.address, self.manner = browser, address, manner
        self.signed_in: dict[str, Any] = {}

    def take(self, picture: Picture) -> Path:
        """Takes one picture and gives the file it is in."""
        context = self.context_for(picture)
        page = context.new_page()
        page.goto(f"{self.address}{picture.path}")
        come_to_rest(page)
        if picture.then is not None:
            picture.then(page)
        come_to_rest(page)
        file = self.shoot(page, picture.name, picture.whole)
        context.close()
        return file

    def shoot(self, page: Page, name: str, whole: bool) -> Path:
        """What the page shows now, or all of it, as the picture `name`."""
        file = self.manner.folder / f"{name}.png"
        page.screenshot(path=file, full_page=whole)
        make_small(file)
        return file

    def open_as(self, login: str, phone: bool) -> BrowserContext:
        """A browser of somebody signed in, as the tour wants one."""
        return self.context_for(self.manner.of(Picture("", login, "", phone=phone)))

    def context_for(self, picture: Picture) -> BrowserContext:
        """A browser as the picture wants it."""
        context = self.browser.new_context(
            viewport=self.size(picture),
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            color_scheme="dark" if picture.dark else "light",
            reduced_motion="reduce",
            device_scale_factor=2 if picture.phone else 1,
            is_mobile=picture.phone,
            has_touch=picture.phone,
            storage_state=self.session_of(picture.login),
        )
        context.add_cookies([{"name": "django_language", "value": picture.language, "url": self.address}])
        return context

    def size(self, picture: Picture) -> ViewportSize:
        """The window of the picture."""
        size = PHONE if picture.phone else DESK
        return ViewportSize(width=self.manner.width or size["width"], height=size["height"])

    def session_of(self, login: str) -> Any:
        """The cookies of somebody signed in; None for a stranger."""
        if login and login not in self.signed_in:
            context = self.browser.new_context()
            page = context.new_page()
            page.goto(f"{self.address}/login/")
            page.fill("#id_username", login)
            page.fill("#id_password", DEMO_PASSWORD)
            page.press("#id_password", "Enter")
            page.wait_for_url(lambda url: "/login/" not in url)
            self.signed_in[login] = context.storage_state()
            context.close()
        return self.signed_in.get(login)


def make_small(file: Path) -> None:
    """Writes the picture anew with as many colours as a page of ours needs; a third of the bytes is left."""
    with Image.open(file) as picture:
        few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(file, optimize=True)


def take_pictures(wanted: set[str], say: Callable[[str], None], manner: Manner = AS_LISTED) -> None:
    """Takes the named pictures anew, all where none is named, and says what has been done.

    Raises FileNotFoundError without Chromium. A page that does not come is said and leaves the others alone.
    """
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        raise FileNotFoundError("the pictures need Chromium (Debian package chromium)")
    manner.folder.mkdir(parents=True, exist_ok=True)
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with demonstration() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=sandbox)
        photographer = Photographer(browser, address, manner)
        for picture in PICTURES:
            if wanted and picture.name not in wanted:
                continue
            try:
                say(photographer.take(manner.of(picture)).name)
            except PlaywrightError as error:
                say(f"{picture.name}: not taken, {error.message.splitlines()[0]}")
        if not wanted or TOUR in wanted:
            for file in walk(address, photographer.open_as, photographer.shoot):
                say(file.name)
        browser.close()
