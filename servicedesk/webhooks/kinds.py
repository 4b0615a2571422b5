"""What another system may hear of. Lines of the story that name people's remarks or phones are not among them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from servicedesk.tickets.transitions import row_of

# Lines of the story by the action that wrote them.
STORY = (
    "open_ticket",
    "send_to_outlet",
    "accept_handover",
    "refuse_handover",
    "assign_technician",
    "reassign_technician",
    "accept_assignment",
    "refuse_assignment",
    "depart",
    "arrive",
    "start_work",
    "complete_visit",
    "abort_visit",
    "pause_clock",
    "resume_clock",
    "close_ticket",
    "reopen_ticket",
    "cancel_ticket",
)
# Steps whose own labels are alike: who takes or gives back what has to be said where they stand side by side.
SIDE_BY_SIDE: dict[str, str | Promise] = {
    "accept_handover": _("Outlet accepts the hand-over"),
    "refuse_handover": _("Outlet refuses the hand-over"),
    "accept_assignment": _("Technician accepts the job"),
    "refuse_assignment": _("Technician refuses the job"),
}
SLA: dict[str, str | Promise] = {"warn": _("Clock near its due time"), "breach": _("Promise broken")}
TEST = "webhook.test"
KINDS = (*(f"ticket.{action}" for action in STORY), *(f"sla.{level}" for level in SLA))


def label_of(kind: str) -> str | Promise:
    """The kind in words; the kind itself where no app has words for it."""
    family, _dot, name = kind.partition(".")
    if kind == TEST:
        return _("Test message")
    if family == "sla":
        return SLA.get(name, kind)
    if name in SIDE_BY_SIDE:
        return SIDE_BY_SIDE[name]
    try:
        return row_of(name).label
    except KeyError:
        return kind


def choices() -> list[tuple[str, str | Promise]]:
    """All kinds with their words, in the order of a ticket's life."""
    return [(kind, label_of(kind)) for kind in KINDS]
