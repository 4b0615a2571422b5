"""The desk in a real browser: keys instead of a mouse, and nothing that was typed is lost."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from servicedesk import clock
from servicedesk.people.models import Customer, Role, User
from servicedesk.tickets.models import Draft, Ticket
from servicedesk.tickets.services import edit_ticket
from tests.defaults import load_defaults
from tests.make import PASSWORD, make_appliance, make_category, make_customer, make_fault, make_user

pytestmark = [pytest.mark.django_db(transaction=True)]
Wait = Callable[[Callable[[], Any]], None]


@pytest.fixture
def agent() -> User:
    load_defaults()
    return make_user(Role.AGENT)


@pytest.fixture
def caller(agent: User) -> Customer:
    customer = make_customer(name="王芳", phone="13812345678")
    make_appliance(customer)
    make_fault(code="a_first", name_zh="整机跳动", questions=["什么时候跳？"], priority=1)
    return customer


def sign_in(page: Page, live_app: str, user: User) -> None:
    page.goto(f"{live_app}/login/")
    page.fill("[name=username]", user.employee_no)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{live_app}/desk/")


def test_a_known_callers_request_takes_at_most_twelve_keys(
    page: Page, live_app: str, agent: User, caller: Customer
) -> None:
    sign_in(page, live_app, agent)
    page.fill("#call-number", "138 1234 5678")
    page.press("#call-number", "Enter")
    expect(page.locator("#call-bar")).to_contain_text("王芳")
    page.evaluate("document.activeElement.blur()")
    pressed = 0

    def press(key: str) -> None:
        nonlocal pressed
        pressed += 1
        page.keyboard.press(key)

    press("o")
    page.wait_for_url("**/tickets/new/?customer=*")
    expect(page.locator("[name=appliance]:checked")).to_be_focused()
    press("3")
    press("Space")
    expect(page.locator("#questions input")).to_have_count(1)
    press("4")
    press("ArrowDown")
    press("5")
    press("Space")
    expect(page.locator("#summary")).to_contain_text("整机跳动")
    press("Control+Enter")
    page.wait_for_url("**/tickets/*-*/")
    ticket = Ticket.objects.get()
    assert (ticket.customer, ticket.owner, ticket.fault.code) == (caller, agent, "a_first")  # type: ignore[union-attr]
    assert ticket.requested_from is not None
    assert ticket.read_back_at is not None
    assert pressed <= 12


def test_a_time_chosen_while_the_times_are_on_their_way_stays_chosen(
    page: Page, live_app: str, agent: User, caller: Customer
) -> None:
    held: list[Route] = []
    answered: list[str] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/tickets/new/windows/", hold, times=1)
    sign_in(page, live_app, agent)
    page.goto(f"{live_app}/tickets/new/?customer={caller.pk}")
    with page.expect_request("**/tickets/new/windows/"):
        page.locator("[name=fault][value=a_first]").check()
    chosen = page.locator("[name=window][value$='/14-16']").last
    value = chosen.get_attribute("value")
    chosen.check()
    page.on("response", lambda answer: answered.append(answer.url) if answer.url.endswith("/windows/") else None)
    held[0].continue_()
    for _ in range(40):
        if len(answered) >= 2:
            break
        page.wait_for_timeout(100)
    assert len(answered) == 2, "the old answer is asked for anew"
    expect(page.locator(f"[name=window][value='{value}']")).to_be_checked()
    expect(page.locator("#summary")).to_contain_text("14:00")


def test_what_is_half_typed_comes_back_after_a_reload(page: Page, live_app: str, agent: User, wait_for: Wait) -> None:
    sign_in(page, live_app, agent)
    page.goto(f"{live_app}/tickets/new/")
    page.keyboard.type("孙丽")
    wait_for(lambda: Draft.objects.filter(user=agent, key="intake:new").exists())
    page.reload()
    expect(page.locator("#id_name")).to_have_value("孙丽")


def test_enter_in_a_line_of_text_goes_on_and_sends_nothing(page: Page, live_app: str, agent: User) -> None:
    sign_in(page, live_app, agent)
    page.goto(f"{live_app}/tickets/new/")
    page.keyboard.type("孙丽 12")
    page.keyboard.press("Enter")
    expect(page.locator("#id_phone")).to_be_focused()
    assert page.url.endswith("/tickets/new/")


def test_a_call_does_not_steal_the_focus_of_a_half_typed_form(
    page: Page, live_app: str, agent: User, caller: Customer
) -> None:
    sign_in(page, live_app, agent)
    page.goto(f"{live_app}/tickets/new/")
    page.keyboard.type("孙")
    other = page.context.new_page()
    other.goto(f"{live_app}/desk/")
    other.fill("#call-number", "13812345678")
    other.press("#call-number", "Enter")
    expect(other.locator("#call-bar")).to_contain_text("王芳")
    page.evaluate("document.body.dispatchEvent(new CustomEvent('live:call', {detail: {}}))")
    expect(page.locator("#call-bar")).to_contain_text("王芳")
    page.keyboard.type("丽")
    expect(page.locator("#id_name")).to_have_value("孙丽")


def test_the_first_find_opens_with_enter(page: Page, live_app: str, agent: User, caller: Customer) -> None:
    make_customer(name="王非")
    sign_in(page, live_app, agent)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("/")
    page.keyboard.type("wf")
    expect(page.locator(".search-pop [data-row]")).to_have_count(2)
    page.keyboard.press("Enter")
    page.wait_for_url("**/customers/*/")


def test_a_step_is_taken_in_a_dialog_and_a_refusal_keeps_what_was_typed(
    page: Page, live_app: str, agent: User, caller: Customer
) -> None:
    make_category()
    sign_in(page, live_app, agent)
    page.goto(f"{live_app}/tickets/new/?customer={caller.pk}")
    page.fill("#id_description", "脱水时跳动")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/tickets/*-*/")
    ticket = Ticket.objects.get()
    page.keyboard.press("e")
    field = page.locator("#action-dialog #id_description")
    expect(field).to_have_value("脱水时跳动")
    field.fill("我的说法")
    edit_ticket(ticket.pk, {"description": "别人的说法"}, expected_version=1, actor=None, now=clock.now())
    page.keyboard.press("Control+Enter")
    expect(page.locator("#action-dialog .error-summary")).to_be_visible()
    expect(page.locator("#action-dialog table")).to_contain_text("别人的说法")
    expect(field).to_have_value("我的说法")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#action-dialog")).not_to_be_visible()
    expect(page.locator("#ticket-facts")).to_contain_text("我的说法")


def test_an_open_ticket_shows_what_others_did(page: Page, live_app: str, agent: User, caller: Customer) -> None:
    sign_in(page, live_app, agent)
    page.goto(f"{live_app}/tickets/new/?customer={caller.pk}")
    page.fill("#id_description", "脱水时跳动")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/tickets/*-*/")
    ticket = Ticket.objects.get()
    edit_ticket(ticket.pk, {"contact_name": "李强"}, expected_version=1, actor=None, now=clock.now())
    tell = "number => document.body.dispatchEvent(new CustomEvent('live:ticket', {detail: {number}}))"
    page.evaluate(tell, "000000-0000")
    page.evaluate(tell, ticket.number)
    expect(page.locator("#ticket-facts")).to_contain_text("李强")
