"""The board in a real browser: zones of the browser, hands at once, gaps in the stream, narrow windows, the map."""

import random
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from dispatch.models import Assignment, Technician
from dispatch.services import accept_assignment, reassign_technician
from dispatch.services.ledger import Why
from servicedesk import clock
from servicedesk.people.models import Address, Role
from tests.conftest import OpenPage
from tests.dispatch.test_browser import HOUR, LATER, NOON, job_on_board, sign_in
from tests.journeys.axe import dark_findings, findings
from tests.make import make_handed_over, make_user
from tests.make_dispatch import make_assignment, make_technician

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ZONES = ("Asia/Shanghai", "America/Los_Angeles", "Pacific/Chatham")
NUMBERS = """() => {
  const pins = [...document.querySelectorAll('[data-map] [data-pin]')].map((node) => node.dataset.pin);
  const clusters = [...document.querySelectorAll('[data-map] [data-pins]')];
  const grouped = clusters.flatMap((node) => node.dataset.pins.split(','));
  const list = [...document.querySelectorAll('[data-list-number]')].map((node) => node.dataset.listNumber);
  const store = document.querySelector('dispatch-board').store;
  const jobs = [...store.jobs.values()].map((job) => `${job.number} ${job.technician} ${job.start}`);
  return {
    map: [...new Set([...pins, ...grouped])].sort(), list: [...new Set(list)].sort(), jobs: jobs.sort(),
    board: [...store.jobs.values()].map((job) => job.number).sort(),
  };
}"""


@pytest.fixture(autouse=True)
def _morning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: LATER)


@pytest.fixture
def technician() -> Technician:
    return make_technician(name="李强")


@pytest.fixture
def dispatcher(open_page: OpenPage, live_app: str, technician: Technician) -> Callable[..., Page]:
    """Opens the board as another dispatcher of the outlet, in a browser of his own."""

    def open_one(query: str = "", **options: Any) -> Page:
        page = open_page(**{"viewport": {"width": 1366, "height": 768}, **options})
        sign_in(page, live_app, make_user(Role.DISPATCHER, technician.outlet))
        page.goto(f"{live_app}/dispatch/timeline/{query}")
        expect(page.locator("dispatch-board")).to_have_attribute("data-ready", "")
        return page

    return open_one


def drag_by_quarters(page: Page, job: Assignment, quarters: int) -> None:
    block = job_on_board(page, job).bounding_box()
    assert block is not None
    wide = page.locator("dispatch-board").evaluate("(board) => board.grid.axis.perHour") / 4 * quarters
    page.mouse.move(block["x"] + 10, block["y"] + 12)
    page.mouse.down()
    page.mouse.move(block["x"] + 10 + wide, block["y"] + 12, steps=5)
    page.mouse.up()


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


def test_a_drop_on_a_board_that_is_behind_says_who_moved_it_and_shows_the_true_place(
    dispatcher: Callable[..., Page], technician: Technician
) -> None:
    job = make_assignment(technician, NOON)
    page = dispatcher()
    page.locator("dispatch-board").evaluate("(board) => board.live.stop()")
    other = make_technician(technician.outlet, name="赵敏")
    reassign_technician(
        job.ticket_id, other, NOON + HOUR, NOON + 2 * HOUR, Why("客户改时间", "客户同意"), actor=None, now=LATER
    )
    page.evaluate("() => document.querySelector('dispatch-board').live.load()")
    expect(job_on_board(page, job)).to_have_attribute("aria-label", _contains("赵敏"))
    page.locator("dispatch-board").evaluate(
        "(board, [number, version]) => { board.store.jobByNumber(number).version = version; }", [job.ticket.number, 99]
    )
    drag_by_quarters(page, job, 4)
    expect(page.locator(".toast")).to_contain_text("赵敏")
    expect(job_on_board(page, job)).to_have_attribute("title", _contains("13:00–14:00"))
    assert Assignment.objects.get(ticket=job.ticket, state="offered").span.lower == NOON + HOUR


def _contains(words: str) -> Any:
    return re.compile(words)


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


def _change_and_compare(dispatcher: Callable[..., Page], technician: Technician, changes: int, seed: int) -> None:
    """Two dispatchers move jobs about in two windows; board, map and list of both show the same jobs afterwards."""
    dice = random.Random(seed)
    crew = [technician] + [make_technician(technician.outlet, name=name) for name in ("赵敏", "孙涛")]
    for one in crew:
        for hour in (1, 3, 5):
            job = make_assignment(one, NOON + hour * HOUR)
            place = {"lat": 31.46 + dice.uniform(-0.05, 0.05), "lon": 104.73 + dice.uniform(-0.05, 0.05)}
            if dice.random() < 0.85:
                Address.objects.filter(tickets=job.ticket).update(**place)
    windows = [dispatcher("?view=map"), dispatcher("?view=map")]
    for change in range(changes):
        hand = windows[change % 2]
        jobs = list(Assignment.objects.filter(state__in=["offered", "accepted"]).select_related("ticket"))
        moved = dice.choice(sorted(jobs, key=lambda one: one.pk))
        goal = dice.choice(crew)
        start = NOON + dice.randrange(0, 20) * HOUR / 4
        hand.evaluate(
            """async ([number, technician, start]) => {
              const board = document.querySelector('dispatch-board');
              const job = board.store.jobByNumber(number);
              if (!job || !board.mover.begin(job)) return;
              Object.assign(board.mover.move, { technician, start });
              const { mover } = board, { move } = mover, fields = mover.fields(move);
              mover.end();
              await mover.send(move, fields, { override_reason: '测试', moved_by: 'office' });
            }""",
            [moved.ticket.number, goal.pk, start.timestamp() * 1000],
        )
        for page in windows:
            page.evaluate(
                "(number) => document.body.dispatchEvent(new CustomEvent('live:ticket', {detail: {number}}))",
                moved.ticket.number,
            )
    truth = sorted(
        f"{one.ticket.number} {one.technician_id} {round(one.span.lower.timestamp() * 1000)}"
        for one in Assignment.objects.filter(state__in=["offered", "accepted"]).select_related("ticket")
    )
    for page in windows:
        page.wait_for_function(
            f"(truth) => JSON.stringify(({NUMBERS})().jobs) === JSON.stringify(truth)", arg=truth, timeout=10_000
        )
        seen = page.evaluate(NUMBERS)
        assert seen["map"] == seen["list"] == seen["board"]


def test_two_windows_agree_on_board_map_and_list(dispatcher: Callable[..., Page], technician: Technician) -> None:
    _change_and_compare(dispatcher, technician, 40, 7)


@pytest.mark.proof
def test_two_windows_agree_after_five_hundred_changes(dispatcher: Callable[..., Page], technician: Technician) -> None:
    _change_and_compare(dispatcher, technician, 500, 8)
