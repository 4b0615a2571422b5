"""What callbacks have against closing a ticket."""

from django.utils.translation import gettext_lazy as _

from servicedesk.ports import Blocker
from servicedesk.tickets.models import Ticket
from visits.models import Callback


def callback_open(ticket: Ticket) -> list[Blocker]:
    """The call after completion is still owed to the customer."""
    if Callback.objects.filter(ticket=ticket, kind=Callback.Kind.COMPLETION, state=Callback.State.OPEN).exists():
        return [Blocker("callback_open", _("The customer has not been called back yet."))]
    return []
