"""A lost connection, a part that does not come, a sign-in that ran out: said in its place, nothing typed is lost."""

from datetime import timedelta

import pytest
from django.conf import settings as settings_now
from playwright.sync_api import expect

from servicedesk.notify.heartbeat import write_heartbeat
from servicedesk.people.models import Role, User
from servicedesk.tickets.models import Ticket
from tests.defaults import load_defaults
from tests.journeys.hands import Enter, Person
from tests.journeys.house_clock import HouseClock
from tests.make import NOW, make_customer, make_ticket, make_user

pytestmark = [pytest.mark.slow]


@pytest.fixture
def agent(house_clock: HouseClock) -> User:
    load_defaults()
    write_heartbeat("timers", NOW + timedelta(hours=12))
    return make_user(Role.AGENT, name="陈静")


@pytest.fixture
def ticket(agent: User) -> Ticket:
    return make_ticket(customer=make_customer(name="王芳", phone="13800008000"), actor=agent, now=NOW)


@pytest.fixture
def desk(person: Enter, agent: User, ticket: Ticket) -> Person:
    """The agent at the page of the ticket."""
    desk = person()
    desk.enter(agent)
    desk.go(f"/tickets/{ticket.number}/")
    expect(desk.page.locator("ticket-page:defined")).to_have_count(1)
    return desk


def go_offline(desk: Person) -> None:
    desk.page.context.set_offline(True)
    expect(desk.page.locator("[data-connection]")).to_be_visible()


def come_back(desk: Person) -> None:
    desk.page.context.set_offline(False)
    expect(desk.page.locator("[data-connection]")).not_to_be_visible()


def test_a_lost_connection_shows_a_banner_and_the_list_is_new_once_it_is_back(desk: Person, agent: User) -> None:
    desk.go("/tickets/?view=mine")
    expect(desk.page.locator("[data-row]")).to_have_count(1)
    expect(desk.page.locator("[data-connection]")).not_to_be_visible()
    go_offline(desk)
    later = make_ticket(actor=agent, now=NOW)
    # What stood there is still to be read.
    expect(desk.page.locator("[data-row]")).to_have_count(1)
    come_back(desk)
    expect(desk.page.locator("#rows")).to_contain_text(later.number)


def test_a_note_typed_in_a_dialog_outlives_the_lost_connection(desk: Person, ticket: Ticket) -> None:
    desk.page.keyboard.press("n")
    field = desk.dialog().locator("textarea")
    field.fill("客户说傍晚之后在家")
    go_offline(desk)
    desk.page.keyboard.press("Control+Enter")
    desk.sees(
        "Not sent: there is no connection. Everything you typed stays in the form; "
        "send it again when the connection is back."
    )
    expect(field).to_have_value("客户说傍晚之后在家")
    assert not ticket.events.filter(action="add_note").exists()
    come_back(desk)
    desk.send_dialog()
    assert ticket.events.get(action="add_note").note == "客户说傍晚之后在家"


def test_a_whole_page_form_sent_without_a_connection_stays_as_it_was(desk: Person, ticket: Ticket) -> None:
    desk.go(f"/tickets/{ticket.number}/edit/")
    desk.page.locator("#id_description").fill("脱水时不转")
    go_offline(desk)
    desk.page.keyboard.press("Control+Enter")
    expect(desk.toast().last).to_be_visible()
    expect(desk.page.locator("#id_description")).to_have_value("脱水时不转")
    come_back(desk)
    desk.page.locator("#id_description").press("Control+Enter")
    assert desk.ticket_number() == ticket.number
    ticket.refresh_from_db()
    assert ticket.description == "脱水时不转"


@pytest.mark.parametrize(
    ("status", "words"), [(500, "This part could not be loaded."), (403, "Your role may not see this part.")]
)
def test_a_panel_that_does_not_come_says_so_and_comes_on_request(desk: Person, status: int, words: str) -> None:
    path = desk.page.locator("[data-panel]").first.get_attribute("hx-get") or ""
    desk.page.route(f"**{path}", lambda route: route.fulfill(status=status, body="fault"))
    desk.page.reload()
    panel = desk.page.locator("[data-panel]").first
    note = panel.locator("[data-missing]")
    expect(note).to_contain_text(desk.words(words))
    # Nobody is left looking at a part that is on its way for ever.
    expect(panel.get_by_text(desk.words("Loading…"))).to_have_count(0)
    expect(panel).not_to_have_attribute("aria-busy", "true")
    desk.page.unroute(f"**{path}")
    note.get_by_role("button").click()
    expect(note).to_have_count(0)
    expect(panel).not_to_be_empty()


def test_the_list_says_that_it_could_not_be_renewed_and_keeps_its_rows(desk: Person) -> None:
    desk.go("/tickets/?view=mine")
    desk.page.route("**/tickets/?view=mine", lambda route: route.fulfill(status=500, body="fault"))
    desk.page.evaluate("document.body.dispatchEvent(new CustomEvent('live:ticket', {bubbles: true, detail: {}}))")
    rows = desk.page.locator("#rows")
    expect(rows.locator("[data-missing]")).to_contain_text(desk.words("What stands below is from before."))
    expect(rows.locator("[data-row]")).to_have_count(1)
    desk.page.unroute("**/tickets/?view=mine")
    rows.locator("[data-missing] button").click()
    expect(rows.locator("[data-missing]")).to_have_count(0)


def test_a_step_typed_when_the_sign_in_ran_out_is_sent_after_a_sign_in_elsewhere(
    desk: Person, ticket: Ticket, agent: User
) -> None:
    desk.page.keyboard.press("n")
    field = desk.dialog().locator("textarea")
    field.fill("客户要求改到周五")
    desk.page.context.clear_cookies(name=settings_now.SESSION_COOKIE_NAME)
    desk.page.keyboard.press("Control+Enter")
    desk.sees(
        "You have been signed out. What you typed is still here; sign in again in a new tab, then repeat the step."
    )
    expect(field).to_have_value("客户要求改到周五")
    elsewhere = Person(desk.page.context.new_page(), desk.site)
    elsewhere.sign_in(agent)
    desk.page.bring_to_front()
    desk.send_dialog()
    assert ticket.events.get(action="add_note").note == "客户要求改到周五"


def test_a_whole_page_form_stays_when_the_sign_in_has_run_out(desk: Person, ticket: Ticket, agent: User) -> None:
    desk.go(f"/customers/{ticket.customer_id}/edit/")
    name = desk.page.locator("input[name=name]")
    name.fill("王芳芳")
    desk.page.context.clear_cookies(name=settings_now.SESSION_COOKIE_NAME)
    name.press("Control+Enter")
    expect(desk.toast()).to_contain_text(desk.words("Sign in"))
    expect(name).to_have_value("王芳芳")
    elsewhere = Person(desk.page.context.new_page(), desk.site)
    elsewhere.sign_in(agent)
    desk.page.bring_to_front()
    name.press("Control+Enter")
    desk.page.wait_for_url(f"**/customers/{ticket.customer_id}/")
    ticket.customer.refresh_from_db()
    assert ticket.customer.name == "王芳芳"
