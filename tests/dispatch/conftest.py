"""The master data an installation starts with, for every test here that uses the database."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from dispatch.models import Technician
from servicedesk import clock
from servicedesk.people.models import Role
from tests.conftest import OpenPage
from tests.defaults import load_defaults
from tests.dispatch.test_browser import LATER, sign_in
from tests.make import make_user


@pytest.fixture(autouse=True)
def _master_data(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("transactional_db" if _real_commits(request) else "db")
        load_defaults()


def _real_commits(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction"))


@pytest.fixture
def morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's clock stands at five past ten, in every thread."""
    monkeypatch.setattr(clock, "now", lambda: LATER)


@pytest.fixture
def dispatcher(open_page: OpenPage, live_app: str, technician: Technician) -> Callable[..., Page]:
    """Opens the board as another dispatcher of the outlet, in a browser of his own."""

    def open_one(query: str = "", *, name: str = "", **options: Any) -> Page:
        page = open_page(**{"viewport": {"width": 1366, "height": 768}, **options})
        named = {"name": name} if name else {}
        sign_in(page, live_app, make_user(Role.DISPATCHER, technician.outlet, **named))
        page.goto(f"{live_app}/dispatch/timeline/{query}")
        expect(page.locator("dispatch-board")).to_have_attribute("data-ready", "")
        return page

    return open_one
