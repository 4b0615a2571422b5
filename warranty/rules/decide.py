"""The decision: facts, an edition, rest days and a day in; entitlements with reasons, dates and arithmetic out."""

from dataclasses import replace
from datetime import date

from warranty.rules.after_repair import free_after_repair
from warranty.rules.case import Case, make_case
from warranty.rules.catalogue import Listing, Product
from warranty.rules.consumer_law import (
    business_contract,
    business_limits,
    fraud,
    no_reason_return,
    unlisted_goods,
)
from warranty.rules.contradictions import order_problems, overlapping_repairs
from warranty.rules.counting import RestDays
from warranty.rules.edition import Edition
from warranty.rules.exclusions import disputed_cause, excluded_cause, no_proof, paid_repair
from warranty.rules.facts import Buyer, Facts, FaultType, Proof, Remedy
from warranty.rules.forecast import what_would_change
from warranty.rules.national import national_guarantee, unit_term
from warranty.rules.outcome import Decision, Entitlement, Finding, Note, first_of_each, flag
from warranty.rules.promises import promise_repair
from warranty.rules.steward import maintenance

# What an asked remedy is answered with, best first.
_ANSWERS = {
    Remedy.REFUND: ("refund", "refund_less_depreciation", "no_reason_return", "punitive_damages", "review"),
    Remedy.EXCHANGE: ("exchange",),
    Remedy.REPAIR: ("repair", "promise_repair", "paid_repair"),
    Remedy.MAINTENANCE: ("maintenance_free", "maintenance_paid"),
}


def decide(facts: Facts, edition: Edition, rest_days: RestDays, as_of: date) -> Decision:
    """Return the decision for `facts` on the local day `as_of`, which is also the day of a return, with its forecast.

    Nothing is raised for facts that are missing, contradictory or outside the rules: the answer is then `review`
    with flags and the facts to ask for.
    """
    found = evaluate(facts, edition, rest_days, as_of)
    changes = what_would_change(facts, as_of, found, lambda changed, day: evaluate(changed, edition, rest_days, day))
    return replace(_decision(facts, edition, rest_days, as_of, found), what_would_change=changes)


def judge(facts: Facts, edition: Edition, rest_days: RestDays, as_of: date) -> Decision:
    """Return the decision without its forecast: the same answer, asked once."""
    return _decision(facts, edition, rest_days, as_of, evaluate(facts, edition, rest_days, as_of))


def _decision(facts: Facts, edition: Edition, rest_days: RestDays, as_of: date, found: Finding) -> Decision:
    entitlements = first_of_each(found.entitlements)
    return Decision(
        as_of=as_of,
        edition=edition.code,
        calendar=rest_days.version,
        headline=_headline(facts.asked, entitlements),
        entitlements=entitlements,
        terms=found.terms,
        lines=found.lines,
        exclusions=found.exclusions,
        flags=_unique(found.flags) + _unsure(entitlements),
        missing=tuple(dict.fromkeys(found.missing)),
        depreciation=found.depreciation[0] if found.depreciation else None,
        transport_by=found.transport_by,
        burden_of_proof=found.burden_of_proof,
    )


def evaluate(facts: Facts, edition: Edition, rest_days: RestDays, as_of: date) -> Finding:
    """Return all that the rules find for `facts` on `as_of`, without the forecast."""
    problems = order_problems(facts, as_of)
    if problems:
        return _review(*(flag("contradiction", problem=code) for code in problems))
    sold_on = facts.sold_on or as_of
    if sold_on < edition.first_day:
        return _review(flag("before_first_day", sold_on=sold_on, first_day=edition.first_day))
    product = edition.product(facts.product, sold_on)
    if product is None and not edition.knows_product(facts.product):
        return _review(flag("unknown_product", product=facts.product))
    # A product that came into a list later stood outside every list before.
    product = product or Product(code=facts.product, listing=Listing.UNLISTED, first_day=edition.first_day)
    found = _answer(make_case(facts, edition, rest_days, as_of, product))
    if len(facts.repairs) > 1:
        found += overlapping_repairs(facts, as_of)
    if facts.reported_on is None and facts.occurred_on is None and facts.fault_type is FaultType.PERFORMANCE:
        found += Finding(missing=("reported_on",))
    return found


def _answer(case: Case) -> Finding:
    """Return the answer to the question that the fault type puts."""
    facts = case.facts
    if facts.fault_type is FaultType.MAINTENANCE:
        return maintenance(case)
    if facts.fault_type is FaultType.FRAUD:
        return fraud(case, facts.conduct_on or case.sold_on)
    if facts.sold_on is None and facts.proof is not Proof.NONE:
        return replace(_review(), missing=("invoice_on",))
    if facts.fault_type is FaultType.NO_FAULT:
        return no_reason_return(case)
    return _faulty(case)


def _faulty(case: Case) -> Finding:
    """Return the answer for a fault: who proves the cause, what excludes it, who bought, then the guarantee."""
    found = Finding()
    if case.facts.buyer is Buyer.CONSUMER:
        found, person_decides = disputed_cause(case, _burden_term_end)
        if person_decides:
            return found + _review()
    excluded = excluded_cause(case)
    if excluded:
        return found + excluded
    if case.facts.buyer is Buyer.BUSINESS:
        return found + business_contract(case)
    if case.facts.buyer is Buyer.BUSINESS_LIVING_USE:
        return found + business_limits(case, case.figure("consumers_only"))
    return found + _guaranteed(case)


def _guaranteed(case: Case) -> Finding:
    """Return what a consumer has for a fault that nothing excludes, by the proof of sale and the list."""
    if case.product.listing is Listing.SERVICE:
        return _review(flag("no_rule_for_services"))
    if case.facts.proof is Proof.NONE:
        return _without_proof(case)
    return national_guarantee(case) if case.product.listing is Listing.LISTED else unlisted_goods(case)


def _without_proof(case: Case) -> Finding:
    """Return what is left without proof of sale (C14): 30 days after a repair, a promise from the production month."""
    found = free_after_repair(case)
    if not found.entitlements:
        found += promise_repair(case)
    if found.entitlements:
        return found
    # Nobody knows the purchase: the serial number may still tell the month of production.
    made_known = any(promise.production_month for promise in case.facts.promises)
    found += no_proof(case) + paid_repair(case)
    return found if made_known else found + Finding(missing=("production_month",))


def _burden_term_end(case: Case) -> date | None:
    if case.facts.sold_on is None or case.product.listing is not Listing.LISTED:
        return None
    unit = unit_term(case)
    return unit.last_day if unit else None


def _headline(asked: Remedy, entitlements: tuple[Entitlement, ...]) -> str:
    """Return the code that answers what was asked, else the best that is open."""
    codes = [item.code for item in entitlements]
    return next((code for code in _ANSWERS[asked] if code in codes), codes[0])


def _review(*flags: Note) -> Finding:
    review = Entitlement(code="review", ground="person_decides", norm="R458", article="", confidence="low")
    return Finding(entitlements=(review,), flags=flags)


def _unique(flags: tuple[Note, ...]) -> tuple[Note, ...]:
    return tuple(dict.fromkeys(flags))


def _unsure(entitlements: tuple[Entitlement, ...]) -> tuple[Note, ...]:
    """Return a flag for each norm that an entitlement rests on with low confidence."""
    low = [item for item in entitlements if item.confidence == "low" and item.code != "review"]
    return _unique(
        tuple(flag("low_confidence", confidence=item.confidence, norm=item.norm, article=item.article) for item in low)
    )
