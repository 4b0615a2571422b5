"""The rows of the transition table for callbacks."""

from django.utils.translation import gettext_lazy as _

from servicedesk.people.models import Role
from servicedesk.tickets.transitions import ANY, Transition

CALLERS = frozenset({Role.AGENT, Role.MANAGER})
OPEN = frozenset({"open"})

CALLBACK_ROWS = (
    Transition("schedule_callback", "callback", ANY, ("open",), CALLERS, _("Schedule a callback")),
    Transition(
        "claim_callback",
        "callback",
        OPEN,
        ("open",),
        CALLERS,
        _("Take this callback"),
        reverse="release_callback",
    ),
    Transition("release_callback", "callback", OPEN, ("open",), CALLERS, _("Give the callback back")),
    Transition(
        "record_attempt",
        "callback",
        OPEN,
        ("open", "done", "exhausted"),
        CALLERS,
        _("Record the call"),
        guards=("own_visit",),
    ),
)
