"""Reading the counts behind the figures: sums of the tallies, with stale cells counted from the rows.

Exact at any moment: a cell touched since it was tallied is marked in the transaction of the change, and counted from
the rows instead; promises that ran out and were not swept yet are added from the open clocks.
"""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from servicedesk.dashboards import figures
from servicedesk.dashboards.cells import MEASURES, CellCount, count_clocks, count_rows, spans_of, within
from servicedesk.dashboards.figures import View
from servicedesk.dashboards.models import Tally, TallyMark, TechnicianTally
from servicedesk.dashboards.tallies import PLACES, in_outlets, measured_tickets
from servicedesk.people.models import Role
from servicedesk.sla.models import SlaClock
from servicedesk.tickets.models import Ticket

Pair = tuple[int, int]
# Ways to part the counts of a period, with the column of the tally each reads.
BY: dict[str, tuple[str, Callable[[CellCount], Any]]] = {
    "outlet": ("outlet", lambda one: one.outlet),
    "technician": ("technician", lambda one: one.technician),
    "day": ("day", lambda one: one.day),
}


@dataclass(frozen=True)
class Scope:
    """What a view counts: outlets by their tallies (None is all), and single tickets beside them by their rows."""

    outlets: frozenset[int] | None
    tickets: QuerySet[Ticket] | None = None


@dataclass(frozen=True)
class Loose:
    """What is counted from the rows for a view, and the cells whose tallies it replaces."""

    counts: list[CellCount]
    stale: set[tuple[date, int]]


def scope_of(view: View) -> Scope:
    """The outlets whose tallies make up the view; an agent's own tickets lie all over and are counted one by one."""
    user, wanted = view.user, view.filters.outlet
    if user.role == Role.AGENT:
        return Scope(frozenset(), view.tickets())
    if user.sees_all_tickets:
        return Scope(frozenset({wanted}) if wanted else None)
    mine = frozenset(user.outlet_ids)
    # Beside those of his outlets a person knows the tickets he owns; said so, it is found by the index of owners.
    elsewhere = view.tickets().filter(owner=user).exclude(outlet__in=mine)
    return Scope(mine & {wanted} if wanted else mine, elsewhere)


def totals(view: View) -> tuple[dict[str, Pair], dict[str, Pair]]:
    """Hits and n of each measure in the period and in the one before; read once for a view."""
    if "totals" not in view.kept:
        view.kept["totals"] = _read_totals(view)
    found: tuple[dict[str, Pair], dict[str, Pair]] = view.kept["totals"]
    return found


def _read_totals(view: View) -> tuple[dict[str, Pair], dict[str, Pair]]:
    start = view.filters.first
    sums = ", ".join(f"sum(counts[{place}])" for place in range(1, 2 * len(MEASURES) + 1))
    both: dict[bool, list[int]] = {True: [0] * 2 * len(MEASURES), False: [0] * 2 * len(MEASURES)}
    for is_now, *row in _tallied(view, Tally, f"day >= %s, {sums}", [start], view.filters.before().first):
        both[is_now] = [int(value) for value in row]
    for one in loose_of(view).counts:
        kept, place = both[one.day >= start], 2 * PLACES[one.measure]
        kept[place] += one.hits
        kept[place + 1] += one.n
    now, before = (
        {measure: (kept[2 * place], kept[2 * place + 1]) for measure, place in PLACES.items()}
        for kept in (both[True], both[False])
    )
    return now, before


def parted(view: View, measure: str, by: str) -> dict[Any, Pair]:
    """Hits and n of a measure in the period by outlet (0 without), technician (without those without) or day."""
    column, key_of = BY[by]
    place = 2 * PLACES[measure] + 1
    columns = f"{column}, sum(counts[{place}]), sum(counts[{place + 1}])"
    table = TechnicianTally if by == "technician" else Tally
    found: dict[Any, list[int]] = defaultdict(lambda: [0, 0])
    for key, hits, n in _tallied(view, table, columns, [], view.filters.first):
        found[key] = [int(hits), int(n)]
    for one in loose_of(view).counts:
        if one.measure == measure and one.day >= view.filters.first:
            found[key_of(one)][0] += one.hits
            found[key_of(one)][1] += one.n
    if by == "technician":
        found.pop(0, None)
    return {key: (hits, n) for key, (hits, n) in found.items() if n}


def loose_of(view: View) -> Loose:
    """What of the view is counted from the rows, for the period and the one before; read once for a view."""
    if "loose" not in view.kept:
        view.kept["loose"] = _read_loose(view)
    loose: Loose = view.kept["loose"]
    return loose


def _read_loose(view: View) -> Loose:
    scope, span = scope_of(view), (view.filters.before().first, view.filters.last)
    marks = TallyMark.objects.filter(day__range=span)
    if scope.outlets is not None:
        marks = marks.filter(outlet__in=scope.outlets)
    stale = set(marks.values_list("day", "outlet").distinct()) if scope.outlets != frozenset() else set()
    counts: list[CellCount] = []
    if stale:
        tickets = _of_kind(measured_tickets().filter(in_outlets({outlet for _day, outlet in stale})), view)
        found = count_rows(tickets, spans_of(day for day, _outlet in stale))
        counts += [one for one in found if (one.day, one.outlet) in stale]
    if scope.tickets is not None:
        counts += count_rows(scope.tickets, [span])
    unswept = SlaClock.objects.filter(figures.overdue(view.now), within("started_at", [span]))
    counts += count_clocks(unswept.filter(view.of_its_tickets()))
    return Loose(counts, stale)


def _of_kind(tickets: QuerySet[Ticket], view: View) -> QuerySet[Ticket]:
    return tickets.filter(kind=view.filters.kind) if view.filters.kind else tickets


def _tallied(
    view: View, table: type[Tally] | type[TechnicianTally], columns: str, given: list[Any], first: date
) -> list[Any]:
    """Sums of the tallies from `first` on that are not stale, grouped by the first of `columns`."""
    outlets: Collection[int] | None = scope_of(view).outlets
    if outlets is not None and not outlets:
        return []
    where, values = ["day BETWEEN %s AND %s"], [*given, first, view.filters.last]
    if outlets is not None:
        where.append("outlet = ANY(%s)")
        values.append(list(outlets))
    if view.filters.kind:
        where.append("kind = %s")
        values.append(view.filters.kind)
    stale = loose_of(view).stale
    if stale:
        where.append("(day, outlet) NOT IN %s")
        values.append(tuple(stale))
    name = connection.ops.quote_name(table._meta.db_table)
    with connection.cursor() as cursor:
        # Columns and conditions are our own words; every value is a parameter.
        cursor.execute(f"SELECT {columns} FROM {name} WHERE {' AND '.join(where)} GROUP BY 1", values)  # noqa: S608  # nosec B608
        return list(cursor.fetchall())
