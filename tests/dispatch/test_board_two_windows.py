"""Two dispatchers at once: in two windows, at the same jobs, with answers that cross each other."""

import random
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from dispatch.models import ACTIVE, Assignment, AssignmentMove, Technician
from dispatch.services import refuse_assignment
from servicedesk.clock import LOCAL
from servicedesk.people.models import Address
from servicedesk.tickets.models import Ticket
from tests.dispatch.boards import drag_by_quarters, hear, shown_on
from tests.dispatch.test_browser import HOUR, LATER, NOON, job_on_board
from tests.make_dispatch import make_assignment, make_technician

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.usefixtures("morning")]
# One hand does one thing; the window's own knowledge is all it has, however old. Answers the ticket it was about.
HAND = """([seed, what]) => { window.hand = (async () => {
  const board = document.querySelector('dispatch-board');
  const { store, mover } = board;
  let state = seed;
  const dice = (n) => (state = (state * 48271) % 2147483647) % n;
  if (what === 'undo') {
    const step = mover.undos.at(-1);
    if (step) await mover.undo(step);
    return step ? step.number : '';
  }
  const waiting = store.trays.rows.filter((row) => row.tray === 'assign');
  const things = what === 'assign' && waiting.length ? waiting : [...store.jobs.values()];
  const thing = things[dice(things.length)];
  if (!thing || !mover.begin(thing)) return '';
  const { move } = mover;
  const minutes = move.subject.minutes * 60000;
  for (let tries = 0; tries < 12; tries += 1) {
    move.technician = store.technicians[dice(store.technicians.length)].id;
    move.start = FROM + dice(29) * 900000;
    const ends = move.start + minutes;
    const line = store.lineOf(move.technician).filter((job) => job.number !== thing.number);
    // Mostly where there is room, now and then where there is none.
    if (dice(10) === 0 || !line.some((job) => move.start < job.end && ends > job.start)) break;
  }
  const fields = mover.fields(move);
  mover.end();
  await mover.send(move, fields, { override_reason: '测试', moved_by: 'office' });
  return thing.number;
})(); }"""


@pytest.fixture
def technician() -> Technician:
    return make_technician(name="李强")


def test_a_drop_on_a_board_that_is_behind_says_who_has_the_job_and_shows_its_true_place(
    dispatcher: Callable[..., Page], technician: Technician
) -> None:
    other = make_technician(technician.outlet, name="赵敏")
    job = make_assignment(technician, NOON)
    first, behind = dispatcher(), dispatcher()
    job_on_board(first, job).focus()
    first.keyboard.press("Alt+ArrowDown")
    first.keyboard.press("Alt+ArrowRight")
    first.keyboard.press("Enter")
    expect(first.locator(".toast")).to_contain_text("12:15–13:15")
    expect(job_on_board(behind, job)).to_have_attribute("title", _begins("12:00–13:00"))
    drag_by_quarters(behind, job, 4)
    expect(behind.locator(".toast")).to_contain_text("赵敏")
    for window in (first, behind):
        expect(job_on_board(window, job)).to_have_attribute("title", _begins("12:15–13:15"))
        expect(job_on_board(window, job)).to_have_attribute("aria-label", _begins("赵敏"))
    kept = Assignment.objects.get(ticket=job.ticket, state="offered")
    assert (kept.technician, kept.span.lower) == (other, NOON + HOUR / 4)


def test_an_answer_asked_for_before_a_move_was_kept_does_not_put_the_job_back(
    dispatcher: Callable[..., Page], technician: Technician
) -> None:
    job = make_assignment(technician, NOON)
    page = dispatcher()
    held: list[tuple[Route, APIResponse]] = []

    def hold_the_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append((route, route.fetch()))

    page.route("**/board/feed/**", hold_the_first)
    hear(page, job.ticket.number)
    for _moment in range(100):
        if held:
            break
        page.wait_for_timeout(100)
    assert len(held) == 1
    drag_by_quarters(page, job, 3)
    expect(page.locator(".toast")).to_contain_text("12:45–13:45")
    page.wait_for_timeout(600)
    page.evaluate(
        """(number) => {
      window.places = new Set();
      const look = () => window.places.add(document.querySelector(`[data-job="${number}"]`).title.slice(0, 11));
      new MutationObserver(look).observe(
        document.querySelector('[data-canvas]'), { subtree: true, attributes: true, childList: true });
    }""",
        job.ticket.number,
    )
    held[0][0].fulfill(response=held[0][1])
    page.wait_for_timeout(800)
    assert "12:00–13:00" not in page.evaluate("[...window.places]")
    expect(job_on_board(page, job)).to_have_attribute("title", _begins("12:45–13:45"))
    expect(page.locator(".tb-block[data-pending]")).to_have_count(0)


