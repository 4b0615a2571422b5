"""What a unit in our hands has against ending its ticket."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from servicedesk.errors import ActionError
from servicedesk.people.models import User
from servicedesk.ports import Blocker
from servicedesk.tickets.models import Ticket
from visits.custody.services import keep_unit, unit_with_us

MESSAGE = _("The customer's unit is still with us. Return it first.")


def unit_still_with_us(ticket: Ticket) -> list[Blocker]:
    """A unit that has not been returned keeps the ticket open."""
    return [Blocker("unit_with_us", MESSAGE)] if unit_with_us(ticket) is not None else []


def on_old_unit_kept(sender: Any, *, ticket: Ticket, actor: User | None, now: datetime, **_facts: Any) -> None:
    """A unit that came back for an exchange or a refund is nobody's to return."""
    keep_unit(ticket, actor=actor, now=now)


def on_ticket_cancelled(sender: Any, *, ticket: Ticket, **_facts: Any) -> None:
    """Refuses with 409 unit_with_us: a cancelled ticket would leave nobody answerable for the unit."""
    if unit_with_us(ticket) is not None:
        raise ActionError("unit_with_us", MESSAGE)
