"""What the entries of phones register with the shared model."""

from servicedesk import ports
from servicedesk.notify import wording as notices
from servicedesk.tickets import transitions
from visits.entries.transitions import ENTRY_ROWS
from visits.entries.wording import NOTICES, STORY


def register() -> None:
    """Called once, when the app is ready."""
    transitions.register(ENTRY_ROWS)
    ports.story_words.update(STORY)
    notices.register(NOTICES)
