"""Showing a full phone number to somebody who may have it; every look is a line in a ticket's story."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.access import may_read_contact
from servicedesk.errors import CONFLICT, FORBIDDEN, OUT_OF_SCOPE, ActionError
from servicedesk.people.models import Customer, CustomerPhone, Role, User
from servicedesk.tickets.locking import lock_ticket
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.story import tell

# They see numbers of tickets in hand only; the others may also look afterwards (docs/roles.md).
ONLY_IN_HAND = frozenset({Role.AGENT, Role.DISPATCHER, Role.TECHNICIAN})


def may_reveal(user: User, ticket: Ticket) -> bool:
    """Whether the button belongs on the page."""
    return may_read_contact(user) and not (user.role in ONLY_IN_HAND and ticket.has_ended)


def reveal_contact_phone(ticket_id: int, *, actor: User, now: datetime) -> str:
    """The full contact number of a ticket. Refuses with 403 the role, with 409 a ticket that has ended."""
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        _require(actor, ticket)
        tell(ticket, "reveal_phone", actor=actor, now=now)
    return str(ticket.contact_phone) or ticket.contact_phone_raw


def reveal_customer_phone(customer: Customer, phone_id: int, *, actor: User, now: datetime) -> str:
    """A customer's full number; the look is written on his newest visible ticket.

    Refuses with 404 a number of somebody else, with 409 a customer without a ticket in hand.
    """
    phone = CustomerPhone.objects.filter(pk=phone_id, customer=customer).first()
    if phone is None:
        raise ActionError("phone_not_found", _("There is no such number."), status=OUT_OF_SCOPE)
    tickets = Ticket.objects.visible_to(actor).filter(customer=customer)
    if actor.role in ONLY_IN_HAND:
        tickets = tickets.living()
    newest = tickets.order_by("-received_at", "-id").first()
    if newest is None:
        raise ActionError(
            "no_ticket_in_hand",
            _("The full number is shown once the customer has a ticket in hand. Open one first."),
            status=CONFLICT,
        )
    with transaction.atomic():
        ticket = lock_ticket(newest.pk, actor)
        _require(actor, ticket)
        tell(ticket, "reveal_phone", actor=actor, now=now, data={"phone": phone.pk})
    return str(phone.number) or phone.raw


def _require(actor: User, ticket: Ticket) -> None:
    if not may_read_contact(actor):
        raise ActionError("role_not_allowed", _("Your role may not do this."), status=FORBIDDEN)
    if actor.role in ONLY_IN_HAND and ticket.has_ended:
        raise ActionError("no_ticket_in_hand", _("The ticket has ended; the number is not shown any more."))
