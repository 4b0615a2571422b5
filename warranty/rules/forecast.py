"""What would change the answer: the nearest days on which it differs, one more failed repair, the stock."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from warranty.rules.facts import Facts, FaultType, Repair
from warranty.rules.outcome import Change, Finding

ONE_DAY = timedelta(days=1)
Evaluate = Callable[[Facts, date], Finding]

_HANG_ON_STOCK = frozenset({"exchange", "refund", "review"})
_DATED = {FaultType.PERFORMANCE, FaultType.NO_FAULT, FaultType.MAINTENANCE}


def what_would_change(facts: Facts, as_of: date, found: Finding, evaluate: Evaluate) -> tuple[Change, ...]:
    """Return the nearest days with another answer and single facts that would alter it; empty where nothing would.

    With an open job the day of decision moves; otherwise the question is asked as if the fault had come on that day.
    """
    changes = (
        _next_day(facts, as_of, found, evaluate),
        _previous_day(facts, as_of, found, evaluate),
        _one_more_repair(facts, as_of, found, evaluate),
        _other_stock(facts, as_of, found, evaluate),
    )
    return tuple(change for change in changes if change)


def _on_day(facts: Facts, day: date, evaluate: Evaluate) -> Finding:
    keep = facts.job_is_open or facts.fault_type is FaultType.MAINTENANCE
    return evaluate(facts if keep else facts.at_day(day), day)


def _base_day(facts: Facts, as_of: date) -> date:
    keep = facts.job_is_open or facts.fault_type is FaultType.MAINTENANCE
    return as_of if keep else facts.fault_on(as_of)


def _boundaries(facts: Facts, as_of: date, found: Finding) -> set[date]:
    """Return the days after which an answer may change, the ends of years included for yearly benefits."""
    days = set(found.boundaries)
    if facts.fault_type is FaultType.MAINTENANCE:
        days |= {date(as_of.year, 12, 31), date(as_of.year - 1, 12, 31), *facts.maintenance_visits}
    return days


def _next_day(facts: Facts, as_of: date, found: Finding, evaluate: Evaluate) -> Change | None:
    """Return the first later day with another answer."""
    base = _base_day(facts, as_of)
    waiting = {day for day in _boundaries(facts, as_of, found) if day >= base}
    while facts.fault_type in _DATED and waiting:
        last = min(waiting)
        there = _on_day(facts, last + ONE_DAY, evaluate)
        if there.codes != found.codes:
            return Change(code="next_day", on=last + ONE_DAY, entitlements=there.codes)
        waiting = {day for day in waiting | _found_there(facts, there) if day > last}
    return None


def _previous_day(facts: Facts, as_of: date, found: Finding, evaluate: Evaluate) -> Change | None:
    """Return the last earlier day with another answer, not before what is on record."""
    base, floor = _base_day(facts, as_of), _record_ends(facts)
    waiting = {day for day in _boundaries(facts, as_of, found) if floor <= day < base}
    while facts.fault_type in _DATED and waiting:
        last = max(waiting)
        there = _on_day(facts, last, evaluate)
        if there.codes != found.codes:
            return Change(code="previous_day", on=last, entitlements=there.codes)
        waiting = {day for day in waiting | _found_there(facts, there) if floor <= day < last}
    return None


def _found_there(facts: Facts, there: Finding) -> set[date]:
    """Return the boundaries that only the answer of another day knows; with an open job terms move with the day."""
    return set() if facts.job_is_open else set(there.boundaries)


def _record_ends(facts: Facts) -> date:
    """Return the last day on record: an earlier fault day would contradict the repair log or the sale."""
    days = [day for day in (facts.invoice_on, facts.delivered_on, facts.installed_on, facts.exchanged_on) if day]
    for repair in facts.repairs:
        days += [repair.handed_on] if repair.returned_on is None else [repair.returned_on]
    for wait in facts.parts_waits + facts.repairer_delays:
        days.append(wait.last or wait.first)
    return max(days, default=date.min)


def _one_more_repair(facts: Facts, as_of: date, found: Finding, evaluate: Evaluate) -> Change | None:
    if facts.fault_type is not FaultType.PERFORMANCE:
        return None
    failed = Repair(handed_on=as_of, returned_on=as_of, symptom=facts.symptom)
    codes = evaluate(replace(facts, repairs=(*facts.repairs, failed)), as_of).codes
    if codes == found.codes:
        return None
    return Change(code="one_more_failed_repair", on=None, entitlements=codes)


def _other_stock(facts: Facts, as_of: date, found: Finding, evaluate: Evaluate) -> Change | None:
    # Only an exchange, or the refund or review in its place, hangs on the stock.
    if _HANG_ON_STOCK.isdisjoint(found.codes):
        return None
    there = facts.same_model_in_stock is not False
    codes = evaluate(replace(facts, same_model_in_stock=not there), as_of).codes
    if codes == found.codes:
        return None
    return Change(code="same_model_gone" if there else "same_model_found", on=None, entitlements=codes)
