"""Taking a request: caller, place, appliance and ticket in one step; all of it or nothing is saved."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from servicedesk.catalogue.models import Appliance, FaultCode, ProductCategory
from servicedesk.catalogue.selectors import appliance_of_serial
from servicedesk.catalogue.services import register_appliance
from servicedesk.desk.calls import call_of
from servicedesk.locks import wait_for_turn
from servicedesk.people.models import Address, Customer, User
from servicedesk.people.services import Place, add_address, add_phone, create_customer
from servicedesk.tickets.models import IntakeChannel, Ticket
from servicedesk.tickets.services import Intake, open_ticket


@dataclass(frozen=True)
class Request:
    """What the intake form holds. Without `customer` a new one is made of `name`, `phone` and `place`."""

    submission: UUID
    kind: str
    channel: str
    customer: Customer | None = None
    name: str = ""
    phone: str = ""
    keep_phone: bool = False
    address: Address | None = None
    place: Place | None = None
    appliance: Appliance | None = None
    category: ProductCategory | None = None
    serial: str = ""
    fault: FaultCode | None = None
    description: str = ""
    answers: list[dict[str, str]] = field(default_factory=list)
    requested_from: datetime | None = None
    requested_until: datetime | None = None
    read_back: bool = False
    window_key: UUID | None = None


@dataclass(frozen=True)
class Taken:
    """The ticket, whether it was there already from an earlier click, and whether the serial number is a new one."""

    ticket: Ticket
    repeated: bool = False
    new_serial: bool = False


def take_request(asked: Request, *, actor: User, now: datetime) -> Taken:
    """The opened ticket. The same submission sent twice, even at the same moment, makes one customer and one ticket.

    Refuses with 422 naming the field; nothing is saved then.
    """
    with transaction.atomic():
        _one_at_a_time(asked.submission)
        earlier = Ticket.objects.filter(submission=asked.submission).first()
        if earlier is not None:
            return Taken(earlier, repeated=True)
        known = appliance_of_serial(asked.serial) is not None
        customer, address = _caller(asked, actor, now)
        appliance = _appliance(asked, customer, address, actor, now)
        # A caller has waited since the first ring.
        call = call_of(actor, now) if asked.channel == IntakeChannel.PHONE else None
        intake = Intake(
            kind=asked.kind,
            channel=asked.channel,
            customer=customer,
            contact_name=asked.name,
            contact_phone=asked.phone,
            address=address,
            category=asked.category,
            appliance=appliance,
            fault=asked.fault,
            description=asked.description,
            answers=asked.answers,
            requested_from=asked.requested_from,
            requested_until=asked.requested_until,
            read_back=asked.read_back,
            received_at=call.at if call is not None and call.answered else None,
            answered_at=call.answered_at if call is not None else None,
            submission=asked.submission,
            window_key=asked.window_key,
        )
        ticket = open_ticket(intake, actor=actor, now=now)
    return Taken(ticket, new_serial=appliance is not None and asked.appliance is None and not known)


def _one_at_a_time(submission: UUID) -> None:
    """Two clicks in the same instant wait for each other here, before either has made a customer."""
    wait_for_turn(f"intake {submission}")


def _caller(asked: Request, actor: User, now: datetime) -> tuple[Customer, Address | None]:
    if asked.customer is None:
        customer = create_customer(asked.name, asked.phone, asked.place, actor=actor, now=now)
        return customer, customer.addresses.first()
    if asked.keep_phone and asked.phone:
        add_phone(asked.customer, asked.phone, actor=actor, now=now)
    if asked.place is not None:
        return asked.customer, add_address(asked.customer, asked.place, actor=actor, now=now)
    return asked.customer, asked.address


def _appliance(
    asked: Request, customer: Customer, address: Address | None, actor: User, now: datetime
) -> Appliance | None:
    if asked.appliance is not None or not asked.serial.strip() or asked.category is None:
        return asked.appliance
    return register_appliance(customer, asked.category, actor=actor, now=now, serial=asked.serial, address=address)
