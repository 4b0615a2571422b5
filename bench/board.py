"""Measures the board in Chromium and its answers; called by `python -m bench --board`.

Beside it, in the same run and browser, `@event-calendar/build` draws the same technicians and jobs.
"""

import json
import os
import shutil
import sys
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

import django

django.setup()

from playwright.sync_api import Browser as Chromium  # noqa: E402 - models need the set-up above
from playwright.sync_api import Page, sync_playwright  # noqa: E402

from bench.board_fill import SEED, Filled, fill, prepare_house  # noqa: E402
from bench.client import BenchError, Browser  # noqa: E402
from bench.figures import Figure, percentile  # noqa: E402
from bench.report import write_board  # noqa: E402
from dispatch.models import Assignment  # noqa: E402
from servicedesk.clock import LOCAL  # noqa: E402
from servicedesk.project.embedded.paths import ROOT  # noqa: E402
from servicedesk.project.embedded.ports import LOOPBACK  # noqa: E402

SIZES = ((60, 500, 1000.0), (200, 2000, 1500.0))
FEEDBACK = 100.0
ANSWER = 300.0
OTHER = ROOT / "node_modules" / "@event-calendar" / "build" / "dist"
DESK = {"width": 1366, "height": 768}
# When the first job has been drawn, and how long after a hand's event the page shows what came of it.
WATCH = """
window.firstJob = new Promise((done) => {
  const look = () => document.querySelector('.tb-block')
    ? requestAnimationFrame(() => done(performance.now())) : requestAnimationFrame(look);
  look();
});
"""
GRABBED = """() => { window.moved = new Promise((done) => {
  let at = 0;
  addEventListener('pointerdown', () => {
    addEventListener('pointermove', (event) => { at = event.timeStamp; }, { capture: true, once: true });
  }, { capture: true, once: true });
  const look = () => document.querySelector('.tb-ghost') && at
    ? requestAnimationFrame(() => done(performance.now() - at)) : requestAnimationFrame(look);
  look();
}); }"""
DROPPED = """() => { window.dropped = new Promise((done) => {
  let at = 0;
  addEventListener('pointerup', (event) => { at = event.timeStamp; }, { capture: true, once: true });
  const look = () => at && document.querySelector('.tb-block[data-pending]')
    ? requestAnimationFrame(() => done(performance.now() - at)) : requestAnimationFrame(look);
  look();
}); }"""
REDRAWN = """async (feed) => {
  const board = document.querySelector('dispatch-board');
  for (const [id, row] of board.grid.rows) board.grid.remove(id, row);
  const began = performance.now();
  board.store.load(feed);
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return performance.now() - began;
}"""
THEIRS = """async ([resources, events, day]) => {
  const place = document.createElement('div');
  document.body.replaceChildren(place);
  const began = performance.now();
  EventCalendar.create(place, {
    view: 'resourceTimelineDay', date: day, resources, events, height: '560px', editable: true,
    slotMinTime: '08:00', slotMaxTime: '20:00', slotDuration: '00:15',
  });
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return [performance.now() - began, document.querySelectorAll('.ec-event').length];
}"""


def main() -> int:
    """Measure, write the table. Returns 0 when every goal was met, 2 when one was missed, 1 when it cannot be done."""
    parser = ArgumentParser(prog="bench.board")
    parser.add_argument("port", type=int)
    parser.add_argument("rounds", type=int)
    given = parser.parse_args()
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        sys.stderr.write("The board is measured in Chromium, and there is none.\n")
        return 1
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code; it is none.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    prepare_house()
    figures: list[Figure] = []
    try:
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
            for technicians, jobs, goal in SIZES:
                figures += measure(chromium, given.port, given.rounds, (technicians, jobs, goal))
            version = chromium.version
            chromium.close()
    except (BenchError, OSError) as error:
        sys.stderr.write(f"The bench broke off: {error}\n")
        return 1
    sizes = {"rounds": given.rounds, "seed": SEED}
    sys.stdout.write(write_board(figures, sizes, datetime.now(LOCAL), f"Chromium {version}") + "\n")
    return 2 if any(figure.is_met is False for figure in figures) else 0


