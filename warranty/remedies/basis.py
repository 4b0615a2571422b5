"""On what an exchange or a refund rests: the verdict of today with what was asked on the ticket, or a grant."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from servicedesk.errors import ActionError, invalid
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from warranty.facts_builder import Question
from warranty.models import Decision, DecisionOverride, RemedyKind
from warranty.places import NATIONAL
from warranty.remedies.overriding import override_of
from warranty.rules.decide import judge
from warranty.rules.facts import Buyer, Facts, Remedy
from warranty.rules.storage import decision_from_json, facts_from_json
from warranty.selectors import latest_of_ticket, rest_days, the_edition
from warranty.services import decide_for

ASKED = {
    RemedyKind.EXCHANGE: Remedy.EXCHANGE,
    RemedyKind.REFUND: Remedy.REFUND,
    RemedyKind.REDUCED: Remedy.REFUND,
}


@dataclass(frozen=True)
class Basis:
    """The verdict, the grant beside it where the remedy rests on one, and the sums in yuan."""

    decision: Decision
    override: DecisionOverride | None
    worth: Decimal
    amount: Decimal | None


def question_of(facts: Facts) -> Question:
    """What was asked beside the record when these facts were decided on."""
    return Question(
        fault_type=facts.fault_type,
        fault_on=facts.occurred_on,
        main_part=facts.main_part,
        cause_disputed=facts.cause_disputed,
        same_model_in_stock=facts.same_model_in_stock,
        living_use=facts.buyer is Buyer.BUSINESS_LIVING_USE,
        # Local law only adds: what was asked about a province holds on, all else follows the address.
        scope="" if facts.jurisdiction == NATIONAL else facts.jurisdiction,
    )


def basis_for(ticket: Ticket, kind: str, same_model: bool | None, *, actor: User | None, now: datetime) -> Basis:
    """What `kind` rests on: a grant beside the last verdict of the ticket, else the verdict of today, recorded.

    What was asked when the last verdict was recorded (the day of the fault, the part) is asked again. Refuses with 409
    not_entitled, with 422 price_missing.
    """
    recorded = latest_of_ticket(ticket)
    granted = override_of(recorded) if recorded is not None else None
    if recorded is not None and granted is not None and granted.grants == kind:
        return Basis(recorded, granted, granted.worth, granted.amount)
    asked = question_of(facts_from_json(recorded.facts)) if recorded is not None else Question()
    stock = asked.same_model_in_stock if same_model is None else same_model
    question = replace(asked, asked=ASKED[RemedyKind(kind)], same_model_in_stock=stock)
    decision = decide_for(ticket.appliance_id or 0, question, ticket=ticket, actor=actor, now=now)
    verdict = decision_from_json(decision.outcome)
    entitlement = verdict.entitlement(kind)
    if entitlement is None:
        raise ActionError(
            "not_entitled",
            _("The verdict does not open that to the customer. A manager may grant it beside the verdict."),
            detail={"entitlements": list(verdict.codes)},
        )
    price = facts_from_json(decision.facts).price
    worth = price if kind == RemedyKind.EXCHANGE else entitlement.amount
    if worth is None:
        raise invalid("kind", "price_missing", _("Enter the price of the appliance first: the sum depends on it."))
    return Basis(decision, None, worth, None if kind == RemedyKind.EXCHANGE else worth)


def reduced_amount(decision: Decision, back_on: date) -> Decimal | None:
    """What is paid back in yuan where the unit comes back on `back_on`, by the facts of the verdict (R458 art. 13)."""
    facts = facts_from_json(decision.facts)
    verdict = judge(facts, the_edition(), rest_days(), back_on)
    entitlement = verdict.entitlement(RemedyKind.REDUCED)
    return entitlement.amount if entitlement is not None else None
