"""Measures promise windows on a database of its own: offers and sales of an outlet with technicians at work for five
days; called by `python -m bench --windows`.
"""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from uuid import uuid4

import django

django.setup()

from django.db import connection, transaction  # noqa: E402 - models need the set-up above
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bench.engine import say, told  # noqa: E402
from bench.figures import Figure, percentile  # noqa: E402
from bench.report import write_windows  # noqa: E402
from bench.seek_fill import DAYS, fill  # noqa: E402
from dispatch.models import Assignment, WindowPlace, WindowPlan  # noqa: E402
from dispatch.rules import Span  # noqa: E402
from dispatch.selectors.days import day_of, day_span  # noqa: E402
from dispatch.windows.offering import offers_of  # noqa: E402
from dispatch.windows.plans import Seller  # noqa: E402
from dispatch.windows.services import hold_window, release_window, sell_window  # noqa: E402
from servicedesk import clock  # noqa: E402
from servicedesk.clock import LOCAL  # noqa: E402
from servicedesk.people.models import Outlet, ServiceZone  # noqa: E402
from servicedesk.ports import WindowAsk  # noqa: E402
from servicedesk.tickets.locking import lock_ticket  # noqa: E402
from servicedesk.tickets.models import Ticket, TicketFacts, TicketState  # noqa: E402

TECHNICIANS, JOBS = 40, 400
# Of a hundred tickets so many have a promise and nobody assigned; a window is sold to each of the others.
PROMISED = 50
ROUNDS = 100
WARM = 3


@dataclass(frozen=True)
class Street:
    """An outlet that promises, tickets without a promise, and the questions of callers."""

    outlet: Outlet
    tickets: list[Ticket]
    asks: list[WindowAsk]
    now: datetime


def main() -> int:
    """Measure, write the table. Returns 0 when every goal was met, 2 when one was missed."""
    now = day_span(day_of(clock.now(), LOCAL), LOCAL).start + timedelta(hours=9, minutes=7)
    say("Filling a database with an outlet …")
    street = _fill(now)
    figures = told(*_offers(street), *_holds(street), *_sales(street))
    sizes = {
        "technicians": TECHNICIANS,
        "days": DAYS,
        "jobs before them": Assignment.objects.filter(state="accepted").count(),
        "promises without a technician": PROMISED,
    }
    say(write_windows(figures, sizes, clock.now().astimezone(LOCAL)))
    return 2 if any(figure.is_met is False for figure in figures) else 0


def _offers(street: Street) -> list[Figure]:
    """What a caller is told: the windows of five days, the cheapest first, with what is left of each."""
    with CaptureQueriesContext(connection) as queries:
        offered = offers_of(street.asks[0], street.now).offers
    asks = cycle(street.asks)
    times = _times(lambda: offers_of(next(asks), street.now))
    spent = _times(lambda: offers_of(next(asks), street.now), time.process_time)
    return [
        *_both("the offers of five days", times),
        Figure("the same, time of the processor without the database: p95", percentile(spent, 95), "ms"),
        Figure("the same: queries", float(len(queries)), ""),
        Figure("the same: windows offered", float(len(offered)), ""),
    ]


def _holds(street: Street) -> list[Figure]:
    """A place kept while somebody types, given back after each time."""
    windows = _windows(street)

    def hold(ask: WindowAsk) -> float:
        key, window = uuid4(), next(windows)
        begun = time.perf_counter()
        hold_window(key, ask, window, actor=None, now=street.now)
        taken = time.perf_counter() - begun
        release_window(key, now=street.now)
        return taken * 1000

    return _both("holding a place", [hold(ask) for ask in street.asks[: ROUNDS + WARM]][WARM:])


def _sales(street: Street) -> list[Figure]:
    """A place sold to a ticket that held none: counted and written under the lock of its day, to the commit."""
    times = []
    for ticket in street.tickets:
        window = next(_windows(street))
        begun = time.perf_counter()
        with transaction.atomic():
            sell_window(lock_ticket(ticket.pk, None), uuid4(), window, actor=None, now=street.now)
        times.append((time.perf_counter() - begun) * 1000)
    sold = WindowPlace.objects.filter(state=WindowPlace.State.SOLD).count()
    return [
        *_both("selling a place", times[WARM:]),
        Figure("selling a place: places sold", float(sold), "", float(len(street.tickets)), at_least=True),
    ]


def _windows(street: Street) -> Iterator[Span]:
    """The windows that hold now, over and over."""
    offered = offers_of(street.asks[0], street.now).offers
    return cycle([Span(one.start, one.end) for one in offered])


def _both(name: str, times: list[float]) -> list[Figure]:
    return [Figure(f"{name}: p50", percentile(times, 50), "ms"), Figure(f"{name}: p95", percentile(times, 95), "ms")]


def _times(ask: Callable[[], object], watch: Callable[[], float] = time.perf_counter) -> list[float]:
    """Milliseconds of every round by the wall clock, or by another watch; the first ones warm the connection."""
    found = []
    for _round in range(ROUNDS + WARM):
        begun = watch()
        ask()
        found.append((watch() - begun) * 1000)
    return found[WARM:]


def _fill(now: datetime) -> Street:
    """An outlet with a plan, jobs before its technicians, and promises that wait for one."""
    place = fill([(TECHNICIANS, JOBS)], now)[0]
    fresh = place.fresh
    district = fresh[0].address.district if fresh[0].address is not None else ""
    ServiceZone.objects.create(outlet=place.outlet, district=district)
    seller = Seller(place.outlet, WindowPlan.objects.create(outlet=place.outlet, days_ahead=DAYS))
    Ticket.objects.filter(pk__in=[one.pk for one in fresh]).update(state=TicketState.OPEN)
    TicketFacts.objects.bulk_create(TicketFacts(ticket=one) for one in fresh)
    windows = cycle(window for day in seller.days(now)[1:] for window in seller.windows(day))
    promised = fresh[:PROMISED]
    for ticket, window in zip(promised, windows, strict=False):
        ticket.promised_from, ticket.promised_until = window.start, window.end
    Ticket.objects.bulk_update(promised, ["promised_from", "promised_until"])
    asks = [_ask(one, district) for one in [*fresh, *fresh[:WARM]]]
    return Street(place.outlet, fresh[PROMISED:], asks, now)


def _ask(ticket: Ticket, district: str) -> WindowAsk:
    """A caller with an address and a product like the ticket's."""
    return WindowAsk(district, ticket.category, None, ticket.kind, 2, address=ticket.address, customer=ticket.customer)


if __name__ == "__main__":
    sys.exit(main())
