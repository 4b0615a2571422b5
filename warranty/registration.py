"""What the guarantee registers with the shared model: its transition, the panel beside a ticket, its sentence."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk import ports
from servicedesk.tickets import transitions
from warranty.transitions import ROWS
from warranty.wording import headline_of

PANEL = ports.Panel("guarantee", "warranty_panel", gettext_lazy("Guarantee"), position=10)


def register() -> None:
    """Called once, when the app is ready."""
    transitions.register(ROWS)
    ports.ticket_panels.append(PANEL)
    ports.story_words["record_verdict"] = verdict_recorded


def verdict_recorded(event: Any) -> str:
    """The line of the story: the answer in the words of the card."""
    answer = headline_of(event.data["codes"], event.data["headline"])
    return _("Guarantee verdict: %(answer)s") % {"answer": answer}
