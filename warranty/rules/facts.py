"""What is known about an appliance and its fault: plain frozen values, the only input beside the figures."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum


class FaultType(StrEnum):
    """What the question is about; misuse to force majeure are the exclusions of R458 art. 17."""

    PERFORMANCE = "performance"
    NO_FAULT = "no_fault"
    MISUSE = "misuse"
    UNAUTHORISED = "unauthorised"
    VOUCHER_MISMATCH = "voucher_mismatch"
    FORCE_MAJEURE = "force_majeure"
    FRAUD = "fraud"
    MAINTENANCE = "maintenance"


class Buyer(StrEnum):
    """Who bought: a consumer, a business, or a business for the living use of natural persons."""

    CONSUMER = "consumer"
    BUSINESS = "business"
    BUSINESS_LIVING_USE = "business_living_use"


class Proof(StrEnum):
    """Proof of the purchase day: invoice and voucher, another proof of the day, or nothing."""

    PRESENT = "present"
    OTHER_PROOF = "alt_proof"
    NONE = "none"


class Channel(StrEnum):
    """How it was sold; a distance sale knows the return without a reason."""

    STORE = "store"
    ONLINE = "online"


class Remedy(StrEnum):
    """What the customer asks for; the rights do not depend on it, the sums shown do."""

    REFUND = "refund"
    EXCHANGE = "exchange"
    REPAIR = "repair"
    MAINTENANCE = "maintenance"


class RepairKind(StrEnum):
    """How a visit was closed: free under the guarantee, paid, or without any fault found."""

    WARRANTY = "warranty"
    PAID = "paid"
    NO_FAULT = "nofault"


class NoReturnClass(StrEnum):
    """Goods that a distance buyer cannot send back without a reason (CPL13 art. 25)."""

    CUSTOM = "custom"
    PERISHABLE = "perishable"
    DIGITAL_OPENED = "digital_opened"
    NEWSPAPER = "newspaper"
    AGREED = "agreed"


class MembershipCard(StrEnum):
    """The steward card of the customer."""

    CLUB = "club"
    GOLD_VALID = "gold_card_valid"
    GOLD_EXPIRED = "gold_card_expired"
    NONE = "none"


class PromiseKind(StrEnum):
    """What a maker's promise covers."""

    WHOLE_UNIT = "whole_unit"
    PUBLIC_USE = "public_use"
    REPAIRED_PART = "repaired_part"
    DEPRECIATION = "depreciation"


@dataclass(frozen=True, kw_only=True)
class Repair:
    """A line of the repair log; without `returned_on` the job is open."""

    handed_on: date
    returned_on: date | None = None
    kind: RepairKind = RepairKind.WARRANTY
    symptom: str = ""


@dataclass(frozen=True, kw_only=True)
class Wait:
    """Days of waiting (for parts, or through the repairer's own cause); without `last` the wait goes on."""

    first: date
    last: date | None = None


@dataclass(frozen=True, kw_only=True)
class Promise:
    """A maker's promise; it runs from the invoice, the month after production, or a repaired part's return."""

    kind: PromiseKind
    months: int = 0
    main_part_months: int | None = None
    production_month: date | None = None
    percent: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything a decision is made from. Days are local days, sums are yuan; what is unknown is None or empty."""

    product: str
    jurisdiction: str = "CN"
    buyer: Buyer = Buyer.CONSUMER
    channel: Channel = Channel.STORE
    proof: Proof = Proof.PRESENT
    price: Decimal | None = None
    price_paid: Decimal | None = None
    invoice_on: date | None = None
    delivered_on: date | None = None
    installed_on: date | None = None
    exchanged_on: date | None = None
    conduct_on: date | None = None
    fault_type: FaultType = FaultType.PERFORMANCE
    occurred_on: date | None = None
    reported_on: date | None = None
    main_part: str = ""
    symptom: str = ""
    misuse: bool = False
    cause_disputed: bool = False
    repairs: tuple[Repair, ...] = ()
    parts_waits: tuple[Wait, ...] = ()
    repairer_delays: tuple[Wait, ...] = ()
    same_model_in_stock: bool | None = None
    no_return_class: NoReturnClass | None = None
    asked: Remedy = Remedy.REPAIR
    promises: tuple[Promise, ...] = ()
    membership: MembershipCard = MembershipCard.NONE
    maintenance_visits: tuple[date, ...] = ()

    @property
    def sold_on(self) -> date | None:
        """The sale day, which chooses the norms: the invoice day, else the day of delivery."""
        return self.invoice_on or self.delivered_on

    @property
    def received_on(self) -> date | None:
        """The day the goods came into the customer's hands: delivery, else the invoice day."""
        return self.delivered_on or self.invoice_on

    @property
    def job_is_open(self) -> bool:
        """Whether a repair or a wait still runs, so that only the day of decision can move."""
        waits = self.parts_waits + self.repairer_delays
        return any(repair.returned_on is None for repair in self.repairs) or any(wait.last is None for wait in waits)

    def fault_on(self, as_of: date) -> date:
        """Return the day that windows and terms test (C6): the documented earlier day, else report, else `as_of`."""
        reported = self.reported_on or as_of
        return min(self.occurred_on, reported) if self.occurred_on else reported

    def at_day(self, day: date) -> "Facts":
        """Return the same facts with the fault appearing and reported on `day`."""
        return replace(self, occurred_on=None, reported_on=day)


def same_fault(symptom: str, earlier: str) -> bool:
    """Whether two symptoms name the same fault; an empty one or `other` is never the earlier fault."""
    return symptom == earlier and symptom not in {"", "other"}
