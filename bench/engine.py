"""Measures the engine of the clocks on a house of its own; called by `python -m bench --engine`."""

import os
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.client import HTTPException
from pathlib import Path
from statistics import median

import django

django.setup()

from django.db import connection  # noqa: E402 - models need the set-up above
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bench.client import BenchError, Browser  # noqa: E402
from bench.engine_fill import Filled, fill  # noqa: E402
from bench.figures import Figure, percentile  # noqa: E402
from bench.house import end  # noqa: E402
from bench.report import write_engine  # noqa: E402
from servicedesk import clock  # noqa: E402
from servicedesk.clock import LOCAL  # noqa: E402
from servicedesk.people.models import User  # noqa: E402
from servicedesk.project.embedded.paths import ROOT  # noqa: E402
from servicedesk.project.embedded.ports import LOOPBACK  # noqa: E402
from servicedesk.project.runner.child import Child  # noqa: E402
from servicedesk.project.runner.console import Console  # noqa: E402
from servicedesk.project.runner.plan import commands  # noqa: E402
from servicedesk.sla import ledger  # noqa: E402
from servicedesk.sla.arithmetic import ClockFacts, read_clock  # noqa: E402
from servicedesk.sla.arithmetic.vectors import facts_of, load_calendars, load_rows  # noqa: E402
from servicedesk.sla.calendars import calendars  # noqa: E402
from servicedesk.sla.models import SlaClock, SlaEvent  # noqa: E402
from servicedesk.sla.recompute.models import JobState, RecomputeJob  # noqa: E402
from servicedesk.sla.recompute.services import apply_recompute, start_recompute  # noqa: E402
from servicedesk.sla.sweep import sweep_once  # noqa: E402
from servicedesk.worktime.models import WEEKDAYS, CalendarVersion, WorkCalendar  # noqa: E402

GOLDEN = ROOT / "tests" / "golden"
OVERDUE = 50_000
WATCHED = 300
PATIENCE = 600.0
PAGE = "/tickets/?view=all"
# A clock brought forward with its start, so that it goes on agreeing with its ledger; its warning counts as told.
_BRING_FORWARD = (
    "UPDATE servicedesk_slaclock SET started_at = %(due)s - interval '2880 minutes', "
    "warn_at = %(due)s - interval '720 minutes', due_at = %(due)s, next_fire_at = %(due)s, next_level = 'breach' "
    "WHERE id = ANY(%(ids)s)"
)


def main() -> int:
    """Measure, write the table. Returns 0 when every goal was met, 2 when one was missed, 1 when it cannot be done."""
    parser = ArgumentParser(prog="bench.engine")
    parser.add_argument("port", type=int)
    parser.add_argument("clocks", type=int)
    given = parser.parse_args()
    try:
        say(f"Filling a database with {given.clocks:,} clocks …")
        filled = fill(given.clocks)
        figures = measure(given.port, filled)
    except (BenchError, OSError, HTTPException) as error:
        say(f"The bench broke off: {error}")
        return 1
    sizes = {"clocks": SlaClock.objects.count(), "open clocks": filled.open_clocks}
    say(write_engine(figures, sizes, clock.now().astimezone(LOCAL)))
    return 0 if all(figure.is_met is not False for figure in figures) else 2


def say(text: str) -> None:
    """A line for the person at the terminal."""
    sys.stderr.write(f"{text}\n")


