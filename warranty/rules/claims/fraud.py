"""Fraud (CPL93 art. 49, CPL13 art. 55): recognised acts, and damages of so many times the price or the fee."""

from dataclasses import replace

from warranty.rules.case import least_sure
from warranty.rules.claims.answer import Part, due, step
from warranty.rules.claims.claim import ON_THE_FEE, Act
from warranty.rules.claims.question import Question
from warranty.rules.depreciation import to_fen

_GOODS = ("invoice", "advert", "goods_kept", "expert", "messages")
_SERVICE = ("service_sheet", "old_part", "photos", "invoice", "messages")


def fraud(question: Question) -> Part:
    """Return the damages for an act on the dated list, or who decides where the act or its proof is open.

    A defect found on opening the box is no fraud. What is not on the list of the day goes to a person.
    """
    claim = question.claim
    multiple = question.figure("fraud_multiple")
    part = Part(
        steps=(step("law_chosen", multiple, event_on=claim.event_on),),
        evidence=_SERVICE if claim.act in ON_THE_FEE else _GOODS,
    )
    if claim.act is Act.OPENED_BOX:
        return part + Part(dues=(due("nothing", multiple),), steps=(step("opened_box"),))
    recognised = question.find(f"act_{claim.act}")
    if recognised is None:
        told = step("act_not_listed", act=claim.act.value)
        return part + Part(dues=(due("review", multiple, confidence="low"),), steps=(told,))
    part += Part(steps=(step("act_recognised", recognised, act=claim.act.value),))
    amounts = _amount(question)
    if not claim.proven:
        doubt = step("fraud_not_proven")
        return part + Part(steps=(*amounts.steps, doubt), missing=amounts.missing, dues=(due("review", recognised),))
    # The damages are no surer than that the act is one.
    sure = least_sure(recognised.confidence, multiple.confidence)
    found = part + replace(amounts, dues=tuple(replace(item, confidence=sure) for item in amounts.dues))
    if recognised.confidence == "low":
        found += Part(dues=(due("review", recognised),))
    return found


def _amount(question: Question) -> Part:
    """Return the damages: the price or fee so many times, at least the minimum of the day."""
    multiple, minimum = question.figure("fraud_multiple"), question.figure("fraud_minimum")
    steps = [step("counted_from_fee")] if question.claim.act in ON_THE_FEE else []
    price = question.claim.price
    if price is None:
        return Part(dues=(due("damages", multiple),), steps=tuple(steps), missing=("price",))
    product = to_fen(price * multiple.number)
    amount = max(product, to_fen(minimum.amount))
    steps.append(step("multiplied", price=price, multiple=multiple.number, product=product))
    if minimum.number:
        steps.append(step("at_least", minimum=minimum.amount, amount=amount))
    steps.append(step("beside_the_price"))
    return Part(dues=(due("damages", multiple, amount),), steps=tuple(steps))
