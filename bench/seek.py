"""Measures the candidates of dispatch on a database of its own; called by `python -m bench --seek`."""

import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import cycle

import django

django.setup()

from django.db import connection  # noqa: E402 - models need the set-up above
from django.db.models import F  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bench.figures import Figure, percentile  # noqa: E402
from bench.report import write_seek  # noqa: E402
from bench.seek_fill import DAYS, Place, fill  # noqa: E402
from dispatch.models import Assignment  # noqa: E402
from dispatch.rules import Span  # noqa: E402
from dispatch.rules.seek import seek  # noqa: E402
from dispatch.selectors.candidates import roads_of_job, shortlist_of  # noqa: E402
from dispatch.selectors.days import day_of, day_span  # noqa: E402
from dispatch.selectors.jobs import job_of  # noqa: E402
from dispatch.selectors.seek_kept import forget_kept  # noqa: E402
from dispatch.selectors.seek_rows import crew_of_job  # noqa: E402
from servicedesk import clock  # noqa: E402
from servicedesk.clock import LOCAL  # noqa: E402
from servicedesk.tickets.models import Ticket  # noqa: E402

# Technicians and open jobs of an outlet, and the most the whole answer may take at p95, in milliseconds (goal G1).
SIZES = ((40, 800, 50.0), (1000, 20_000, 100.0))
# The times of a first round are not counted: they open the connection and warm the caches.
ROUNDS = 3


def main() -> int:
    """Measure, write the table. Returns 0 when every goal was met, 2 when one was missed."""
    now = day_span(day_of(clock.now(), LOCAL), LOCAL).start + timedelta(hours=9, minutes=7)
    sys.stderr.write("Filling a database with two outlets …\n")
    places = fill([(technicians, jobs) for technicians, jobs, _goal in SIZES], now)
    figures = [
        figure
        for place, (_technicians, _jobs, goal) in zip(places, SIZES, strict=True)
        for figure in measure(place, now, goal)
    ]
    sizes = {"bookings in all": Assignment.objects.count(), "tickets": Ticket.objects.count()}
    sys.stdout.write(write_seek(figures, sizes, clock.now().astimezone(LOCAL)) + "\n")
    return 2 if any(figure.is_met is False for figure in figures) else 0


def measure(place: Place, now: datetime, goal: float) -> list[Figure]:
    """The whole answer and its parts for a hundred tickets of an outlet."""
    name = f"{place.technicians:,} technicians, {place.jobs:,} open jobs"
    job = job_of(place.fresh[0], now)
    first = day_of(now, job.zone)
    window = Span(day_span(first, job.zone).start, day_span(first + timedelta(days=DAYS - 1), job.zone).end)
    crew = crew_of_job(job, window)
    with CaptureQueriesContext(connection) as queries:
        shortlist_of(place.fresh[0], now)
    whole = _times(place, lambda ticket: shortlist_of(ticket, now))
    spent = _times(place, lambda ticket: shortlist_of(ticket, now), time.process_time)
    written = _times(place, lambda ticket: shortlist_of(ticket, now), between=writer(place))
    first_of_all = _times(place, lambda ticket: shortlist_of(ticket, now), between=forget_kept)
    read = _times(place, lambda _ticket: crew_of_job(job, window))
    sought = _times(place, lambda _ticket: seek(crew, job, roads_of_job(job), first, DAYS, now))
    return [
        Figure(f"{name}: top 10 with points, windows of five days, every reason: p50", percentile(whole, 50), "ms"),
        Figure(f"{name}: the same: p95", percentile(whole, 95), "ms", goal),
        Figure(f"{name}: the same, time of the processor without the database: p95", percentile(spent, 95), "ms"),
        Figure(f"{name}: the same, a booking written before each: p95", percentile(written, 95), "ms", goal),
        Figure(f"{name}: the same, nothing kept in memory: p95", percentile(first_of_all, 95), "ms"),
        Figure(f"{name}: reading the crew from the database: p95", percentile(read, 95), "ms"),
        Figure(f"{name}: weighing every quarter hour of five days: p95", percentile(sought, 95), "ms"),
        Figure(f"{name}: queries", float(len(queries)), ""),
    ]


def writer(place: Place) -> Callable[[], None]:
    """Writes the time of one of the outlet's bookings anew, another one each time."""
    here = Assignment.objects.filter(technician__outlet=place.fresh[0].outlet).order_by("pk")
    keys = cycle(here.values_list("pk", flat=True)[::7])

    def write() -> None:
        Assignment.objects.filter(pk=next(keys)).update(span=F("span"))

    return write


def _times(
    place: Place,
    ask: Callable[[Ticket], object],
    watch: Callable[[], float] = time.perf_counter,
    between: Callable[[], None] = lambda: None,
) -> list[float]:
    """Milliseconds by the wall clock, or by another watch; what is done between two questions is not counted."""
    found: list[float] = []
    for turn in range(ROUNDS):
        for ticket in place.fresh:
            between()
            begun = watch()
            ask(ticket)
            if turn:
                found.append((watch() - begun) * 1000)
    return found


if __name__ == "__main__":
    sys.exit(main())
