"""What is wrong with facts that somebody typed or sent, each mistake at its place; nothing is mended in silence."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from warranty.rules.contradictions import LONGEST_PROMISE, order_problems, price_problem
from warranty.rules.edition import Edition
from warranty.rules.facts import Facts, Promise, PromiseKind, Proof, Repair, Wait

# A whole charge for use, in hundredths.
WHOLE = 100


@dataclass(frozen=True)
class Problem:
    """A mistake: where it stands (`repairs[1].returned_on`; empty where it is in no one field), and its code."""

    path: str
    code: str


def problems_of(facts: Facts, edition: Edition, as_of: date) -> tuple[Problem, ...]:
    """Every contradiction in `facts` as of the local day `as_of`, in the order of the fields; empty without any.

    What the rules themselves find contradictory (`order_problems`) is always among them.
    """
    found = [
        *_product(facts, edition),
        *_purchase(facts, as_of),
        *_conduct(facts, edition, as_of),
        *_fault(facts, as_of),
        *_repairs(facts, as_of),
        *_waits("parts_waits", facts.parts_waits, facts, as_of),
        *_waits("repairer_delays", facts.repairer_delays, facts, as_of),
        *_promises(facts, as_of),
        *_visits(facts, as_of),
    ]
    named = {problem.code for problem in found}
    found += [Problem("", code) for code in order_problems(facts, as_of) if code not in named]
    return tuple(dict.fromkeys(found))


def _first_day(facts: Facts) -> date:
    return min((day for day in (facts.invoice_on, facts.delivered_on) if day), default=date.min)


def _product(facts: Facts, edition: Edition) -> Iterator[Problem]:
    if not edition.knows_product(facts.product):
        yield Problem("product", "product_unknown")


def _purchase(facts: Facts, as_of: date) -> Iterator[Problem]:
    first = _first_day(facts)
    for name, value in (("price", facts.price), ("price_paid", facts.price_paid)):
        problem = price_problem(value) if value is not None else ""
        if problem:
            yield Problem(name, problem)
    if facts.invoice_on and facts.invoice_on > as_of:
        yield Problem("invoice_on", "sold_in_the_future")
    if facts.delivered_on and facts.delivered_on > as_of:
        yield Problem("delivered_on", "delivered_in_the_future" if facts.invoice_on else "sold_in_the_future")
    yield from _between("installed_on", facts.installed_on, first, as_of, "installed")
    if facts.installed_on and facts.delivered_on and first <= facts.installed_on < facts.delivered_on:
        yield Problem("installed_on", "installed_before_delivery")
    yield from _between("exchanged_on", facts.exchanged_on, first, as_of, "exchange")


def _conduct(facts: Facts, edition: Edition, as_of: date) -> Iterator[Problem]:
    if facts.conduct_on and facts.conduct_on > as_of:
        yield Problem("conduct_on", "conduct_in_the_future")
    if facts.conduct_on and facts.conduct_on < edition.first_day:
        yield Problem("conduct_on", "conduct_before_first_day")


def _fault(facts: Facts, as_of: date) -> Iterator[Problem]:
    first = _first_day(facts)
    yield from _between("occurred_on", facts.occurred_on, first, as_of, "fault")
    if facts.reported_on and facts.reported_on > as_of:
        yield Problem("reported_on", "fault_in_the_future" if facts.occurred_on is None else "report_in_the_future")
    elif facts.reported_on and facts.reported_on < first:
        yield Problem("reported_on", "fault_before_sale")
    elif facts.reported_on and facts.occurred_on and facts.occurred_on > facts.reported_on:
        yield Problem("occurred_on", "fault_after_report")


def _between(name: str, day: date | None, first: date, as_of: date, what: str) -> Iterator[Problem]:
    if day and day < first:
        yield Problem(name, f"{what}_before_sale")
    if day and day > as_of:
        yield Problem(name, f"{what}_in_the_future")


def _repairs(facts: Facts, as_of: date) -> Iterator[Problem]:
    first = _first_day(facts)
    for place, repair in enumerate(facts.repairs):
        yield from _between(f"repairs[{place}].handed_on", repair.handed_on, first, as_of, "repair")
        if repair.returned_on and repair.returned_on < repair.handed_on:
            yield Problem(f"repairs[{place}].returned_on", "returned_before_handed")
        elif repair.returned_on and repair.returned_on > as_of:
            yield Problem(f"repairs[{place}].returned_on", "repair_in_the_future")
    yield from _overlaps(facts.repairs, as_of)


def _overlaps(repairs: tuple[Repair, ...], as_of: date) -> Iterator[Problem]:
    """Two repairs of one appliance at a time; one that begins on the day the other ends is no overlap."""
    in_order = sorted(enumerate(repairs), key=lambda item: (item[1].handed_on, item[1].returned_on or date.max))
    for (_place, earlier), (place, later) in pairwise(in_order):
        if later.handed_on < (earlier.returned_on or max(as_of, earlier.handed_on)):
            yield Problem(f"repairs[{place}].handed_on", "repairs_overlap")


def _waits(name: str, waits: tuple[Wait, ...], facts: Facts, as_of: date) -> Iterator[Problem]:
    first = _first_day(facts)
    for place, wait in enumerate(waits):
        yield from _between(f"{name}[{place}].first", wait.first, first, as_of, "wait")
        if wait.last and wait.last < wait.first:
            yield Problem(f"{name}[{place}].last", "wait_ended_before_begun")
        elif wait.last and wait.last > as_of:
            yield Problem(f"{name}[{place}].last", "wait_in_the_future")


def _promises(facts: Facts, as_of: date) -> Iterator[Problem]:
    for place, promise in enumerate(facts.promises):
        for field, code in _promise(promise, facts, as_of):
            yield Problem(f"promises[{place}].{field}", code)


def _promise(promise: Promise, facts: Facts, as_of: date) -> Iterator[tuple[str, str]]:
    made = promise.production_month
    if promise.kind is PromiseKind.DEPRECIATION:
        if promise.percent is None or not 0 <= promise.percent <= WHOLE:
            yield "percent", "percent_missing"
    elif promise.months <= 0 and not promise.main_part_months:
        yield "months", "promise_without_months"
    elif max(promise.months, promise.main_part_months or 0) > LONGEST_PROMISE:
        yield "months", "promise_too_long"
    if promise.kind is PromiseKind.WHOLE_UNIT and made is None and facts.proof is Proof.NONE:
        yield "production_month", "production_month_missing"
    if made and made > as_of:
        yield "production_month", "production_in_the_future"
    elif made and facts.sold_on and made > facts.sold_on:
        yield "production_month", "production_after_sale"


def _visits(facts: Facts, as_of: date) -> Iterator[Problem]:
    for place, day in enumerate(facts.maintenance_visits):
        if day > as_of:
            yield Problem(f"maintenance_visits[{place}]", "visit_in_the_future")
