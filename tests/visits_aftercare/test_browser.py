"""Callback and customer's page in a real browser: by keys alone, and with one thumb."""

from datetime import timedelta

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from servicedesk import clock
from servicedesk.people.models import Role, User
from tests.conftest import OpenPage
from tests.defaults import load_defaults
from tests.make import NOW, make_user
from tests.make_aftercare import answer, complete, make_callback, make_visit
from visits.aftercare.services import schedule_callback
from visits.models import Callback, SurveyResponse

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


def test_a_call_is_taken_made_and_recorded_by_keys_alone(live_app: str, page: Page) -> None:
    visit = make_visit()
    for code in ("4.1", "4.2", "4.3", "4.4"):
        answer(visit, code)
    callback = schedule_callback(
        complete(visit).pk, Callback.Kind.COMPLETION, actor=None, now=NOW + timedelta(hours=1)
    )
    following = make_callback()
    sign_in(page, make_user(Role.AGENT), live_app)
    page.goto(f"{live_app}/callbacks/")
    page.keyboard.press("n")
    page.wait_for_url(f"**/callbacks/{callback.pk}/")
    page.keyboard.press("a")
    expect(page.locator(".call-number").first).to_be_visible()
    expect(page.get_by_text("Score from 1 to 5")).to_be_hidden()
    page.keyboard.press("r")
    expect(page.get_by_text("Score from 1 to 5")).to_be_visible()
    against = page.locator(".question", has_text="take anything").locator(".question__against")
    expect(against).to_be_hidden()
    page.locator("[name=q_took][value=yes]").check()
    expect(against).to_be_visible()
    for key in ("4", "s"):
        page.keyboard.press(key)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/callbacks/{following.pk}/")
    callback.refresh_from_db()
    assert (callback.state, callback.result) == ("done", "satisfied")
    assert SurveyResponse.objects.get(callback=callback).answers["contradicts"] == "took"


def test_an_unhappy_answer_asks_for_its_reason_before_anything_is_saved(live_app: str, page: Page) -> None:
    callback = make_callback()
    sign_in(page, make_user(Role.AGENT), live_app)
    page.goto(f"{live_app}/callbacks/{callback.pk}/")
    page.keyboard.press("a")
    expect(page.locator(".call-form")).to_be_visible()
    for key in ("r", "1", "x"):
        page.keyboard.press(key)
    expect(page.get_by_text("Saving reopens the ticket")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".error-summary")).to_contain_text("Write down why")
    page.get_by_label("The customer's own words").fill("还是漏水")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("is open again")).to_be_visible()


def test_two_taps_rate_the_service_on_a_small_phone(live_app: str, open_page: OpenPage) -> None:
    callback = make_callback()
    page = open_page(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    page.context.add_cookies([{"name": "django_language", "value": "en", "url": live_app}])
    page.goto(f"{live_app}/t/{callback.ticket.token}/")
    assert page.evaluate("document.scrollingElement.scrollWidth <= document.scrollingElement.clientWidth")
    page.locator(".rating .choice").nth(4).tap()
    page.get_by_role("button", name="Send rating").tap()
    expect(page.get_by_text("You gave us 5 stars")).to_be_visible()
    assert SurveyResponse.objects.get().score == 5
