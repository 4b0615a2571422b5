"""Without a mouse, and without losing anything: keys, double clicks, the back button, a lost sign-in, two editors."""

import re
from datetime import timedelta

import pytest
from django.conf import settings as settings_now
from playwright.sync_api import Page, expect
from pytest_django import Settings

from servicedesk.catalogue.models import ProductCategory
from servicedesk.notify.heartbeat import write_heartbeat
from servicedesk.people.models import Customer, Role, User
from servicedesk.tickets.models import Ticket
from tests.defaults import load_defaults
from tests.journeys.hands import Enter, Person
from tests.journeys.house_clock import HouseClock
from tests.make import NOW, PASSWORD, make_appliance, make_customer, make_ticket, make_user

pytestmark = [pytest.mark.slow]
NOBODY_LISTENS = "redis://127.0.0.1:1/0"


class Keys:
    """The keys somebody presses: a key, a chord or a text typed in one go each count one."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, *keys: str) -> None:
        """Presses keys or chords, one after another."""
        for key in keys:
            self.page.keyboard.press(key)
            self.count += 1

    def type(self, text: str) -> None:
        """Types a text."""
        self.page.keyboard.type(text)
        self.count += 1


@pytest.fixture
def agent(house_clock: HouseClock) -> User:
    load_defaults()
    write_heartbeat("timers", NOW + timedelta(hours=12))
    return make_user(Role.AGENT, name="陈静")


@pytest.fixture
def customer(agent: User) -> Customer:
    """A known caller with one washing machine."""
    customer = make_customer(name="王芳", phone="13800008000")
    make_appliance(customer, category=ProductCategory.objects.get(code="washing_machine"), serial="XQG100-0001")
    return customer


@pytest.fixture
def desk(person: Enter, agent: User) -> Person:
    """The agent at the desk."""
    desk = person()
    desk.enter(agent)
    desk.go("/desk/")
    return desk


def fill_for(desk: Person, customer: Customer) -> None:
    """A request of a known caller, up to the last button."""
    desk.go(f"/tickets/new/?customer={customer.pk}")
    desk.choose("不脱水")
    desk.page.locator("#id_description").fill("脱水时一直响")
    desk.page.locator("#id_read_back").check()


def test_a_known_callers_request_takes_at_most_twelve_keys_and_no_mouse(desk: Person, customer: Customer) -> None:
    keys = Keys(desk.page)
    # The cursor stands in the one box already; the search words are not counted.
    expect(desk.page.locator("[data-found]")).to_be_focused()
    desk.page.keyboard.type("8000")
    expect(desk.page.locator("#found [data-first]")).to_be_visible()
    keys.press("Enter")
    desk.page.wait_for_url("**/customers/*/")
    keys.press("c")
    expect(desk.page.locator("input[name=appliance]:checked")).to_be_focused()
    keys.press("3", "Space")
    expect(desk.page.locator("input[name=fault]:checked")).to_be_focused()
    keys.press("4", "ArrowDown")
    expect(desk.page.locator("#summary")).to_contain_text("12:00")
    keys.press("5", "Space", "Control+Enter")
    number = desk.ticket_number()
    assert keys.count <= 12
    ticket = Ticket.objects.get(number=number)
    assert (ticket.customer, ticket.channel) == (customer, "phone")
    assert ticket.fault is not None
    assert ticket.requested_from is not None
    assert ticket.read_back_at is not None


def test_the_skip_link_is_the_first_stop_and_leads_to_the_content(desk: Person) -> None:
    desk.go("/tickets/")
    desk.page.keyboard.press("Tab")
    skip = desk.page.locator("a.skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("main#content")).to_be_focused()


def test_a_slash_leads_to_the_search_and_a_question_mark_shows_the_keys(desk: Person) -> None:
    desk.go("/tickets/")
    desk.page.keyboard.press("/")
    expect(desk.page.locator("#search-box")).to_be_focused()
    expect(desk.page.locator("#search-box")).to_have_value("")
    desk.page.keyboard.press("Escape")
    desk.page.keyboard.press("?")
    sheet = desk.page.locator("#key-sheet")
    expect(sheet).to_be_visible()
    expect(sheet.locator("[data-page-keys]")).to_contain_text("C")
    desk.page.keyboard.press("Escape")
    expect(sheet).not_to_be_visible()


def test_j_k_and_enter_walk_a_list_and_open_a_row(desk: Person, agent: User) -> None:
    numbers = [make_ticket(actor=agent, now=NOW - timedelta(minutes=place)).number for place in (3, 2, 1)]
    desk.go("/tickets/?view=mine")
    shown = [text.strip() for text in desk.page.locator("[data-row] td:first-child a").all_inner_texts()]
    assert sorted(shown) == sorted(numbers)
    for key in ("j", "j", "j", "k"):
        desk.page.keyboard.press(key)
    expect(desk.page.locator(".is-current")).to_contain_text(shown[1])
    desk.page.keyboard.press("Enter")
    assert desk.ticket_number() == shown[1]


def test_a_double_click_opens_one_ticket(desk: Person, customer: Customer) -> None:
    fill_for(desk, customer)
    desk.pressable("Open ticket").dblclick()
    number = desk.ticket_number()
    assert [ticket.number for ticket in Ticket.objects.all()] == [number]


def test_going_back_and_sending_again_makes_no_second_ticket(desk: Person, customer: Customer) -> None:
    fill_for(desk, customer)
    desk.press("Open ticket")
    number = desk.ticket_number()
    desk.page.go_back()
    # What the browser kept of the form is sent once more, with the mark of its first time.
    expect(desk.page.locator("#intake")).to_be_visible()
    desk.choose("不脱水")
    desk.press("Open ticket")
    desk.ticket_number()
    known = Ticket.objects.values_list("number", flat=True)
    assert list(known) == [number]
    desk.sees("This form had been sent before; it made ticket %(number)s and nothing new.", number=number)


def test_what_was_typed_is_back_after_the_sign_in_ran_out(desk: Person, customer: Customer, agent: User) -> None:
    fill_for(desk, customer)
    desk.page.context.clear_cookies(name=settings_now.SESSION_COOKIE_NAME)
    desk.press("Open ticket")
    desk.sees("Sign in again to go on. Drafts of half-typed forms are kept.")
    desk.page.get_by_label(desk.words("Employee number or phone")).fill(agent.employee_no)
    desk.page.locator("#id_password").fill(PASSWORD)
    desk.press("Sign in")
    expect(desk.page.locator("#id_description")).to_have_value("脱水时一直响")
    expect(desk.page.locator("input[name=fault]:checked")).to_have_value("no_spin")
    assert not Ticket.objects.exists()
    # The customer has to be asked again, so this one is not marked.
    expect(desk.page.locator("#id_read_back")).not_to_be_checked()
    desk.press("Open ticket")
    assert Ticket.objects.get().number == desk.ticket_number()


def test_two_editors_of_a_ticket_see_both_values(desk: Person, person: Enter, customer: Customer, agent: User) -> None:
    ticket = make_ticket(customer=customer, actor=agent, description="不转")
    other = person()
    other.enter(make_user(Role.AGENT, name="孙丽"))
    for one in (desk, other):
        one.go(f"/tickets/{ticket.number}/edit/")
    other.page.locator("#id_description").fill("脱水时不转")
    other.page.keyboard.press("Control+Enter")
    other.ticket_number()
    desk.page.locator("#id_description").fill("完全不转")
    desk.page.keyboard.press("Control+Enter")
    differing = desk.page.locator("tbody tr", has_text="完全不转")
    expect(differing).to_contain_text("脱水时不转")
    expect(desk.page.locator("#id_description")).to_have_value("完全不转")
    ticket.refresh_from_db()
    assert ticket.description == "脱水时不转"
    desk.page.keyboard.press("Control+Enter")
    desk.ticket_number()
    ticket.refresh_from_db()
    assert ticket.description == "完全不转"


def test_without_redis_and_timers_pages_work_and_say_that_timers_run_late(
    desk: Person, customer: Customer, house_clock: HouseClock, settings: Settings
) -> None:
    late = desk.words(
        "Timers run late: warnings and messages may come after their time. Times on the pages are right."
    )
    expect(desk.page.get_by_text(late)).to_have_count(0)
    settings.REDIS_URL = settings.CELERY_BROKER_URL = NOBODY_LISTENS
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": NOBODY_LISTENS}}
    # No sign of life for a day.
    house_clock.forward(24 * 60)
    desk.go("/desk/")
    expect(desk.page.get_by_text(late)).to_be_visible()
    fill_for(desk, customer)
    desk.press("Open ticket")
    assert Ticket.objects.get().number == desk.ticket_number()
    expect(desk.page.get_by_text(late)).to_be_visible()
    expect(desk.page.locator(".clock-row [data-state]").first).to_be_visible()
    expect(desk.page).to_have_url(re.compile(r"/tickets/\d{6}-\d{4}/$"))
