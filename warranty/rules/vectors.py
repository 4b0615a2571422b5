"""Golden rows of the warranty vectors: read a CSV row as facts, decide it, and compare with what is expected."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from warranty.rules.cells import cell, day_of
from warranty.rules.counting import RestDays
from warranty.rules.decide import judge
from warranty.rules.edition import Edition
from warranty.rules.facts import Facts, Remedy
from warranty.rules.outcome import Decision

ZERO = Decimal("0.00")
REFUNDS = ("refund", "refund_less_depreciation", "no_reason_return")
# Expected cells that hold a number: 25.9 is 25.90, and nothing is 0.00.
_NUMBERS = frozenset(
    {
        "exp_dep_rate_pct_per_day",
        "exp_dep_days",
        "exp_dep_amount",
        "exp_refund_amount",
        "exp_other_amount",
    }
)


@dataclass(frozen=True)
class Difference:
    """A cell in which decision and golden row differ."""

    row: str
    column: str
    expected: str
    actual: str


def differences(rows: Iterable[Mapping[str, str]], edition: Edition, rest_days: RestDays) -> list[Difference]:
    """Return every expected cell that the decision of its row does not meet; an empty cell is not checked."""
    return [item for row in rows for item in compare(row, judged(row, edition, rest_days)[1])]


def judged(row: Mapping[str, str], edition: Edition, rest_days: RestDays) -> tuple[Facts, Decision]:
    """Return the facts of a row and the decision on its day. Raises CellError for a cell that cannot be read."""
    facts = facts_of(row)
    return facts, judge(facts, edition, rest_days, day_of(row, "evaluate_on"))


def compare(row: Mapping[str, str], decision: Decision) -> list[Difference]:
    """Return the expected cells of one row that a decision does not meet."""
    actual = actual_cells(decision, cell(row, "asked_remedy"))
    return [
        Difference(row["id"], column, row[column], got)
        for column, got in actual.items()
        if row[column] and not _alike(column, row[column], got)
    ]


def actual_cells(decision: Decision, asked: Remedy) -> dict[str, str]:
    """Return a decision in the `exp_` columns of the vectors; sums belong to the remedy asked for."""
    refund = next((found for code in REFUNDS if (found := decision.entitlement(code))), None)
    damages = decision.entitlement("punitive_damages")
    reduced = decision.depreciation
    asks_refund = asked is Remedy.REFUND and refund is not None
    return {
        "exp_entitlements": "|".join(sorted(decision.codes)),
        "exp_whole_last_day": _text(decision.last_day("unit")),
        "exp_part_last_day": _text(decision.last_day("main_part") or decision.last_day("accessory")),
        "exp_dep_rate_pct_per_day": _text(reduced and reduced.rate_percent),
        "exp_dep_days": _text(reduced and reduced.days),
        "exp_dep_amount": _text(reduced.amount if reduced else ZERO) if asks_refund else "",
        "exp_refund_amount": _text(refund.amount) if refund and asks_refund else "",
        "exp_other_amount": _text(damages.amount if damages else ZERO),
        "exp_transport_by": decision.transport_by,
        "exp_burden_of_proof": decision.burden_of_proof,
    }


def facts_of(row: Mapping[str, str]) -> Facts:
    """Return the facts of a vector row. Raises CellError naming the cell that cannot be read."""
    return Facts(
        product=cell(row, "product"),
        jurisdiction=cell(row, "jurisdiction"),
        buyer=cell(row, "buyer_type"),
        channel=cell(row, "channel"),
        proof=cell(row, "invoice_status"),
        price=cell(row, "price_cny"),
        price_paid=cell(row, "price_paid"),
        invoice_on=cell(row, "invoice_date"),
        delivered_on=cell(row, "delivery_date"),
        installed_on=cell(row, "install_done_date"),
        exchanged_on=cell(row, "exchange_date"),
        fault_type=cell(row, "fault_type"),
        occurred_on=cell(row, "fault_occurred_date"),
        reported_on=cell(row, "fault_report_date"),
        main_part=cell(row, "faulty_main_part"),
        symptom=cell(row, "symptom"),
        misuse=bool(cell(row, "misuse")),
        cause_disputed=bool(cell(row, "cause_disputed")),
        repairs=cell(row, "repairs"),
        parts_waits=cell(row, "parts_wait"),
        repairer_delays=cell(row, "repairer_delay"),
        same_model_in_stock=cell(row, "same_model_in_stock"),
        no_return_class=cell(row, "no_return_class"),
        asked=cell(row, "asked_remedy"),
        promises=cell(row, "brand_promise"),
        membership=cell(row, "membership"),
        maintenance_visits=cell(row, "prior_maintenance"),
    )


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _alike(column: str, expected: str, actual: str) -> bool:
    if column == "exp_entitlements":
        return set(expected.split("|")) == set(actual.split("|"))
    if column in _NUMBERS:
        return Decimal(expected) == Decimal(actual or "0")
    return expected == actual
