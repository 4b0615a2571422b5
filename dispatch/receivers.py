"""What dispatch does when something happens below it; each calls one action."""

from datetime import datetime
from typing import Any

from dispatch.services import release_of_ticket
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket


def on_ticket_cancelled(
    sender: Any, *, ticket: Ticket, actor: User | None, now: datetime, reason: str, **kwargs: Any
) -> None:
    """A cancelled ticket needs nobody any more."""
    release_of_ticket(ticket, reason, actor=actor, now=now)
