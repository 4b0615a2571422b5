"""The queue in a real browser: a colleague's claim appears without reload, and reviewing works by keys alone."""

from datetime import timedelta

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from servicedesk import clock
from servicedesk.people.models import Role, User
from tests.defaults import load_defaults
from tests.make import NOW, make_user
from tests.make_aftercare import make_callback, make_mismatch
from visits.aftercare.services import claim_callback

pytestmark = pytest.mark.django_db(transaction=True)
CALLED = NOW + timedelta(hours=4)


@pytest.fixture(autouse=True)
def _afternoon(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    # The pages are served by another thread, which does not see an instant set with `clock.at`.
    monkeypatch.setattr(clock, "now", lambda: CALLED)
    load_defaults()


def sign_in(page: Page, user: User, site: str) -> None:
    client = Client()
    client.force_login(user)
    cookies = {"sessionid": client.cookies["sessionid"].value, "django_language": "en"}
    page.context.add_cookies([{"name": name, "value": value, "url": site} for name, value in cookies.items()])


def test_a_colleagues_claim_shows_on_the_open_queue_and_goes_when_it_has_run_out(
    live_app: str, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    callback, colleague = make_callback(), make_user(Role.AGENT)
    sign_in(page, make_user(Role.AGENT), live_app)
    page.goto(f"{live_app}/callbacks/")
    in_hand = page.locator("#callback-queue .chip", has_text=colleague.name)
    expect(in_hand).to_be_hidden()
    claim_callback(callback.pk, actor=colleague, now=CALLED)
    # What the stream tells an open page, as the page hears it.
    page.evaluate("document.body.dispatchEvent(new CustomEvent('live:ticket', {detail: {}}))")
    expect(in_hand).to_be_visible()
    monkeypatch.setattr(clock, "now", lambda: CALLED + timedelta(minutes=15))
    page.evaluate("document.body.dispatchEvent(new CustomEvent('live:ticket', {detail: {}}))")
    expect(in_hand).to_be_hidden()


def test_a_mismatch_is_decided_by_keys_alone_and_fits_a_phone(live_app: str, page: Page) -> None:
    callback = make_callback()
    assert callback.visit is not None
    mismatch = make_mismatch(callback.visit)
    sign_in(page, make_user(Role.MANAGER), live_app)
    page.goto(f"{live_app}/callbacks/")
    page.keyboard.press("m")
    page.wait_for_url("**/callbacks/mismatches/")
    page.get_by_role("link", name="Charge").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/mismatches/{mismatch.pk}/")
    page.get_by_label("Confirmed: the record was wrong").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Your decision is recorded.")).to_be_visible()
    mismatch.refresh_from_db()
    assert mismatch.state == "confirmed"
    page.set_viewport_size({"width": 390, "height": 844})
    for path in (
        "mismatches/",
        f"mismatches/{mismatch.pk}/",
        "mismatches/figures/",
        "settings/",
        "settings/sampling/",
    ):
        page.goto(f"{live_app}/callbacks/{path}")
        assert page.evaluate("document.scrollingElement.scrollWidth <= document.scrollingElement.clientWidth"), path
