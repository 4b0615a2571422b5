"""Opening and editing a ticket: what the caller said, checked field by field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.catalogue.models import Appliance, FaultCode, ProductCategory
from servicedesk.errors import ActionError, invalid
from servicedesk.people.models import Address, Customer, User
from servicedesk.people.phones import read_phone
from servicedesk.ports import window_source
from servicedesk.sla.models import ClockKind
from servicedesk.sla.services import move_window, start_clocks, stop_clocks
from servicedesk.tickets.locking import lock_ticket, save
from servicedesk.tickets.models import VISIT_KINDS, IntakeChannel, Ticket, TicketFacts, TicketKind, TicketParty
from servicedesk.tickets.numbers import next_number
from servicedesk.tickets.services.handover import send_by_district
from servicedesk.tickets.story import tell
from servicedesk.tickets.transitions import require, require_role

# A caller who is on the line, or in a chat, has been reached the moment the call is taken.
SPOKEN_CHANNELS = frozenset({IntakeChannel.PHONE, IntakeChannel.CHAT, IntakeChannel.WALK_IN})
VISIT_CLOCKS = (
    ClockKind.FIRST_ANSWER,
    ClockKind.CONTACT,
    ClockKind.OUTLET_SENT,
    ClockKind.OUTLET_ACCEPT,
    ClockKind.DISPATCH,
    ClockKind.TECHNICIAN_CONTACT,
    ClockKind.ARRIVAL,
    ClockKind.FIX,
)
COMPLAINT_CLOCKS = (
    ClockKind.FIRST_ANSWER,
    ClockKind.CONTACT,
    ClockKind.COMPLAINT_ANSWER,
    ClockKind.COMPLAINT_DECISION,
)
OTHER_CLOCKS = (ClockKind.FIRST_ANSWER, ClockKind.CONTACT)
EDITABLE = (
    "contact_name",
    "contact_phone_raw",
    "address",
    "category",
    "appliance",
    "fault",
    "description",
    "requested_from",
    "requested_until",
)


@dataclass(frozen=True)
class Intake:
    """What is known when a request is taken. `received_at` is set where it came in before it was typed, `answered_at`
    where a caller waited before somebody took the call. With `window_key` the requested window is promised: the key
    under which a place in it is held, or any other where none is.
    """

    kind: str
    channel: str
    customer: Customer
    contact_name: str = ""
    contact_phone: str = ""
    address: Address | None = None
    category: ProductCategory | None = None
    appliance: Appliance | None = None
    fault: FaultCode | None = None
    description: str = ""
    answers: list[dict[str, str]] = field(default_factory=list)
    requested_from: datetime | None = None
    requested_until: datetime | None = None
    priority: int | None = None
    read_back: bool = False
    received_at: datetime | None = None
    answered_at: datetime | None = None
    owner: User | None = None
    parent: Ticket | None = None
    submission: UUID | None = None
    window_key: UUID | None = None


def clocks_of(kind: str) -> tuple[str, ...]:
    """The clocks that start with a ticket of `kind` (handbook/service-standards.md, standard 1)."""
    if kind in VISIT_KINDS:
        return VISIT_CLOCKS
    return COMPLAINT_CLOCKS if kind == TicketKind.COMPLAINT else OTHER_CLOCKS


def open_ticket(intake: Intake, *, actor: User | None, now: datetime) -> Ticket:
    """The new ticket, with its number, owner and running clocks.

    The same `submission` sent again gives the ticket it made the first time. Refuses with 422 naming the field, with
    403 for the role, with 409 window_gone where the window to be promised has been sold.
    """
    require_role("open_ticket", actor)
    if intake.submission is not None:
        earlier: Ticket | None = Ticket.objects.filter(submission=intake.submission).first()
        if earlier is not None:
            return earlier
    _check(intake, now)
    try:
        with transaction.atomic():
            return _create(intake, actor, now)
    except IntegrityError:
        # Two copies of one submission at the same moment: the other one made the ticket.
        twin: Ticket | None = Ticket.objects.filter(submission=intake.submission).first()
        if intake.submission is None or twin is None:
            raise
        return twin


def _create(intake: Intake, actor: User | None, now: datetime) -> Ticket:
    received_at = intake.received_at or now
    owner = intake.owner or actor
    if owner is None:
        raise invalid("owner", "owner_missing", _("A ticket needs an owner."))
    raw, number = read_phone(intake.contact_phone)
    ticket = Ticket.objects.create(
        number=next_number(received_at),
        kind=intake.kind,
        channel=intake.channel,
        priority=_priority(intake),
        owner=owner,
        customer=intake.customer,
        # A customer may be an organisation with a longer name than a person to ask for has.
        contact_name=(intake.contact_name.strip() or intake.customer.name)[:60],
        contact_phone_raw=raw,
        contact_phone=number,
        address=intake.address,
        category=intake.category or (intake.appliance.category if intake.appliance else None),
        appliance=intake.appliance,
        fault=intake.fault,
        description=intake.description.strip(),
        answers=intake.answers,
        requested_from=intake.requested_from,
        requested_until=intake.requested_until,
        read_back_at=now if intake.read_back else None,
        received_at=received_at,
        parent=intake.parent,
        submission=intake.submission,
    )
    TicketFacts.objects.create(ticket=ticket)
    TicketParty.objects.create(ticket=ticket, user=owner, part=TicketParty.Part.OWNER, since=now)
    start_clocks(ticket, clocks_of(ticket.kind), at=received_at, actor=actor)
    if ticket.channel in SPOKEN_CHANNELS:
        answered_at = intake.answered_at or received_at
        stop_clocks(ticket, (ClockKind.FIRST_ANSWER, ClockKind.CONTACT), at=answered_at, actor=actor)
    tell(ticket, "open_ticket", actor=actor, now=now, from_state="", data={"channel": ticket.channel})
    send_by_district(ticket, now=now)
    _promise(ticket, intake, actor, now)
    return ticket


def _promise(ticket: Ticket, intake: Intake, actor: User | None, now: datetime) -> None:
    """Sells the requested window, in the same transaction: no ticket without the promise it was opened with."""
    if intake.window_key is None:
        return
    source = window_source()
    if source is None or ticket.requested_from is None or ticket.requested_until is None:
        raise invalid("window", "window_missing", _("Choose the time that is promised."))
    window = (ticket.requested_from, ticket.requested_until)
    source.sell(ticket, intake.window_key, window, actor=actor, now=now)


def _priority(intake: Intake) -> int:
    return usual_priority(intake.kind, intake.fault) if intake.priority is None else intake.priority


def usual_priority(kind: str, fault: FaultCode | None) -> int:
    """The priority of a request nobody has weighed: the symptom's own, else by kind; 1 is the most urgent."""
    if fault is not None:
        return fault.priority
    return 2 if kind == TicketKind.REPAIR else 3


