"""What the free guarantee does not cover (R458 art. 17) and who has to prove a disputed cause (CPL13 art. 23(3))."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from warranty.rules.case import Case, cite
from warranty.rules.counting import add_months
from warranty.rules.edition import Figure
from warranty.rules.facts import FaultType, Proof
from warranty.rules.outcome import Finding, Note, NoteValue, exclusion, flag, line

# The items of art. 17, in its order.
_ITEMS = {
    FaultType.MISUSE: ("misuse", "17(1)"),
    FaultType.UNAUTHORISED: ("unauthorised", "17(2)"),
    FaultType.VOUCHER_MISMATCH: ("voucher_mismatch", "17(4)"),
    FaultType.FORCE_MAJEURE: ("force_majeure", "17(5)"),
}
NO_PROOF_ITEM = "17(3)"


@dataclass(frozen=True)
class Burden:
    """Who must prove the cause of a fault, to which day, and the norm."""

    party: str
    last_day: date
    figure: Figure


def excluded_cause(case: Case) -> Finding | None:
    """Return a paid repair with the item of art. 17 that excludes the guarantee, or None when no item does."""
    facts = case.facts
    kind = FaultType.MISUSE if facts.misuse else facts.fault_type
    if kind not in _ITEMS:
        return None
    key, article = _ITEMS[kind]
    figure = case.figure("exclusions")
    return paid_repair(case) + Finding(exclusions=(exclusion(key, norm=figure.norm, article=article),))


def no_proof(case: Case) -> Finding:
    """Return the exclusion for want of invoice, voucher and any other proof of the day."""
    return Finding(exclusions=(exclusion("no_proof", norm=case.figure("exclusions").norm, article=NO_PROOF_ITEM),))


def paid_repair(case: Case) -> Finding:
    """Return the paid repair that stays possible where nothing is free (R458 art. 17); the customer pays the way."""
    paid = case.entitle("paid_repair", "paid", case.figure("exclusions"))
    return Finding(entitlements=(paid,), transport_by="consumer")


def burden_of_proof(case: Case, unit_last_day: Callable[[Case], date | None]) -> Burden | None:
    """Return who must prove the cause, or None where the law in force says nothing about it.

    Durable goods: the trader for six calendar months from receipt, last day included (C13); where local law says so,
    for the whole guarantee term, whose last day `unit_last_day` counts when it is needed.
    """
    figure, local = case.find("burden_months"), case.overlay("burden_whole_term")
    received = case.facts.received_on
    if received is None or case.facts.proof is Proof.NONE:
        return None
    held = []
    if figure and case.product.durable:
        held.append((add_months(received, figure.number), figure))
    whole_term = unit_last_day(case) if local and local.value else None
    if local and whole_term:
        held.append((whole_term, local))
    if not held:
        return None
    last, norm = max(held, key=lambda item: item[0])
    return Burden("operator" if case.fault_on <= last else "consumer", last, norm)


def disputed_cause(case: Case, unit_last_day: Callable[[Case], date | None]) -> tuple[Finding, bool]:
    """Return the line of the burden of proof, and whether a person has to decide on a disputed cause.

    While the trader has to prove the cause and cannot, the fault stands as a performance fault; afterwards, and where
    a misuse is alleged and denied, a person decides.
    """
    burden = burden_of_proof(case, unit_last_day)
    party = burden.party if burden else "consumer"
    lines: tuple[Note, ...] = ()
    if burden:
        values: dict[str, NoteValue] = {"party": burden.party, "last_day": burden.last_day, **cite(burden.figure)}
        lines = (line("burden_of_proof", **values),)
    found = Finding(lines=lines, burden_of_proof=party)
    if not case.facts.cause_disputed:
        return found, False
    if burden:
        found += Finding(boundaries=(burden.last_day,))
    found += Finding(flags=(flag("cause_disputed", party=party),))
    alleged = case.facts.misuse or case.facts.fault_type is not FaultType.PERFORMANCE
    return found, alleged or party == "consumer"
