"""What aftercare registers with the shared model."""

from django.utils.translation import gettext_lazy as _

from servicedesk import ports
from servicedesk.desk.views.actions import ACTIONS
from servicedesk.notify import wording as notices
from servicedesk.tickets import transitions
from visits.aftercare.defaults import load_rules
from visits.aftercare.guards import callback_open
from visits.aftercare.pages import PAGES
from visits.aftercare.receivers import on_ticket_ended_or_back
from visits.aftercare.transitions import CALLBACK_ROWS
from visits.aftercare.wording import NOTICES, STORY

PANEL = ports.Panel("callback", "callback_panel", _("Callbacks"), position=40)


def register() -> None:
    """Called once, when the app is ready."""
    transitions.register(CALLBACK_ROWS)
    ports.ticket_panels.append(PANEL)
    ports.story_words.update(STORY)
    notices.register(NOTICES)
    ports.close_guards.append(callback_open)
    ports.defaults.append(load_rules)
    ACTIONS.update(PAGES)
    ports.ticket_cancelled.connect(on_ticket_ended_or_back, dispatch_uid="aftercare.cancelled")
    ports.ticket_reopened.connect(on_ticket_ended_or_back, dispatch_uid="aftercare.reopened")
