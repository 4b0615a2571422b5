"""Figures made of closed tickets and what happened on them: first-visit fix, repeats, satisfaction, volume.

Definitions: handbook/service-standards.md, standard 2. Each belongs to the period by its own instant: volume by receipt,
fix and repeats by closing, satisfaction by the completion of the work.
"""

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Case, CharField, Count, DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q
from django.db.models import QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from servicedesk.dashboards.clocks import Share
from servicedesk.dashboards.filters import Filters
from servicedesk.dashboards.measures import FIRST_FIX, KEPT, MISSED, RECEIVED, REPEAT, SATISFACTION
from servicedesk.dashboards.period import Period
from servicedesk.tickets.models import Ticket, TicketKind, TicketState

REPEAT_WITHIN = timedelta(days=30)


@dataclass(frozen=True)
class Score:
    """Sum of `n` scores from 1 to 5."""

    total: int = 0
    n: int = 0

    def __add__(self, other: "Score") -> "Score":
        """Both together."""
        return Score(self.total + other.total, self.n + other.n)

    @property
    def mean(self) -> float | None:
        """Their average; None where there are none."""
        return self.total / self.n if self.n else None


@dataclass(frozen=True)
class Facts:
    """The figures of one group of tickets in one period."""

    received: int = 0
    first_fix: Share = Share()
    repeat: Share = Share()
    satisfaction: Score = Score()

    def __add__(self, other: "Facts") -> "Facts":
        """Both together."""
        return Facts(
            self.received + other.received,
            self.first_fix + other.first_fix,
            self.repeat + other.repeat,
            self.satisfaction + other.satisfaction,
        )


def fault_group() -> Case:
    """The confirmed fault group of a ticket, else that of the symptom foreseen at intake; empty where unknown."""
    foreseen = Coalesce(F("fault__group"), Value(""), output_field=CharField())
    return Case(When(~Q(facts__fault_group=""), then=F("facts__fault_group")), default=foreseen)


def with_repeats(tickets: QuerySet[Ticket]) -> QuerySet[Any]:
    """`tickets` with `group`, `repeated` and `repeated_same`: a new repair of the same appliance (and fault group) came
    in between the end of the work and 30 days after closing. An unknown group equals another unknown one.
    """
    later = Ticket.objects.filter(
        appliance=OuterRef("appliance"),
        kind=TicketKind.REPAIR,
        excluded_from_measures=False,
        received_at__gt=OuterRef("work_over_at"),
        received_at__lte=ExpressionWrapper(OuterRef("closed_at") + Value(REPEAT_WITHIN), output_field=DateTimeField()),
    ).exclude(state=TicketState.CANCELLED)
    same = later.annotate(group=fault_group()).filter(group=OuterRef("group"))
    return tickets.annotate(
        group=fault_group(),
        work_over_at=Coalesce("facts__completed_at", "closed_at"),
        repeated=Exists(later),
        repeated_same=Exists(same),
    )


def closed_repairs(period: Period) -> Q:
    """Repair tickets closed in the period."""
    closed = Q(state=TicketState.CLOSED, kind=TicketKind.REPAIR)
    return closed & Q(closed_at__gte=period.start, closed_at__lt=period.end)


def received_in(period: Period) -> Q:
    """Tickets that came in during the period."""
    return Q(received_at__gte=period.start, received_at__lt=period.end)


def rated_in(period: Period) -> Q:
    """Tickets completed in the period whose customer gave a score."""
    completed = Q(facts__completed_at__gte=period.start, facts__completed_at__lt=period.end)
    return completed & Q(facts__satisfaction__isnull=False)


FIXED_AT_ONCE = Q(facts__visits=1, repeated_same=False)
REPEATED = Q(repeated=True)


def rows_of(tickets: QuerySet[Ticket], period: Period, measure: str, part: str = "") -> QuerySet[Any]:
    """The tickets behind a figure: all it counts over, or only the good (kept) or bad (missed) ones.

    Raises KeyError for a measure that is none of these.
    """
    base, good = {
        RECEIVED: (received_in(period), Q()),
        FIRST_FIX: (closed_repairs(period), FIXED_AT_ONCE),
        REPEAT: (closed_repairs(period), ~REPEATED),
        SATISFACTION: (rated_in(period), Q(facts__satisfaction=5)),
    }[measure]
    rows = with_repeats(tickets).filter(base)
    if part == KEPT:
        return rows.filter(good)
    return rows.exclude(good) if part == MISSED else rows


def by_group(tickets: QuerySet[Ticket], filters: Filters, group: str) -> tuple[dict[Hashable, Facts], Facts]:
    """The facts of the period by `group` (a field of the ticket), and those of all in the period before; one query."""
    present, past = filters.period, filters.period.before
    spans = [received_in(span) | closed_repairs(span) | rated_in(span) for span in (present, past)]
    rows = (
        with_repeats(tickets)
        .filter(spans[0] | spans[1])
        .values(of=F(group))
        .order_by()
        .annotate(**_sums(present, ""), **_sums(past, "_before"))
    )
    groups: dict[Hashable, Facts] = {}
    before = Facts()
    for row in rows:
        groups[row["of"]] = _facts(row, "")
        before += _facts(row, "_before")
    return groups, before


def total(groups: dict[Hashable, Facts]) -> Facts:
    """All groups together."""
    return sum(groups.values(), Facts())


def _sums(period: Period, suffix: str) -> dict[str, Any]:
    closed, rated = closed_repairs(period), rated_in(period)
    sums = {
        "received": Count("pk", filter=received_in(period)),
        "closed": Count("pk", filter=closed),
        "first_fix": Count("pk", filter=closed & FIXED_AT_ONCE),
        "repeat": Count("pk", filter=closed & REPEATED),
        "rated": Count("pk", filter=rated),
        "score": Coalesce(Sum("facts__satisfaction", filter=rated), 0),
    }
    return {name + suffix: expression for name, expression in sums.items()}


def _facts(row: defaultdict[str, int] | dict[str, Any], suffix: str) -> Facts:
    closed = row["closed" + suffix]
    return Facts(
        received=row["received" + suffix],
        first_fix=Share(row["first_fix" + suffix], closed),
        repeat=Share(row["repeat" + suffix], closed),
        satisfaction=Score(row["score" + suffix], row["rated" + suffix]),
    )
