"""Listed goods: the national guarantee of R458 and the special rules, with local law on top."""

from warranty.rules.after_repair import free_after_repair
from warranty.rules.case import Case, cite
from warranty.rules.exclusions import paid_repair
from warranty.rules.failed_repairs import failed_repairs
from warranty.rules.outcome import Entitlement, Finding, Term, flag, line
from warranty.rules.promises import promise_repair
from warranty.rules.remedies import remedies
from warranty.rules.stalled_repair import long_repair, stalled_repair
from warranty.rules.terms import Start, count_term, current_start, describe_start
from warranty.rules.windows import open_windows


def unit_term(case: Case) -> Term | None:
    """Return the term of the whole unit, or None where its length is unverified or the goods are in no list."""
    months = case.product.unit_months
    return count_term(case, current_start(case), "unit", months)[0] if months else None


def national_guarantee(case: Case) -> Finding:
    """Return everything the national rule, a special rule and local law open for listed goods with proof of sale."""
    start = current_start(case)
    found = _chosen(case) + describe_start(case, start)
    part = case.edition.part(case.facts.main_part) if case.facts.main_part else ""
    if part is None:
        found += Finding(flags=(flag("unknown_part", part=case.facts.main_part),))
    months = case.product.unit_months
    if months is None:
        return found + _unverified(case, "unit_months")
    unit, counted = count_term(case, start, "unit", months)
    found += counted
    accessory = case.product.accessory_months(part) if part else None
    if part and accessory:
        return found + _accessory(case, start, part, accessory)
    found += _main_part_lines(case, start, part or "")
    if case.fault_on <= unit.last_day:
        return found + _in_term(case, start, unit)
    # Within the unit's term every part is free; later a part nobody knows may be a main part under another name.
    return found + (_review(case) if part is None else _after_unit_term(case, part, found))


def after_term(case: Case) -> Finding:
    """Return what is left when no term runs: 30 days after a repair, a promise, else the paid repair."""
    found = free_after_repair(case)
    if not found.entitlements:
        found += promise_repair(case)
    return found + (transport(case) if found.entitlements else paid_repair(case))


def transport(case: Case) -> Finding:
    """Return who carries the goods when a remedy is free (R458 art. 15: large goods; CPL13 art. 24: all)."""
    figure = case.overlay("transport") or case.figure("transport")
    free = figure.value == "all" or case.product.large
    return Finding(transport_by="operator" if free else "consumer")


def _chosen(case: Case) -> Finding:
    lines = [line("norm_chosen", sold_on=case.sold_on, norm=case.product.norm)]
    if case.facts.exchanged_on:
        lines.append(line("exchanged", day=case.facts.exchanged_on))
    loan = case.overlay("repair_or_loan_days")
    if loan:
        lines.append(line("overlay_repair_or_loan", days=loan.number, **cite(loan)))
    return Finding(lines=tuple(lines))


def _in_term(case: Case, start: Start, unit: Term) -> Finding:
    """Return the free repair and every exchange or refund that a ground opens while the unit's term runs."""
    in_window, found = open_windows(case)
    failed, counted = failed_repairs(case, unit)
    stalled, waiting = stalled_repair(case)
    long, in_all = long_repair(case, start.day)
    found += counted + waiting + in_all
    found += remedies(case, (*in_window, *failed, *stalled, *long), start.day)
    repair = _free_repair(case, "unit_term", unit)
    return found + Finding(entitlements=(repair,)) + transport(case)


def _after_unit_term(case: Case, part: str, found: Finding) -> Finding:
    """Return the free repair of a main part whose longer term still runs, else what is left after the terms.

    Whole-unit exchange is not given in those years; the reading is of low confidence.
    """
    product = case.product
    named = part in product.main_parts or "main_parts" in product.unverified
    if part and named and {"main_part_months", "main_parts"} & product.unverified:
        return after_or_review(case, "main_parts")
    term = next((term for term in found.terms if term.kind == "main_part"), None)
    if part and named and term and case.fault_on <= term.last_day:
        repair = _free_repair(case, "main_part_term", term)
        alone = Finding(entitlements=(repair,), flags=(flag("no_main_part_exchange"),))
        return alone + transport(case)
    not_main = Finding(lines=(line("part_not_main", part=part),)) if part and not named else Finding()
    return not_main + after_term(case)


def after_or_review(case: Case, figure: str) -> Finding:
    """Return what is free by repair or promise, else a review, where the figure that would decide is unverified."""
    free = after_term(case)
    return free if "paid_repair" not in free.codes else _unverified(case, figure)


def _main_part_lines(case: Case, start: Start, part: str) -> Finding:
    months = case.product.main_part_months
    return count_term(case, start, "main_part", months, part)[1] if months else Finding()


def _accessory(case: Case, start: Start, part: str, months: int) -> Finding:
    """Return the answer for an accessory, which has a term of its own and no whole-unit remedies."""
    term, found = count_term(case, start, "accessory", months, part)
    found += Finding(flags=(flag("accessory_only", part=part),))
    if case.fault_on > term.last_day:
        return found + after_term(case)
    return found + Finding(entitlements=(_free_repair(case, "accessory_term", term),)) + transport(case)


def _free_repair(case: Case, ground: str, term: Term) -> Entitlement:
    return case.entitle("repair", ground, case.figure("free_repair"), first_day=term.start, last_day=term.last_day)


def _unverified(case: Case, figure: str) -> Finding:
    return Finding(flags=(flag("unverified_figure", figure=figure, product=case.product.code),)) + _review(case)


def _review(case: Case) -> Finding:
    return Finding(entitlements=(case.entitle("review", "person_decides", case.figure("free_repair")),))
