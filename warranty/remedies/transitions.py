"""The rows of the transition table for exchanges, refunds and overrides."""

from django.utils.translation import gettext_lazy as _

from servicedesk.people.models import Role
from servicedesk.tickets.transitions import ANY, DESK, OFFICE, SAME, Transition

APPROVERS = frozenset({Role.SUPERVISOR, Role.MANAGER})
CHOSEN, APPROVED = frozenset({"chosen"}), frozenset({"approved"})

REMEDY_ROWS = (
    Transition(
        "set_approval_limits",
        "limits",
        ANY,
        (SAME,),
        frozenset({Role.MANAGER, Role.ADMIN}),
        _("Set the limits of approval"),
    ),
    Transition("override_verdict", "verdict", ANY, (SAME,), APPROVERS, _("Decide otherwise")),
    Transition("choose_remedy", "remedy", ANY, ("chosen",), DESK, _("Exchange or refund"), guards=("not_entitled",)),
    Transition("approve_remedy", "remedy", CHOSEN, ("chosen", "approved"), APPROVERS, _("Approve")),
    Transition("refuse_remedy", "remedy", CHOSEN, ("refused",), APPROVERS, _("Refuse")),
    Transition(
        "withdraw_remedy",
        "remedy",
        CHOSEN | APPROVED,
        ("withdrawn",),
        DESK,
        _("Withdraw the choice"),
        guards=("already_given",),
    ),
    Transition("record_exchange", "remedy", APPROVED, ("approved", "done"), OFFICE, _("Hand over the new unit")),
    Transition("record_old_unit", "remedy", APPROVED, ("approved", "done"), OFFICE, _("Old unit back")),
    Transition(
        "record_refund",
        "remedy",
        APPROVED,
        ("approved", "done"),
        DESK,
        _("Money paid back"),
        guards=("unit_not_back",),
    ),
)
