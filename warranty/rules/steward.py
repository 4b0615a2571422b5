"""The steward benefit: one free maintenance visit a calendar year for members and card holders."""

from warranty.rules.case import Case
from warranty.rules.edition import FreeVisits
from warranty.rules.facts import MembershipCard
from warranty.rules.national import unit_term
from warranty.rules.outcome import Entitlement, Finding, flag, line
from warranty.rules.promises import promised_terms

_VALID = {MembershipCard.CLUB, MembershipCard.GOLD_VALID}


def maintenance(case: Case) -> Finding:
    """Return whether a maintenance visit on the day of decision is free, paid, or for a person to decide.

    Free: product in the yearly table, valid card, no visit made in the same year. Product not in the table, or no
    valid card while the guarantee still runs: a person decides. Otherwise the listed price.
    """
    facts, year = case.facts, case.as_of.year
    row = case.edition.free_visits_for(facts.product, case.as_of)
    found = Finding(lines=(line("membership", card=facts.membership.value),))
    if row is None:
        return found + Finding(
            entitlements=(_entitle("review", "person_decides", None),),
            flags=(flag("not_in_table", product=facts.product),),
        )
    made = sum(day.year == year for day in facts.maintenance_visits)
    if facts.membership in _VALID:
        lines = (line("free_visits", visits=row.visits_a_year, made=made, year=year),)
        open_ = ("maintenance_free", "free_visit") if made < row.visits_a_year else ("maintenance_paid", "paid")
        return found + Finding(entitlements=(_entitle(*open_, row),), lines=lines)
    if facts.sold_on is None:
        review = _entitle("review", "person_decides", row)
        return found + Finding(entitlements=(review,), missing=("invoice_on",))
    last_days = [term.last_day for term in promised_terms(case)]
    unit = unit_term(case)
    if unit:
        last_days.append(unit.last_day)
        found += Finding(terms=(unit,))
    found += Finding(boundaries=tuple(last_days))
    last = max(last_days, default=None)
    if last and case.as_of <= last:
        held = flag("card_missing_in_guarantee", last_day=last)
        return found + Finding(entitlements=(_entitle("review", "person_decides", row),), flags=(held,))
    return found + Finding(entitlements=(_entitle("maintenance_paid", "paid", row),))


def _entitle(code: str, ground: str, row: FreeVisits | None) -> Entitlement:
    """Return an entitlement under the steward norm; without a row of the table it is of medium confidence."""
    if row is None:
        return Entitlement(code=code, ground=ground, norm="STEWARD365", article="", confidence="medium")
    return Entitlement(code=code, ground=ground, norm=row.norm, article=row.article, confidence=row.confidence)
