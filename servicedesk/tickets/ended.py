"""How many tickets have ended, kept so that no list has to count a million rows.

Triggers add a line for each change (migration `counters`): +1 where a ticket ends in an outlet, -1 where it leaves it
or is reopened. The number is the sum of the lines, so it is exact at every moment and two actions never wait for each
other; `fold` replaces the lines of an outlet by one. A ticket's line follows from its own row alone.
"""

from collections.abc import Collection
from typing import Any, ClassVar

from django.db import connection, models, transaction
from django.db.models import Aggregate, Count, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from servicedesk.locks import take_turn, wait_for_turn

# Held while lines are folded or counted anew.
FOLDING = "ended tickets"
# Fewer lines than these are summed in no time.
WORTH_FOLDING = 500

_FOLD = """
WITH gone AS (DELETE FROM servicedesk_endedtickets RETURNING outlet, n)
INSERT INTO servicedesk_endedtickets (outlet, n) SELECT outlet, sum(n) FROM gone GROUP BY outlet HAVING sum(n) <> 0
"""
_RECOUNT = """
WITH gone AS (DELETE FROM servicedesk_endedtickets)
INSERT INTO servicedesk_endedtickets (outlet, n)
SELECT coalesce(outlet_id, 0), count(*) FROM servicedesk_ticket WHERE state IN ('closed', 'cancelled') GROUP BY 1
"""
_DIFFERENCES = """
SELECT outlet, coalesce(kept.n, 0), coalesce(real.n, 0)
FROM (SELECT outlet, sum(n) AS n FROM servicedesk_endedtickets GROUP BY outlet) kept
FULL JOIN (SELECT coalesce(outlet_id, 0) AS outlet, count(*) AS n FROM servicedesk_ticket
           WHERE state IN ('closed', 'cancelled') GROUP BY 1) real USING (outlet)
WHERE coalesce(kept.n, 0) <> coalesce(real.n, 0) ORDER BY outlet
"""


class EndedTickets(models.Model):
    """A line of the count; `outlet` is an id, 0 for tickets without one."""

    outlet = models.BigIntegerField()
    n = models.IntegerField()

    class Meta:
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return f"{self.outlet}: {self.n}"


def ended_in(outlets: Collection[int] | None) -> Coalesce:
    """How many tickets of these outlets are closed or cancelled (of all where it is None), for use in a query."""
    lines = EndedTickets.objects.all() if outlets is None else EndedTickets.objects.filter(outlet__in=outlets)
    return _number(lines, Sum("n"))


def count_of(rows: QuerySet[Any]) -> Coalesce:
    """How many rows there are, for use in a query."""
    return _number(rows, Count("pk"))


def _number(rows: QuerySet[Any], counted: Aggregate) -> Coalesce:
    found = rows.order_by().values(whole=Value(1)).annotate(number=counted).values("number")
    return Coalesce(Subquery(found, output_field=models.IntegerField()), 0)


def fold() -> bool:
    """Replaces the lines by one of each outlet where there are many; whether it did. Leaves it to whoever is at it."""
    if EndedTickets.objects.all()[WORTH_FOLDING : WORTH_FOLDING + 1].count() == 0:
        return False
    with transaction.atomic(), connection.cursor() as cursor:
        if not take_turn(FOLDING):
            return False
        cursor.execute(_FOLD)
    return True


def recount_ended() -> None:
    """Counts the tickets anew, in one snapshot; changes of others in the meantime keep their lines."""
    with transaction.atomic(), connection.cursor() as cursor:
        wait_for_turn(FOLDING)
        cursor.execute(_RECOUNT)


def ended_differences() -> list[tuple[int, int, int]]:
    """Outlet, count as kept, count of the rows, wherever the two differ; one snapshot."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENCES)
        return [(int(outlet), int(kept), int(real)) for outlet, kept, real in cursor.fetchall()]
