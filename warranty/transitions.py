"""The app's row of the table of transitions."""

from django.utils.translation import gettext_lazy as _

from servicedesk.tickets.transitions import ANY, DESK, EVERY_HAND, SAME, Transition

ROWS = (
    Transition("record_verdict", "ticket", ANY, (SAME,), DESK, _("Record this verdict")),
    Transition("add_proof", "appliance", ANY, (SAME,), EVERY_HAND, _("Add proof")),
)
