"""Measures a running house; called by `python -m bench` with its port, the rounds and the seconds of the load."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException

import django

django.setup()

from django.db import connection  # noqa: E402 - models need the set-up above
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bench.client import BenchError, Browser  # noqa: E402
from bench.figures import Goal, Load, Row  # noqa: E402
from bench.pages import Page, pages_of  # noqa: E402
from bench.report import write  # noqa: E402
from bench.staff import Staff, dismiss, examples, hire  # noqa: E402
from bench.work import LoadRun, opening, sweep_lags  # noqa: E402
from servicedesk import clock  # noqa: E402
from servicedesk.clock import LOCAL  # noqa: E402
from servicedesk.people.models import Customer, User  # noqa: E402
from servicedesk.project.embedded.ports import LOOPBACK  # noqa: E402
from servicedesk.sla.models import SlaClock  # noqa: E402
from servicedesk.tickets.models import Ticket, TicketEvent  # noqa: E402

ASKED_SIZE = 1_000_000
WARM = 5
OPENED = 40
NOT_FOUND = 404
# A search that finds exactly one leads there; both are answers.
GOOD = frozenset({200, 302})


def main() -> int:
    """Measure, write the table. Returns 0 when every goal was met, 2 when one was missed, 1 when it cannot be done."""
    parser = ArgumentParser(prog="bench.run")
    parser.add_argument("port", type=int)
    parser.add_argument("rounds", type=int)
    parser.add_argument("load_seconds", type=int)
    parser.add_argument("--any-size", action="store_true")
    given = parser.parse_args()
    sizes = {"tickets": Ticket.objects.count(), "customers": Customer.objects.count()}
    if sizes["tickets"] < ASKED_SIZE and not given.any_size:
        say(f"There are {sizes['tickets']:,} tickets, fewer than {ASKED_SIZE:,}. Say --any-size to measure anyway.")
        return 1
    sizes |= {"clocks": SlaClock.objects.count(), "story lines": TicketEvent.objects.count()}
    with hired() as staff:
        try:
            rows, load = Bench(given.port, given.rounds, staff).all(given.load_seconds)
        except (BenchError, OSError, HTTPException) as error:
            say(f"The bench broke off: {error}")
            return 1
    say(write(rows, load, sizes, clock.now().astimezone(LOCAL)))
    return 0 if all(row.is_met for row in rows) and not (load and load.errors) else 2


def say(text: str) -> None:
    """A line for the person at the terminal."""
    sys.stderr.write(f"{text}\n")


@contextmanager
def hired() -> Iterator[Staff]:
    """The people of the bench, shut out again whatever happens."""
    staff = hire()
    try:
        yield staff
    finally:
        dismiss(staff)


class Bench:
    """One run against one house."""

    def __init__(self, port: int, rounds: int, staff: Staff) -> None:
        self.port, self.rounds, self.staff = port, rounds, staff
        self.found = examples(staff)

    def browser(self, role: str) -> Browser:
        """A signed-in client of that role."""
        browser = Browser(LOOPBACK, self.port)
        browser.sign_in(self.staff.numbers[role], self.staff.password)
        return browser

    def all(self, load_seconds: int) -> tuple[list[Row], Load | None]:
        """Every row of the table, then the load run (None when it is to last no time)."""
        browsers = {role: self.browser(role) for role in self.staff.numbers}
        rows = []
        for page in pages_of(self.staff, self.found):
            row = self.page(page, browsers[page.role])
            if row is not None:
                rows.append(row)
                say(f"{row.p50:8.1f} {row.p95:8.1f} ms {row.queries or 0:4d} queries  {row.name}")
        rows.append(self.opening(browsers["agent"]))
        rows.append(Row("sweep lag: from due to written down", sweep_lags(), None, Goal()))
        for browser in browsers.values():
            browser.close()
        load = LoadRun(self.browser, self.staff, self.found).run(load_seconds) if load_seconds else None
        return rows, load

    def page(self, page: Page, browser: Browser) -> Row | None:
        """Measure a page; None when this version has no such page. Raises BenchError on any other refusal."""
        turns, times = page.turns(), []
        for place in range(WARM + self.rounds):
            path = next(turns)
            status, took = browser.get(path)
            if status == NOT_FOUND and place == 0:
                return None
            if status not in GOOD:
                raise BenchError(f"{page.name}: {path} answered {status}.")
            if place >= WARM:
                times.append(took)
        return Row(page.name, times, self.queries(page), page.goal)

    def queries(self, page: Page) -> int:
        """The most queries an address of the page asks, counted through Django's own client beside the server."""
        client = Client()
        client.force_login(User.objects.get(employee_no=self.staff.numbers[page.role]))
        most = 0
        for path in page.paths[:5]:
            with CaptureQueriesContext(connection) as captured:
                client.get(path)
            most = max(most, len(captured))
        return most

    def opening(self, browser: Browser) -> Row:
        """Open tickets through the form. Raises BenchError when one is refused."""
        times = []
        for customer in self.found.customers[:OPENED]:
            status, took = opening(browser, customer)
            if status != 302:
                raise BenchError(f"Opening a ticket for customer {customer} answered {status}.")
            times.append(took)
        return Row("opening a ticket (form sent)", times, None, Goal())


if __name__ == "__main__":
    sys.exit(main())
