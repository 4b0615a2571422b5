"""The app's row of the table of transitions."""

from django.utils.translation import gettext_lazy as _

from servicedesk.tickets.transitions import ANY, DESK, EVERY_HAND, OFFICE, SAME, Transition

ROWS = (
    Transition("record_verdict", "ticket", ANY, (SAME,), DESK, _("Record this verdict")),
    Transition("record_compensation_answer", "ticket", ANY, (SAME,), DESK, _("Record an answer of the guide")),
    Transition("record_repair", "repair", ANY, ("open", "returned"), DESK, _("Record a repair done elsewhere")),
    Transition("close_repair", "repair", frozenset({"open"}), ("returned",), DESK, _("Record the return")),
    Transition("strike_repair", "repair", frozenset({"open", "returned"}), ("struck",), DESK, _("Strike out")),
    Transition("open_wait", "wait", ANY, ("open",), OFFICE, _("Record a wait")),
    Transition("end_wait", "wait", frozenset({"open"}), ("ended",), OFFICE, _("End the wait")),
    Transition("strike_wait", "wait", frozenset({"open", "ended"}), ("struck",), DESK, _("Strike out")),
    Transition("add_proof", "appliance", ANY, (SAME,), EVERY_HAND, _("Add proof")),
)
