"""The rows of the table of transitions for work sent late."""

from django.utils.translation import gettext_lazy as _

from servicedesk.tickets.transitions import ANY, SAME, Transition
from visits.entries.access import REVIEWERS

ENTRY_ROWS = (
    Transition("take_over_late_work", "visit", ANY, (SAME,), REVIEWERS, _("Take over")),
    Transition("keep_late_work", "visit", ANY, (SAME,), REVIEWERS, _("Keep as a record")),
)