def measure(port: int, filled: Filled) -> list[Figure]:
    """Every figure; the timers run from the third part on."""
    figures = told(*due_computation(), idle_sweep(), backlog(min(OVERDUE, filled.open_clocks // 2)))
    browser = Browser(LOOPBACK, port)
    browser.sign_in(filled.employee_no, filled.password)
    with timers(port):
        figures += told(*detection())
        figures += told(*recompute(browser, User.objects.get(employee_no=filled.employee_no)))
    return figures


def told(*figures: Figure) -> list[Figure]:
    """The figures, said at once to the person at the terminal."""
    for figure in figures:
        say(f"{figure.text:>14}  {figure.name}")
    return list(figures)


@contextmanager
def timers(port: int) -> Iterator[None]:
    """`manage.py timers` beside the pages."""
    local = Path(os.environ["YIPIAO_LOCAL"])
    child = Child("timers", commands(port, port + 1, ROOT, local)["timers"], dict(os.environ), Console(sys.stderr))
    child.start()
    try:
        yield
    finally:
        end([child])


def due_computation() -> Iterator[Figure]:
    """Reading a clock: the rows of the vectors, and open clocks of the database with their ledgers."""
    book = load_calendars(GOLDEN / "sla-calendars.json")
    rows = load_rows(GOLDEN / "sla.csv")
    cases = [(facts_of(row, book), datetime.fromisoformat(row["as_of"])) for row in rows]
    yield Figure("due computation, rows of the vectors, median", _median_ms(cases * 20), "ms", 0.3)
    clocks = list(SlaClock.objects.filter(stopped_at=None).select_related("target").order_by("id")[:2000])
    ledgers, now, kept = ledger.lines_of(clocks), clock.now(), calendars()
    own = [(ledger.facts_of(one, ledgers[one.pk], kept), now) for one in clocks]
    yield Figure("due computation, open clocks of the house, median", _median_ms(own), "ms", 0.3)


def _median_ms(cases: list[tuple[ClockFacts, datetime]]) -> float:
    took = []
    for facts, as_of in cases:
        began = time.perf_counter()
        read_clock(facts, as_of)
        took.append((time.perf_counter() - began) * 1000)
    return median(took)


def idle_sweep() -> Figure:
    """What the database works when a sweep finds nothing due: planning and execution of all it is asked."""
    before = clock.now() - timedelta(days=1)
    with CaptureQueriesContext(connection) as captured:
        sweep_once(before)
    asked = [query["sql"] for query in captured.captured_queries if query["sql"].startswith(("SELECT", "WITH"))]
    took = [sum(_statement_ms(sql) for sql in asked) for _turn in range(200)]
    return Figure(f"idle sweep, statement time ({len(asked)} statement), median of 200", median(took), "ms", 1)


def _statement_ms(sql: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}")
        plan = cursor.fetchone()[0][0]
    return float(plan["Planning Time"]) + float(plan["Execution Time"])


def backlog(overdue: int) -> Figure:
    """Seconds until the sweep has written down everything that fell due while it was off."""
    _bring_forward(_running(overdue), clock.now() - timedelta(hours=1))
    began = time.monotonic()
    while sweep_once(clock.now()).taken:
        pass
    took = time.monotonic() - began
    written = SlaEvent.objects.filter(level="breach").count()
    if written != overdue:
        raise BenchError(f"{written} of {overdue} breaches were written.")
    return Figure(f"{overdue:,} overdue clocks drained, one sweeper", took, "s", 15)


def _bring_forward(ids: list[int], due: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_BRING_FORWARD, {"due": due, "ids": ids})


def _running(count: int) -> list[int]:
    """The newest clocks that the sweep still has to look at."""
    running = SlaClock.objects.filter(state="running", next_fire_at__isnull=False).order_by("-id")
    return list(running.values_list("pk", flat=True)[:count])


def detection() -> list[Figure]:
    """From due to written down and committed, one clock each tenth of a second; the timers run."""
    began = clock.now() + timedelta(seconds=5)
    ids = _running(WATCHED)
    due = {number: began + timedelta(seconds=0.1 * place) for place, number in enumerate(ids)}
    for number, moment in due.items():
        _bring_forward([number], moment)
    seen: dict[int, float] = {}
    patience = time.monotonic() + WATCHED / 10 + 30
    while len(seen) < len(ids) and time.monotonic() < patience:
        written = SlaEvent.objects.filter(clock__in=ids, level="breach").values_list("clock_id", flat=True)
        at = clock.now()
        for number in set(written) - set(seen):
            seen[number] = (at - due[number]).total_seconds()
        time.sleep(0.05)
    lags = [seen.get(number, 60.0) for number in ids]
    return [
        Figure("detection, from due to written down, p99", percentile(lags, 99), "s", 2),
        Figure("detection, greatest", max(lags), "s", 5),
    ]


def recompute(browser: Browser, manager: User) -> list[Figure]:
    """A calendar that moves every open clock: counted, carried out, and what the list says meanwhile."""
    quiet = [_list(browser) for _turn in range(60)][5:]
    calendar = WorkCalendar.objects.get(code="ALWAYS")
    week = {day: ["00:00-20:00"] for day in WEEKDAYS}
    CalendarVersion.objects.create(calendar=calendar, effective_from=clock.now(), week=week)
    job = start_recompute(actor=manager, now=clock.now(), why="Bench")
    counting, _busy = _while_at_work(job, browser)
    if job.state != JobState.READY:
        raise BenchError(f"The recompute is {job.state} after counting: {job.problem}")
    counted = job.moved
    job = apply_recompute(job.pk, actor=manager, now=clock.now())
    running, busy = _while_at_work(job, browser)
    if job.state != JobState.DONE or job.moved < counted * 0.99:
        raise BenchError(f"The recompute is {job.state}: {job.moved} of {counted} moved. {job.problem}")
    whole = f"{job.looked_at:,} open clocks, {job.moved:,} moved"
    before, during = percentile(quiet, 95), percentile(busy, 95)
    return [
        Figure(f"recompute counted ({whole})", counting, "s"),
        Figure("recompute carried out by the timers", running, "s", 60 * max(1.0, job.looked_at / 100_000)),
        Figure("ticket list of the manager, p95, before", before, "ms"),
        Figure(f"ticket list, p95, while it is carried out ({len(busy)} requests)", during, "ms", round(before * 2)),
    ]


def _list(browser: Browser) -> float:
    status, took = browser.get(PAGE)
    if status != 200:
        raise BenchError(f"{PAGE} answered {status}.")
    return took


def _while_at_work(job: RecomputeJob, browser: Browser) -> tuple[float, list[float]]:
    """Seconds until the job rests, and how long the list took meanwhile, asked twice a second."""
    began, took = time.monotonic(), []
    while job.is_at_work and time.monotonic() - began < PATIENCE:
        took.append(_list(browser))
        time.sleep(0.3)
        job.refresh_from_db()
    return time.monotonic() - began, took


if __name__ == "__main__":
    sys.exit(main())
