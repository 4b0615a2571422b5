"""The actions of a ticket. Each is one function with the five beats of docs/architecture.md."""

from servicedesk.tickets.services.contact import record_contact
from servicedesk.tickets.services.ending import cancel_ticket, close_ticket, reopen_ticket
from servicedesk.tickets.services.handover import accept_handover, refuse_handover, send_to_outlet
from servicedesk.tickets.services.intake import Intake, edit_ticket, open_ticket, usual_priority
from servicedesk.tickets.services.pauses import pause_clock, resume_clock
from servicedesk.tickets.services.remarks import add_note, grant_exception, record_praise
from servicedesk.tickets.services.taking_on import acknowledge_breach

__all__ = [
    "Intake",
    "accept_handover",
    "acknowledge_breach",
    "add_note",
    "cancel_ticket",
    "close_ticket",
    "edit_ticket",
    "grant_exception",
    "open_ticket",
    "pause_clock",
    "record_contact",
    "record_praise",
    "refuse_handover",
    "reopen_ticket",
    "resume_clock",
    "send_to_outlet",
    "usual_priority",
]
