"""Recording that the customer was called: reached, or not."""

from datetime import datetime

from django.db import transaction

from servicedesk.people.models import User
from servicedesk.sla.models import ClockKind
from servicedesk.sla.services import stop_clocks
from servicedesk.tickets.locking import lock_ticket
from servicedesk.tickets.models import Ticket, TicketEvent, TicketParty
from servicedesk.tickets.story import tell
from servicedesk.tickets.transitions import require


def record_contact(ticket_id: int, *, reached: bool, actor: User | None, now: datetime, note: str = "") -> TicketEvent:
    """The line of the story. Reaching the customer stops the clocks of first answer, contact and a complaint's answer.

    The assigned technician's own call also stops the technician's clock.
    """
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        require("record_contact", actor, ticket.state)
        if reached:
            kinds = [ClockKind.FIRST_ANSWER, ClockKind.CONTACT, ClockKind.COMPLAINT_ANSWER]
            if _is_its_technician(ticket, actor):
                kinds.append(ClockKind.TECHNICIAN_CONTACT)
            stop_clocks(ticket, kinds, at=now, actor=actor)
        return tell(ticket, "record_contact", actor=actor, now=now, note=note.strip(), data={"reached": reached})


def _is_its_technician(ticket: Ticket, actor: User | None) -> bool:
    part = TicketParty.Part.TECHNICIAN
    return actor is not None and ticket.parties.filter(user=actor, part=part, until=None).exists()
