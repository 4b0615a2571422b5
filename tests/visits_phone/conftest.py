"""A phone: a browser with a profile on the disk, so that it can be killed and started again with what it keeps."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from servicedesk import clock
from tests.conftest import Watch, in_flight
from tests.defaults import load_defaults
from tests.make_visits import make_visit
from visits.models import Visit

SIZE = {"width": 360, "height": 740}


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> Path:
    """Photos of a test land in its own folder."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return tmp_path / "media"


@pytest.fixture
def visit(transactional_db: None) -> Visit:
    """A visit that is planned for today."""
    load_defaults()
    return make_visit(now=clock.now() - timedelta(hours=2), description="不转")


@dataclass
class Phone:
    """A browser with its profile; `kill` ends it as a dead battery does."""

    browser: Browser
    profile: Path
    watch: Watch
    options: dict[str, Any] = field(default_factory=dict)
    context: BrowserContext | None = None

    def start(self) -> Page:
        """Switch it on: the same profile each time."""
        program = self.browser.browser_type
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        self.context = program.launch_persistent_context(
            str(self.profile),
            executable_path="/usr/bin/chromium",
            args=["--disable-dev-shm-usage", *sandbox],
            **{"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "viewport": SIZE, "has_touch": True, **self.options},
        )
        self.watch.over(self.context)
        page = self.context.pages[0] if self.context.pages else self.context.new_page()
        page.set_default_timeout(15_000)
        return page

    def kill(self) -> None:
        """End every process of this browser without a word."""
        listed = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True, check=True).stdout
        for line in listed.splitlines():
            pid, _space, args = line.strip().partition(" ")
            if f"--user-data-dir={self.profile}" in args:
                try:
                    os.kill(int(pid), signal.SIGKILL)
                except ProcessLookupError:
                    continue
        self.close()

    def close(self) -> None:
        """Switch it off."""
        if self.context is not None:
            # A killed browser cannot be closed.
            with contextlib.suppress(Exception):
                self.context.close()
            self.context = None


@pytest.fixture
def make_phone(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Phone]]:
    """Give a function that makes a phone."""
    watch = Watch()
    phones: list[Phone] = []

    def make(**options: Any) -> Phone:
        phone = Phone(browser, tmp_path / f"profile-{len(phones)}", watch, options)
        phones.append(phone)
        return phone

    yield make
    for phone in phones:
        phone.close()
    in_flight.wait_until_idle()
    assert not watch.faults, "\n".join(watch.faults)


@pytest.fixture
def phone(make_phone: Callable[..., Phone]) -> Phone:
    """Give one phone."""
    return make_phone()
