"""The history of an appliance: who came, what was found, what was done, over all its tickets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch

from servicedesk.catalogue.models import Appliance
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from visits.models import AbortReason, Visit

LONGEST = 50


@dataclass(frozen=True)
class Entry:
    """A ticket with the visits that took place, oldest first; `opens` where the reader may open it."""

    ticket: Ticket
    visits: Sequence[Visit]
    opens: bool


def appliance_history(appliance: Appliance, user: User | None = None) -> list[Entry]:
    """The tickets of the appliance, newest first, the last fifty. Without a reader none can be opened.

    The technical history belongs to the appliance: whoever may know of it sees what was done, also by other outlets.
    """
    took_place = Visit.objects.exclude(abort_reason=AbortReason.CALLED_OFF).select_related(
        "technician__user", "technician__outlet", "confirmed_fault"
    )
    rows = Ticket.objects.filter(appliance=appliance).select_related("fault", "facts", "outlet")
    rows = rows.annotate(praise_count=Count("praises", distinct=True))
    rows = rows.prefetch_related(Prefetch("visits", took_place.order_by("pk"), to_attr="trips"))
    tickets: list[Any] = list(rows.order_by("-received_at", "-pk")[:LONGEST])
    mine: set[int] = set()
    if user is not None:
        visible = Ticket.objects.visible_to(user).filter(pk__in=[ticket.pk for ticket in tickets])
        mine = set(visible.values_list("pk", flat=True))
    return [Entry(ticket, ticket.trips, ticket.pk in mine) for ticket in tickets]