def _check(intake: Intake, now: datetime) -> None:
    if intake.kind not in TicketKind.values:
        raise invalid("kind", "kind_unknown", _("Choose what the request is about."))
    if intake.channel not in IntakeChannel.values:
        raise invalid("channel", "channel_unknown", _("Choose how the request came in."))
    if intake.received_at is not None and intake.received_at > now:
        raise invalid("received_at", "received_in_future", _("The time of receipt lies in the future."))
    if intake.answered_at is not None and not (intake.received_at or now) <= intake.answered_at <= now:
        raise invalid("answered_at", "answered_out_of_order", _("The call was taken after it came in, and by now."))
    if intake.kind == TicketKind.REPAIR and not (intake.fault or intake.description.strip()):
        raise invalid("description", "symptom_missing", _("Say what is wrong: choose a symptom or describe it."))
    if intake.kind in VISIT_KINDS and not (intake.category or intake.appliance):
        raise invalid("category", "category_missing", _("Choose the appliance or at least its category."))
    check_belongings(intake.customer, intake.address, intake.appliance, intake.fault, intake.category)
    check_window(intake.requested_from, intake.requested_until, now)


def check_belongings(
    customer: Customer,
    address: Address | None,
    appliance: Appliance | None,
    fault: FaultCode | None,
    category: ProductCategory | None,
) -> None:
    """Refuses (422) an address, appliance or symptom that does not belong to the customer or category."""
    if address is not None and address.customer_id != customer.pk:
        raise invalid("address", "address_of_other_customer", _("This address belongs to another customer."))
    if appliance is not None and appliance.customer_id != customer.pk:
        raise invalid("appliance", "appliance_of_other_customer", _("This appliance belongs to another customer."))
    kind = appliance.category if appliance is not None else category
    if fault is not None and kind is not None and fault.category_id != kind.pk:
        raise invalid("fault", "symptom_of_other_category", _("This symptom belongs to another kind of product."))


