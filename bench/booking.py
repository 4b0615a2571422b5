"""Measures the race for a technician's time on a house of its own: sixteen processes, one slot, fifty rounds.

Called by `python -m bench --booking`. Every process has a connection of its own and a ticket of its own; all ask for
the same technician and time at the same moment. One of them may win.
"""

import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

import django

django.setup()

from django.db import connection, transaction  # noqa: E402 - models need the set-up above
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange  # noqa: E402
from django.db.utils import DatabaseError  # noqa: E402

from bench.engine import say, told  # noqa: E402
from bench.figures import Figure, percentile  # noqa: E402
from bench.report import write_booking  # noqa: E402
from dispatch.models import ACTIVE, Assignment, Certification, Shift, Technician, TechnicianSkill  # noqa: E402
from dispatch.rules import Span  # noqa: E402
from dispatch.services import assign_technician  # noqa: E402
from dispatch.services.booking import Passed, book, hold_technicians  # noqa: E402
from servicedesk import clock  # noqa: E402
from servicedesk.catalogue.defaults import load_catalogue  # noqa: E402
from servicedesk.catalogue.models import ProductCategory  # noqa: E402
from servicedesk.clock import LOCAL  # noqa: E402
from servicedesk.errors import ActionError  # noqa: E402
from servicedesk.people.models import Customer, Outlet, Region, Role, User, UserOutlet  # noqa: E402
from servicedesk.tickets.models import Handover, Ticket, TicketFacts  # noqa: E402

CLIENTS = 16
ROUNDS = 50
HOUR = timedelta(hours=1)
GOAL_MS = 30
PATIENCE = 120.0
Booker = Callable[[Ticket, Technician, Span, datetime], None]


@dataclass(frozen=True)
class Try:
    """What one client got in a round: `won`, the code of a refusal or the name of an error, how long it took, and for
    how much of that the client had a processor.
    """

    result: str
    milliseconds: float
    worked: float


def main() -> int:
    """Measure, write the table. Returns 0 when every goal was met, 2 when one was missed."""
    technician, tickets, first = _fill()
    figures = []
    for name, booker, goal in (
        ("the booking (technician locked, span written)", _book, GOAL_MS),
        ("the whole action (rules, score, story, notices)", _assign, None),
    ):
        tries = _race(booker, technician, tickets, first)
        figures += told(*_figures(name, tries, goal))
        Assignment.objects.filter(state__in=ACTIVE).update(state="released")
        Ticket.objects.update(state="open")
    figures += told(Figure("overlapping spans in the database at the end", float(_overlaps()), "", 0))
    sizes = {"clients": CLIENTS, "rounds": ROUNDS}
    say(write_booking(figures, sizes, clock.now().astimezone(LOCAL)))
    return 0 if all(figure.is_met is not False for figure in figures) else 2


def _figures(name: str, tries: list[Try], goal: float | None) -> list[Figure]:
    results = Counter(one.result for one in tries)
    errors = sum(count for result, count in results.items() if result not in {"won", "double_booked"})
    times, worked = [one.milliseconds for one in tries], [one.worked for one in tries]
    return [
        Figure(f"{name}: winners of {ROUNDS} rounds", float(results["won"]), "", float(ROUNDS), at_least=True),
        Figure(f"{name}: deadlocks and other errors", float(errors), "", 0),
        Figure(f"{name}: p50", percentile(times, 50), "ms"),
        Figure(f"{name}: p95", percentile(times, 95), "ms", goal),
        Figure(f"{name}: processor time of a client without the database, p50", percentile(worked, 50), "ms"),
    ]


def _book(ticket: Ticket, technician: Technician, span: Span, now: datetime) -> None:
    with transaction.atomic():
        locked = hold_technicians(technician.pk)[technician.pk]
        book(ticket, locked, span, Passed([], {}), actor=None, now=now)


