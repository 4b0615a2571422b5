"""What an answer to a claim is made of; codes, days and sums without a word of prose."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any

from warranty.rules.edition import Figure
from warranty.rules.outcome import Note

Value = date | Decimal | int | str
_NORM = ("norm", "article")

# What may be due, worth most first.
DUES = (
    "damages", "treatment", "care", "lost_income", "lost_work", "stop", "restore", "undo", "apologise",
    "moral_damages",
    "no_reason_return", "counts_as_refusal", "review", "contract", "nothing",
)  # fmt: skip
# The steps of the reasoning with the names of their values.
STEPS: Mapping[str, tuple[str, ...]] = {
    "law_chosen": ("event_on", *_NORM),
    "act_recognised": ("act", *_NORM),
    "act_not_listed": ("act",),
    "opened_box": (),
    "fraud_not_proven": (),
    "beside_the_price": (),
    "counted_from_fee": (),
    "multiplied": ("price", "multiple", "product"),
    "at_least": ("minimum", "amount"),
    "sum_of_injury": ("sum",),
    "grave_injury": (),
    "no_bodily_injury": (),
    "no_harm_to_person": (),
    "amount_by_a_person": (),
    "service_time": (),
    "repair_in_shandong": _NORM,
    "not_intact": _NORM,
    "delay_counted": ("demanded_on", "until", "days", "limit"),
    "delay_within": ("last_day",),
    "no_figure_yet": ("event_on",),
    "before_first_day": ("event_on", "first_day"),
    "contract_holds": _NORM,
    "living_use": _NORM,
}
# What should be kept or found.
EVIDENCE = (
    "invoice", "advert", "goods_kept", "expert", "messages", "service_sheet", "old_part", "photos", "medical", "bills",
    "income", "witnesses", "recording", "police", "employer", "order", "state_of_goods", "demand", "delivery_proof",
)  # fmt: skip
# The ways of a dispute, in the order in which they are tried.
ROUTES = ("settle", "mediate", "complain", "arbitrate", "sue")
MISSING = ("price", "sums", "asked_on")


@dataclass(frozen=True)
class Step:
    """A step of the reasoning: its key and its values, named as STEPS says."""

    key: str
    values: tuple[tuple[str, Value], ...] = ()

    def __post_init__(self) -> None:
        """Raises ValueError for a key or names that no page could word."""
        if tuple(name for name, _value in self.values) != STEPS.get(self.key):
            raise ValueError(f"step {self.key} carries {[name for name, _value in self.values]}")


def step(key: str, figure: Figure | None = None, **values: Value) -> Step:
    """Return a step; with a figure its norm and article stand last."""
    cited = {"norm": figure.norm, "article": figure.article} if figure else {}
    return Step(key, tuple({**values, **cited}.items()))


@dataclass(frozen=True, kw_only=True)
class Due:
    """One thing that is due: its norm, how sure that is, and its sum in yuan where there is one."""

    code: str
    norm: str
    article: str
    confidence: str
    amount: Decimal | None = None


def due(code: str, figure: Figure, amount: Decimal | None = None, confidence: str = "") -> Due:
    """Return a due under a figure's norm, as sure as the figure or as said."""
    sure = confidence or figure.confidence
    return Due(code=code, norm=figure.norm, article=figure.article, confidence=sure, amount=amount)


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one rule contributes to an answer; `notes` are steps of the guarantee's own rules."""

    dues: tuple[Due, ...] = ()
    steps: tuple[Step, ...] = ()
    notes: tuple[Note, ...] = ()
    missing: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    freight_by: str = ""

    def __add__(self, other: "Part") -> "Part":
        """Return both as one, in order."""
        merged: dict[str, Any] = {}
        for item in fields(Part):
            merged[item.name] = attrgetter(item.name)(self) + attrgetter(item.name)(other)
        return Part(**merged)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The whole answer to a claim on a day, by an edition of the figures."""

    topic: str
    as_of: date
    edition: str
    dues: tuple[Due, ...]
    steps: tuple[Step, ...]
    notes: tuple[Note, ...]
    missing: tuple[str, ...]
    evidence: tuple[str, ...]
    routes: tuple[str, ...]
    routes_norm: str
    routes_article: str
    freight_by: str = ""

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of what is due, in their order."""
        return tuple(item.code for item in self.dues)

    @property
    def total(self) -> Decimal | None:
        """All sums that are due together, None where no sum is known."""
        sums = [item.amount for item in self.dues if item.amount is not None]
        return sum(sums, Decimal(0)) if sums else None

    @property
    def needs_a_person(self) -> bool:
        """Whether the rules alone cannot tell."""
        return "review" in self.codes
