"""Keeping the tallies: settling stale cells, counting everything anew, comparing with the rows."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max, Min, Q, QuerySet
from django.db.models.functions import TruncDate

from servicedesk.clock import LOCAL
from servicedesk.dashboards.cells import CLOCKS, MEASURES, CellCount, Span, count_rows, spans_of
from servicedesk.dashboards.models import Tally, TallyMark, TechnicianTally
from servicedesk.locks import take_turn, wait_for_turn
from servicedesk.sla.models import SlaClock
from servicedesk.tickets.ended import fold
from servicedesk.tickets.models import Ticket, TicketFacts

# Held while tallies are written: two who settle at once could put older counts over newer ones.
SETTLING = "tallies"
# So much is settled in one round of the timers; the rest waits for the next and is counted from the rows until then.
MARKS_A_ROUND = 2_000
CELLS_A_ROUND = 150
CHUNK = timedelta(days=14)
Cell = tuple[date, int]
Counts = dict[tuple[date, int, str, int], list[int]]
PLACES = {measure: place for place, measure in enumerate(MEASURES)}
INSTANTS = ((SlaClock.objects, "started_at"), (Ticket.objects, "closed_at"), (TicketFacts.objects, "completed_at"))


def measured_tickets() -> QuerySet[Ticket]:
    """The tickets of every outlet that count: blind audits stay out of measures."""
    tickets: QuerySet[Ticket] = Ticket.objects.filter(excluded_from_measures=False)
    return tickets


def in_outlets(outlets: Collection[int]) -> Q:
    """Tickets of these outlets; 0 means without one."""
    return Q(outlet__in=[outlet for outlet in outlets if outlet]) | (Q(outlet=None) if 0 in outlets else Q(pk__in=[]))


def settle_once(_now: datetime) -> int:
    """One round of the timers: counts stale cells anew and folds the ended tickets; how many cells were settled.

    Safe beside any change: marks are read first and only those read are removed, so what is committed in between keeps
    its mark, and its cell stays stale until a later round.
    """
    fold()
    with transaction.atomic():
        if not take_turn(SETTLING):
            return 0
        marks = list(TallyMark.objects.order_by("pk").values_list("pk", "day", "outlet")[:MARKS_A_ROUND])
        cells = set(list(dict.fromkeys((day, outlet) for _pk, day, outlet in marks))[:CELLS_A_ROUND])
        if not cells:
            return 0
        _store(cells)
        TallyMark.objects.filter(pk__in=[pk for pk, day, outlet in marks if (day, outlet) in cells]).delete()
    return len(cells)


def recount(progress: Callable[[date], None]) -> None:
    """Counts all days anew, two weeks in a transaction; `progress` hears the last day of each."""
    for first, last in _chunks():
        with transaction.atomic():
            wait_for_turn(SETTLING)
            marks = list(TallyMark.objects.filter(day__range=(first, last)).values_list("pk", flat=True))
            for table in (Tally, TechnicianTally):
                table.objects.filter(day__range=(first, last)).delete()
            _insert(folded(count_rows(measured_tickets(), [(first, last)])))
            TallyMark.objects.filter(pk__in=marks).delete()
        progress(last)


def differences() -> Iterator[str]:
    """Every count that is kept and is not stale, and differs from the rows; a line each, none where all agree."""
    for first, last in _chunks():
        with transaction.atomic():
            wait_for_turn(SETTLING)
            days = {"day__range": (first, last)}
            stale = set(TallyMark.objects.filter(**days).values_list("day", "outlet"))
            real, real_of = folded(count_rows(measured_tickets(), [(first, last)]))
            kept = {(one.day, one.outlet, one.kind, 0): one.counts for one in Tally.objects.filter(**days)}
            kept_of = {
                (one.day, one.outlet, one.kind, one.technician): one.counts
                for one in TechnicianTally.objects.filter(**days)
            }
            # What was committed while the rows were counted has marked its cell.
            stale |= set(TallyMark.objects.filter(**days).values_list("day", "outlet"))
        for mine, theirs in ((kept, real), (kept_of, real_of)):
            for key in sorted(mine.keys() | theirs.keys()):
                if key[:2] not in stale and mine.get(key) != theirs.get(key):
                    yield f"{key}: kept {mine.get(key)}, rows {theirs.get(key)}"


def folded(counts: Iterable[CellCount]) -> tuple[Counts, Counts]:
    """The counts as the two tables hold them: by day, outlet and kind, and by technician besides."""
    cells: Counts = defaultdict(lambda: [0] * (2 * len(MEASURES)))
    workers: Counts = defaultdict(lambda: [0] * (2 * len(CLOCKS)))
    for one in counts:
        place = 2 * PLACES[one.measure]
        kept = [cells[one.day, one.outlet, one.kind, 0]]
        if one.technician:
            kept.append(workers[one.day, one.outlet, one.kind, one.technician])
        for row in kept:
            row[place] += one.hits
            row[place + 1] += one.n
    return dict(cells), dict(workers)


def _store(cells: set[Cell]) -> None:
    """Counts these cells anew and puts them in place of what was there."""
    tickets = measured_tickets().filter(in_outlets({outlet for _day, outlet in cells}))
    counts = count_rows(tickets, spans_of(day for day, _outlet in cells))
    fresh = folded(one for one in counts if (one.day, one.outlet) in cells)
    with connection.cursor() as cursor:
        for table in (Tally, TechnicianTally):
            name = connection.ops.quote_name(table._meta.db_table)
            cursor.execute(f"DELETE FROM {name} WHERE (day, outlet) IN %s", [tuple(cells)])  # noqa: S608  # nosec B608 - our own name
    _insert(fresh)


def _insert(fresh: tuple[Counts, Counts]) -> None:
    cells, workers = fresh
    Tally.objects.bulk_create(
        (Tally(day=day, outlet=outlet, kind=kind, counts=row) for (day, outlet, kind, _none), row in cells.items()),
        batch_size=2_000,
    )
    TechnicianTally.objects.bulk_create(
        (
            TechnicianTally(day=day, outlet=outlet, kind=kind, technician=worker, counts=row)
            for (day, outlet, kind, worker), row in workers.items()
        ),
        batch_size=2_000,
    )


def _chunks() -> Iterator[Span]:
    """The days that can hold a count, two weeks at a time."""
    ends: list[date] = []
    for rows, name in INSTANTS:
        day = TruncDate(name, tzinfo=LOCAL)
        found = rows.aggregate(first=Min(day), last=Max(day))
        ends += [end for end in found.values() if end]
    found = Tally.objects.aggregate(first=Min("day"), last=Max("day"))
    ends += [end for end in found.values() if end]
    if not ends:
        return
    first, last = min(ends), max(ends)
    while first <= last:
        until = min(first + CHUNK - timedelta(days=1), last)
        yield first, until
        first = until + timedelta(days=1)
