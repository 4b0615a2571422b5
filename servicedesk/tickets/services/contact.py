"""Recording that the customer was called: reached, or not."""

from datetime import datetime

from django.db import transaction

from servicedesk.people.models import User
from servicedesk.sla.models import ClockKind
from servicedesk.sla.services import stop_clock
from servicedesk.tickets.locking import lock_ticket
from servicedesk.tickets.models import Ticket, TicketEvent, TicketParty
from servicedesk.tickets.story import tell
from servicedesk.tickets.transitions import require


def record_contact(ticket_id: int, *, reached: bool, actor: User | None, now: datetime, note: str = "") -> TicketEvent:
    """The line of the story. Reaching the customer stops the contact clock and is the first answer to a complaint.

    The assigned technician's own call also stops the technician's clock.
    """
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        require("record_contact", actor, ticket.state)
        if reached:
            stop_clock(ticket, ClockKind.CONTACT, at=now, actor=actor)
            stop_clock(ticket, ClockKind.COMPLAINT_ANSWER, at=now, actor=actor)
            if _is_its_technician(ticket, actor):
                stop_clock(ticket, ClockKind.TECHNICIAN_CONTACT, at=now, actor=actor)
        return tell(ticket, "record_contact", actor=actor, now=now, note=note.strip(), data={"reached": reached})


def _is_its_technician(ticket: Ticket, actor: User | None) -> bool:
    part = TicketParty.Part.TECHNICIAN
    return actor is not None and ticket.parties.filter(user=actor, part=part, until=None).exists()
