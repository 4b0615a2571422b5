"""The cells of a vector file: how each column is read, and what is said of a cell that cannot be read."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from warranty.rules.codes import ENTITLEMENTS
from warranty.rules.facts import (
    Buyer,
    Channel,
    FaultType,
    MembershipCard,
    NoReturnClass,
    Promise,
    PromiseKind,
    Proof,
    Remedy,
    Repair,
    RepairKind,
    Wait,
)

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SUM = re.compile(r"-?\d{1,15}(?:\.\d{1,6})?")
_SCOPE = re.compile(r"CN(-[A-Z]{2})?")
_FROM_PRODUCTION = r"(?: from month after production (?P<made>\d{4}-\d{2}))?"
_WHOLE_UNIT = re.compile(r"whole unit (?P<months>\d{1,4}) months?" + _FROM_PRODUCTION)
_MAIN_PARTS = re.compile(r"main parts (?P<months>\d{1,4}) months?" + _FROM_PRODUCTION)
_PUBLIC_USE = re.compile(r"public use (?P<months>\d{1,4}) months?")
_REPAIRED_PART = re.compile(r"repaired part (?P<months>\d{1,4}) months?")
_DEPRECIATION = re.compile(r"depreciation (?P<percent>\d{1,3}(?:\.\d{1,4})?) percent")

Reader = Callable[[str], Any]


class CellError(ValueError):
    """A cell that cannot be read; `column` says which."""

    def __init__(self, column: str, problem: str) -> None:
        self.column = column
        super().__init__(problem)


def cell(row: Mapping[str, str], column: str) -> Any:
    """Return the value of a cell as its column asks. Raises CellError with the words of what is wrong."""
    text = row[column]
    try:
        return READERS[column](text)
    except ValueError as error:
        raise CellError(column, f"{text!r} {error}") from error


def day_of(row: Mapping[str, str], column: str) -> date:
    """Return the day of a cell that must have one. Raises CellError."""
    found: date | None = cell(row, column)
    if found is None:
        raise CellError(column, "must not be empty")
    return found


def promises_of(text: str) -> tuple[Promise, ...]:
    """Return the promises written in a `brand_promise` cell. Raises ValueError for words that are none.

    A production month at the end of a cell holds for the whole unit and the main parts named before it.
    """
    promises: list[Promise] = []
    for clause in filter(None, map(str.strip, re.split("[,;]", text))):
        parts = _MAIN_PARTS.fullmatch(clause)
        if parts and promises and promises[-1].kind is PromiseKind.WHOLE_UNIT:
            made = _month(parts["made"]) or promises[-1].production_month
            promises[-1] = replace(promises[-1], main_part_months=int(parts["months"]), production_month=made)
        else:
            promises.append(_promise(clause))
    return tuple(promises)


def _month(text: str | None) -> date | None:
    return _needed_day(f"{text}-01") if text else None


def _promise(text: str) -> Promise:
    if match := _WHOLE_UNIT.fullmatch(text):
        months = int(match["months"])
        return Promise(kind=PromiseKind.WHOLE_UNIT, months=months, production_month=_month(match["made"]))
    if match := _MAIN_PARTS.fullmatch(text):
        return Promise(
            kind=PromiseKind.WHOLE_UNIT,
            main_part_months=int(match["months"]),
            production_month=_month(match["made"]),
        )
    if match := _PUBLIC_USE.fullmatch(text):
        return Promise(kind=PromiseKind.PUBLIC_USE, months=int(match["months"]))
    if match := _REPAIRED_PART.fullmatch(text):
        return Promise(kind=PromiseKind.REPAIRED_PART, months=int(match["months"]))
    if match := _DEPRECIATION.fullmatch(text):
        return Promise(kind=PromiseKind.DEPRECIATION, percent=Decimal(match["percent"]))
    raise ValueError(f"is no promise: {text}")


def _repair(text: str) -> Repair:
    span, _, rest = text.partition("|")
    kind, _, symptom = rest.partition("|")
    first, last = _span(span)
    return Repair(handed_on=first, returned_on=last, kind=_one_of(RepairKind)(kind), symptom=symptom.strip())


def _wait(text: str) -> Wait:
    first, last = _span(text)
    return Wait(first=first, last=last)


def _span(text: str) -> tuple[date, date | None]:
    first, arrow, last = text.partition(">")
    if not arrow:
        raise ValueError(f"is no span: {text} has no >")
    return _needed_day(first.strip()), _day(last.strip())


def _needed_day(text: str) -> date:
    if _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise ValueError(f"is no day: {text}" if text else "must not be empty")


def _day(text: str) -> date | None:
    return _needed_day(text) if text else None


def _sum(text: str) -> Decimal | None:
    if text and not _SUM.fullmatch(text):
        raise ValueError("is no sum")
    return Decimal(text) if text else None


def _list_of(reader: Reader) -> Reader:
    return lambda text: tuple(reader(item.strip()) for item in text.split(";") if item.strip())


def _one_of(kind: type[Enum], default: Enum | None = None) -> Reader:
    """Return the reader of a word of `kind`; an empty cell is `default`, or refused where there is none."""

    def read(text: str) -> Enum:
        if not text and default is not None:
            return default
        try:
            return kind(text.strip())
        except ValueError:
            known = ", ".join(item.value for item in kind)
            raise ValueError(f"is an unknown code; known are {known}") from None

    return read


def _word(*words: str) -> Reader:
    """Return the reader of one of some words, or of nothing."""

    def read(text: str) -> str:
        if text and text not in words:
            raise ValueError(f"is an unknown code; known are {', '.join(words)}")
        return text

    return read


def _switch(text: str) -> bool | None:
    return {"Y": True, "N": False}.get(_word("Y", "N")(text))


def _scope(text: str) -> str:
    if text and not _SCOPE.fullmatch(text):
        raise ValueError("is no jurisdiction like CN or CN-ZJ")
    return text or "CN"


def _needed(text: str) -> str:
    if not text:
        raise ValueError("must not be empty")
    return text


def _class(text: str) -> Enum | None:
    return _one_of(NoReturnClass)(text) if text else None


def _entitlements(text: str) -> tuple[str, ...]:
    unknown = [code for code in text.split("|") if text and code not in ENTITLEMENTS]
    if unknown:
        raise ValueError(f"is an unknown code: {', '.join(unknown)}")
    return tuple(text.split("|")) if text else ()


def _confidence(text: str) -> str:
    return _needed(_word("high", "medium", "low")(text))


_PARTY = _word("operator", "consumer")
READERS: Mapping[str, Reader] = {
    "id": _needed,
    "jurisdiction": _scope,
    "product": _needed,
    "brand_promise": promises_of,
    "price_cny": _sum,
    "channel": _one_of(Channel, Channel.STORE),
    "invoice_date": _day,
    "delivery_date": _day,
    "install_done_date": _day,
    "fault_occurred_date": _day,
    "fault_report_date": _day,
    "evaluate_on": _needed_day,
    "fault_type": _one_of(FaultType),
    "faulty_main_part": str,
    "symptom": str,
    "repairs": _list_of(_repair),
    "parts_wait": _list_of(_wait),
    "repairer_delay": _list_of(_wait),
    "exchange_date": _day,
    "same_model_in_stock": _switch,
    "buyer_type": _one_of(Buyer, Buyer.CONSUMER),
    "invoice_status": _one_of(Proof, Proof.PRESENT),
    "misuse": _switch,
    "cause_disputed": _switch,
    "no_return_class": _class,
    "price_paid": _sum,
    "asked_remedy": _one_of(Remedy, Remedy.REPAIR),
    "membership": _one_of(MembershipCard, MembershipCard.NONE),
    "prior_maintenance": _list_of(_needed_day),
    "exp_entitlements": _entitlements,
    "exp_whole_last_day": _day,
    "exp_part_last_day": _day,
    "exp_dep_rate_pct_per_day": _sum,
    "exp_dep_days": _sum,
    "exp_dep_amount": _sum,
    "exp_refund_amount": _sum,
    "exp_other_amount": _sum,
    "exp_transport_by": _PARTY,
    "exp_burden_of_proof": _PARTY,
    "confidence": _confidence,
}
# Said of a row and not decided from: the norm set and the list, which the sale day chooses.
DESCRIPTIONS: Mapping[str, Reader] = {
    "profile": _word("N1995", "N2014", "N2024"),
    "in_catalogue": _word("Y", "N", "mobile2001", "pc2002", "av2002"),
}
