"""What an exchange or refund has against ending its ticket."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from servicedesk.errors import ActionError
from servicedesk.ports import Blocker
from servicedesk.tickets.models import Ticket
from warranty.remedies.choosing import living_remedy

MESSAGE = _("An exchange or refund is on its way. Carry it to its end, or withdraw it with a reason.")


def remedy_open(ticket: Ticket) -> list[Blocker]:
    """A remedy that is neither carried out nor given up keeps the ticket open."""
    return [Blocker("remedy_open", MESSAGE)] if living_remedy(ticket) is not None else []


def on_ticket_cancelled(sender: Any, *, ticket: Ticket, **_facts: Any) -> None:
    """Refuses with 409 remedy_open: what the customer chose is not forgotten with the ticket."""
    if living_remedy(ticket) is not None:
        raise ActionError("remedy_open", MESSAGE)
