"""The board in a real browser: zones of the browser, hands at once, gaps in the stream, narrow windows."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from dispatch.models import Assignment, Technician
from dispatch.services import accept_assignment
from tests.dispatch.boards import drag_by_quarters
from tests.dispatch.test_browser import HOUR, LATER, NOON, job_on_board
from tests.journeys.axe import dark_findings, findings
from tests.make import make_handed_over
from tests.make_dispatch import make_assignment, make_technician

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.usefixtures("morning")]
ZONES = ("Asia/Shanghai", "America/Los_Angeles", "Pacific/Chatham")


@pytest.fixture
def technician() -> Technician:
    return make_technician(name="李强")


def test_the_same_drop_stores_the_same_instant_in_three_zones_of_the_browser(
    dispatcher: Callable[..., Page], technician: Technician
) -> None:
    stored = {}
    for zone in ZONES:
        job = make_assignment(technician, NOON)
        page = dispatcher(timezone_id=zone)
        drag_by_quarters(page, job, 3)
        expect(page.locator(".toast")).to_contain_text("12:45–13:45")
        moved = Assignment.objects.get(ticket=job.ticket, state="offered")
        stored[zone] = moved.span.lower
        Assignment.objects.filter(pk=moved.pk).update(state="released")
    assert stored == dict.fromkeys(ZONES, NOON + 3 * HOUR / 4)


def test_a_move_is_taken_back_by_its_key(dispatcher: Callable[..., Page], technician: Technician) -> None:
    job = make_assignment(technician, NOON)
    page = dispatcher()
    job_on_board(page, job).focus()
    page.keyboard.press("Alt+ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("12:15–13:15")
    page.keyboard.press("u")
    expect(job_on_board(page, job)).to_have_attribute("title", "12:00–13:00 Washing machine " + _rest(job))
    assert Assignment.objects.get(ticket=job.ticket, state="offered").span.lower == NOON


def _rest(job: Assignment) -> str:
    return f"{job.ticket.number} {job.ticket.address.district if job.ticket.address else ''}".strip()


def test_without_the_stream_changes_of_others_still_come_and_nothing_in_hand_is_lost(
    dispatcher: Callable[..., Page], technician: Technician
) -> None:
    job, mine = make_assignment(technician, NOON), make_assignment(technician, NOON + 2 * HOUR)
    page = dispatcher()
    expect(page.locator("[data-live-state]")).to_contain_text("Looking for changes")
    job_on_board(page, mine).focus()
    page.keyboard.press("Alt+ArrowRight")
    accept_assignment(job.pk, actor=None, now=LATER)
    page.evaluate("() => document.body.dispatchEvent(new CustomEvent('live:ticket', {detail: {resync: true}}))")
    page.wait_for_timeout(500)
    expect(page.locator(".tb-ghost")).to_have_count(1)
    expect(job_on_board(page, job)).to_have_attribute("data-state", "offered")
    page.keyboard.press("Escape")
    expect(job_on_board(page, job)).to_have_attribute("data-state", "accepted")
    expect(job_on_board(page, mine)).to_be_focused()


def test_a_server_that_does_not_answer_is_said_and_the_board_mends_itself(
    dispatcher: Callable[..., Page], technician: Technician
) -> None:
    job = make_assignment(technician, NOON)
    page = dispatcher()
    page.route("**/board/feed/**", lambda route: route.abort())
    page.evaluate("() => document.body.dispatchEvent(new CustomEvent('live:ticket', {detail: {resync: true}}))")
    expect(page.locator("[data-notice]")).to_be_visible()
    page.unroute("**/board/feed/**")
    expect(page.locator("[data-notice]")).to_be_hidden()
    expect(job_on_board(page, job)).to_be_visible()


def test_a_ticket_is_dragged_from_the_tray_onto_a_row(dispatcher: Callable[..., Page], technician: Technician) -> None:
    ticket = make_handed_over(technician.outlet)
    page = dispatcher()
    start = page.locator(f'[data-waiting="{ticket.number}"]').bounding_box()
    goal = page.locator(f'.tb-row[data-technician="{technician.pk}"]').bounding_box()
    assert start is not None
    assert goal is not None
    at = page.locator("dispatch-board").evaluate("(board, ms) => board.grid.axis.x(ms)", NOON.timestamp() * 1000)
    page.mouse.move(start["x"] + 20, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(goal["x"] + 148 + at + 2, goal["y"] + 20, steps=6)
    page.mouse.up()
    expect(page.locator(".toast")).to_contain_text(ticket.number)
    assert Assignment.objects.get(ticket=ticket).span.lower == NOON


def test_the_pane_answers_why_and_its_parts_add_up(dispatcher: Callable[..., Page], technician: Technician) -> None:
    job = make_assignment(technician, NOON)
    page = dispatcher()
    job_on_board(page, job).focus()
    page.keyboard.press("Enter")
    score = page.locator("[data-detail] .score")
    page.locator("[data-detail] details.why summary").first.click()
    parts = [int(one) for one in score.locator("tbody td").all_inner_texts()]
    assert len(parts) == 7
    assert sum(parts) == int(score.locator("tfoot td").inner_text())


def test_at_200_percent_and_on_a_phone_everything_can_be_reached_and_axe_finds_nothing(
    dispatcher: Callable[..., Page], technician: Technician
) -> None:
    job = make_assignment(technician, NOON)
    found: dict[str, list[str]] = {}
    for name, width, query in (("200 %", 683, ""), ("phone", 390, ""), ("map", 1366, "?view=map")):
        page = dispatcher(query, viewport={"width": width, "height": 768})
        found[f"{name} light"], found[f"{name} dark"] = findings(page), dark_findings(page)
        found[f"{name} wide"] = [] if page.evaluate("document.scrollingElement.scrollWidth") <= width else ["too wide"]
        if name == "200 %":
            drag_by_quarters(page, job, 2)
            expect(page.locator(".toast")).to_contain_text("12:30–13:30")
        elif name == "phone":
            page.locator(f'[data-list-number="{job.ticket.number}"]').click()
            expect(page.locator("[data-detail]")).to_contain_text(job.ticket.number)
    assert found == {name: [] for name in found}


def test_a_filter_that_leaves_nothing_says_so_and_claims_no_more(
    dispatcher: Callable[..., Page], technician: Technician
) -> None:
    make_assignment(technician, NOON)
    make_handed_over(technician.outlet)
    page = dispatcher()
    tray = page.locator("[data-tray=assign]")
    expect(tray.locator("[data-none]")).to_be_hidden()
    page.locator("#tb-q").fill("nobody has this")
    expect(tray.locator("[data-none]")).to_have_text("Left out by the filter: 1.")
    expect(page.locator("[data-none-shown]")).to_be_in_viewport()
    assert findings(page) == []


def test_the_hours_open_at_the_present_moment(dispatcher: Callable[..., Page], technician: Technician) -> None:
    make_assignment(technician, NOON)
    page = dispatcher()
    page.keyboard.press("h")
    expect(page.locator("[data-do=scale][data-scale=hour]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".tb-now")).to_be_in_viewport()
    expect(page.locator(".tb-mark").nth(0)).not_to_be_in_viewport()


def test_the_first_feed_is_asked_for_by_the_page_itself_and_only_once(dispatcher: Callable[..., Page]) -> None:
    for query in ("", "?outlet=all&day=2026-03-11&scale=week"):
        page = dispatcher(query)
        asked = page.evaluate("""() => performance.getEntriesByType('resource')
            .filter((one) => one.name.includes('/board/feed/')).map((one) => one.initiatorType)""")
        assert asked == ["link"]
