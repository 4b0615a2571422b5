"""Taking a broken promise on: from then on its ladder tells nobody any more."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.errors import ActionError
from servicedesk.people.models import User
from servicedesk.sla.escalation.acknowledging import acknowledge
from servicedesk.tickets.locking import lock_ticket
from servicedesk.tickets.story import tell
from servicedesk.tickets.transitions import require


def acknowledge_breach(ticket_id: int, *, actor: User | None, now: datetime, note: str = "") -> list[str]:
    """The kinds of the overdue clocks that `actor` has taken on: nobody is told of them again.

    A later breach, or a new round after a reopening, climbs its ladder anew. Refuses with 409 nothing_to_take_on where
    no promise is overdue or somebody has taken all of them on already.
    """
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        require("acknowledge_breach", actor, ticket.state)
        kinds = acknowledge(ticket, actor=actor, now=now)
        if not kinds:
            raise ActionError("nothing_to_take_on", _("No promise of this ticket waits for somebody to take it on."))
        tell(ticket, "acknowledge_breach", actor=actor, now=now, note=note.strip(), data={"clocks": kinds})
    return kinds
