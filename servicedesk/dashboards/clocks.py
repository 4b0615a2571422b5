"""How the promises were kept: clocks decided as of now, by outlet, technician and day.

A clock belongs to the period in which it started; a running one past its due time counts as missed, whether or not a
sweep has written it down. Paused, running and dropped clocks are not decided and count for nothing.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncDate

from servicedesk.dashboards.filters import Filters
from servicedesk.dashboards.measures import CLOCKS, KEPT, MISSED, TECHNICIANS_CLOCKS
from servicedesk.dashboards.period import LOCAL, Period
from servicedesk.sla.models import ClockState, SlaClock
from servicedesk.tickets.models import Ticket


@dataclass(frozen=True)
class Share:
    """So many of so many; `percent` is None where there are none."""

    good: int = 0
    n: int = 0

    def __add__(self, other: "Share") -> "Share":
        """Both together."""
        return Share(self.good + other.good, self.n + other.n)

    @property
    def percent(self) -> float | None:
        """Share of the good ones, 0 to 100."""
        return 100 * self.good / self.n if self.n else None


def kept(now: datetime) -> Q:
    """Clocks whose promise was kept."""
    return Q(state=ClockState.MET)


def missed(now: datetime) -> Q:
    """Clocks whose promise is broken as of `now` (`SlaClock.state_at` in SQL)."""
    return Q(state=ClockState.BREACHED) | Q(state=ClockState.RUNNING, due_at__lt=now)


def started_in(period: Period) -> Q:
    """Clocks of the period."""
    return Q(started_at__gte=period.start, started_at__lt=period.end)


def decided(tickets: QuerySet[Ticket], period: Period, now: datetime, part: str = "") -> QuerySet[SlaClock]:
    """The decided clocks of `tickets` in `period`: all, or only the kept or the missed ones."""
    conditions = {KEPT: kept(now), MISSED: missed(now)}
    condition = conditions.get(part, kept(now) | missed(now))
    return SlaClock.objects.filter(started_in(period), condition, ticket__in=tickets)


@dataclass(frozen=True)
class Attainment:
    """Shares of kept clocks, now and in the period before, by clock and by clock and group."""

    now: dict[str, Share]
    before: dict[str, Share]
    groups: dict[tuple[Hashable, str], Share]


def by_outlet(tickets: QuerySet[Ticket], filters: Filters, now: datetime) -> Attainment:
    """Every clock by outlet, with the period before; one query."""
    return _attainment(tickets, filters, now, "ticket__outlet", CLOCKS)


def by_technician(tickets: QuerySet[Ticket], filters: Filters, now: datetime) -> Attainment:
    """The clocks a technician answers for, by technician; one query."""
    worked = tickets.filter(facts__technician__isnull=False)
    return _attainment(worked, filters, now, "ticket__facts__technician", TECHNICIANS_CLOCKS)


def _attainment(
    tickets: QuerySet[Ticket], filters: Filters, now: datetime, group: str, kinds: Iterable[str]
) -> Attainment:
    present, past = filters.period, filters.period.before
    clocks = SlaClock.objects.filter(
        kept(now) | missed(now),
        ticket__in=tickets,
        kind__in=list(kinds),
        started_at__gte=past.start,
        started_at__lt=present.end,
    )
    rows: Iterable[dict[str, Any]] = (
        clocks.values("kind", of=F(group))
        .order_by()
        .annotate(
            good=Count("pk", filter=started_in(present) & kept(now)),
            n=Count("pk", filter=started_in(present)),
            good_before=Count("pk", filter=started_in(past) & kept(now)),
            n_before=Count("pk", filter=started_in(past)),
        )
    )
    totals: defaultdict[str, Share] = defaultdict(Share)
    totals_before: defaultdict[str, Share] = defaultdict(Share)
    groups: dict[tuple[Hashable, str], Share] = {}
    for row in rows:
        share = Share(row["good"], row["n"])
        groups[row["of"], row["kind"]] = share
        totals[row["kind"]] += share
        totals_before[row["kind"]] += Share(row["good_before"], row["n_before"])
    return Attainment(dict(totals), dict(totals_before), groups)


def by_day(tickets: QuerySet[Ticket], filters: Filters, now: datetime) -> dict[date, Share]:
    """The chosen clock by local day; days without one are missing. One query."""
    clocks = decided(tickets, filters.period, now).filter(kind=filters.clock)
    rows = (
        clocks.annotate(day=TruncDate("started_at", tzinfo=LOCAL))
        .values("day")
        .order_by()
        .annotate(good=Count("pk", filter=kept(now)), n=Count("pk"))
    )
    return {row["day"]: Share(row["good"], row["n"]) for row in rows}
