"""What dispatch registers with the shared model: transitions, panel, buttons, sentences, receivers."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dispatch.pages import PAGES
from dispatch.people.imports import KINDS as IMPORTS
from dispatch.receivers import on_ticket_cancelled
from dispatch.transitions import ROWS
from dispatch.windows.services import follow_ticket
from dispatch.windows.source import PromiseWindows
from dispatch.windows.wording import STORY as WINDOW_STORY
from dispatch.wording import STORY
from servicedesk import ports
from servicedesk.desk.views.actions import ACTIONS
from servicedesk.imports import kinds as imports
from servicedesk.tickets import transitions
from servicedesk.tickets.models import Handover, Ticket

ASSIGNING = ("assign_technician", "reassign_technician")
PANEL = ports.Panel("assignment", "assignment_panel", _("Appointment and technician"), position=20)


def register() -> None:
    """Called once, when the app is ready."""
    transitions.register(ROWS)
    ports.ticket_panels.append(PANEL)
    ports.ticket_actions.append(buttons_of)
    ports.story_words.update(STORY)
    ACTIONS.update(PAGES)
    ports.story_words.update(WINDOW_STORY)
    ports.story_listeners.append(follow_ticket)
    ports.window_sources.append(PromiseWindows())
    imports.register(*IMPORTS)
    ports.ticket_cancelled.connect(on_ticket_cancelled, dispatch_uid="dispatch.cancelled")


def buttons_of(ticket: Ticket, user: Any) -> list[ports.Button]:
    """Assign or reassign, where the ticket's state and the role of `user` allow it and an outlet has accepted it."""
    if not ticket.wants_visit or ticket.outlet_id is None:
        return []
    action = next((action for action in ASSIGNING if transitions.fits(action, user, ticket.state)), "")
    if not action or (user.role != "manager" and ticket.outlet_id not in user.outlet_ids):
        return []
    if not ticket.handovers.filter(state=Handover.State.ACCEPTED).exists():
        return []
    row = transitions.row_of(action)
    url = reverse("candidate_list", args=[ticket.number])
    return [ports.Button(action, row.label, url, key=row.key, primary=ticket.state == "open")]
