"""Repaired twice in the term and still not usable: exchange (R458 art. 11, convention C11)."""

from dataclasses import replace

from warranty.rules.case import Case
from warranty.rules.facts import Repair, RepairKind, same_fault
from warranty.rules.grounds import Ground
from warranty.rules.outcome import Finding, Note, Term, flag, line


def failed_repairs(case: Case, unit: Term) -> tuple[tuple[Ground, ...], Finding]:
    """Return the ground of two failed repairs, and which lines of the repair log were counted and which were not.

    Every closed guarantee repair of the unit now in use counts; the same fault is asked for only by a dated switch.
    Counting repairs of different faults is a reading of the text, and the ground is then of low confidence.
    """
    figure, same = case.figure("failed_repairs"), case.figure("same_fault_required")
    lines: list[Note] = []
    counted: list[Repair] = []
    for repair in case.facts.repairs:
        reason = _not_counted(case, repair, unit, same_only=bool(same.value))
        if reason:
            lines.append(line("repair_not_counted", handed_on=repair.handed_on, reason=reason))
            continue
        counted.append(repair)
        # An open repair does not count, so this one has its day of return.
        values = {"handed_on": repair.handed_on, "returned_on": repair.returned_on or repair.handed_on}
        lines.append(line("repair_counted", symptom=repair.symptom, **values))
    if case.facts.repairs:
        lines.append(line("failed_repairs", count=len(counted), needed=figure.number))
    found = Finding(lines=tuple(lines))
    if len(counted) < figure.number:
        return (), found
    alike = [repair for repair in counted if same_fault(case.facts.symptom, repair.symptom)]
    if len(alike) < figure.number:
        cited = {"norm": same.norm, "article": same.article}
        found += Finding(flags=(flag("other_faults_counted", **cited),))
        figure = replace(figure, confidence=same.confidence)
    return (Ground(code="failed_repairs", figure=figure, last_day=unit.last_day),), found


def _not_counted(case: Case, repair: Repair, unit: Term, *, same_only: bool) -> str:
    """Return why a line of the repair log does not count, as a code, or an empty text when it does."""
    if repair.kind is not RepairKind.WARRANTY:
        return repair.kind.value
    if case.facts.exchanged_on and repair.handed_on < case.facts.exchanged_on:
        return "before_exchange"
    if repair.returned_on is None:
        return "open"
    if repair.handed_on > unit.last_day:
        return "after_term"
    if same_only and not same_fault(case.facts.symptom, repair.symptom):
        return "other_fault"
    return ""
