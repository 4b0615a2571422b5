"""What visits have against closing a ticket."""

from django.utils.translation import gettext_lazy as _

from servicedesk.ports import Blocker
from servicedesk.tickets.models import Ticket
from visits.models import Visit
from visits.transitions import UNFINISHED


def visit_open(ticket: Ticket) -> list[Blocker]:
    """A visit that is planned or running keeps the ticket open."""
    if Visit.objects.filter(ticket=ticket, state__in=UNFINISHED).exists():
        return [Blocker("visit_open", _("A visit is planned or still running."))]
    return []