def _assign(ticket: Ticket, technician: Technician, span: Span, now: datetime) -> None:
    assign_technician(ticket.pk, technician, span.start, span.end, actor=None, now=now, override_reason="bench")


def _race(booker: Booker, technician: Technician, tickets: list[Ticket], first: datetime) -> list[Try]:
    """Every try of every round."""
    connection.close()
    context = multiprocessing.get_context("fork")
    gate, results = context.Barrier(CLIENTS), context.Queue()
    clients = [
        context.Process(
            target=_client,
            args=(booker, technician, tickets[place * ROUNDS : (place + 1) * ROUNDS], first, gate, results),
        )
        for place in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    tries = [each for _client in clients for each in results.get(timeout=PATIENCE)]
    for client in clients:
        client.join(PATIENCE)
    return tries


def _client(
    booker: Booker, technician: Technician, tickets: list[Ticket], first: datetime, gate: Any, results: Any
) -> None:
    """Told at the end only: who hands results over while others are at it takes their processor."""
    _warm(partial(booker, tickets[0], technician, Span(first - HOUR, first)))
    tries = []
    for place, ticket in enumerate(tickets):
        span, now = Span(first + place * HOUR, first + (place + 1) * HOUR), clock.now()
        gate.wait(PATIENCE)
        begun, at_work = time.perf_counter(), time.process_time()
        result = _tried(partial(booker, ticket, technician, span, now))
        taken, worked = time.perf_counter() - begun, time.process_time() - at_work
        tries.append(Try(result, taken * 1000, worked * 1000))
    results.put(tries)


def _warm(call: Callable[[datetime], None]) -> None:
    """Once on this connection without leaving anything: in a house that runs a connection knows its tables."""
    with transaction.atomic():
        call(clock.now())
        transaction.set_rollback(True)


def _tried(call: Callable[[], None]) -> str:
    try:
        call()
    except ActionError as error:
        return error.code
    except DatabaseError as error:
        return type(error).__name__
    return "won"


def _overlaps() -> int:
    spans = Assignment.objects.filter(state__in=ACTIVE).order_by("span").values_list("span", flat=True)
    return sum(one.upper > later.lower for one, later in pairwise(spans))


def _fill() -> tuple[Technician, list[Ticket], datetime]:
    """A technician with hours round the clock, a ticket for every client and round, and the first slot."""
    load_catalogue()
    now = clock.now()
    first = (now + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)
    region = Region.objects.create(code="BR", name_zh="测", name_en="Bench")
    outlet = Outlet.objects.create(code="BR01", name_zh="测", name_en="Bench", region=region)
    user = User.objects.create_user("BR100", name="测", role=Role.TECHNICIAN)
    UserOutlet.objects.create(user=user, outlet=outlet)
    category = ProductCategory.objects.order_by("pk")[0]
    technician = Technician.objects.create(user=user, outlet=outlet, stars=5)
    TechnicianSkill.objects.create(technician=technician, category=category, level=3)
    Certification.objects.create(
        technician=technician, number="BR1", valid_from=date(2020, 1, 1), valid_until=date(2099, 1, 1)
    )
    Shift.objects.create(technician=technician, span=DateTimeTZRange(now, now + timedelta(days=9)))
    customer = Customer.objects.create(name="测")
    tickets = Ticket.objects.bulk_create(
        Ticket(
            number=f"B{place}",
            kind="repair",
            channel="phone",
            owner=user,
            outlet=outlet,
            customer=customer,
            category=category,
            received_at=now,
        )
        for place in range(CLIENTS * ROUNDS)
    )
    Handover.objects.bulk_create(
        Handover(ticket=one, outlet=outlet, state=Handover.State.ACCEPTED, sent_at=now) for one in tickets
    )
    TicketFacts.objects.bulk_create(TicketFacts(ticket=one) for one in tickets)
    return technician, tickets, first


if __name__ == "__main__":
    sys.exit(main())
