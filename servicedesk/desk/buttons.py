"""The buttons on a ticket's page: what the transition table allows this person now, ours and the other apps'."""

from collections.abc import Callable

from django.urls import reverse

from servicedesk.people.models import User
from servicedesk.ports import Button, ticket_actions
from servicedesk.sla.selectors import Chip
from servicedesk.tickets.models import Handover, Ticket
from servicedesk.tickets.transitions import fits, row_of

# url name by action, in the order of the buttons; the rest of the table belongs to other apps or other things.
PAGES = {
    "record_contact": "ticket_contact",
    "send_to_outlet": "ticket_send",
    "accept_handover": "handover_accept",
    "refuse_handover": "handover_refuse",
    "add_note": "ticket_note",
    "edit_ticket": "ticket_edit",
    "acknowledge_breach": "ticket_take_on",
    "pause_clock": "ticket_pause",
    "resume_clock": "ticket_resume",
    "close_ticket": "ticket_close",
    "reopen_ticket": "ticket_reopen",
    "cancel_ticket": "ticket_cancel",
    "record_praise": "ticket_praise",
    "grant_exception": "ticket_exception",
}
# Rarely wanted: these stand in the menu “more”.
MORE = frozenset({"pause_clock", "resume_clock", "cancel_ticket", "record_praise", "grant_exception", "propose_idea"})

# What has to be true of one of the clocks at least.
OF_A_CLOCK: dict[str, Callable[[Chip], bool]] = {
    "acknowledge_breach": lambda chip: chip.needs_hand,
    "pause_clock": lambda chip: chip.is_open and chip.state != "paused",
    "resume_clock": lambda chip: chip.is_open and chip.state == "paused",
}


def buttons_of(ticket: Ticket, user: User, clocks: list[Chip], handover: Handover | None) -> list[Button]:
    """Every action allowed now, the other apps' first, since theirs move the ticket on."""
    offered = [button for source in ticket_actions for button in source(ticket, user)]
    for action, url_name in PAGES.items():
        if _offered(action, ticket, user, clocks, handover):
            offered.append(_button(action, url_name, ticket))
    return offered


def _offered(action: str, ticket: Ticket, user: User, clocks: list[Chip], handover: Handover | None) -> bool:
    if action in {"accept_handover", "refuse_handover"}:
        return handover is not None and fits(action, user, handover.state)
    if not fits(action, user, ticket.state):
        return False
    if action in OF_A_CLOCK:
        return any(OF_A_CLOCK[action](chip) for chip in clocks)
    if action == "send_to_outlet":
        return ticket.wants_visit
    return True


def _button(action: str, url_name: str, ticket: Ticket) -> Button:
    row = row_of(action)
    primary = action == "accept_handover" or (action == "send_to_outlet" and ticket.outlet_id is None)
    url = reverse(url_name, args=[ticket.number])
    return Button(action=action, label=row.label, url=url, key=row.key, primary=primary)
