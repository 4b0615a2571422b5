"""Plain makers for the warranty rules: the edition, the State Council calendar, facts, a decision."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from chinese_calendar import constants

from warranty.rules.counting import RestDays
from warranty.rules.decide import decide
from warranty.rules.edition import Edition
from warranty.rules.facts import Facts, Repair, RepairKind
from warranty.rules.outcome import Decision
from warranty.rules.parameters import load_edition


@cache
def the_edition() -> Edition:
    return load_edition()


@cache
def rest_days() -> RestDays:
    """The holidays and make-up workdays of 2004-2026, as they are seeded in the product."""
    years = frozenset(range(2004, 2027))
    return RestDays(frozenset(constants.holidays), frozenset(constants.workdays), years, version="2026-1")


def day(text: str) -> date:
    return date.fromisoformat(text)


def make_facts(**overrides: Any) -> Facts:
    """A washing machine bought in a shop on Monday 2022-03-14, price 2999 yuan; days may be given as text."""
    facts = Facts(
        product="washing_machine",
        price=Decimal("2999.00"),
        invoice_on=day("2022-03-14"),
        delivered_on=day("2022-03-14"),
        same_model_in_stock=True,
    )
    days = {name: day(value) for name, value in overrides.items() if name.endswith("_on") and isinstance(value, str)}
    return replace(facts, **(overrides | days))


def repair(handed: str, returned: str = "", kind: str = "warranty", symptom: str = "noise") -> Repair:
    end = day(returned) if returned else None
    return Repair(handed_on=day(handed), returned_on=end, kind=RepairKind(kind), symptom=symptom)


def decided(as_of: str, **facts: Any) -> Decision:
    """The decision for the washing machine of `make_facts`; without a report day the fault came on `as_of`."""
    facts.setdefault("reported_on", as_of)
    return decide(make_facts(**facts), the_edition(), rest_days(), day(as_of))


def codes(as_of: str, **facts: Any) -> set[str]:
    return set(decided(as_of, **facts).codes)


def keys(notes: tuple[Any, ...]) -> set[str]:
    return {note.key for note in notes}
