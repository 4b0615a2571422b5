"""The numbers of the dashboard, from the counts of `counting.py` or from the rows, in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from servicedesk.dashboards import figures
from servicedesk.dashboards.cells import CONDUCT, FIRST, FIVE, REPEAT, SCORE
from servicedesk.dashboards.counting import parted, totals
from servicedesk.dashboards.figures import STAGES, View
from servicedesk.people.models import Outlet, User
from servicedesk.sla.models import ClockKind, SlaClock
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


def attainment(view: View) -> dict[str, Share]:
    """Share of kept promises by clock, beside the period before."""
    now, before = totals(view)
    return {kind: Share(*now[kind], *before[kind]) for kind in SHOWN}


def repairs(view: View) -> tuple[Share, Share]:
    """First-visit fixes and repeats within 30 days, over the repairs closed in the period."""
    now, before = totals(view)
    return Share(*now[FIRST], *before[FIRST]), Share(*now[REPEAT], *before[REPEAT])


def conduct(view: View) -> Share:
    """Tickets on whose visits every item of the norm was kept, over those judged."""
    now, before = totals(view)
    return Share(*now[CONDUCT], *before[CONDUCT])


def satisfaction(view: View) -> Satisfaction:
    """Mean score of the tickets completed in the period."""
    now, before = totals(view)
    return Satisfaction(
        mean=_mean(*now[SCORE]), n=now[SCORE][1], fives=now[FIVE][0], mean_before=_mean(*before[SCORE])
    )


def _mean(total: int, n: int) -> float | None:
    return round(total / n, 2) if n else None


def next_to_break(view: View) -> tuple[list[Risk], int]:
    """The clocks to look after first, and how many there are; three queries."""
    found = figures.at_risk(view)
    # Chosen first and loaded after: sorting whole rows with all that hangs on them takes much longer.
    chosen = list(found.values_list("pk", flat=True)[:RISK_ROWS])
    first = with_pause(SlaClock.objects.filter(pk__in=chosen)).order_by(*figures.SOONEST)
    rows: Iterable[Any] = first.select_related("ticket__category", "ticket__outlet", "ticket__facts__technician")
    return [Risk(clock.ticket, chip_of(clock, view.now)) for clock in rows], found.count()


def by_outlet(view: View, kind: str) -> list[Line]:
    """Kept promises of a clock by outlet, the greatest gap first."""
    found = parted(view, kind, "outlet")
    names = {outlet.pk: outlet for outlet in Outlet.objects.filter(pk__in=[key for key in found if key])}
    lines = [Line(names.get(key), str(key or "none"), Share(*pair)) for key, pair in found.items()]
    return sorted(lines, key=lambda line: (line.share.percent or 0.0, -line.share.n))


def by_technician(view: View, kind: str) -> list[Line]:
    """Kept promises of a clock by the ticket's technician, the greatest gap first."""
    found = parted(view, kind, "technician")
    names = {user.pk: user for user in User.objects.filter(pk__in=found)}
    lines = [Line(names[key], str(key), Share(*pair)) for key, pair in found.items()]
    return sorted(lines, key=lambda line: (line.share.percent or 0.0, -line.share.n))


def by_day(view: View, kind: str) -> list[Line]:
    """Kept promises of a clock by the local day on which it started."""
    found = parted(view, kind, "day")
    return [Line(day, day.isoformat(), Share(*found[day])) for day in sorted(found)]


def causes(view: View) -> list[tuple[str, int]]:
    """Tickets with a broken promise by the first stage missed, the commonest first; one query."""
    first_missed = {kind: Count("stage", filter=Q(stage=place)) for place, kind in enumerate(STAGES)}
    counted = figures.broken_promises(view).aggregate(**first_missed)
    return sorted(((kind, n) for kind, n in counted.items() if n), key=lambda pair: -pair[1])
