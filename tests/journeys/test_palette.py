"""The command palette and the sheet of keys: everything by keyboard, and only what the role may do."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from servicedesk.notify.heartbeat import write_heartbeat
from servicedesk.people.models import Role, User
from servicedesk.tickets.models import Ticket
from tests.defaults import load_defaults
from tests.journeys.hands import Enter, Person, wait_for_keys
from tests.journeys.house_clock import HouseClock
from tests.make import NOW, make_customer, make_outlet, make_ticket, make_user

pytestmark = [pytest.mark.slow]


@pytest.fixture
def agent(house_clock: HouseClock) -> User:
    load_defaults()
    write_heartbeat("timers", NOW + timedelta(hours=12))
    return make_user(Role.AGENT, name="陈静")


@pytest.fixture
def ticket(agent: User) -> Ticket:
    customer = make_customer(name="王芳", phone="13800008000")
    return make_ticket(customer=customer, actor=agent, now=NOW - timedelta(minutes=5))


@pytest.fixture
def desk(person: Enter, agent: User, ticket: Ticket) -> Person:
    """The agent at the list of tickets."""
    desk = person()
    desk.enter(agent)
    desk.go("/tickets/")
    expect(desk.page.locator("command-palette:defined")).to_have_count(1)
    return desk


def line(page: Page) -> Locator:
    return page.locator("#palette input")


def shown(page: Page) -> list[str]:
    """The lines that stand in the open palette."""
    texts = page.locator("#palette [role=option]:not([hidden])").all_inner_texts()
    return [" ".join(text.split()) for text in texts]


def chosen(page: Page) -> Locator:
    return page.locator("#palette [role=option][aria-selected=true]")


def press_for_palette(page: Page) -> None:
    """Opens the palette, once its script is there."""
    wait_for_keys(page)
    page.keyboard.press("Control+k")
    expect(line(page)).to_be_focused()


def ask(page: Page, words: str) -> None:
    """Opens the palette and types."""
    press_for_palette(page)
    page.keyboard.type(words)


def test_a_page_is_reached_by_its_name_in_pinyin(desk: Person) -> None:
    ask(desk.page, "huifang")
    expect(chosen(desk.page)).to_contain_text(desk.words("Callbacks"))
    # The line says which option is meant, as a combobox has to.
    option = chosen(desk.page).get_attribute("id") or ""
    expect(line(desk.page)).to_have_attribute("aria-activedescendant", option)
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url("**/callbacks/")


def test_a_ticket_opens_by_number_and_a_customer_by_phone_name_or_pinyin(desk: Person, ticket: Ticket) -> None:
    ask(desk.page, ticket.number)
    expect(chosen(desk.page)).to_contain_text(ticket.number)
    desk.page.keyboard.press("Enter")
    assert desk.ticket_number() == ticket.number
    for words in ("8000", "王芳", "wangf"):
        desk.go("/tickets/?view=mine")
        ask(desk.page, words)
        expect(chosen(desk.page)).to_contain_text("王芳")
        expect(chosen(desk.page)).not_to_contain_text("13800008000")
        desk.page.keyboard.press("Enter")
        desk.page.wait_for_url(f"**/customers/{ticket.customer_id}/")


def test_the_steps_of_a_ticket_are_those_of_its_buttons(desk: Person, ticket: Ticket) -> None:
    desk.go(f"/tickets/{ticket.number}/")
    press_for_palette(desk.page)
    steps = desk.page.locator("[data-group=steps] [role=option]").all_inner_texts()
    buttons = desk.page.locator("[data-steps] a, [data-steps] button").all_text_contents()
    assert [" ".join(step.split()) for step in steps] == [" ".join(button.split()) for button in buttons]
    # A step out of the menu "more", which is closed.
    desk.page.keyboard.type(desk.words("Record praise"))
    desk.page.keyboard.press("Enter")
    expect(desk.dialog()).to_contain_text(desk.words("Record praise"))
    expect(desk.page.locator("#palette")).not_to_be_visible()


def test_language_theme_and_density_change_without_a_mouse(desk: Person) -> None:
    root = desk.page.locator("html")
    ask(desk.page, "dark")
    desk.page.keyboard.press("Enter")
    expect(root).to_have_attribute("data-theme", "dark")
    ask(desk.page, "compact")
    desk.page.keyboard.press("Enter")
    expect(root).to_have_attribute("data-density", "compact")
    ask(desk.page, "english")
    desk.page.keyboard.press("Enter")
    expect(root).to_have_attribute("lang", "en")


def test_arrows_walk_round_and_escape_gives_the_focus_back(desk: Person) -> None:
    desk.page.keyboard.press("/")
    expect(desk.page.locator("#search-box")).to_be_focused()
    press_for_palette(desk.page)
    lines = shown(desk.page)
    desk.page.keyboard.press("ArrowUp")
    expect(chosen(desk.page)).to_have_text(re.compile(re.escape(desk.words("Sign out", "command"))))
    desk.page.keyboard.press("ArrowDown")
    assert " ".join(chosen(desk.page).inner_text().split()) == lines[0]
    desk.page.keyboard.press("Escape")
    expect(desk.page.locator("#palette")).not_to_be_visible()
    expect(desk.page.locator("#search-box")).to_be_focused()


def test_what_fits_nothing_and_a_lost_connection_are_said(desk: Person) -> None:
    said = desk.page.locator(".palette__said")
    ask(desk.page, "zzzz")
    expect(said).to_have_text(
        desk.words("Nothing fits. Four digits of a phone, a name or its pinyin, or a ticket number are enough.")
    )
    expect(line(desk.page)).to_have_attribute("aria-activedescendant", "")
    desk.page.context.set_offline(True)
    desk.page.keyboard.type("9")
    expect(said).to_have_text(
        desk.words("The server cannot be reached: customers and tickets cannot be looked up now.")
    )
    # Pages and steps are still there.
    line(desk.page).fill("")
    expect(chosen(desk.page)).to_have_count(1)
    desk.page.context.set_offline(False)


def test_the_palette_offers_no_role_what_is_not_its_own(person: Enter, agent: User) -> None:
    auditor, technician = person(), person()
    auditor.enter(make_user(Role.AUDITOR, name="钱云"))
    auditor.go("/tickets/")
    press_for_palette(auditor.page)
    lines = shown(auditor.page)
    assert any(auditor.words("Tickets") in each for each in lines)
    assert not any(auditor.words("New request") in each for each in lines)
    # Other places name callbacks too: it is the queue of those who call that is not offered.
    assert not any(f"{each} ".startswith(f"{auditor.words('Callbacks')} ") for each in lines)
    technician.enter(make_user(Role.TECHNICIAN, make_outlet(), name="李强"))
    technician.go("/my/")
    expect(technician.page.locator("command-palette")).to_have_count(0)


def keys_said(sheet: Locator) -> set[str]:
    """The keys and pairs of keys the sheet names, in lower case."""
    rows = sheet.locator(".keys li")
    said = set()
    for place in range(rows.count()):
        keys = [text.lower() for text in rows.nth(place).locator("kbd").all_inner_texts()]
        said |= {"j", "k"} if keys == ["j", "k"] else {"+".join(keys)}
    return said


@pytest.mark.parametrize("path", ["/desk/", "/tickets/", "/callbacks/", "ticket"])
def test_the_sheet_names_exactly_the_keys_that_are_taken(desk: Person, ticket: Ticket, path: str) -> None:
    desk.go(f"/tickets/{ticket.number}/" if path == "ticket" else path)
    page = desk.page
    page.locator("h1").first.click()
    page.keyboard.press("?")
    expect(page.locator("#key-sheet")).to_be_visible()
    # Every key an element of the page has, also in a menu that is closed, and every place behind "g".
    on_page = page.evaluate("[...document.querySelectorAll('[data-key]')].map((node) => node.dataset.key)")
    places = page.evaluate("[...document.querySelectorAll('[data-go]')].map((node) => 'g+' + node.dataset.go)")
    fixed = {"/", "?", "j", "k", "enter", "ctrl+enter", "ctrl+k", "esc"}
    assert keys_said(page.locator("#key-sheet")) == fixed | set(on_page) | set(places)
    # No key twice, and none that the page takes for itself.
    assert len(on_page) == len(set(on_page))
    assert set(on_page).isdisjoint({"g", "j", "k", "/", "?"})


def test_a_key_of_the_closed_menu_works(desk: Person, ticket: Ticket) -> None:
    desk.go(f"/tickets/{ticket.number}/")
    expect(desk.page.locator(".menu__item[data-key=p]")).not_to_be_visible()
    desk.page.keyboard.press("p")
    expect(desk.dialog()).to_contain_text(desk.words("Pause clocks"))


@pytest.fixture
def manager(person: Enter, agent: User) -> Person:
    """A manager at the list of tickets."""
    manager = person()
    manager.enter(make_user(Role.MANAGER, name="孙宁"))
    manager.go("/tickets/")
    return manager


def test_a_page_of_the_settings_is_reached_by_its_letter_by_pinyin_and_by_walking_the_cards(manager: Person) -> None:
    page = manager.page
    wait_for_keys(page)
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/calendars/")
    ask(page, "shengjijieti")
    expect(chosen(page)).to_contain_text(manager.words("Escalation ladders"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/promises/ladders/")
    wait_for_keys(page)
    page.keyboard.press("g")
    page.keyboard.press("o")
    page.wait_for_url("**/settings/")
    wait_for_keys(page)
    for _ in range(2):
        page.keyboard.press("j")
    expect(page.locator(":focus")).to_have_text(manager.words("Escalation ladders"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/promises/ladders/")
    # The sign of the settings is marked, and the way back stands before the title.
    sign = page.locator("header").get_by_role("link", name=manager.words("Settings"))
    expect(sign).to_have_attribute("aria-current", "page")
    way_back = page.get_by_role("navigation", name=manager.words("Way back")).get_by_role("link")
    expect(way_back).to_have_text([manager.words("Settings")])
    way_back.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/settings/")
