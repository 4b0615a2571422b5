"""The guide: a claim in, what is due with norm, arithmetic, evidence and routes out."""

from collections.abc import Callable, Mapping
from datetime import date

from warranty.rules.claims.answer import DUES, ROUTES, Answer, Part, due, step
from warranty.rules.claims.claim import Claim, Topic
from warranty.rules.claims.fraud import fraud
from warranty.rules.claims.harm import dignity, injury, lost_work
from warranty.rules.claims.question import Question
from warranty.rules.claims.trade import delay, distance_return
from warranty.rules.counting import RestDays
from warranty.rules.edition import Edition
from warranty.rules.facts import Buyer


def _routes(question: Question) -> Part:
    law = question.figure("dispute_routes")
    return Part(steps=(step("law_chosen", law, event_on=question.claim.event_on),), evidence=("invoice", "messages"))


_RULES: Mapping[Topic, Callable[[Question], Part]] = {
    Topic.FRAUD: fraud,
    Topic.INJURY: injury,
    Topic.DIGNITY: dignity,
    Topic.LOST_WORK: lost_work,
    Topic.RETURN: distance_return,
    Topic.DELAY: delay,
    Topic.ROUTES: _routes,
}
# Harm to a person is owed whoever bought the goods; the rest is for consumers.
_FOR_ANYBODY = frozenset({Topic.INJURY, Topic.DIGNITY})


def answer(claim: Claim, edition: Edition, rest_days: RestDays, as_of: date) -> Answer:
    """Return what is due for `claim` as of the local day `as_of`, by the law of the day of the event.

    Nothing is raised for a claim that `claim_problems` lets pass: what the rules cannot tell is `review`.
    """
    first_day = edition.first_day
    question = Question(claim=claim, edition=edition, rest_days=rest_days, as_of=as_of)
    if claim.event_on < first_day:
        law = edition.find("consumers_only", ("national",), first_day)
        told = step("before_first_day", event_on=claim.event_on, first_day=first_day)
        part = Part(steps=(told,), dues=(due("review", law, confidence="low"),) if law else ())
        routes = None
    else:
        part, routes = _answered(question), question.figure("dispute_routes")
    return Answer(
        topic=claim.topic.value,
        as_of=as_of,
        edition=edition.code,
        dues=tuple(sorted(part.dues, key=lambda item: DUES.index(item.code))),
        steps=part.steps,
        notes=part.notes,
        missing=tuple(dict.fromkeys(part.missing)),
        evidence=tuple(dict.fromkeys(part.evidence)),
        routes=ROUTES if routes else (),
        routes_norm=routes.norm if routes else "",
        routes_article=routes.article if routes else "",
        freight_by=part.freight_by,
    )


def _answered(question: Question) -> Part:
    claim, law = question.claim, question.figure("consumers_only")
    if claim.topic not in _FOR_ANYBODY and claim.buyer is Buyer.BUSINESS:
        return Part(
            dues=(due("contract", law),), steps=(step("contract_holds", law),), evidence=("invoice", "messages")
        )
    part = _RULES[claim.topic](question)
    if claim.topic not in _FOR_ANYBODY and claim.buyer is Buyer.BUSINESS_LIVING_USE:
        living = due("review", law, confidence="low")
        # What a consumer would have stands in the steps; whether this buyer is one, a person decides.
        return Part(
            steps=(*part.steps, step("living_use", law)), notes=part.notes, dues=(living,), evidence=part.evidence
        )
    return part
