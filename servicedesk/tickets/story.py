"""Writing the readable story of a ticket, and telling open pages that something changed."""

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from servicedesk.notify import live
from servicedesk.ports import story_listeners
from servicedesk.tickets.models import Ticket, TicketEvent


def tell(
    ticket: Ticket,
    action: str,
    *,
    actor: Any,
    now: datetime,
    from_state: str | None = None,
    note: str = "",
    data: dict[str, Any] | None = None,
) -> TicketEvent:
    """Writes one line of the story in the running transaction and, once it is committed, wakes the open pages.

    `data` holds ids, codes and numbers only.
    """
    event = TicketEvent.objects.create(
        ticket=ticket,
        action=action,
        at=now,
        actor=actor,
        from_state=ticket.state if from_state is None else from_state,
        to_state=ticket.state,
        note=note,
        data=data or {},
    )
    for listen in story_listeners:
        listen(ticket, event)
    transaction.on_commit(partial(announce, ticket.pk, ticket.number, ticket.outlet_id, action), robust=True)
    return event


def announce(ticket_id: int, number: str, outlet_id: int | None, action: str) -> None:
    """Tells live pages that the ticket changed; they fetch what they may see themselves."""
    channels = ["desk", f"ticket:{ticket_id}"]
    if outlet_id:
        channels.append(f"outlet:{outlet_id}")
    live.publish(channels, "ticket", {"number": number, "action": action})
