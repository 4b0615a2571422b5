"""Ending climbs because somebody has taken the promise on."""

from datetime import datetime
from typing import Any

from servicedesk.people.models import User
from servicedesk.sla.escalation.ladders import BREACH
from servicedesk.sla.escalation.models import Escalation


def acknowledge(ticket: Any, *, actor: User | None, now: datetime) -> list[str]:
    """The kinds of the overdue open clocks of `ticket` whose ladders end here, in order; called under its lock."""
    waiting = Escalation.objects.select_for_update(no_key=True, of=("self",)).filter(
        clock__ticket=ticket, clock__stopped_at=None, reached__gte=BREACH, acknowledged_at=None
    )
    rows = list(waiting.select_related("clock").order_by("id"))
    Escalation.objects.filter(pk__in=[row.pk for row in rows]).update(
        acknowledged_at=now, acknowledged_by=actor, next_at=None
    )
    return sorted({row.clock.kind for row in rows})
