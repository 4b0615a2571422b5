"""What callbacks have against closing a ticket."""

from django.utils.translation import gettext_lazy as _

from servicedesk.ports import Blocker
from servicedesk.tickets.models import Ticket
from visits.models import Callback


def callback_open(ticket: Ticket) -> list[Blocker]:
    """A call is still owed to the customer: the one after completion, or one he was promised or asked for."""
    if Callback.objects.filter(ticket=ticket, state=Callback.State.OPEN).exists():
        return [Blocker("callback_open", _("The customer has not been called back yet."))]
    return []
