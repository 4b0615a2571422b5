"""The rows of the transition table for promises beside the law."""

from django.utils.translation import gettext_lazy as _

from servicedesk.people.models import Role
from servicedesk.tickets.transitions import ANY, Transition

EDITORS = frozenset({Role.MANAGER, Role.ADMIN})

PROMISE_ROWS = (
    Transition("enter_promise", "promise", ANY, ("in_force",), EDITORS, _("Enter a promise")),
    Transition("end_promise", "promise", frozenset({"in_force"}), ("ended",), EDITORS, _("End a promise")),
)
