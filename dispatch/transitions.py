"""Dispatch's rows of the table of transitions."""

from django.utils.translation import gettext_lazy as _

from servicedesk.people.models import Role
from servicedesk.tickets.transitions import LIVING, OFFICE, OUTLET, SAME, Transition

HANDS = OUTLET | {Role.TECHNICIAN}

ROWS = (
    Transition(
        "assign_technician",
        "ticket",
        # A product in the workshop is brought back by somebody: that is assigned while the ticket is in service.
        frozenset({"open", "in_service"}),
        ("scheduled",),
        OUTLET,
        _("Assign a technician"),
        "a",
        ("handover_not_accepted", "already_assigned", "double_booked", "override_reason_missing"),
    ),
    Transition(
        "reassign_technician",
        "ticket",
        frozenset({"scheduled"}),
        (SAME,),
        OUTLET,
        _("Reassign"),
        "a",
        ("not_assigned", "double_booked", "override_reason_missing"),
    ),
    Transition(
        "undo_move",
        "ticket",
        frozenset({"scheduled"}),
        ("scheduled", "open", "in_service"),
        OUTLET,
        _("Take the last step back"),
        "",
        ("undo_not_last", "undo_too_late", "double_booked"),
    ),
    Transition(
        "pair_technician",
        "ticket",
        LIVING,
        (SAME,),
        OFFICE,
        _("Wish about the technician"),
        "",
        ("pairing_exists",),
    ),
    Transition("end_pairing", "ticket", LIVING, (SAME,), OFFICE, _("End a wish about the technician")),
    Transition("accept_assignment", "assignment", frozenset({"offered"}), ("accepted",), HANDS, _("Accept the job")),
    Transition("refuse_assignment", "assignment", frozenset({"offered"}), ("refused",), HANDS, _("Refuse the job")),
    Transition(
        "release_assignment",
        "assignment",
        frozenset({"offered", "accepted"}),
        ("released",),
        HANDS,
        _("Release the technician"),
    ),
    Transition("finish_assignment", "assignment", frozenset({"accepted"}), ("done",), HANDS, _("Finish the job")),
)
