"""The numbers of the dashboard, each computed from the definitions in `figures.py` in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, F, Q, QuerySet

from servicedesk.dashboards import figures
from servicedesk.dashboards.figures import STAGES, View
from servicedesk.people.models import Outlet, User
from servicedesk.sla.models import ClockKind
from servicedesk.sla.selectors import Chip, chip_of, with_pause

# The promises shown at the top, in the order of a ticket's life.
SHOWN = (
    ClockKind.CONTACT,
    ClockKind.OUTLET_ACCEPT,
    ClockKind.DISPATCH,
    ClockKind.TECHNICIAN_CONTACT,
    ClockKind.ARRIVAL,
    ClockKind.FIX,
    ClockKind.CALLBACK,
)
# Share of promises to be kept, in percent; the same for all until targets become data.
TARGET = 95
RISK_ROWS = 8


@dataclass(frozen=True)
class Share:
    """`hits` of `n`, and the same of the period before."""

    hits: int
    n: int
    hits_before: int = 0
    n_before: int = 0

    @property
    def percent(self) -> float | None:
        """The share in percent, one decimal; None where there is nothing to count."""
        return round(100 * self.hits / self.n, 1) if self.n else None

    @property
    def change(self) -> float | None:
        """Percentage points against the period before; None where one of them counts nothing."""
        if not self.n or not self.n_before:
            return None
        return round(100 * self.hits / self.n - 100 * self.hits_before / self.n_before, 1)

    @property
    def missed(self) -> int:
        """Those that are no hit."""
        return self.n - self.hits


@dataclass(frozen=True)
class Line:
    """A line of a table: what it is about, its share, and the value that finds its rows."""

    label: Any
    key: str
    share: Share


@dataclass(frozen=True)
class Satisfaction:
    """Mean score and how many gave the full five, now and in the period before."""

    mean: float | None
    n: int
    fives: int
    mean_before: float | None

    @property
    def change(self) -> float | None:
        """Difference of the means; None where one of them is missing."""
        if self.mean is None or self.mean_before is None:
            return None
        return round(self.mean - self.mean_before, 2)


@dataclass(frozen=True)
class Risk:
    """A ticket with the clock that breaks next."""

    ticket: Any
    chip: Chip


def _counts() -> dict[str, Any]:
    return {"hits": Count("id", filter=figures.met()), "n": Count("id")}


def attainment(view: View) -> dict[str, Share]:
    """Share of kept promises by clock, beside the period before; two queries."""
    both = []
    for one in (view, view.earlier()):
        found = figures.clocks(one).filter(figures.met() | figures.missed(view.now), kind__in=SHOWN)
        rows: QuerySet[Any, Any] = found.order_by().values("kind").annotate(**_counts())
        both.append({row["kind"]: (row["hits"], row["n"]) for row in rows})
    now, before = both
    return {kind: Share(*now.get(kind, (0, 0)), *before.get(kind, (0, 0))) for kind in SHOWN}


def repairs(view: View) -> tuple[Share, Share]:
    """First-visit fixes and repeats within 30 days, over the repairs closed in the period; two queries."""
    now, before = (
        figures.repairs_closed(one).aggregate(
            n=Count("id"),
            first=Count("id", filter=figures.fixed_first_time()),
            repeat=Count("id", filter=Q(figures.repeats())),
        )
        for one in (view, view.earlier())
    )
    first = Share(now["first"], now["n"], before["first"], before["n"])
    return first, Share(now["repeat"], now["n"], before["repeat"], before["n"])


def satisfaction(view: View) -> Satisfaction:
    """Mean score of the tickets completed in the period; two queries."""
    score = "facts__satisfaction"
    now = figures.rated(view).aggregate(
        mean=Avg(score), n=Count("id"), fives=Count("id", filter=Q(facts__satisfaction=5))
    )
    before = figures.rated(view.earlier()).aggregate(mean=Avg(score))["mean"]
    mean = now["mean"]
    return Satisfaction(
        mean=None if mean is None else round(mean, 2),
        n=now["n"],
        fives=now["fives"],
        mean_before=None if before is None else round(before, 2),
    )


def next_to_break(view: View) -> tuple[list[Risk], int]:
    """The clocks to look after first, and how many there are; two queries."""
    found = figures.at_risk(view)
    rows: Iterable[Any] = with_pause(found).select_related(
        "ticket__category", "ticket__outlet", "ticket__facts__technician"
    )[:RISK_ROWS]
    return [Risk(clock.ticket, chip_of(clock, view.now)) for clock in rows], found.count()


def _lines(found: QuerySet[Any], key: str) -> list[Any]:
    rows: QuerySet[Any, Any] = found.order_by().annotate(key=F(key)).values("key").annotate(**_counts())
    return list(rows)


def by_outlet(view: View, kind: str) -> list[Line]:
    """Kept promises of a clock by outlet, the greatest gap first; two queries."""
    rows = _lines(figures.judged(view, kind), "ticket__outlet_id")
    names = {outlet.pk: outlet for outlet in Outlet.objects.filter(pk__in=[row["key"] for row in rows if row["key"]])}
    lines = [Line(names.get(row["key"]), str(row["key"] or "none"), Share(row["hits"], row["n"])) for row in rows]
    return sorted(lines, key=lambda line: (line.share.percent or 0.0, -line.share.n))


def by_technician(view: View, kind: str) -> list[Line]:
    """Kept promises of a clock by the ticket's technician, the greatest gap first; two queries."""
    found = figures.judged(view, kind).filter(ticket__facts__technician__isnull=False)
    rows = _lines(found, "ticket__facts__technician_id")
    names = {user.pk: user for user in User.objects.filter(pk__in=[row["key"] for row in rows])}
    lines = [Line(names[row["key"]], str(row["key"]), Share(row["hits"], row["n"])) for row in rows]
    return sorted(lines, key=lambda line: (line.share.percent or 0.0, -line.share.n))


def by_day(view: View, kind: str) -> list[Line]:
    """Kept promises of a clock by the local day on which it started; one query."""
    rows = _lines(figures.by_day(figures.judged(view, kind)), "day")
    return [
        Line(row["key"], row["key"].isoformat(), Share(row["hits"], row["n"]))
        for row in sorted(rows, key=lambda row: row["key"])
    ]


def causes(view: View) -> list[tuple[str, int]]:
    """Tickets with a broken promise by the first stage missed, the commonest first; one query."""
    stages = figures.broken_promises(view).values_list("stage", flat=True)
    counted = dict.fromkeys(STAGES, 0)
    for stage in stages:
        counted[STAGES[stage]] += 1
    return sorted(((kind, n) for kind, n in counted.items() if n), key=lambda pair: -pair[1])