def check_window(start: datetime | None, end: datetime | None, now: datetime) -> None:
    """Refuses (422) a requested window that is half given, upside down or over."""
    if (start is None) != (end is None):
        missing = "requested_from" if start is None else "requested_until"
        raise invalid(missing, "window_incomplete", _("Give both the beginning and the end of the requested time."))
    if start is None or end is None:
        return
    if end <= start:
        raise invalid("requested_until", "window_upside_down", _("The requested time ends before it begins."))
    if end <= now:
        raise invalid("requested_until", "window_in_past", _("The requested time is already over."))


def edit_ticket(
    ticket_id: int, changes: Mapping[str, Any], *, expected_version: int, actor: User | None, now: datetime
) -> Ticket:
    """The ticket with `changes` (fields of `EDITABLE`) saved; a changed window moves the arrival clock.

    Refuses with 409 edited_meanwhile where somebody else saved since `expected_version`; its detail holds the other
    value of every field that differs, so that both can be shown.
    """
    unknown = set(changes) - set(EDITABLE)
    if unknown:
        raise invalid(min(unknown), "field_not_editable", _("This field cannot be changed here."))
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        require("edit_ticket", actor, ticket.state)
        different = {name: value for name, value in changes.items() if getattr(ticket, name) != value}
        if ticket.row_version != expected_version and different:
            theirs = {name: _shown(getattr(ticket, name)) for name in different}
            raise ActionError(
                "edited_meanwhile",
                _("Somebody else has saved this ticket in the meantime. Both values are shown."),
                detail={"version": ticket.row_version, "theirs": theirs},
            )
        if not different:
            return ticket
        before = (ticket.requested_from, ticket.requested_until)
        for name, value in different.items():
            setattr(ticket, name, value)
        _complete(ticket, different, before, now)
        save(ticket, *_columns(different))
        if before[1] != ticket.requested_until:
            move_window(ticket, at=now, actor=actor)
        tell(ticket, "edit_ticket", actor=actor, now=now, data={"fields": sorted(different)})
    return ticket


def _complete(ticket: Ticket, different: Mapping[str, Any], before: tuple[Any, Any], now: datetime) -> None:
    if "contact_phone_raw" in different:
        ticket.contact_phone_raw, ticket.contact_phone = read_phone(ticket.contact_phone_raw)
    if "appliance" in different and ticket.appliance is not None:
        ticket.category = ticket.appliance.category
    check_belongings(ticket.customer, ticket.address, ticket.appliance, ticket.fault, ticket.category)
    if before != (ticket.requested_from, ticket.requested_until):
        check_window(ticket.requested_from, ticket.requested_until, now)


def _columns(different: Mapping[str, Any]) -> list[str]:
    columns = set(different)
    if "contact_phone_raw" in columns:
        columns.add("contact_phone")
    if "appliance" in columns:
        columns.add("category")
    return sorted(columns)


def _shown(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else "" if value is None else str(value)
