"""From rows to facts: what the record knows about an appliance and its fault, and what has to be asked for.

Nothing is assumed. Where the record is silent the fact stays empty and its name goes into `missing`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from servicedesk.catalogue.models import Appliance
from servicedesk.clock import LOCAL
from servicedesk.people.models import Address, CustomerKind, Membership
from servicedesk.tickets.models import Ticket, TicketEvent, TicketFacts, TicketKind, TicketState
from warranty.maker_promises.selectors import as_rule, promises_for
from warranty.models import PartsWait, RepairRecord
from warranty.places import scope_of
from warranty.rules.facts import (
    Buyer,
    Channel,
    Facts,
    FaultType,
    MembershipCard,
    Proof,
    Remedy,
    Repair,
    RepairKind,
    Wait,
)

# What this builder asks for beside the rules' own list.
ASKED_FOR = ("invoice_status", "exchanged_on", "province", "repair_proof")
# With these a ticket's own repair has not been found wanting by anybody.
_SETTLED = frozenset({TicketState.AWAITING_CALLBACK, TicketState.CLOSED, TicketState.CANCELLED})
_PROOFS = {
    Appliance.Invoice.PRESENT: Proof.PRESENT,
    Appliance.Invoice.OTHER_PROOF: Proof.OTHER_PROOF,
    Appliance.Invoice.MISSING: Proof.NONE,
    # A day on record is another proof of the day (handbook, C14): never worth more than the invoice not yet seen.
    Appliance.Invoice.UNKNOWN: Proof.OTHER_PROOF,
}


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked beside the record; the empty one asks about a performance fault that is reported.

    `more_failed_repairs` is a supposition: an answer to it is shown and never kept.
    """

    fault_type: FaultType = FaultType.PERFORMANCE
    fault_on: date | None = None
    main_part: str = ""
    cause_disputed: bool = False
    same_model_in_stock: bool | None = None
    asked: Remedy = Remedy.REPAIR
    living_use: bool = False
    scope: str = ""
    more_failed_repairs: int = 0

    @property
    def is_what_if(self) -> bool:
        """Whether it supposes something that is not so."""
        return self.more_failed_repairs > 0


@dataclass(frozen=True)
class Known:
    """The facts on the day `as_of`, and the names of what has to be asked for."""

    facts: Facts
    as_of: date
    missing: tuple[str, ...] = field(default=())


def local_day(moment: datetime) -> date:
    """The day in Asia/Shanghai."""
    return moment.astimezone(LOCAL).date()


def known_facts(appliance: Appliance, question: Question, *, ticket: Ticket | None, now: datetime) -> Known:
    """The facts about `appliance`, for the fault of `ticket` or for one that is reported at `now`.

    After an exchange the sale is that of the unit first sold, and the repairs are those of the unit now in use (R458
    art. 14). `appliance` comes with its category and customer.
    """
    first, as_of = first_unit(appliance), local_day(now)
    exchanged_on = appliance.delivery_date or appliance.invoice_date if appliance.replaces_id else None
    scope = question.scope or scope_of(_place(appliance, ticket))
    no_parts, delays = _waits(appliance)
    repairs = (*_repairs(appliance, ticket), *_supposed(question, ticket, as_of))
    received, reported = _reported_on(ticket, _handed_over_on(repairs, as_of))
    facts = Facts(
        product=appliance.category.code,
        jurisdiction=scope or "CN",
        buyer=_buyer(appliance, question),
        channel=Channel.ONLINE if first.sales_channel == "online" else Channel.STORE,
        proof=_PROOFS[_invoice_of(appliance, first)],
        price=first.price,
        invoice_on=first.invoice_date,
        delivered_on=first.delivery_date,
        installed_on=first.install_date,
        exchanged_on=exchanged_on,
        fault_type=_fault_type(question, ticket),
        occurred_on=question.fault_on or (received if received < reported else None),
        reported_on=reported,
        main_part=question.main_part,
        symptom=ticket.fault.group if ticket and ticket.fault else "",
        cause_disputed=question.cause_disputed,
        repairs=repairs,
        parts_waits=no_parts,
        repairer_delays=delays,
        same_model_in_stock=question.same_model_in_stock,
        asked=question.asked,
    )
    promises = promises_for(appliance, facts.sold_on, as_of)
    readable = [as_rule(promise, first.produced_month) for promise in promises]
    facts = replace(facts, promises=tuple(promise for promise in readable if promise is not None))
    if facts.fault_type is FaultType.MAINTENANCE:
        facts = _with_steward(facts, appliance, as_of)
    missing = _missing(appliance, first, facts, scope)
    return Known(facts, as_of, (*missing, "production_month") if None in readable else missing)


def first_unit(appliance: Appliance) -> Appliance:
    """The unit that was sold, where `appliance` came in exchange for it, perhaps over several steps."""
    unit, seen = appliance, {appliance.pk}
    while unit.replaces is not None and unit.replaces_id not in seen:
        unit = unit.replaces
        seen.add(unit.pk)
    return unit


def _invoice_of(appliance: Appliance, first: Appliance) -> Appliance.Invoice:
    known = [unit.invoice_status for unit in (appliance, first) if unit.invoice_status != Appliance.Invoice.UNKNOWN]
    return Appliance.Invoice(known[0]) if known else Appliance.Invoice.UNKNOWN


