"""The windows in a real browser: chosen by keyboard, held with a countdown, sold; changed on a phone."""

import os
import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from dispatch.models import WindowPlace
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from tests.dispatch_windows.test_customer import in_days, sold
from tests.make import make_appliance, make_customer, make_user
from tests.make_windows import make_seller

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def sign_in(page: Page, live_app: str, user: User, language: str = "en") -> None:
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookies = {settings.SESSION_COOKIE_NAME: session, "django_language": language}
    page.context.add_cookies([{"name": name, "value": value, "url": live_app} for name, value in cookies.items()])


def shot(page: Page, name: str) -> None:
    folder = os.environ.get("SHOTS")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_a_window_is_chosen_by_keyboard_held_and_sold(page: Page, live_app: str) -> None:
    make_seller(crew=2)
    customer = make_customer()
    make_appliance(customer)
    sign_in(page, live_app, make_user())
    page.goto(f"{live_app}{reverse('intake')}?customer={customer.pk}")
    page.fill("[name=description]", "洗衣机不转")
    page.locator("#window-soon").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("window-hold")).to_contain_text("Held for")
    assert WindowPlace.objects.get().state == "held"
    shot(page, "intake-en")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile(r"/tickets/[0-9]{6}-[0-9]+/$"))
    ticket: Any = Ticket.objects.get()
    assert ticket.promised_from is not None
    assert WindowPlace.objects.get(state="sold").ticket == ticket


def test_leaving_the_page_lets_the_place_go(page: Page, live_app: str) -> None:
    make_seller()
    customer = make_customer()
    make_appliance(customer)
    sign_in(page, live_app, make_user(), "zh-hans")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_app}{reverse('intake')}?customer={customer.pk}")
    page.locator(".choice--offer").first.click()
    expect(page.locator("window-hold")).to_be_visible()
    shot(page, "intake-zh-phone")
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 1366, "height": 768})
    shot(page, "intake-zh-dark")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{live_app}/desk/")
    page.wait_for_timeout(500)
    assert not WindowPlace.objects.filter(state="held").exists()


def test_the_customer_changes_the_time_on_a_phone(page: Page, live_app: str) -> None:
    make_seller()
    wanted = in_days(1, 8)
    ticket = sold(now=wanted.start - (wanted.end - wanted.start) * 6, wanted=wanted)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_app}{reverse('customer_ticket', args=[ticket.token])}")
    shot(page, "customer")
    page.locator(f"a[href='{reverse('customer_time', args=[ticket.token])}']").click()
    shot(page, "customer-time")
    # Whatever the hour, the last one is not the one that was sold.
    page.locator("label.choice").last.click()
    page.locator("button[type=submit].button--primary").click()
    page.wait_for_url(f"**{reverse('customer_ticket', args=[ticket.token])}")
    assert ticket.events.filter(action="change_window").count() == 1
