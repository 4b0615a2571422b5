"""The rows of the transition table for callbacks."""

from django.utils.translation import gettext_lazy as _

from servicedesk.people.models import Role
from servicedesk.tickets.transitions import ANY, DESK, SAME, Transition

CALLERS = frozenset({Role.AGENT, Role.MANAGER})
OPEN = frozenset({"open"})
REVIEWERS = frozenset({Role.SUPERVISOR, Role.MANAGER})
DECIDED = frozenset({"confirmed", "explained"})

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
    Transition("record_call_wish", "ticket", ANY, (SAME,), DESK, _("How to reach the customer")),
    Transition(
        "decide_mismatch",
        "mismatch",
        OPEN,
        ("confirmed", "explained"),
        REVIEWERS,
        _("Decide"),
        guards=("own_visit",),
    ),
    Transition(
        "reopen_mismatch",
        "mismatch",
        DECIDED,
        ("open",),
        REVIEWERS,
        _("Review again"),
        guards=("own_visit",),
    ),
)
