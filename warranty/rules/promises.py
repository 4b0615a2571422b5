"""The maker's promise: it binds, it only adds, and outside every list it is all there is (R458 art. 4)."""

from dataclasses import dataclass, replace
from datetime import date

from warranty.rules.case import Case
from warranty.rules.counting import add_months
from warranty.rules.depreciation import to_fen
from warranty.rules.facts import Buyer, Promise, PromiseKind, Proof, RepairKind, same_fault
from warranty.rules.outcome import Entitlement, Finding, Note, NoteValue, line


@dataclass(frozen=True)
class Promised:
    """A promised term: what it covers, from when, how long, and its last day as the maker prints it (no C4)."""

    kind: str
    start: date
    months: int
    last_day: date


def promised_terms(case: Case) -> tuple[Promised, ...]:
    """Return every promised term that fits buyer, proof, part and fault, running or not.

    A business buyer with a promise for public use has only that one; a consumer never has it. Without proof of the
    sale day only a promise from the production month holds (C14).
    """
    business = case.facts.buyer is Buyer.BUSINESS
    promises = case.facts.promises
    public = [item for item in promises if item.kind is PromiseKind.PUBLIC_USE]
    terms: list[Promised] = []
    for promise in promises:
        if promise.kind is PromiseKind.REPAIRED_PART:
            terms += _repaired_part(case, promise)
        elif (promise.kind is PromiseKind.PUBLIC_USE and business) or (
            promise.kind is PromiseKind.WHOLE_UNIT and not (business and public)
        ):
            terms += _from_sale(case, promise)
    return tuple(terms)


def promise_repair(case: Case) -> Finding:
    """Return the repair under a promise that still runs on the fault day, with every promised term as a line."""
    terms = promised_terms(case)
    lines: list[Note] = []
    for term in terms:
        key = "promise_running" if case.fault_on <= term.last_day else "promise_over"
        values: dict[str, NoteValue] = {"start": term.start, "months": term.months, "last_day": term.last_day}
        lines.append(line(key, promise=term.kind, **values))
    found = Finding(lines=tuple(lines), boundaries=tuple(term.last_day for term in terms))
    running = [term.last_day for term in terms if case.fault_on <= term.last_day]
    if not running:
        return found
    return found + Finding(entitlements=(_entitlement("promise_repair", max(running)),))


def failed_promise(case: Case) -> Finding:
    """Return exchange and refund after two failed repairs in a promised term, by the law of 1993 (CPL93 art. 45)."""
    figure, since = case.find("promise_failed_repairs"), case.facts.exchanged_on or date.min
    terms = [term for term in promised_terms(case) if case.fault_on <= term.last_day]
    done = [
        repair
        for repair in case.facts.repairs
        if repair.kind is RepairKind.WARRANTY and repair.returned_on and repair.handed_on >= since
    ]
    if figure is None or not terms or len(done) < figure.number:
        return Finding()
    lines = (line("failed_repairs", count=len(done), needed=figure.number),)
    price = case.price()
    refund = replace(
        case.entitle("refund", "promise_failed_repairs", figure), amount=None if price is None else to_fen(price)
    )
    missing = ("price",) if price is None else ()
    remedies: tuple[Entitlement, ...] = (refund,)
    if case.facts.same_model_in_stock is not False:
        remedies += (case.entitle("exchange", "promise_failed_repairs", figure),)
    return Finding(entitlements=remedies, lines=lines, missing=missing)


def has_expired(case: Case) -> bool:
    """Whether a term was promised and every promised term is over on the fault day."""
    terms = promised_terms(case)
    return bool(terms) and all(case.fault_on > term.last_day for term in terms)


def _entitlement(code: str, last_day: date) -> Entitlement:
    return Entitlement(code=code, ground="promise", norm="PROMISE", article="", confidence="high", last_day=last_day)


def _from_sale(case: Case, promise: Promise) -> list[Promised]:
    if promise.production_month:
        start = add_months(promise.production_month.replace(day=1), 1)
    elif case.facts.proof is Proof.NONE or case.facts.sold_on is None:
        return []
    else:
        start = case.facts.sold_on
    terms = []
    if promise.months:
        terms.append(Promised("promise", start, promise.months, add_months(start, promise.months)))
    if promise.main_part_months and case.facts.main_part:
        last = add_months(start, promise.main_part_months)
        terms.append(Promised("promise_main_part", start, promise.main_part_months, last))
    return terms


def _repaired_part(case: Case, promise: Promise) -> list[Promised]:
    """Return a term from each repair of the same fault; the same fault stands for the same part."""
    exchanged = case.facts.exchanged_on or date.min
    return [
        Promised(
            "promise_repaired_part",
            repair.returned_on,
            promise.months,
            add_months(repair.returned_on, promise.months),
        )
        for repair in case.facts.repairs
        if repair.returned_on
        and exchanged <= repair.handed_on
        and repair.returned_on <= case.fault_on
        and repair.kind is not RepairKind.NO_FAULT
        and same_fault(case.facts.symptom, repair.symptom)
    ]