def _missing(appliance: Appliance, first: Appliance, facts: Facts, scope: str | None) -> tuple[str, ...]:
    lacks = {
        "invoice_status": _invoice_of(appliance, first) == Appliance.Invoice.UNKNOWN,
        "exchanged_on": appliance.replaces_id is not None and facts.exchanged_on is None,
        "province": scope is None,
        "repair_proof": RepairRecord.objects.filter(appliance=appliance).unproven().exists(),
    }
    return tuple(name for name, lacking in lacks.items() if lacking)


def _place(appliance: Appliance, ticket: Ticket | None) -> Address | None:
    return appliance.address or (ticket.address if ticket else None)


def _buyer(appliance: Appliance, question: Question) -> Buyer:
    if appliance.customer.kind == CustomerKind.PERSON:
        return Buyer.CONSUMER
    return Buyer.BUSINESS_LIVING_USE if question.living_use else Buyer.BUSINESS


def _fault_type(question: Question, ticket: Ticket | None) -> FaultType:
    if ticket and ticket.kind == TicketKind.MAINTENANCE and question.fault_type is FaultType.PERFORMANCE:
        return FaultType.MAINTENANCE
    return question.fault_type


def _repairs(appliance: Appliance, ticket: Ticket | None) -> Iterator[Repair]:
    """The repair log, and the ticket's own job while it runs.

    A repair of this very ticket counts only once the ticket is open again: before that nobody has said that it failed.
    """
    settled = ticket is not None and ticket.state in _SETTLED
    for row in RepairRecord.objects.filter(appliance=appliance).counting():
        if settled and ticket is not None and row.ticket_id == ticket.pk:
            continue
        yield Repair(
            handed_on=row.handed_over_on,
            returned_on=row.returned_on,
            kind=RepairKind(row.kind),
            symptom=row.fault_group,
        )
    if ticket is not None and not settled and ticket.kind == TicketKind.REPAIR:
        begun = _begun_on(ticket)
        if begun is not None:
            yield Repair(handed_on=begun, symptom=ticket.fault.group if ticket.fault else "")


def _handed_over_on(repairs: tuple[Repair, ...], as_of: date) -> date:
    """The day of the question, or that on which a unit still with a repairer was handed over: it was reported then."""
    return min((each.handed_on for each in repairs if each.returned_on is None), default=as_of)


def _begun_on(ticket: Ticket) -> date | None:
    """The day the open job counts from: the accepted request (handbook, C7), or the reopening; None before a visit."""
    facts = TicketFacts.objects.filter(ticket=ticket, first_arrival_at__isnull=False).first()
    if facts is None:
        return None
    return _reported_on(ticket, local_day(ticket.received_at))[1]


def _reported_on(ticket: Ticket | None, otherwise: date) -> tuple[date, date]:
    """The days on which the fault was told first and last: that of the ticket, and that of its last reopening.

    Windows and terms test the first (C6): the fault of a reopened ticket was never gone. By the last it came back.
    """
    if ticket is None:
        return otherwise, otherwise
    reopened = TicketEvent.objects.filter(ticket=ticket, action="reopen_ticket").order_by("-at", "-id").first()
    received = local_day(ticket.received_at)
    return received, local_day(reopened.at) if reopened else received


def _supposed(question: Question, ticket: Ticket | None, as_of: date) -> tuple[Repair, ...]:
    symptom = ticket.fault.group if ticket and ticket.fault else ""
    return (Repair(handed_on=as_of, returned_on=as_of, symptom=symptom),) * question.more_failed_repairs


def _waits(appliance: Appliance) -> tuple[tuple[Wait, ...], tuple[Wait, ...]]:
    """The days on which a repair waited for parts, and those it lost through the repairer (`warranty.waits`)."""
    waits: dict[str, list[Wait]] = {cause: [] for cause in PartsWait.Cause.values}
    for row in PartsWait.objects.of(appliance).counting():
        waits[row.cause].append(Wait(first=row.since, last=row.ended_on))
    return tuple(waits[PartsWait.Cause.NO_PARTS]), tuple(waits[PartsWait.Cause.REPAIRER])


def _with_steward(facts: Facts, appliance: Appliance, as_of: date) -> Facts:
    """The facts with the customer's card and the maintenance visits already made for the appliance."""
    made = TicketFacts.objects.filter(
        ticket__appliance=appliance, ticket__kind=TicketKind.MAINTENANCE, completed_at__isnull=False
    )
    visits = tuple(local_day(row.completed_at) for row in made if row.completed_at is not None)
    return replace(facts, membership=_card(appliance, as_of), maintenance_visits=visits)


def _card(appliance: Appliance, as_of: date) -> MembershipCard:
    """The best card of the customer on the day; a gift card is the gold card of the steward norm."""
    cards = list(Membership.objects.filter(customer=appliance.customer_id, valid_from__lte=as_of))
    valid = {card.kind for card in cards if card.valid_until >= as_of}
    if Membership.Kind.CLUB in valid:
        return MembershipCard.CLUB
    if Membership.Kind.GIFT in valid:
        return MembershipCard.GOLD_VALID
    return MembershipCard.GOLD_EXPIRED if cards else MembershipCard.NONE
