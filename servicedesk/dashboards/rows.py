"""The rows behind a figure. A figure has a name in the address; the number and its rows come from one definition."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

from servicedesk.dashboards import figures
from servicedesk.dashboards.figures import View
from servicedesk.sla.models import ClockKind, SlaClock
from servicedesk.tickets.models import Ticket

RESULTS = ("all", "met", "missed")
LINES = ("of_outlet", "of_technician", "of_day")


@dataclass(frozen=True)
class Rows:
    """Clocks or tickets; exactly one of the two."""

    clocks: QuerySet[SlaClock] | None = None
    tickets: QuerySet[Ticket] | None = None

    def count(self) -> int:
        """How many there are: the number the dashboard shows."""
        found: Any = self.clocks if self.clocks is not None else self.tickets
        return int(found.count())


def rows_of(view: View, figure: str, values: dict[str, str]) -> Rows:
    """The rows of a figure such as `clock-arrival-missed`, `repairs-first`, `rated-5`, `risk` or `cause-dispatch`.

    Raises Http404 for a name no dashboard gives.
    """
    family, _, rest = figure.partition("-")
    maker = FAMILIES.get(family)
    if maker is None:
        raise Http404
    return maker(view, rest, _readable(values))


def _readable(values: dict[str, str]) -> dict[str, str]:
    """The line of a table, as far as the address names one. Raises Http404 for what is no id or day."""
    line = {key: values[key] for key in LINES if values.get(key)}
    try:
        for key, value in line.items():
            if key == "of_day":
                date.fromisoformat(value)
            elif value != "none" or key != "of_outlet":
                int(value)
    except ValueError as error:
        raise Http404 from error
    return line


def _clock(view: View, rest: str, line: dict[str, str]) -> Rows:
    kind, _, result = rest.partition("-")
    if kind not in ClockKind.values or result not in RESULTS:
        raise Http404
    found = figures.narrowed(figures.judged(view, kind), line)
    if result == "met":
        found = found.filter(figures.met())
    elif result == "missed":
        found = found.filter(figures.missed(view.now))
    return Rows(clocks=found.order_by(*figures.NEWEST))


def _risk(view: View, _rest: str, _line: dict[str, str]) -> Rows:
    return Rows(clocks=figures.at_risk(view))


def _repairs(view: View, rest: str, _line: dict[str, str]) -> Rows:
    which = {
        "all": Q(),
        "first": figures.fixed_first_time(),
        "notfirst": ~figures.fixed_first_time(),
        "repeat": Q(figures.repeats()),
    }
    if rest not in which:
        raise Http404
    return Rows(tickets=figures.repairs_closed(view).filter(which[rest]).order_by("-closed_at", "-id"))


def _rated(view: View, rest: str, _line: dict[str, str]) -> Rows:
    which = {"all": Q(), "low": Q(facts__satisfaction__lte=2)}
    which |= {str(score): Q(facts__satisfaction=score) for score in range(1, 6)}
    if rest not in which:
        raise Http404
    return Rows(tickets=figures.rated(view).filter(which[rest]).order_by("-facts__completed_at", "-id"))


def _conduct(view: View, rest: str, _line: dict[str, str]) -> Rows:
    which = {"all": Q(), "passed": figures.well_conducted(), "failed": ~figures.well_conducted()}
    if rest not in which:
        raise Http404
    return Rows(tickets=figures.conducted(view).filter(which[rest]).order_by("-facts__completed_at", "-id"))


def _cause(view: View, rest: str, _line: dict[str, str]) -> Rows:
    if rest not in figures.STAGES:
        raise Http404
    broken = figures.broken_promises(view).filter(stage=figures.STAGES.index(ClockKind(rest)))
    return Rows(tickets=Ticket.objects.filter(pk__in=broken.values("ticket_id")).order_by("-received_at", "-id"))


FAMILIES: dict[str, Callable[[View, str, dict[str, str]], Rows]] = {
    "clock": _clock,
    "risk": _risk,
    "repairs": _repairs,
    "rated": _rated,
    "cause": _cause,
    "conduct": _conduct,
}
