"""The conventions C1-C14 and the named readings: which of them decide an answer, read off the answer itself.

The law leaves these questions open (handbook, "Counting conventions"); a row of medium or low confidence hangs on the
ones named here.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from warranty.rules.counting import ONE_DAY, SATURDAY
from warranty.rules.facts import Buyer, Facts, FaultType, Proof, Remedy, RepairKind, same_fault
from warranty.rules.outcome import Decision, Note, Term

CONVENTIONS: Mapping[str, str] = {
    "C1": "the start day is day 0, so a window of 7 days ends on the same weekday a week later",
    "C2": "a term of years ends on the same calendar date, that day included",
    "C3": "where there is no such date, the term ends with the month",
    "C4": "a last day on a rest day moves to the first working day after it",
    "C5": "the windows of 7 and 15 days move off a rest day too",
    "C6": "windows and terms test the day the fault appeared, the report unless an earlier day is documented",
    "C7": "repair days are return less hand-over, overlaps once; an open job runs to the day of decision",
    "C8": "a term is longer by all excluded days, and moves off a rest day only then",
    "C9": "over 90, 60, 35 or 30 days is day 91, 61, 36 or 31",
    "C10": "depreciation is price x rate x days in use, half up to the fen, at most the price",
    "C11": "an exchange restarts terms and repair count; for sales since 2024-07-01 also the 15 days, never the 7",
    "C12": "the same fault to day 30 after a repair is free",
    "C13": "the trader proves the cause for six calendar months from receipt; a dispute after them is for a person",
    "C14": "another proof of the day serves as the invoice; without any, only a promise from the production month",
    "paid_repair_extends_term": "switch: days of a paid repair lengthen the term too",
    "same_fault_required": "switch: off, so repairs of different faults count together",
    "window_refund_less_depreciation": "switch: days 8 to 15 also know a refund less depreciation (arts 10 and 13)",
    "unit_term_only": "reading: no exchange of the unit while only a main part or an accessory is still covered",
    "paid_and_no_fault_visits": "reading: paid repairs and visits without a fault are no failed repairs",
    "depreciation_contested": "reading: depreciation on sales since 2024-07-01 is listed, both sums beside it",
    "clock_since_2024": "reading: sales since 2024-07-01 count from delivery or the trader's installation",
    "living_use": "reading: a business that buys for the living use of people is decided by a person",
    "unlisted": "reading: goods outside every list follow CPL13 art. 24, before 2014-03-15 the promise alone",
    "promise": "reading: a promise adds to the law and ends on its printed day",
    "local_law": "reading: local law of 2017 adds to the national floor",
    "special_rule": "reading: special rules of phones, computers and audio-visual goods before the national figures",
    "unverified": "reading: a figure that nobody verified is never guessed",
    "steward": "reading: the yearly table of the steward benefit",
    "no_fault": "reading: without a fault nothing is due but the return of a distance sale",
    "in_term": "reading: in the unit's term a performance fault is repaired free (R458 art. 15)",
}

# What a flag, a line or an exclusion shows to have been decided by.
_FLAGS = {
    "other_faults_counted": "same_fault_required",
    "no_main_part_exchange": "unit_term_only",
    "accessory_only": "unit_term_only",
    "depreciation_contested": "depreciation_contested",
    "living_use": "living_use",
    "unverified_figure": "unverified",
    "unknown_part": "unverified",
    "unknown_product": "unverified",
    "refund_needs_a_person": "unlisted",
    "promise_has_ended": "promise",
    "cause_disputed": "C13",
}
_LINES = {
    "exchanged": "C11",
    "after_repair": "C12",
    "no_refund_without_invoice": "C14",
    "unlisted_goods": "unlisted",
    "promise_running": "promise",
    "promise_over": "promise",
    "depreciation_promise": "promise",
    "overlay_window": "local_law",
    "overlay_no_depreciation": "local_law",
    "membership": "steward",
}
_SPECIAL = frozenset({"MOBILE2001", "PC2002", "AV2002"})
_LOCAL = frozenset({"ZJ2017", "SD2017"})


def deciding(facts: Facts, decision: Decision, *, dates_asked: bool = False) -> tuple[str, ...]:
    """Return the conventions and readings that an answer hangs on, in the order of the table, at least one.

    Counting decides where the fault lies on the edge of a window or a term, or where `dates_asked` says that the last
    days themselves are in question.
    """
    found = {_FLAGS[note.key] for note in decision.flags if note.key in _FLAGS}
    found |= {_LINES[note.key] for note in decision.lines if note.key in _LINES}
    found |= _by_windows(decision) | _by_facts(facts, decision) | _by_norms(decision)
    if any(_at_limit(note) for note in decision.lines if note.key in {"open_job", "long_repair"}):
        found.add("C9")
    for term in decision.terms:
        if dates_asked or _near(facts.fault_on(decision.as_of), term):
            found |= _by_term(facts, term)
    return tuple(code for code in CONVENTIONS if code in found) or ("in_term",)


def _at_limit(note: Note) -> bool:
    """Whether the days of an open job or of all repairs have reached their limit."""
    return int(str(note.value("days"))) >= int(str(note.value("limit")))


def _near(fault_on: date, term: Term) -> bool:
    """Whether a fault lies between the plain end of a term and the day after its last day."""
    return term.base_last_day - ONE_DAY <= fault_on <= term.last_day + ONE_DAY


def _by_term(facts: Facts, term: Term) -> set[str]:
    """Return what the counting of a term shows."""
    found = {"C3" if term.base_last_day.day != term.start.day else "C2"}
    counted = term.base_last_day + timedelta(days=term.excluded_days)
    if counted != term.last_day or counted.weekday() >= SATURDAY:
        found.add("C4")
    if term.excluded_days:
        found |= {"C7", "C8"}
        if any(repair.kind is RepairKind.PAID for repair in facts.repairs):
            found.add("paid_repair_extends_term")
    return found


def _by_windows(decision: Decision) -> set[str]:
    """Return what the windows show: the edge of one, or a move off a rest day that kept it open."""
    notes = [note for note in decision.lines if note.key in {"window_open", "window_closed"}]
    found = set()
    for note in notes:
        number, days = int(str(note.value("number"))), int(str(note.value("days")))
        if number == 0 or abs(number - days) <= 1:
            found.add("C1")
        if note.key == "window_open" and number > days:
            found.add("C5")
    return found


def _by_facts(facts: Facts, decision: Decision) -> set[str]:
    """Return what the facts themselves put in question."""
    reasons = {note.value("reason") for note in decision.lines if note.key == "repair_not_counted"}
    reduced = decision.depreciation if facts.asked is Remedy.REFUND else None
    doubts = {
        "C6": facts.occurred_on is not None and facts.occurred_on != facts.reported_on,
        "C7": bool(reduced and reduced.excluded_days) or any(it.returned_on == it.handed_on for it in facts.repairs),
        "C10": reduced is not None,
        "C12": "paid_repair" in decision.codes and any(same_fault(facts.symptom, it.symptom) for it in facts.repairs),
        "C14": facts.proof is not Proof.PRESENT,
        "paid_and_no_fault_visits": bool(reasons & {"paid", "nofault"}),
        "promise": facts.buyer is Buyer.BUSINESS,
        "no_fault": facts.fault_type is FaultType.NO_FAULT,
    }
    return {code for code, holds in doubts.items() if holds}


def _by_norms(decision: Decision) -> set[str]:
    """Return what the norms of the entitlements and the starts of the terms show."""
    norms = {item.norm for item in decision.entitlements} | {
        str(note.value("norm")) for note in decision.lines if note.key == "norm_chosen"
    }
    doubts = {
        "special_rule": bool(norms & _SPECIAL),
        "local_law": bool(norms & _LOCAL),
        "clock_since_2024": any(term.norm == "CPLIR" for term in decision.terms),
        "window_refund_less_depreciation": any(item.ground == "fifteen_days" for item in decision.entitlements),
    }
    return {code for code, holds in doubts.items() if holds}
