"""What a day, an outlet and a kind of ticket add up to, counted from the rows by the definitions in `figures.py`.

The tallies are filled from here and stale ones are counted from here, so the two cannot differ.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from servicedesk.clock import LOCAL
from servicedesk.dashboards import figures
from servicedesk.sla.models import SlaClock
from servicedesk.tickets.models import Ticket

# The order in which counts are stored, `hits` and `n` of each. Append only, and with a migration that makes every cell
# stale (such as 0026_conduct_counted), since the places of the other measures move.
CLOCKS = (
    "contact",
    "outlet_sent",
    "outlet_accept",
    "dispatch",
    "technician_contact",
    "arrival",
    "fix",
    "callback",
    "complaint_answer",
    "complaint_decision",
    "first_answer",
    "part_supply",
)
FIRST, REPEAT, SCORE, FIVE, CONDUCT = "first", "repeat", "score", "five", "conduct"
MEASURES = (*CLOCKS, FIRST, REPEAT, SCORE, FIVE, CONDUCT)
# From so many separate days on, one span from the first to the last is cheaper to ask for.
MANY_DAYS = 31
Span = tuple[date, date]


@dataclass(frozen=True)
class CellCount:
    """`hits` of `n` of a measure in one cell; `technician` is known for clocks, 0 where there is none."""

    day: date
    outlet: int
    kind: str
    technician: int
    measure: str
    hits: int
    n: int


def spans_of(days: Iterable[date]) -> list[Span]:
    """The days as spans of first and last; one wide span where there are many."""
    ordered = sorted(set(days))
    if len(ordered) > MANY_DAYS:
        return [(ordered[0], ordered[-1])]
    return [(day, day) for day in ordered]


def within(name: str, spans: list[Span]) -> Q:
    """Rows whose instant `name` lies on the local days of one of `spans`; none where there is no span."""
    if not spans:
        return Q(pk__in=[])
    return reduce(or_, (Q((f"{name}__gte", _start(first)), (f"{name}__lt", _start(last, 1))) for first, last in spans))


def _start(day: date, after: int = 0) -> datetime:
    return datetime.combine(day + timedelta(days=after), datetime.min.time(), LOCAL)


def count_rows(tickets: QuerySet[Ticket], spans: list[Span]) -> Iterator[CellCount]:
    """What `tickets` add up to on the days of `spans`, by what has been written down; three queries."""
    judged = SlaClock.objects.filter(within("started_at", spans), figures.met() | figures.broken())
    yield from count_clocks(judged.filter(ticket__in=tickets))
    closed = figures.closed_repairs(tickets).filter(within("closed_at", spans))
    for row in _by_cell(closed, "closed_at").annotate(
        n=Count("id"),
        first=Count("id", filter=figures.fixed_first_time()),
        repeat=Count("id", filter=Q(figures.repeats())),
    ):
        for measure in (FIRST, REPEAT):
            yield _count(row, measure, row[measure], row["n"])
    completed = tickets.filter(within("facts__completed_at", spans))
    for row in _by_cell(completed, "facts__completed_at").annotate(
        rated=Count("id", filter=figures.is_scored()),
        score=Sum("facts__satisfaction", default=0),
        five=Count("id", filter=Q(facts__satisfaction=5)),
        judged=Count("id", filter=figures.is_judged()),
        conduct=Count("id", filter=figures.well_conducted()),
    ):
        for measure, of in ((SCORE, "rated"), (FIVE, "rated"), (CONDUCT, "judged")):
            if row[of]:
                yield _count(row, measure, row[measure], row[of])


def count_clocks(judged: QuerySet[SlaClock]) -> Iterator[CellCount]:
    """What these clocks add up to, by the day on which they started; one query."""
    rows: Any = (
        judged.order_by()
        .annotate(day=TruncDate("started_at", tzinfo=LOCAL), place=F("ticket__outlet_id"), what=F("ticket__kind"))
        .values("day", "place", "what", "kind", worker=F("ticket__facts__technician_id"))
        .annotate(hits=Count("id", filter=figures.met()), n=Count("id"))
    )
    for row in rows:
        yield CellCount(
            row["day"], row["place"] or 0, row["what"], row["worker"] or 0, row["kind"], row["hits"], row["n"]
        )


def _by_cell(tickets: QuerySet[Ticket], instant: str) -> QuerySet[Any, Any]:
    days = tickets.order_by().annotate(day=TruncDate(instant, tzinfo=LOCAL))
    return days.values("day", what=F("kind"), place=F("outlet_id"))


def _count(row: dict[str, Any], measure: str, hits: int, n: int) -> CellCount:
    return CellCount(row["day"], row["place"] or 0, row["what"], 0, measure, hits, n)
