"""The actions of a unit: picked up, returned."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.errors import ActionError, invalid
from servicedesk.people.models import User
from servicedesk.tickets.locking import lock_ticket
from servicedesk.tickets.models import Ticket, TicketException
from servicedesk.tickets.story import tell
from servicedesk.tickets.transitions import require, require_role
from visits.models import UnitCustody, Visit

LONGEST = {"condition": 300, "accessories": 300, "signed_name": 60}


@dataclass(frozen=True)
class UnitSeen:
    """What both sides saw when the unit changed hands; the name is that of whoever signed, if anybody did."""

    condition: str
    accessories: str = ""
    signed_name: str = ""

    def checked(self) -> "UnitSeen":
        """The same, stripped. Refuses with 422 a missing condition and what is too long."""
        seen = UnitSeen(self.condition.strip(), self.accessories.strip(), self.signed_name.strip())
        if not seen.condition:
            raise invalid("condition", "condition_missing", _("Write down what the unit looks like."))
        for name, longest in LONGEST.items():
            if len(getattr(seen, name)) > longest:
                raise invalid(name, "text_too_long", _("This text is too long."), longest=longest)
        return seen


def record_pickup(ticket_id: int, seen: UnitSeen, *, actor: User | None, now: datetime) -> UnitCustody:
    """The unit, now with us; its ticket cannot be closed or cancelled until it is returned.

    A carry-in product is fetched by an approved exception only (handbook/service-standards.md, standard 3): refuses
    with 409 exception_needed without one, with 409 unit_with_us where it is here already, with 409 wrong_state on an
    ended ticket, with 422 what is said wrong about the unit.
    """
    seen = seen.checked()
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        require("record_pickup", actor, ticket.state)
        if unit_with_us(ticket) is not None:
            raise ActionError("unit_with_us", _("The unit is already with us."))
        _refuse_unexcepted(ticket)
        custody = UnitCustody.objects.create(
            ticket=ticket,
            appliance=ticket.appliance,
            picked_up_at=now,
            picked_up_by=actor,
            picked_up_visit=_visit_under_way(ticket),
            condition=seen.condition,
            accessories=seen.accessories,
            given_by=seen.signed_name,
        )
        tell(ticket, "record_pickup", actor=actor, now=now, data={"unit": custody.pk})
    return custody


def record_return(ticket_id: int, seen: UnitSeen, *, actor: User | None, now: datetime) -> UnitCustody:
    """The unit, back with its owner. Refuses with 409 unit_not_with_us, with 422 what is said wrong about it."""
    seen = seen.checked()
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        require_role("record_return", actor)
        custody = unit_with_us(ticket)
        if custody is None:
            raise ActionError("unit_not_with_us", _("No unit of this ticket is with us."))
        custody.state = UnitCustody.State.RETURNED
        custody.returned_at, custody.returned_by = now, actor
        custody.returned_visit = _visit_under_way(ticket)
        custody.return_condition, custody.received_by = seen.condition, seen.signed_name
        custody.save(
            update_fields=[
                "state",
                "returned_at",
                "returned_by",
                "returned_visit",
                "return_condition",
                "received_by",
            ]
        )
        minutes = int((now - custody.picked_up_at).total_seconds() // 60)
        tell(ticket, "record_return", actor=actor, now=now, data={"unit": custody.pk, "minutes": minutes})
    return custody


def keep_unit(ticket: Ticket, *, actor: User | None, now: datetime) -> UnitCustody | None:
    """The unit in our hands, which was exchanged or paid back and stays; None where none of the ticket is with us.

    Called inside the action that took it back, which tells the story.
    """
    custody = unit_with_us(ticket)
    if custody is not None:
        custody.state = UnitCustody.State.KEPT
        custody.returned_at, custody.returned_by = now, actor
        custody.save(update_fields=["state", "returned_at", "returned_by"])
    return custody


def unit_with_us(ticket: Ticket) -> UnitCustody | None:
    """The unit of the ticket that is in our hands."""
    return UnitCustody.objects.filter(ticket=ticket, state=UnitCustody.State.WITH_US).first()


def needs_exception(ticket: Ticket) -> bool:
    """Whether fetching the product takes an exception that has not been granted."""
    if ticket.category is None or not ticket.category.is_carry_in:
        return False
    return not ticket.exceptions.filter(rule=TicketException.Rule.HOME_PICKUP).exists()


def _refuse_unexcepted(ticket: Ticket) -> None:
    if needs_exception(ticket):
        raise ActionError(
            "exception_needed",
            _("This product is carried in. Fetching it at home needs an exception granted by a supervisor first."),
        )


def _visit_under_way(ticket: Ticket) -> Visit | None:
    at_the_door = Visit.objects.filter(ticket=ticket, arrived_at__isnull=False, ended_at=None)
    return at_the_door.order_by("-id").first()
