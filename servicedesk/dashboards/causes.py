"""Where the time of broken promises went: the first stage of each ticket whose own clock was breached."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.contrib.postgres.aggregates import BoolOr
from django.db.models import Case, Exists, F, IntegerField, Max, Min, OuterRef, QuerySet, Value, When

from servicedesk.dashboards.clocks import decided
from servicedesk.dashboards.measures import MISSED, Cause
from servicedesk.dashboards.period import Period
from servicedesk.sla.models import ClockKind, PauseReason, SlaSegment
from servicedesk.tickets.models import Ticket

# Stages in the order of a ticket's life.
STAGES = tuple(ClockKind.values)
_FIX = STAGES.index(ClockKind.FIX)
_COMPLAINTS = {ClockKind.COMPLAINT_ANSWER, ClockKind.COMPLAINT_DECISION}


def breached_tickets(tickets: QuerySet[Ticket], period: Period, now: datetime) -> dict[int, Cause]:
    """The tickets with a clock of the period that is breached as of now, each with its cause; one query."""
    parts = SlaSegment.objects.filter(
        clock=OuterRef("pk"), kind=SlaSegment.Kind.PAUSED, reason=PauseReason.WAITING_FOR_PARTS
    )
    rank = Case(
        *(When(kind=kind, then=Value(place)) for place, kind in enumerate(STAGES)), output_field=IntegerField()
    )
    rows = (
        decided(tickets, period, now, MISSED)
        .annotate(rank=rank, waited_for_parts=Exists(parts))
        .values("ticket_id")
        .order_by()
        .annotate(first=Min("rank"), parts=BoolOr("waited_for_parts"), visits=Max(F("ticket__facts__visits")))
    )
    return {row["ticket_id"]: _cause(row) for row in rows}


def _cause(row: dict[str, Any]) -> Cause:
    if row["first"] == _FIX:
        if row["parts"]:
            return Cause.PARTS
        return Cause.ANOTHER_VISIT if (row["visits"] or 0) > 1 else Cause.FIX
    stage = STAGES[row["first"]]
    return Cause.COMPLAINT if stage in _COMPLAINTS else Cause(stage)


def counted(causes: dict[int, Cause]) -> list[tuple[Cause, int]]:
    """How many tickets each cause has, the most frequent first."""
    order = list(Cause)
    return sorted(Counter(causes.values()).items(), key=lambda item: (-item[1], order.index(item[0])))
