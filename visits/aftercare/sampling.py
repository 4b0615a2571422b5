"""Which closed tickets are asked about once more: rules with shares and weights, drawn reproducibly. Pure.

A rule that fits a ticket takes it with the rule's share: the draw is a hash of rule and ticket, so that the same
tickets are drawn however often and wherever it is made. Of the drawn ones the heaviest are called, up to the day's
cap; among equals the hash decides, never the order of the rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

CHARGE = "charge"
PARTS = "parts"
FEE = "fee"
CONDUCT = "conduct"
REPEAT = "repeat"
NEW_TECHNICIAN = "new_technician"
CONTRADICTIONS = "contradictions"
NO_FAULT = "no_fault"
RANDOM = "random"
CODES = (CHARGE, PARTS, FEE, CONDUCT, REPEAT, NEW_TECHNICIAN, CONTRADICTIONS, NO_FAULT, RANDOM)
# Rules with a figure of their own: yuan, days since the last repair, days since the first visit, mismatches a month.
WITH_THRESHOLD = (CHARGE, REPEAT, NEW_TECHNICIAN, CONTRADICTIONS)
# Somebody chose this customer by hand.
BY_HAND = "by_hand"
_WHOLE = 10_000


@dataclass(frozen=True)
class Rule:
    """A rule: the share of the fitting tickets in percent, its weight, and its figure where it has one.

    A percent of 0 switches it off.
    """

    code: str
    percent: int
    weight: int
    threshold: int = 0

    def as_dict(self) -> dict[str, Any]:
        """The rule as it is kept."""
        return asdict(self)


@dataclass(frozen=True)
class Finished:
    """What is known of a closed ticket. `repeat_days` is None where the appliance was not repaired before,
    `technician_days` where nobody visited.
    """

    # Its number, which is the same in every copy of the house.
    ticket: str
    charge_fen: int = 0
    parts: int = 0
    photos: int = 0
    waived: bool = False
    not_kept: tuple[str, ...] = ()
    repeat_days: int | None = None
    technician_days: int | None = None
    mismatches: int = 0
    no_fault: bool = False


@dataclass(frozen=True)
class Hit:
    """A rule that took a ticket, with the value that met it."""

    code: str
    value: int | str
    weight: int

    def as_reason(self) -> dict[str, Any]:
        """Why, as it is kept with sample and callback."""
        return {"code": self.code, "value": self.value}


DEFAULT_CAP = 20
DEFAULT_RULES = (
    Rule(CHARGE, 100, 30, 500),
    Rule(PARTS, 50, 20),
    Rule(FEE, 30, 15),
    Rule(CONDUCT, 100, 25),
    Rule(REPEAT, 100, 40, 30),
    Rule(NEW_TECHNICIAN, 30, 15, 90),
    Rule(CONTRADICTIONS, 50, 35, 2),
    Rule(NO_FAULT, 30, 20),
    Rule(RANDOM, 2, 5),
)


def share(code: str, ticket: str) -> float:
    """Where the ticket falls between 0 and 100 in the draw of that rule."""
    digest = sha256(f"{code}:{ticket}".encode()).digest()
    return int.from_bytes(digest[:8]) % _WHOLE / (_WHOLE / 100)


def hits_of(rules: Iterable[Rule], finished: Finished) -> list[Hit]:
    """The rules that take the ticket, heaviest first; empty where none does."""
    taken = [
        Hit(rule.code, value, rule.weight)
        for rule in rules
        if (value := _fits(rule, finished)) is not None and share(rule.code, finished.ticket) < rule.percent
    ]
    return sorted(taken, key=lambda hit: (-hit.weight, hit.code))


def ranked(drawn: Iterable[tuple[str, Sequence[Hit]]]) -> list[tuple[str, Sequence[Hit]]]:
    """The drawn tickets, heaviest first; among equals the hash decides."""
    return sorted(drawn, key=lambda one: (-weight_of(one[1]), share("rank", one[0]), one[0]))


def weight_of(hits: Iterable[Hit]) -> int:
    """The weight of all rules that took a ticket."""
    return sum(hit.weight for hit in hits)


def _fits(rule: Rule, finished: Finished) -> int | str | None:
    """The value by which the ticket meets the rule; None where it does not."""
    value: dict[str, int | str | None] = {
        CHARGE: finished.charge_fen if finished.charge_fen > rule.threshold * 100 else None,
        PARTS: finished.parts if finished.parts and not finished.photos else None,
        FEE: 1 if finished.waived else None,
        CONDUCT: " ".join(finished.not_kept) or None,
        REPEAT: _within(finished.repeat_days, rule.threshold),
        NEW_TECHNICIAN: _within(finished.technician_days, rule.threshold),
        CONTRADICTIONS: finished.mismatches if finished.mismatches >= max(1, rule.threshold) else None,
        NO_FAULT: 1 if finished.no_fault else None,
        RANDOM: rule.percent,
    }
    return value[rule.code]


def _within(days: int | None, most: int) -> int | None:
    return days if days is not None and days <= most else None
