"""What the library registers with the shared model: transitions, sentences, notices, the panel beside a ticket."""

from django.utils.translation import gettext_lazy as _

from servicedesk import ports
from servicedesk.knowledge.transitions import ARTICLE_ROWS
from servicedesk.knowledge.wording import NOTICES, STORY
from servicedesk.notify import wording as notices
from servicedesk.tickets import transitions

PANEL = ports.Panel("knowledge", "knowledge_panel", _("Known issues and ideas"), position=25)


def register() -> None:
    """Called once, when the app is ready."""
    transitions.register(ARTICLE_ROWS)
    notices.register(NOTICES)
    ports.story_words.update(STORY)
    ports.ticket_panels.append(PANEL)
