"""The dispatcher's work in a real browser, by keyboard alone."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from dispatch.models import Assignment, Technician
from dispatch.services import accept_assignment
from servicedesk import clock
from servicedesk.people.models import Role, User
from servicedesk.tickets.services import send_to_outlet
from tests.make import NOW, make_handed_over, make_ticket, make_user
from tests.make_dispatch import make_assignment, make_technician

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
LATER = NOW + timedelta(minutes=5)
NOON = NOW + timedelta(hours=2)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's clock stands at five past ten, in every thread."""
    monkeypatch.setattr(clock, "now", lambda: LATER)


@pytest.fixture
def technician() -> Technician:
    return make_technician(name="李强")


def sign_in(page: Page, live_app: str, user: User) -> None:
    client = Client()
    client.force_login(user)
    cookies = {
        settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
        "django_language": "en",
    }
    page.context.add_cookies([{"name": name, "value": value, "url": live_app} for name, value in cookies.items()])


@pytest.fixture
def desk(page: Page, live_app: str, technician: Technician) -> Page:
    """A page signed in as the outlet's dispatcher."""
    sign_in(page, live_app, make_user(Role.DISPATCHER, technician.outlet))
    return page


def job_on_board(page: Page, assignment: Assignment) -> Any:
    return page.locator(f'.tb-block[data-job="{assignment.ticket.number}"]')


def test_j_a_enter_assigns_the_first_candidate(desk: Page, live_app: str, technician: Technician) -> None:
    make_handed_over(technician.outlet, priority=1)
    ticket = make_handed_over(technician.outlet)
    desk.goto(f"{live_app}/dispatch/")
    for key in ("j", "j", "a"):
        desk.keyboard.press(key)
    expect(desk.locator("#dispatch-side .candidate").first).to_contain_text("李强")
    expect(desk.locator("#dispatch-side [data-focus]")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.locator(".toast")).to_contain_text(ticket.number)
    assert Assignment.objects.get().ticket == ticket


def test_alt_and_arrows_move_a_job_and_enter_keeps_it(desk: Page, live_app: str, technician: Technician) -> None:
    job = make_assignment(technician, NOON)
    accept_assignment(job.pk, actor=None, now=LATER)
    desk.goto(f"{live_app}/dispatch/timeline/")
    job_on_board(desk, job).focus()
    desk.keyboard.press("Alt+ArrowRight")
    desk.keyboard.press("Alt+ArrowRight")
    expect(desk.locator("[data-say]")).to_contain_text("12:30–13:30. Breaks no rule.")
    desk.keyboard.press("Enter")
    expect(desk.locator(".toast")).to_contain_text("12:30–13:30")
    moved = Assignment.objects.get(ticket=job.ticket, state="offered")
    assert moved.span.lower == NOON + HOUR / 2
    expect(job_on_board(desk, job)).to_have_attribute("title", re.compile("^12:30–13:30 "))
    expect(job_on_board(desk, job)).to_be_focused()


def test_a_move_onto_another_job_is_refused_by_name_and_taken_back(
    desk: Page, live_app: str, technician: Technician
) -> None:
    other = make_assignment(technician, NOON)
    job = make_assignment(technician, NOON + HOUR)
    desk.goto(f"{live_app}/dispatch/timeline/")
    job_on_board(desk, job).focus()
    desk.keyboard.press("Alt+ArrowLeft")
    expect(desk.locator("[data-say]")).to_contain_text(other.ticket.number)
    desk.keyboard.press("Enter")
    expect(desk.locator(".toast")).to_contain_text(other.ticket.number)
    expect(desk.locator(".tb-ghost")).to_have_count(0)
    assert list(job.ticket.assignments.values_list("state", flat=True)) == ["offered"]


def test_escape_takes_a_move_back(desk: Page, live_app: str, technician: Technician) -> None:
    job = make_assignment(technician, NOON)
    desk.goto(f"{live_app}/dispatch/timeline/")
    job_on_board(desk, job).focus()
    desk.keyboard.press("Alt+ArrowRight")
    expect(desk.locator(".tb-ghost")).to_have_count(1)
    desk.keyboard.press("Escape")
    expect(desk.locator(".tb-ghost")).to_have_count(0)
    expect(job_on_board(desk, job)).to_be_focused()
    assert job.ticket.assignments.count() == 1


def test_a_soft_rule_asks_for_one_line_why(desk: Page, live_app: str, technician: Technician) -> None:
    job = make_assignment(technician, NOON)
    desk.goto(f"{live_app}/dispatch/timeline/")
    job_on_board(desk, job).focus()
    desk.keyboard.press("Alt+ArrowLeft")
    desk.keyboard.press("Enter")
    expect(desk.locator("[data-why-rules]")).to_contain_text("promised")
    desk.get_by_label("The customer", exact=True).check()
    desk.locator("[data-why-reason]").fill("客户同意")
    desk.keyboard.press("Enter")
    expect(desk.locator(".toast")).to_contain_text("11:45–12:45")
    moved = Assignment.objects.get(ticket=job.ticket, state="offered")
    assert [(one["code"], one["why"]) for one in moved.overrides] == [("outside_promised_window", "客户同意")]


def test_dragging_gives_a_job_to_another_technician(desk: Page, live_app: str, technician: Technician) -> None:
    other = make_technician(technician.outlet, name="赵敏")
    job = make_assignment(technician, NOON)
    desk.goto(f"{live_app}/dispatch/timeline/")
    start = job_on_board(desk, job).bounding_box()
    goal = desk.locator(f'.tb-row[data-technician="{other.pk}"]').bounding_box()
    assert start is not None
    assert goal is not None
    desk.mouse.move(start["x"] + 10, start["y"] + 10)
    desk.mouse.down()
    desk.mouse.move(start["x"] + 12, goal["y"] + goal["height"] / 2, steps=6)
    desk.mouse.up()
    expect(desk.locator(".toast")).to_contain_text("赵敏")
    assert Assignment.objects.get(ticket=job.ticket, state="offered").technician == other


def test_the_queue_hears_of_a_change_and_keeps_the_row_walked_to(
    desk: Page, live_app: str, technician: Technician
) -> None:
    make_handed_over(technician.outlet, priority=1)
    chosen = make_handed_over(technician.outlet)
    desk.goto(f"{live_app}/dispatch/")
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    newcomer = make_handed_over(technician.outlet, priority=1)
    desk.evaluate("document.body.dispatchEvent(new CustomEvent('live:ticket', {bubbles: true}))")
    expect(desk.locator(f'[data-row-key="{newcomer.number}"]')).to_be_visible()
    expect(desk.locator("[data-row].is-current")).to_have_attribute("data-row-key", chosen.number)
    expect(desk.locator("[data-row].is-current a").first).to_be_focused()


def test_a_half_typed_refusal_is_not_swept_away_by_a_change(desk: Page, live_app: str, technician: Technician) -> None:
    ticket = make_ticket()
    send_to_outlet(ticket.pk, technician.outlet, actor=None, now=NOW)
    desk.goto(f"{live_app}/dispatch/?view=accept")
    desk.locator("details.ask summary").click()
    desk.get_by_label("Reason for the refusal").fill("half a sent")
    desk.evaluate("document.body.dispatchEvent(new CustomEvent('live:ticket', {bubbles: true}))")
    desk.wait_for_timeout(2600)
    expect(desk.get_by_label("Reason for the refusal")).to_have_value("half a sent")
