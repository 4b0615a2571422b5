"""Checklist, callback and signed sheet of a visit side by side: where two of them cannot both be right.

The three are independent records of one hour: what the technician reported, what the customer said on the phone, and
what he signed for. The sheet is what stood on it when it was signed, read from the visit's steps, which nobody can
change afterwards.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from visits.aftercare.script import Question, contradictions
from visits.models import Charge, Signature, Visit, VisitEvent

# Differences between record and sheet, found without asking anybody.
SHEET_OUTCOME, SHEET_CHARGES, SHEET_PARTS = "sheet.outcome", "sheet.charges", "sheet.parts"

# The item of the norm that the signed sheet itself proves.
SHEET_ITEM = "item.2.2"


@dataclass(frozen=True)
class Bill:
    """What is to be paid, in fen, and the codes of the parts that were charged or given free."""

    fen: int = 0
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """The record sheet as the customer signed it: bill and outcome at that moment, empty where none stood on it."""

    signed_at: datetime
    bill: Bill
    outcome: str


@dataclass(frozen=True)
class Found:
    """A mismatch: what it is about, and what each side says (codes, amounts in fen, instants in ISO form)."""

    code: str
    sides: dict[str, Any]


def bill_of(charges: Sequence[Charge]) -> Bill:
    """The bill as it stands now."""
    parts = sorted(charge.item.code for charge in charges if charge.item.kind == "part")
    return Bill(sum(charge.fen for charge in charges), tuple(parts))


def sheet_of(visit: Visit, kinds: Mapping[str, str]) -> Sheet | None:
    """The signed sheet of the visit; None where nobody signed. `kinds` are the kinds of the price items by code."""
    signature = Signature.objects.filter(visit=visit).only("signed_at").first()
    if signature is None:
        return None
    lines: dict[str, int] = {}
    outcome = ""
    for step in VisitEvent.objects.filter(visit=visit).order_by("id"):
        if step.step == "sign":
            break
        if step.step == "add_charge":
            lines[step.data["item"]] = step.data.get("fen", 0)
        elif step.step == "remove_charge":
            lines.pop(step.data["item"], None)
        elif step.step == "record_outcome":
            outcome = step.data["outcome"]
    parts = sorted(code for code in lines if kinds.get(code) == "part")
    return Sheet(signature.signed_at, Bill(sum(lines.values()), tuple(parts)), outcome)


def against_sheet(outcome: str, bill: Bill, sheet: Sheet | None) -> list[Found]:
    """Where the visit's record says something else than the customer signed for. Pure."""
    if sheet is None:
        return []
    found = []
    if sheet.outcome and sheet.outcome != outcome:
        found.append(Found(SHEET_OUTCOME, {"checklist": outcome, "sheet": sheet.outcome}))
    if sheet.bill.fen != bill.fen:
        found.append(Found(SHEET_CHARGES, {"checklist": bill.fen, "sheet": sheet.bill.fen}))
    if sheet.bill.parts != bill.parts:
        sides = {"checklist": " ".join(bill.parts), "sheet": " ".join(sheet.bill.parts)}
        found.append(Found(SHEET_PARTS, sides))
    return found


def against_answers(
    script: Sequence[Question], answers: Mapping[str, str], visit: Visit, bill: Bill, sheet: Sheet | None
) -> list[Found]:
    """Where the customer's answers say something else than the record; with what the sheet says of it."""
    return [
        Found(code, {"callback": answers[code], **_others(code, visit, bill, sheet)})
        for code in contradictions(script, answers)
    ]


def _others(code: str, visit: Visit, bill: Bill, sheet: Sheet | None) -> dict[str, Any]:
    """What checklist and sheet say about the question; an item of the norm stands on no sheet."""
    signed = "signed" if sheet is not None else "unsigned"
    parts = " ".join(bill.parts)
    known: dict[str, dict[str, Any]] = {
        "punctuality": {"checklist": _iso(visit.arrived_at), "promised": _iso(visit.ticket.promised_until)},
        "fee": {"checklist": bill.fen, "sheet": sheet.bill.fen if sheet is not None else signed},
        "parts": {"checklist": parts, "sheet": " ".join(sheet.bill.parts) if sheet is not None else signed},
        "repair": {"checklist": visit.outcome, "sheet": sheet.outcome if sheet is not None else signed},
        "sheet": {"checklist": "done", "sheet": signed},
        "took": {"checklist": "nothing"},
        SHEET_ITEM: {"checklist": "done", "sheet": signed},
    }
    return known.get(code, {"checklist": "done"})


def _iso(at: datetime | None) -> str:
    return at.isoformat() if at is not None else ""
