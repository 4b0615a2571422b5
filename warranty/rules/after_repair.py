"""The 30 days of normal use after a repair (R458 art. 6(2), convention C12)."""

from datetime import date, timedelta

from warranty.rules.case import Case
from warranty.rules.facts import Repair, RepairKind, same_fault
from warranty.rules.outcome import Finding, NoteValue, line


def free_after_repair(case: Case) -> Finding:
    """Return the free repair of a fault that comes back by day 30 after return, or nothing when it does not.

    Guarantee and paid repairs both carry the promise, also after the term. A repair before an exchange concerns
    another unit.
    """
    found = Finding()
    for repair in case.facts.repairs:
        if not _concerns(case, repair) or repair.returned_on is None:
            continue
        figure = case.figure("after_repair_days", on=repair.returned_on)
        last = repair.returned_on + timedelta(days=figure.number)
        number = (_came_back_on(case, repair) - repair.returned_on).days
        found += Finding(boundaries=(last,))
        if 0 <= number <= figure.number:
            values: dict[str, NoteValue] = {"returned_on": repair.returned_on, "number": number, "days": figure.number}
            entitlement = case.entitle("repair", "after_repair", figure, last_day=last)
            found += Finding(entitlements=(entitlement,), lines=(line("after_repair", last_day=last, **values),))
    return found


def _concerns(case: Case, repair: Repair) -> bool:
    exchanged = case.facts.exchanged_on
    if repair.kind is RepairKind.NO_FAULT or (exchanged and repair.handed_on < exchanged):
        return False
    return same_fault(case.facts.symptom, repair.symptom)


def _came_back_on(case: Case, repair: Repair) -> date:
    """The day the repaired fault came back: its report, where the fault is the very one that was handed in."""
    was_handed_in = case.fault_on <= repair.handed_on
    return case.facts.reported_on or case.as_of if was_handed_in else case.fault_on
