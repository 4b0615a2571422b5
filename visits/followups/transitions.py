"""The rows of the transition table for follow-ups."""

from django.utils.translation import gettext_lazy as _

from servicedesk.tickets.transitions import OFFICE, Transition

OPEN = frozenset({"open"})
ENDED = frozenset({"done", "dropped"})

FOLLOW_UP_ROWS = (
    Transition("end_follow_up", "follow_up", OPEN, ("done", "dropped"), OFFICE, _("End the follow-up")),
    Transition("reopen_follow_up", "follow_up", ENDED, ("open",), OFFICE, _("Take the follow-up up again")),
)
