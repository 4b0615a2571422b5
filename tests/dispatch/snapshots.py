"""Everything an action of dispatch could change, to show that a refused one changed nothing."""

from typing import Any

from dispatch.models import Assignment, AssignmentMove, Pairing
from servicedesk.notify.models import Notification
from servicedesk.sla.models import SlaClock
from servicedesk.tickets.models import Handover, Ticket, TicketEvent, TicketFacts, TicketParty


def snapshot() -> dict[str, Any]:
    """The rows of every table an action writes to."""
    moved = (Assignment, AssignmentMove, Pairing, Ticket, TicketParty, TicketFacts)
    tables = (*moved, TicketEvent, Handover, Notification, SlaClock)
    return {table.__name__: list(table.objects.order_by("pk").values()) for table in tables}
