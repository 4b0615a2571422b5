"""Fixtures of general use: a clean cache, a real Celery worker, a live site and a watched Chromium."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import connection, connections
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, sync_playwright
from pytest_django.live_server_helper import LiveServer

from dispatch.selectors.seek_kept import forget_kept
from servicedesk.project.schedule import QUEUES

ROOT = Path(__file__).resolve().parents[1]
BROWSER_FIXTURES = {"browser", "open_page", "page", "phone_page"}
WORKER_START_SECONDS = 40
# Reports what the Content Security Policy refused; Chromium's own line in the console does not name the element.
REPORT_VIOLATIONS = """
document.addEventListener('securitypolicyviolation', (event) => console.error(
  'CSP-VIOLATION ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sourceFile + ':' + event.lineNumber
  + ' ' + event.sample));
"""

# Nothing in the suite is timed: a busy machine makes neither a slow example nor a slow draw a failure.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what drives a browser, so that `-m "not browser"` leaves it out; keep the long proofs for `make prove`.

    Neither a browser nor a test marked slow counts for the coverage: following every line takes them up to half as
    long again, and the gate is one of the small tests beside the code.
    """
    for item in items:
        if BROWSER_FIXTURES.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)
        if item.get_closest_marker("browser") or item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.no_cover)
    proofs = [item for item in items if item.get_closest_marker("proof")]
    if proofs and os.environ.get("PROVE") != "1":
        config.hook.pytest_deselected(items=proofs)
        items[:] = [item for item in items if item not in proofs]


@pytest.fixture(autouse=True)
def _clean_cache() -> None:
    """Each test starts with an empty cache, empty queues and nothing kept in memory."""
    cache.clear()
    forget_kept()


# --- Celery ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def celery_worker_process(transactional_db: None, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Give a running Celery worker with beat inside, on the database of this test and its Redis.

    It is a process of its own, started as `make run` starts one; `process.kill()` is a fair test of a crash.
    """
    environment = {**os.environ, "DATABASE_URL": database_url_of_test(), "PYTHONUNBUFFERED": "1"}
    log = tmp_path / "celery.log"
    command = [sys.executable, "-m", "celery", "-A", "servicedesk.project.celery:app", "worker", "--beat"]
    command += ["--schedule", str(log.with_suffix(".beat")), "--queues", ",".join(QUEUES), "--concurrency", "2"]
    command += ["--loglevel", "info", "--without-gossip", "--without-mingle"]
    with log.open("w") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT, text=True, start_new_session=True
        )
    try:
        wait_for_worker(process, log)
        yield process
    finally:
        end_group(process)


def database_url_of_test() -> str:
    """Return the address of the database this test uses."""
    found = connection.settings_dict
    return f"postgres://{found['USER']}:{found['PASSWORD']}@{found['HOST']}:{found['PORT']}/{found['NAME']}"


def wait_for_worker(process: subprocess.Popen[str], log: Path) -> None:
    """Wait until the worker takes tasks; fails with its log when it ends or takes too long."""
    end = time.monotonic() + WORKER_START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        if " ready." in log.read_text(errors="replace"):
            return
        time.sleep(0.05)
    pytest.fail(f"the Celery worker did not start:\n{log.read_text(errors='replace')[-4000:]}")


def end_group(process: subprocess.Popen[str]) -> None:
    """End a process and its children; what does not go in order within ten seconds is killed."""
    for signum, seconds in ((signal.SIGTERM, 10), (signal.SIGKILL, 5)):
        try:
            os.killpg(process.pid, signum)
        except ProcessLookupError:
            break
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
    process.wait()


# --- browser ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def live_app(live_server: LiveServer) -> str:
    """Give the address of the whole site, served from this test's database, such as `http://localhost:40123`."""
    return str(live_server.url)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give the system's Chromium; skips with a word where there is none, fails there when REQUIRE_BROWSER=1."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        message = "no Chromium on this machine (Debian package chromium)"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(message)
        pytest.skip(message)
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code; it is none. From here on
    # Django looks for its connections beside that loop: those it has now would be left open for ever.
    connections.close_all()
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=["--disable-dev-shm-usage", *sandbox])
        yield started
        started.close()


class OpenPage(Protocol):
    """Opens a page in a browser profile of its own."""

    def __call__(self, **options: Any) -> Page: ...


class Watch:
    """Collects what went wrong in the pages of a test."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def over(self, context: BrowserContext) -> None:
        """Listen to everything the pages of a profile report."""
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("weberror", lambda error: self.faults.append(f"uncaught error: {error.error}"))
        context.on("console", self.read_console)
        context.on("response", self.read_response)

    def read_console(self, message: ConsoleMessage) -> None:
        """Take note of violations of the policy, reported by us or by Chromium."""
        if message.type == "error" and ("CSP-VIOLATION" in message.text or "Content Security Policy" in message.text):
            self.faults.append(message.text)

    def read_response(self, response: Response) -> None:
        """Take note of missing scripts, styles and pictures."""
        if "/static/" in response.url and response.status >= 400:
            self.faults.append(f"{response.status} for {response.url}")


class InFlight:
    """Knows which threads of the live site are answering: emptying the database under one of them would lock up.

    Requests of Django's test client come from the threads of the tests; they may begin without an end, or end twice.
    """

    def __init__(self) -> None:
        self.threads: set[threading.Thread] = set()
        request_started.connect(self.begin, weak=False)
        request_finished.connect(self.end, weak=False)

    def begin(self, **_: Any) -> None:
        """This thread is at work; a thread answers one request at a time."""
        self.threads.add(threading.current_thread())

    def end(self, **_: Any) -> None:
        """This thread is done with its request."""
        self.threads.discard(threading.current_thread())

    def wait_until_idle(self, seconds: float = 10) -> None:
        """Wait until no page that has been closed is being answered any more, for a moment at a stretch."""
        end, quiet, mine = time.monotonic() + seconds, 0, threading.current_thread()
        while quiet < 3 and time.monotonic() < end:
            busy = [thread for thread in list(self.threads) if thread is not mine and thread.is_alive()]
            quiet = 0 if busy else quiet + 1
            time.sleep(0.02)


in_flight = InFlight()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Give a function that opens a page in a fresh profile; options are those of Playwright's `new_context`.

    The test fails at its end when any page broke the Content Security Policy, threw an error nobody caught,
    or asked for a static file that is not there.
    """
    watch = Watch()
    contexts: list[BrowserContext] = []

    def open_one(**options: Any) -> Page:
        context = browser.new_context(**{"locale": "zh-CN", "timezone_id": "Asia/Shanghai", **options})
        contexts.append(context)
        watch.over(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        return page

    yield open_one
    for context in contexts:
        context.close()
    in_flight.wait_until_idle()
    assert not watch.faults, "\n".join(watch.faults)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """Give one page at desk size."""
    return open_page(viewport={"width": 1280, "height": 800})


@pytest.fixture
def phone_page(open_page: OpenPage) -> Page:
    """Give one page at the size of a small phone, with touch."""
    return open_page(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)


Wait = Callable[[Callable[[], Any]], None]


@pytest.fixture
def wait_for() -> Wait:
    """Give a function that waits up to ten seconds until its argument answers something true."""

    def wait(condition: Callable[[], Any]) -> None:
        end = time.monotonic() + 10
        while not condition():
            assert time.monotonic() < end, "waited ten seconds in vain"
            time.sleep(0.05)

    return wait