def test_going_back_from_the_question_why_leaves_a_job_where_others_have_put_it(
    dispatcher: Callable[..., Page], technician: Technician
) -> None:
    job = make_assignment(technician, NOON)
    Ticket.objects.filter(pk=job.ticket_id).update(promised_from=NOON, promised_until=NOON + HOUR)
    asking, moving = dispatcher(), dispatcher()
    drag_by_quarters(asking, job, 10)
    expect(asking.locator("[data-why]")).to_be_visible()
    drag_by_quarters(moving, job, 2)
    expect(moving.locator(".toast")).to_contain_text("12:30–13:30")
    hear(asking, job.ticket.number)
    expect(job_on_board(asking, job)).to_have_attribute("title", _begins("12:30–13:30"))
    asking.locator("[data-why] [data-close-dialog]").click()
    expect(asking.locator("[data-why]")).to_be_hidden()
    asking.wait_for_timeout(300)
    expect(job_on_board(asking, job)).to_have_attribute("title", _begins("12:30–13:30"))


def _begins(words: str) -> Any:
    return re.compile(f"^{words}")


def _change_and_compare(dispatcher: Callable[..., Page], technician: Technician, changes: int, seed: int) -> None:
    """Two dispatchers change jobs at the same time; afterwards board, map and list of both show what is stored."""
    dice = random.Random(seed)
    crew = [technician] + [make_technician(technician.outlet, name=name) for name in ("赵敏", "孙涛", "周婷")]
    for one in crew:
        for hour in (0, 2, 4):
            job = make_assignment(one, NOON + hour * HOUR, 45)
            place = {"lat": 31.46 + dice.uniform(-0.05, 0.05), "lon": 104.73 + dice.uniform(-0.05, 0.05)}
            if dice.random() < 0.85:
                Address.objects.filter(tickets=job.ticket).update(**place)
    windows = [dispatcher("?view=map"), dispatcher("?view=list")]
    hand = HAND.replace("FROM", str(_milliseconds(NOON - HOUR)))
    before = AssignmentMove.objects.count()
    for step in range(changes // 2):
        for window in windows:
            what = dice.choices(("move", "assign", "undo"), (7, 2, 1))[0]
            window.evaluate(hand, [dice.randrange(1, 10**6), what])
        touched = {window.evaluate("() => window.hand") for window in windows}
        if step % 8 == 7:
            touched.add(_refuse_one(dice))
        for window in windows:
            for number in sorted(touched - {""}):
                hear(window, number)
    kept = AssignmentMove.objects.count() - before
    assert kept >= changes * 0.6, f"only {kept} of {changes} changes were kept"
    jobs, waiting = _stored()
    assert len(jobs) + len(waiting) == 12
    placed = set(Ticket.objects.filter(address__lat__isnull=False).values_list("number", flat=True))
    for window in windows:
        window.wait_for_function(
            """(jobs) => JSON.stringify([...document.querySelector('dispatch-board').store.jobs.values()]
                 .map((job) => `${job.number} ${job.start}`).sort()) === JSON.stringify(jobs)""",
            arg=sorted(f"{number} {start}" for number, _words, start in jobs),
            timeout=20_000,
        )
        shown = shown_on(window)
        words = sorted(words for _number, words, _start in jobs)
        on_map = [words for number, words, _start in jobs if number in placed]
        assert (shown["board"], shown["list"], shown["waiting"]) == (words, words, sorted(waiting))
        assert shown["map"] == sorted([*on_map, *(number for number in waiting if number in placed)])


def _milliseconds(instant: datetime) -> int:
    return round(instant.timestamp() * 1000)


def _refuse_one(dice: random.Random) -> str:
    """A technician says no to one of the jobs, which puts its ticket into the tray; returns its number."""
    offered = list(Assignment.objects.filter(state="offered").select_related("ticket").order_by("pk"))
    if not offered:
        return ""
    one = dice.choice(offered)
    refuse_assignment(one.pk, "车坏了", actor=None, now=LATER)
    return one.ticket.number


def _stored() -> tuple[list[tuple[str, str, int]], list[str]]:
    """The booked jobs as number, "number technician time" and start in milliseconds; the numbers that wait."""
    booked = Assignment.objects.filter(state__in=ACTIVE).select_related("ticket", "technician__user")
    jobs = []
    for one in booked:
        start, end = one.span.lower.astimezone(LOCAL), one.span.upper.astimezone(LOCAL)
        words = f"{one.ticket.number} {one.technician.user.name} {start:%H:%M}–{end:%H:%M}"
        jobs.append((one.ticket.number, words, _milliseconds(start)))
    waiting = Ticket.objects.exclude(number__in=[number for number, _words, _start in jobs])
    return jobs, list(waiting.values_list("number", flat=True))


def test_two_windows_agree_on_board_map_and_list(dispatcher: Callable[..., Page], technician: Technician) -> None:
    _change_and_compare(dispatcher, technician, 40, 7)


@pytest.mark.proof
@pytest.mark.timeout(3600)
def test_two_windows_agree_after_five_hundred_changes(dispatcher: Callable[..., Page], technician: Technician) -> None:
    _change_and_compare(dispatcher, technician, 500, 8)
