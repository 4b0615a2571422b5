"""What consent and care notes register with the shared model."""

from servicedesk.care.transitions import CARE_ROWS
from servicedesk.care.wording import STORY
from servicedesk.ports import story_words
from servicedesk.tickets import transitions


def register() -> None:
    """Called once, when the app is ready."""
    transitions.register(CARE_ROWS)
    story_words.update(STORY)
