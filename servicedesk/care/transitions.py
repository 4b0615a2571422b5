"""The rows of the transition table for consent and care notes."""

from django.utils.translation import gettext_lazy as _

from servicedesk.tickets.transitions import ANY, DESK, EVERY_HAND, SAME, Transition

LIVES = frozenset({"living"})
CARE_ROWS = (
    Transition("give_consent", "consent", ANY, ("living",), EVERY_HAND, _("Record consent")),
    Transition("withdraw_consent", "consent", LIVES, ("withdrawn",), EVERY_HAND, _("Withdraw consent")),
    Transition(
        "record_care_note",
        "note",
        ANY,
        (SAME,),
        DESK,
        _("Add a care note"),
        guards=("consent_missing", "no_ticket_in_hand"),
    ),
    Transition("read_care_notes", "note", ANY, (SAME,), DESK, _("Show care notes"), guards=("no_ticket_in_hand",)),
)