def measure(chromium: Chromium, port: int, rounds: int, size: tuple[int, int, float]) -> list[Figure]:
    """All figures of one size: what the browser takes, what the server takes, what the other calendar takes."""
    technicians, jobs, goal = size
    name = f"{technicians} × {jobs:,}"
    filled = fill(technicians, jobs)
    client = Browser(LOOPBACK, port)
    client.sign_in(filled.employee_no, filled.password)
    answers = serve(client, filled, rounds)
    _asked(client, path_of("feed", filled))
    feed = json.loads(client.body)
    page = open_page(chromium, port, client)
    painted, moved, dropped = look(page, port, filled, max(5, rounds // 3))
    redrawn = [page.evaluate(REDRAWN, feed) for _round in range(7)]
    page.context.close()
    theirs, blocks = draw_theirs(chromium, feed, filled)
    ratio = percentile(theirs, 50) / percentile(redrawn, 50)
    return [
        *told(f"{name}: from the address to the first jobs drawn", painted, goal),
        *told(f"{name}: from taking a job to its ghost with the first answer", moved, FEEDBACK),
        *told(f"{name}: from letting go to the job at its new place", dropped, FEEDBACK),
        *[row for what, times in answers.items() for row in told(f"{name}: server, {what}", times, ANSWER)],
        *told(f"{name}: drawing with the data in hand", redrawn, None),
        *told(f"{name}: @event-calendar/build drawing the same data ({blocks:,} jobs in the page)", theirs, None),
        Figure(f"{name}: how many times longer @event-calendar/build takes to draw", ratio, "×"),
    ]


def told(name: str, times: list[float], goal: float | None) -> list[Figure]:
    """The middle, and the 95th percentile with the goal."""
    return [
        Figure(f"{name}, p50", percentile(times, 50), "ms"),
        Figure(f"{name}, p95", percentile(times, 95), "ms", goal),
    ]


def path_of(what: str, filled: Filled, **more: str) -> str:
    """The address of the board's page or feed for the full day."""
    query = {"outlet": str(filled.outlet), "day": filled.day.isoformat(), **more}
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return f"/dispatch/board/feed/?{asked}" if what == "feed" else f"/dispatch/timeline/?{asked}"


def serve(client: Browser, filled: Filled, rounds: int) -> dict[str, list[float]]:
    """Milliseconds of the answers: the whole feed, one changed ticket, the verdict on a place, a move that is kept."""
    jobs = list(
        Assignment.objects.filter(technician__outlet=filled.outlet, state="accepted")
        .select_related("ticket")
        .order_by("pk")[:rounds]
    )
    times: dict[str, list[float]] = {"the whole feed": [], "a changed job": [], "the verdict": [], "a move": []}
    client.get(path_of("page", filled))
    token = client.cookies.get("csrftoken", "")
    for job in jobs:
        number = job.ticket.number
        start = job.span.lower.astimezone(LOCAL)
        place = f"technician={job.technician_id}&day={filled.day}&start={start:%H}:15&minutes=45"
        times["the whole feed"].append(_asked(client, path_of("feed", filled)))
        times["a changed job"].append(_asked(client, path_of("feed", filled, numbers=number)))
        times["the verdict"].append(_asked(client, f"/dispatch/tickets/{number}/check/?{place}"))
        client.headers = {"Accept": "application/json", "X-CSRFToken": token}
        body = f"{place}&reason=bench&override_reason=bench&version={job.row_version}"
        status, took = client.ask("POST", f"/dispatch/tickets/{number}/reassign/", body)
        client.headers = {}
        if status != 200:
            raise BenchError(f"moving {number} was answered {status}: {client.body[:300]}")
        times["a move"].append(took)
    return times


def _asked(client: Browser, path: str) -> float:
    status, took = client.get(path)
    if status != 200:
        raise BenchError(f"{path} was answered {status}")
    return took


def open_page(chromium: Chromium, port: int, client: Browser) -> Page:
    """A page of the signed-in person."""
    context = chromium.new_context(viewport=DESK, locale="zh-CN", timezone_id="America/Los_Angeles")  # type: ignore[arg-type]
    context.add_cookies(
        [{"name": name, "value": value, "url": f"http://{LOOPBACK}:{port}"} for name, value in client.cookies.items()]
    )
    context.add_init_script(WATCH)
    return context.new_page()


def look(page: Page, port: int, filled: Filled, rounds: int) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds until the first jobs are drawn, until a taken job has its ghost, until a dropped one has moved."""
    painted, moved, dropped = [], [], []
    for _round in range(rounds):
        page.goto(f"http://{LOOPBACK}:{port}{path_of('page', filled)}")
        painted.append(float(page.evaluate("() => window.firstJob")))
        page.wait_for_selector("dispatch-board[data-ready]")
        page.evaluate(GRABBED)
        box = page.locator(".tb-block:not([data-locked])").nth(20).bounding_box()
        if box is None:
            raise BenchError("no job can be taken on the board")
        page.mouse.move(box["x"] + 8, box["y"] + 12)
        page.mouse.down()
        page.mouse.move(box["x"] + 14, box["y"] + 14)
        page.mouse.move(box["x"] + 26, box["y"] + 14, steps=3)
        moved.append(float(page.evaluate("() => window.moved")))
        page.evaluate(DROPPED)
        page.mouse.up()
        dropped.append(float(page.evaluate("() => window.dropped")))
    return painted, moved, dropped


def draw_theirs(chromium: Chromium, feed: dict[str, Any], filled: Filled) -> tuple[list[float], int]:
    """Milliseconds the other calendar takes for the same technicians and jobs, and how many of them it draws."""
    people = [dict(zip(feed["columns"]["technicians"], row, strict=True)) for row in feed["technicians"]]
    jobs = [dict(zip(feed["columns"]["jobs"], row, strict=True)) for row in feed["jobs"]]
    resources = [{"id": str(one["id"]), "title": one["name"]} for one in people]
    events = [
        {
            "id": str(one["id"]),
            "resourceIds": [str(one["technician"])],
            "start": _wall(one["start"]),
            "end": _wall(one["end"]),
            "title": one["number"],
        }
        for one in jobs
    ]
    context = chromium.new_context(viewport=DESK, locale="zh-CN")  # type: ignore[arg-type]
    page = context.new_page()
    page.set_content("<!doctype html><body></body>")
    page.add_style_tag(path=OTHER / "event-calendar.min.css")
    page.add_script_tag(path=OTHER / "event-calendar.min.js")
    drawn = [page.evaluate(THEIRS, [resources, events, filled.day.isoformat()]) for _round in range(5)]
    context.close()
    return [float(took) for took, _blocks in drawn], int(drawn[-1][1])


def _wall(milliseconds: int) -> str:
    return f"{datetime.fromtimestamp(milliseconds / 1000, LOCAL):%Y-%m-%d %H:%M:%S}"


if __name__ == "__main__":
    sys.exit(main())
