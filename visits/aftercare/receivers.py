"""What happens to callbacks when their ticket is cancelled or reopened."""

from datetime import datetime
from typing import Any

from servicedesk.tickets.models import Ticket
from visits.aftercare.services.scheduling import cancel_callbacks


def on_ticket_ended_or_back(sender: Any, *, ticket: Ticket, now: datetime, **_kwargs: Any) -> None:
    """A cancelled ticket needs no call; a reopened one gets a new call after the new work."""
    cancel_callbacks(ticket, now=now)
