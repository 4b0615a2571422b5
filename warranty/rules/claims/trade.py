"""Between trader and customer: return of a distance sale (CPL13 art. 25), delay that counts as refusal."""

from datetime import timedelta

from warranty.rules.claims.answer import Due, Part, due, step
from warranty.rules.claims.question import Question
from warranty.rules.decide import decide
from warranty.rules.facts import Channel, Facts, FaultType, Remedy


def distance_return(question: Question) -> Part:
    """Return the guarantee's own answer for goods without a fault; goods that are not intact stay with the buyer."""
    claim = question.claim
    facts = Facts(
        product=claim.product,
        jurisdiction=claim.jurisdiction,
        channel=Channel.ONLINE if claim.at_a_distance else Channel.STORE,
        price=claim.price,
        invoice_on=claim.sold_on,
        delivered_on=claim.event_on,
        fault_type=FaultType.NO_FAULT,
        reported_on=claim.asked_on,
        no_return_class=claim.no_return_class,
        asked=Remedy.REFUND,
    )
    decision = decide(facts, question.edition, question.rest_days, question.as_of)
    evidence = ("order", "delivery_proof", "state_of_goods", "messages")
    notes = decision.lines + decision.exclusions + decision.flags
    missing = tuple(name for name in decision.missing if name == "price")
    part = Part(notes=notes, evidence=evidence, missing=missing + (() if claim.asked_on else ("asked_on",)))
    open_ = decision.entitlement("no_reason_return")
    law = question.find("no_reason_days") or question.figure("consumers_only")
    if open_ is None:
        return part + Part(dues=(due("review" if "review" in decision.codes else "nothing", law),))
    if not claim.intact:
        return part + Part(dues=(due("nothing", law),), steps=(step("not_intact", law),))
    found = Due(
        code=open_.code, norm=open_.norm, article=open_.article, confidence=open_.confidence, amount=open_.amount
    )
    return part + Part(dues=(found,), freight_by="consumer")


def delay(question: Question) -> Part:
    """Return whether a demand that was not met for so many days counts as refused; its source is not sure."""
    claim = question.claim
    limit, law = question.find("refusal_delay_days"), question.figure("consumers_only")
    part = Part(evidence=("demand", "delivery_proof", "messages", "service_sheet"))
    if limit is None:
        told = step("no_figure_yet", event_on=claim.event_on)
        return part + Part(dues=(due("review", law, confidence="low"),), steps=(told,))
    until = claim.answered_on or question.as_of
    days = (until - claim.event_on).days
    counted = step("delay_counted", demanded_on=claim.event_on, until=until, days=days, limit=limit.number)
    part += Part(steps=(step("law_chosen", limit, event_on=claim.event_on), counted))
    if days > limit.number:
        return part + Part(dues=(due("counts_as_refusal", limit), due("review", limit)))
    last = claim.event_on + timedelta(days=limit.number)
    return part + Part(dues=(due("nothing", limit),), steps=(step("delay_within", last_day=last),))
