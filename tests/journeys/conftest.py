"""What journeys stand on: the clock of the house, people at browsers, a house that lasts for a module."""

import subprocess
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from tests.conftest import OpenPage, Watch
from tests.journeys.hands import CHINESE, Enter, Person
from tests.journeys.house import House
from tests.journeys.house_clock import HouseClock, house_clock_from
from tests.journeys.world import build_world
from tests.make import NOW

# A machine that does much at once still counts as in time.
expect.set_options(timeout=15_000)

FAILED = pytest.StashKey[bool]()
DESK = {"viewport": {"width": 1366, "height": 768}}
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def house_clock(transactional_db: None) -> Iterator[HouseClock]:
    """The clock of the house, at ten in the morning of the tests' day."""
    with house_clock_from(NOW) as clock:
        yield clock


@pytest.fixture
def timers(house_clock: HouseClock, request: pytest.FixtureRequest) -> subprocess.Popen[str]:
    """A real Celery worker with beat that lives in the time of the house."""
    worker: subprocess.Popen[str] = request.getfixturevalue("celery_worker_process")
    return worker


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remembers that a test failed, for the pictures of its pages."""
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


@pytest.fixture
def person(
    open_page: OpenPage, live_app: str, house_clock: HouseClock, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Enter]:
    """Somebody new at a browser of his own: a desk, or a phone with `phone=True`.

    Of a test that fails there is a picture of every page in its temporary folder.
    """
    people: list[Person] = []

    def come(*, phone: bool = False, language: str = CHINESE) -> Person:
        page: Page = open_page(**(PHONE if phone else DESK))
        # The device knows the time of the house.
        page.context.clock.install(time=house_clock.now())
        people.append(Person(page, live_app, language))
        return people[-1]

    yield come
    if request.node.stash.get(FAILED, False):
        for place, one in enumerate(people):
            one.page.screenshot(path=tmp_path / f"page-{place}.png", full_page=True)


@pytest.fixture(scope="module")
def house(browser: Browser, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    """A house with a working day in it that lasts for a module: its tests look at pages and change nothing.

    They carry the mark `django_db` all the same, since only then there is a database.
    """
    watch = Watch()
    with django_db_blocker.unblock(), house_clock_from(NOW):
        world = build_world()
        server = LiveServer("localhost")
        server._live_server_modified_settings.enable()
        lasting = House(str(server.url), world, browser, watch)
        lasting.sign_everybody_in()
        try:
            yield lasting
        finally:
            lasting.close()
            server.stop()
            server._live_server_modified_settings.disable()
            call_command("flush", verbosity=0, interactive=False)
    assert not watch.faults, "\n".join(watch.faults)
