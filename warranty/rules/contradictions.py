"""Facts that cannot be true together, each named by a code; nothing is corrected in silence.

A delivery before the invoice is no contradiction: goods are often billed after they came. Windows and terms then count
as the law in force says. Repairs that overlap are decided on, their days once (C7), and the answer names them.
"""

import itertools
from datetime import date
from decimal import Decimal

from warranty.rules.facts import Facts, Promise
from warranty.rules.outcome import Finding, flag

# A sum above this, a promise longer than this and a day after this are slips of the pen.
LARGEST_SUM = Decimal("99999999.99")
LONGEST_PROMISE = 600
LAST_DAY = date(2199, 12, 31)
_FEN_EXPONENT = -2


def order_problems(facts: Facts, as_of: date) -> tuple[str, ...]:
    """Return a code for each contradiction in the facts, in a fixed order; empty when they can be decided on."""
    known = [day for day in (facts.invoice_on, facts.delivered_on) if day]
    first = min(known, default=date.min)
    found = ["day_out_of_range"] if as_of > LAST_DAY else []
    found += _days(facts, first, as_of)
    if facts.repairs or facts.parts_waits or facts.repairer_delays:
        found += _spans(facts, first, as_of)
    for value in (facts.price, facts.price_paid):
        problem = price_problem(value) if value is not None else ""
        if problem:
            found.append(problem)
    for promise in facts.promises:
        found += _promise(promise, facts, as_of)
    return tuple(dict.fromkeys(found)) if found else ()


def overlapping_repairs(facts: Facts, as_of: date) -> Finding:
    """Return a flag for repairs of the unit now in use that lie over each other, or are open twice."""
    since = facts.exchanged_on or date.min
    spans = sorted(
        (repair.handed_on, repair.returned_on or as_of) for repair in facts.repairs if repair.handed_on >= since
    )
    found = Finding()
    for earlier, later in itertools.pairwise(spans):
        if later[0] < earlier[1]:
            found += Finding(flags=(flag("repairs_overlap", first=later[0], last=min(earlier[1], later[1])),))
    open_ = [item.handed_on for item in facts.repairs if item.returned_on is None and item.handed_on >= since]
    if len(open_) > 1:
        found += Finding(flags=(flag("two_open_repairs", first=min(open_), second=max(open_)),))
    return found


def _days(facts: Facts, first: date, as_of: date) -> list[str]:
    """Return what is wrong with the days of sale, fault, installation, exchange, conduct and visits."""
    fault, exchanged, installed = facts.fault_on(as_of), facts.exchanged_on, facts.installed_on
    found = []
    if facts.sold_on and facts.sold_on > as_of:
        found.append("sold_in_the_future")
    if facts.invoice_on and facts.delivered_on and facts.delivered_on > as_of:
        found.append("delivered_in_the_future")
    if fault < first:
        found.append("fault_before_sale")
    if fault > as_of:
        found.append("fault_in_the_future")
    if facts.occurred_on and facts.reported_on and facts.occurred_on > facts.reported_on:
        found.append("fault_after_report")
    if exchanged:
        found += ["exchange_before_sale"] * (exchanged < first) + ["exchange_in_the_future"] * (exchanged > as_of)
    if installed:
        found += _installation(installed, facts.delivered_on, first, as_of)
    if facts.conduct_on and facts.conduct_on > as_of:
        found.append("conduct_in_the_future")
    if any(visit > as_of for visit in facts.maintenance_visits):
        found.append("visit_in_the_future")
    return found


def _installation(installed: date, delivered: date | None, first: date, as_of: date) -> list[str]:
    if installed < first:
        return ["installed_before_sale"]
    found = ["installed_before_delivery"] if delivered and installed < delivered else []
    return [*found, "installed_in_the_future"] if installed > as_of else found


def _spans(facts: Facts, first: date, as_of: date) -> list[str]:
    """Return what is wrong with the repair log and the waits."""
    found = []
    for repair in facts.repairs:
        if repair.handed_on < first:
            found.append("repair_before_sale")
        if repair.returned_on and repair.returned_on < repair.handed_on:
            found.append("returned_before_handed")
        if max(repair.handed_on, repair.returned_on or repair.handed_on) > as_of:
            found.append("repair_in_the_future")
    for wait in facts.parts_waits + facts.repairer_delays:
        if wait.first < first:
            found.append("wait_before_sale")
        if wait.last and wait.last < wait.first:
            found.append("wait_ended_before_begun")
        if max(wait.first, wait.last or wait.first) > as_of:
            found.append("wait_in_the_future")
    return found


def price_problem(value: Decimal) -> str:
    """Return the code of what is wrong with a price, or an empty text."""
    if value <= 0:
        return "price_not_positive"
    if value > LARGEST_SUM:
        return "price_too_large"
    in_fen = int(value.as_tuple().exponent) >= _FEN_EXPONENT or value == round(value, 2)
    return "" if in_fen else "price_not_in_fen"


def _promise(promise: Promise, facts: Facts, as_of: date) -> list[str]:
    found = []
    if not 0 <= promise.months <= LONGEST_PROMISE or not 0 <= (promise.main_part_months or 0) <= LONGEST_PROMISE:
        found.append("promise_too_long")
    if promise.percent is not None and not 0 <= promise.percent <= 100:
        found.append("percent_missing")
    made = promise.production_month
    if made and made > as_of:
        found.append("production_in_the_future")
    if made and facts.sold_on and made.replace(day=1) > facts.sold_on:
        found.append("production_after_sale")
    return found
