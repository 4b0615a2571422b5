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
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from servicedesk.project.demo.logins import DEMO_PASSWORD
from servicedesk.project.embedded.ports import LOOPBACK, free_port
from servicedesk.project.embedded.services import temporary_services

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "pictures"
DESK = ViewportSize(width=1366, height=768)
PHONE = ViewportSize(width=360, height=740)
START_SECONDS = 60


@dataclass(frozen=True)
class Picture:
    """One picture: who looks at which address, in which language, theme and size; `then` walks on from there."""

    name: str
    login: str
    path: str
    language: str = "zh-hans"
    dark: bool = False
    phone: bool = False
    then: Callable[[Page], None] | None = None


def follow(selector: str) -> Callable[[Page], None]:
    """Walks on to the first link that fits; the picture is of the page behind it."""

    def walk(page: Page) -> None:
        page.locator(selector).first.click()
        page.wait_for_load_state("networkidle")

    return walk


FIRST_TICKET = follow("table a[href^='/tickets/']")
PICTURES = (
    Picture("desk", "A001", "/desk/"),
    Picture("intake", "A001", "/tickets/new/"),
    Picture("tickets", "A001", "/tickets/"),
    Picture("ticket", "A001", "/tickets/", then=FIRST_TICKET),
    Picture("ticket-en-dark", "A001", "/tickets/", language="en", dark=True, then=FIRST_TICKET),
    Picture("queue", "D001", "/dispatch/"),
    Picture("timeline", "D001", "/dispatch/timeline/"),
    Picture("technician", "T001", "/my/", phone=True),
    Picture("visit", "T001", "/my/", phone=True, then=follow("a[href^='/my/visits/']")),
    Picture("callbacks", "A001", "/callbacks/"),
    Picture("dashboard", "M001", "/dashboard/"),
    Picture("dashboard-en-dark", "M001", "/dashboard/", language="en", dark=True),
)


@contextmanager
def demonstration() -> Iterator[str]:
    """The address of a house with demo data, for as long as the block lasts."""
    with temporary_services() as addresses:
        environment = {
            **os.environ,
            **addresses.environment(),
            "DJANGO_SETTINGS_MODULE": "servicedesk.project.settings.dev",
        }
        manage = [sys.executable, str(ROOT / "manage.py")]
        subprocess.run([*manage, "prepare"], env=environment, cwd=ROOT, check=True)
        port = free_port()
        timers = subprocess.Popen([*manage, "timers"], env=environment, cwd=ROOT)
        web = [sys.executable, "-m", "gunicorn", "servicedesk.project.wsgi:application", "--threads", "4"]
        pages = subprocess.Popen([*web, "--bind", f"{LOOPBACK}:{port}"], env=environment, cwd=ROOT)
        try:
            address = f"http://{LOOPBACK}:{port}"
            wait_for(f"{address}/healthz")
            yield address
        finally:
            for process in (pages, timers):
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


def take(browser: Browser, address: str, picture: Picture) -> None:
    """Signs in and takes one picture."""
    context = browser.new_context(
        viewport=PHONE if picture.phone else DESK,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        color_scheme="dark" if picture.dark else "light",
        device_scale_factor=2 if picture.phone else 1,
        is_mobile=picture.phone,
        has_touch=picture.phone,
    )
    page = context.new_page()
    page.goto(f"{address}/login/?next={picture.path}")
    page.fill("#id_username", picture.login)
    page.fill("#id_password", DEMO_PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url(f"**{picture.path}")
    context.add_cookies([{"name": "django_language", "value": picture.language, "url": address}])
    page.goto(f"{address}{picture.path}")
    page.wait_for_load_state("networkidle")
    if picture.then is not None:
        picture.then(page)
    page.screenshot(path=FOLDER / f"{picture.name}.png", full_page=False)
    context.close()


def take_pictures(wanted: set[str], say: Callable[[str], None]) -> None:
    """Takes the named pictures anew, all where none is named. Raises FileNotFoundError without Chromium."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        raise FileNotFoundError("the pictures need Chromium (Debian package chromium)")
    FOLDER.mkdir(parents=True, exist_ok=True)
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with demonstration() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=sandbox)
        for picture in PICTURES:
            if not wanted or picture.name in wanted:
                take(browser, address, picture)
                say(f"{picture.name}.png")
        browser.close()
