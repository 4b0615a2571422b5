"""The first two beats of an action: fetch within the actor's scope and lock, compare the version."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from servicedesk.errors import OUT_OF_SCOPE, ActionError
from servicedesk.tickets.models import Ticket


def lock_ticket(ticket_id: int, actor: Any) -> Ticket:
    """The ticket, locked until the transaction ends; 404 for what `actor` may not see. `None` is the system."""
    tickets = Ticket.objects.all() if actor is None else Ticket.objects.visible_to(actor)
    ticket: Ticket | None = tickets.select_for_update(of=("self",)).filter(pk=ticket_id).first()
    if ticket is None:
        raise ActionError("ticket_not_found", _("There is no such ticket."), status=OUT_OF_SCOPE)
    return ticket


def move(ticket: Ticket, state: str, *fields: str) -> None:
    """Sets the state, counts the version up and saves only what changed."""
    ticket.state = state
    save(ticket, "state", *fields)


def save(ticket: Ticket, *fields: str) -> None:
    """Saves `fields` and counts the version up."""
    ticket.row_version += 1
    ticket.save(update_fields=[*fields, "row_version"])
