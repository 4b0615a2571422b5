"""What was told about a claim: plain frozen values, and what in them cannot be."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from warranty.rules.contradictions import LARGEST_SUM
from warranty.rules.edition import Edition
from warranty.rules.facts import Buyer, NoReturnClass


class Topic(StrEnum):
    """What the claim is about."""

    FRAUD = "fraud"
    INJURY = "injury"
    DIGNITY = "dignity"
    LOST_WORK = "lost_work"
    RETURN = "distance_return"
    DELAY = "delay"
    ROUTES = "routes"


class Act(StrEnum):
    """What the trader is said to have done; whether it is a recognised fraud stands in the dated figures."""

    FAKE_GOODS = "fake_goods"
    USED_AS_NEW = "used_as_new"
    FALSE_PRICE = "false_price"
    FALSE_CLAIM = "false_claim"
    PART_SWAP = "part_swap"
    INVENTED_WORK = "invented_work"
    PADDED_HOURS = "padded_hours"
    OPENED_BOX = "opened_box"
    OTHER = "other"


class Harm(StrEnum):
    """How grave a bodily injury is."""

    NONE = "none"
    INJURED = "injured"
    DISABLED = "disabled"
    DEAD = "dead"


class Wrong(StrEnum):
    """What was done to a person."""

    NOTHING = "nothing"
    INSULT = "insult"
    SEARCH = "search"
    LIBERTY = "liberty"


# Acts in a service: the damages are counted from the fee, not from the price of the goods.
ON_THE_FEE = frozenset({Act.PART_SWAP, Act.INVENTED_WORK, Act.PADDED_HOURS})


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Everything an answer is made from; days are local days, sums are yuan, what is unknown is None.

    `event_on` is the day of the conduct, the injury, the receipt of the goods or the demand; it chooses the law.
    """

    topic: Topic
    event_on: date
    buyer: Buyer = Buyer.CONSUMER
    jurisdiction: str = "CN"
    act: Act = Act.OTHER
    proven: bool = False
    price: Decimal | None = None
    harm: Harm = Harm.NONE
    treatment: Decimal | None = None
    care: Decimal | None = None
    lost_income: Decimal | None = None
    wrong: Wrong = Wrong.NOTHING
    from_repair: bool = False
    product: str = ""
    sold_on: date | None = None
    asked_on: date | None = None
    at_a_distance: bool = True
    intact: bool = True
    no_return_class: NoReturnClass | None = None
    answered_on: date | None = None


def claim_problems(claim: Claim, edition: Edition, as_of: date) -> tuple[tuple[str, str], ...]:
    """Return field and code of each mistake in `claim` as of the local day `as_of`; empty when it can be answered."""
    return (*_days(claim, as_of), *_sums(claim), *_goods(claim, edition))


def _days(claim: Claim, as_of: date) -> Iterator[tuple[str, str]]:
    if claim.event_on > as_of:
        yield "event_on", "event_in_the_future"
    for name, day in (("asked_on", claim.asked_on), ("answered_on", claim.answered_on)):
        if day and day > as_of:
            yield name, "day_in_the_future"
        elif day and day < claim.event_on:
            yield name, "day_before_event"
    if claim.sold_on and claim.sold_on > as_of:
        yield "sold_on", "sold_in_the_future"


def _sums(claim: Claim) -> Iterator[tuple[str, str]]:
    if claim.price is not None and claim.price <= 0:
        yield "price", "price_not_positive"
    for name in ("price", "treatment", "care", "lost_income"):
        value: Decimal | None = getattr(claim, name)
        if value is not None and value > LARGEST_SUM:
            yield name, "price_too_large"
        elif value is not None and value < 0:
            yield name, "sum_negative"


def _goods(claim: Claim, edition: Edition) -> Iterator[tuple[str, str]]:
    if claim.topic is Topic.RETURN and not edition.knows_product(claim.product):
        yield "product", "product_unknown"
