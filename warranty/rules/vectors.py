"""Golden rows of the warranty vectors: read a CSV row as facts, decide it, and compare with what is expected."""

import re
from collections.abc import Iterable, Mapping
from csv import DictReader
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from warranty.rules.counting import RestDays
from warranty.rules.decide import decide
from warranty.rules.edition import Edition
from warranty.rules.facts import (
    Buyer,
    Channel,
    Facts,
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
from warranty.rules.outcome import Decision

ZERO = Decimal("0.00")
_WHOLE_UNIT = re.compile(r"whole unit (?P<months>\d+) months(?: from month after production (?P<made>\d{4}-\d{2}))?")
_MAIN_PARTS = re.compile(r"main parts (?P<months>\d+) months(?: from month after production (?P<made>\d{4}-\d{2}))?")
_PUBLIC_USE = re.compile(r"public use (?P<months>\d+) months")
_REPAIRED_PART = re.compile(r"repaired part (?P<months>\d+) months")
_DEPRECIATION = re.compile(r"depreciation (?P<percent>\d+(?:\.\d+)?) percent")


@dataclass(frozen=True)
class Difference:
    """A cell in which decision and golden row differ."""

    row: str
    column: str
    expected: str
    actual: str


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a vector file as texts by column."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(DictReader(file))


def differences(rows: Iterable[Mapping[str, str]], edition: Edition, rest_days: RestDays) -> list[Difference]:
    """Return every expected cell that the decision of its row does not meet; an empty cell is not checked."""
    found = []
    for row in rows:
        decision = decide(facts_of(row), edition, rest_days, date.fromisoformat(row["evaluate_on"]))
        found += compare(row, decision)
    return found


def compare(row: Mapping[str, str], decision: Decision) -> list[Difference]:
    """Return the expected cells of one row that a decision does not meet."""
    actual = actual_cells(decision, Remedy(row["asked_remedy"]))
    return [
        Difference(row["id"], column, row[column], got)
        for column, got in actual.items()
        if row[column] and not _alike(column, row[column], got)
    ]


def actual_cells(decision: Decision, asked: Remedy) -> dict[str, str]:
    """Return a decision in the `exp_` columns of the vectors; sums belong to the remedy asked for."""
    refunds = ("refund", "refund_less_depreciation", "no_reason_return")
    refund = next((found for code in refunds if (found := decision.entitlement(code))), None)
    damages = decision.entitlement("punitive_damages")
    reduced = decision.depreciation
    asks_refund = asked is Remedy.REFUND and refund is not None
    return {
        "exp_entitlements": "|".join(sorted(decision.codes)),
        "exp_whole_last_day": _text(decision.last_day("unit")),
        "exp_part_last_day": _text(decision.last_day("main_part")),
        "exp_dep_rate_pct_per_day": _text(reduced and reduced.rate_percent),
        "exp_dep_days": _text(reduced and reduced.days),
        "exp_dep_amount": _text(reduced.amount if reduced else ZERO) if asks_refund else "",
        "exp_refund_amount": _text(refund.amount) if refund and asks_refund else "",
        "exp_other_amount": _text(damages.amount if damages else ZERO),
        "exp_transport_by": decision.transport_by,
        "exp_burden_of_proof": decision.burden_of_proof,
    }


def facts_of(row: Mapping[str, str]) -> Facts:
    """Return the facts of a vector row. Raises ValueError for a cell that cannot be read."""
    return Facts(
        product=row["product"],
        jurisdiction=row["jurisdiction"],
        buyer=Buyer(row["buyer_type"]),
        channel=Channel(row["channel"]),
        proof=Proof(row["invoice_status"]),
        price=_sum(row["price_cny"]),
        price_paid=_sum(row["price_paid"]),
        invoice_on=_day(row["invoice_date"]),
        delivered_on=_day(row["delivery_date"]),
        installed_on=_day(row["install_done_date"]),
        exchanged_on=_day(row["exchange_date"]),
        fault_type=FaultType(row["fault_type"]),
        occurred_on=_day(row["fault_occurred_date"]),
        reported_on=_day(row["fault_report_date"]),
        main_part=row["faulty_main_part"],
        symptom=row["symptom"],
        misuse=row["misuse"] == "Y",
        cause_disputed=row["cause_disputed"] == "Y",
        repairs=tuple(_repair(item) for item in _items(row["repairs"])),
        parts_waits=tuple(_wait(item) for item in _items(row["parts_wait"])),
        repairer_delays=tuple(_wait(item) for item in _items(row["repairer_delay"])),
        same_model_in_stock={"Y": True, "N": False}.get(row["same_model_in_stock"]),
        no_return_class=NoReturnClass(row["no_return_class"]) if row["no_return_class"] else None,
        asked=Remedy(row["asked_remedy"]),
        promises=promises_of(row["brand_promise"]),
        membership=MembershipCard(row["membership"] or "none"),
        maintenance_visits=tuple(date.fromisoformat(day) for day in _items(row["prior_maintenance"])),
    )


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
    return date.fromisoformat(f"{text}-01") if text else None


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
    raise ValueError(f"no promise: {text}")


def _repair(text: str) -> Repair:
    span, kind, symptom = text.split("|")
    handed, returned = span.split(">")
    return Repair(
        handed_on=date.fromisoformat(handed), returned_on=_day(returned), kind=RepairKind(kind), symptom=symptom
    )


def _wait(text: str) -> Wait:
    first, last = text.split(">")
    return Wait(first=date.fromisoformat(first), last=_day(last))


def _items(cell: str) -> list[str]:
    return [item.strip() for item in cell.split(";") if item.strip()]


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _sum(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _alike(column: str, expected: str, actual: str) -> bool:
    if column == "exp_entitlements":
        return set(expected.split("|")) == set(actual.split("|"))
    if column.endswith(("_amount", "_day")) and not column.endswith("last_day"):
        return bool(actual) and Decimal(expected) == Decimal(actual)
    return expected == actual
