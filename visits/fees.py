"""The fee guard: what a visit may cost by the verdict of the guarantee and the price list, and what was collected.

Parts and labour of a guarantee repair are free, and the reasonable transport of large goods with them (R458 art. 15);
after the guarantee the price list holds. Where a person has to decide, nothing is expected.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from servicedesk.tickets.models import Outcome, Ticket, TicketKind
from visits.models import Charge, PriceItem, Visit
from warranty.models import DecisionOverride
from warranty.remedies.overriding import override_of
from warranty.rules.outcome import Decision as Verdict
from warranty.rules.storage import StorageError, decision_from_json
from warranty.selectors import latest_of_ticket, reading_of

Kind = PriceItem.Kind
FREE = ("repair", "promise_repair")
PAID = "paid_repair"
# The same part bought twice within so many days was not good, or was never put in.
PART_AGAIN = timedelta(days=180)
# More labour than one unit, done in less than the usual time of the fault, was never worked.
ONE_UNIT = 1

OVERCHARGED, WAIVED = "charge.free", "charge.waived"
PART_TWICE, PART_UNNEEDED, PADDED = "charge.part_again", "charge.part_unneeded", "charge.padded"


@dataclass(frozen=True)
class Expectation:
    """What the verdict says of a repair's price: its answer, whether travel is free too, and the norm it cites.

    `answer` is empty where a person has to decide or no appliance is known: then nothing is expected.
    """

    answer: str = ""
    travel_free: bool = False
    norm: str = ""
    article: str = ""

    @property
    def is_free(self) -> bool:
        """Whether parts and labour are free."""
        return self.answer in FREE

    def fen(self, kind: str, listed: int) -> int | None:
        """What a line of that kind with the list price `listed` may cost, in fen; None where nothing is expected."""
        if self.answer == PAID:
            return listed
        if not self.is_free:
            return None
        return listed if kind == Kind.TRAVEL and not self.travel_free else 0


NOTHING_EXPECTED = Expectation()


@dataclass(frozen=True)
class FeeFinding:
    """A line or a pattern that a person has to look at: its code, and what is said of it in codes, fen and minutes."""

    code: str
    sides: dict[str, Any]


def expectation_of(ticket: Ticket, now: datetime) -> Expectation:
    """What the verdict recorded on the ticket says of its price, with what was granted beside it; else that of now."""
    if ticket.appliance is None or ticket.kind != TicketKind.REPAIR:
        return NOTHING_EXPECTED
    decision = latest_of_ticket(ticket)
    if decision is None:
        return expected_by(reading_of(ticket.appliance, ticket=ticket, now=now).verdict, None)
    try:
        return expected_by(decision_from_json(decision.outcome), override_of(decision))
    except StorageError:
        # Written by an edition whose words are no longer known: a person looks at it.
        return NOTHING_EXPECTED


def expected_by(verdict: Verdict, override: DecisionOverride | None) -> Expectation:
    """The expectation of a verdict and what stands beside it. A review decides nothing about the price."""
    granted = override.grants if override is not None else ""
    if granted in {*FREE, PAID}:
        return Expectation(granted, travel_free=granted in FREE)
    answer = next((code for code in (*FREE, PAID) if code in verdict.codes), "")
    entitlement = verdict.entitlement(answer) if answer else None
    if entitlement is None or ("review" in verdict.codes and answer == PAID):
        return NOTHING_EXPECTED
    travel_free = answer in FREE and verdict.transport_by == "operator"
    return Expectation(answer, travel_free, entitlement.norm, entitlement.article)


def fee_findings(
    visit: Visit, charges: Sequence[Charge], expected: Expectation, parts_before: Iterable[str]
) -> list[FeeFinding]:
    """Where the charges are not what they may be, and the patterns of swapped parts and padded work. Pure.

    `parts_before` are the codes of parts charged for the same appliance in the last 180 days.
    """
    found = _against_verdict(charges, expected)
    parts = sorted(charge.item.code for charge in charges if charge.item.kind == Kind.PART)
    twice = [code for code in parts if code in set(parts_before)]
    if twice:
        found.append(FeeFinding(PART_TWICE, {"checklist": " ".join(twice), "days": PART_AGAIN.days}))
    if parts and visit.outcome == Outcome.NO_FAULT_FOUND:
        found.append(FeeFinding(PART_UNNEEDED, {"checklist": " ".join(parts)}))
    return found + _padded(visit, charges)


def _against_verdict(charges: Sequence[Charge], expected: Expectation) -> list[FeeFinding]:
    wanted = [(charge, expected.fen(charge.item.kind, charge.item.fen * charge.quantity)) for charge in charges]
    judged = [(charge, fen) for charge, fen in wanted if fen is not None]
    more = [(charge, fen) for charge, fen in judged if charge.fen > fen]
    less = [(charge, fen) for charge, fen in judged if charge.fen < fen]
    law = {"answer": expected.answer, "norm": expected.norm, "article": expected.article}
    return [
        FeeFinding(
            code,
            {
                "checklist": sum(charge.fen for charge, _fen in lines),
                "expected": sum(fen for _charge, fen in lines),
                "items": " ".join(charge.item.code for charge, _fen in lines),
                **law,
            },
        )
        for code, lines in ((OVERCHARGED, more), (WAIVED, less))
        if lines
    ]


def _padded(visit: Visit, charges: Sequence[Charge]) -> list[FeeFinding]:
    units = sum(charge.quantity for charge in charges if charge.item.kind == Kind.LABOUR)
    fault = visit.confirmed_fault or visit.ticket.fault
    if units <= ONE_UNIT or fault is None or visit.started_at is None or visit.ended_at is None:
        return []
    worked = int((visit.ended_at - visit.started_at).total_seconds() // 60)
    if worked >= fault.minutes:
        return []
    return [FeeFinding(PADDED, {"checklist": units, "worked": worked, "usual": fault.minutes})]


def parts_charged_before(visit: Visit, now: datetime) -> list[str]:
    """The codes of the parts charged or given free for the same appliance at other visits of the last 180 days."""
    if visit.ticket.appliance_id is None:
        return []
    earlier = Charge.objects.filter(
        visit__ticket__appliance=visit.ticket.appliance_id, item__kind=Kind.PART, visit__ended_at__gt=now - PART_AGAIN
    ).exclude(visit=visit)
    return list(earlier.values_list("item__code", flat=True).distinct())
