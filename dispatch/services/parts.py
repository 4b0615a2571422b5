"""The technician's part in a ticket: given with an assignment, ended with it."""

from datetime import datetime

from dispatch.models import Assignment
from servicedesk.notify.services import notify
from servicedesk.tickets.models import Ticket, TicketFacts, TicketParty


def give_part(ticket: Ticket, assignment: Assignment, now: datetime) -> None:
    """The technician may see the ticket from now on, stands in its facts and is told."""
    user = assignment.technician.user
    TicketParty.objects.create(ticket=ticket, user=user, part=TicketParty.Part.TECHNICIAN, since=now)
    TicketFacts.objects.filter(ticket=ticket).update(technician=user)
    values = {"assignment": assignment.pk, "start": assignment.span.lower.isoformat()}
    notify(f"assignment:{assignment.pk}:offered", [user], "assignment_offered", ticket=ticket, values=values)


def end_part(assignment: Assignment, now: datetime) -> None:
    """The technician's part is over; an owner stays owner."""
    parts = TicketParty.objects.filter(ticket=assignment.ticket_id, user=assignment.technician.user_id, until=None)
    parts.exclude(part=TicketParty.Part.OWNER).update(until=now)
