"""What the ideas register with the shared model: transitions, sentences, notices, the button on a ticket."""

from typing import Any

from django.urls import reverse

from servicedesk import ports
from servicedesk.ideas.transitions import IDEA_ROWS
from servicedesk.ideas.wording import NOTICES, STORY
from servicedesk.notify import wording as notices
from servicedesk.tickets import transitions
from servicedesk.tickets.models import Ticket, TicketState


def register() -> None:
    """Called once, when the app is ready."""
    transitions.register(IDEA_ROWS)
    notices.register(NOTICES)
    ports.story_words.update(STORY)
    ports.ticket_actions.append(buttons_of)


def buttons_of(ticket: Ticket, user: Any) -> list[ports.Button]:
    """The way to propose an improvement, wherever a ticket that was not cancelled names a product."""
    says_something = ticket.category_id is not None and ticket.state != TicketState.CANCELLED
    if not says_something or not transitions.may("propose_idea", user):
        return []
    row = transitions.row_of("propose_idea")
    return [ports.Button(row.action, row.label, reverse("idea_propose", args=[ticket.number]))]
