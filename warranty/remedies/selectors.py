"""Reading exchanges and refunds: what is open to a ticket's customer, its case, and the list by state."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Q, QuerySet

from servicedesk.catalogue.models import Appliance
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from warranty.facts_builder import Question, known_facts
from warranty.models import RemedyCase, RemedyKind
from warranty.remedies.basis import question_of
from warranty.remedies.choosing import WORKED_ON
from warranty.remedies.overriding import override_of
from warranty.rules.decide import judge
from warranty.rules.facts import Remedy
from warranty.rules.storage import facts_from_json
from warranty.selectors import latest_of_ticket, rest_days, the_edition

State = RemedyCase.State
PAGE = 40
# The tabs of the list; what was given up stands together.
VIEWS: dict[str, tuple[str, ...]] = {
    "chosen": (State.CHOSEN,),
    "approved": (State.APPROVED,),
    "done": (State.DONE,),
    "ended": (State.REFUSED, State.WITHDRAWN),
}


@dataclass(frozen=True)
class Option:
    """A remedy open now: its sum where it is known, and whether it hangs on the same model being there or not."""

    kind: str
    amount: Decimal | None
    same_model: bool | None
    granted: bool = False


def options_of(ticket: Ticket, now: datetime) -> list[Option]:
    """The remedies open to the customer of the ticket: by a grant, and by the verdict of today for either stock."""
    if ticket.appliance is None:
        return []
    recorded = latest_of_ticket(ticket)
    granted = override_of(recorded) if recorded is not None else None
    asked = question_of(facts_from_json(recorded.facts)) if recorded is not None else Question()
    by_stock = _sums_by_stock(ticket.appliance, ticket, asked, now)
    found = []
    for kind in RemedyKind.values:
        stocks = [stock for stock, sums in by_stock.items() if kind in sums]
        if granted is not None and granted.grants == kind:
            found.append(Option(kind, granted.amount, None, granted=True))
        elif stocks:
            hangs_on = stocks[0] if len(stocks) < len(by_stock) else None
            found.append(Option(kind, by_stock[stocks[0]][kind], hangs_on))
    return found


def _sums_by_stock(
    appliance: Appliance, ticket: Ticket, asked: Question, now: datetime
) -> dict[bool, dict[str, Decimal | None]]:
    """The remedies open with and without the same model, with their sums; only the one stock where it is known."""
    question = replace(asked, asked=Remedy.REFUND)
    known, calendar = known_facts(appliance, question, ticket=ticket, now=now), rest_days()
    stock = asked.same_model_in_stock
    found = {}
    for there in (True, False) if stock is None else (stock,):
        facts = replace(known.facts, same_model_in_stock=there)
        verdict = judge(facts, the_edition(), calendar, known.as_of)
        found[there] = {item.code: item.amount for item in verdict.entitlements if item.code in RemedyKind.values}
    return found


@dataclass(frozen=True)
class Standing:
    """How exchange and refund stand on a ticket: the living case, those before, what could be chosen now."""

    living: RemedyCase | None
    past: list[RemedyCase]
    options: list[Option]


def standing_of(ticket: Ticket, now: datetime) -> Standing:
    """The standing of the ticket, in a fixed number of queries."""
    rows = RemedyCase.objects.filter(ticket=ticket).select_related(
        "appliance__category", "appliance__model", "new_appliance", "chosen_by", "override__by", "decision"
    )
    cases = list(rows.prefetch_related("approvals__by").order_by("-id"))
    living = next((case for case in cases if case.is_living), None)
    given = any(case.state == State.DONE for case in cases)
    open_now = living is None and not given and ticket.state in WORKED_ON
    return Standing(
        living=living,
        past=[case for case in cases if not case.is_living],
        options=options_of(ticket, now) if open_now else [],
    )


def remedies_for(user: User) -> QuerySet[RemedyCase]:
    """The exchanges and refunds of the tickets `user` may see."""
    return RemedyCase.objects.filter(ticket__in=Ticket.objects.visible_to(user))


def counts_for(user: User) -> dict[str, int]:
    """How many stand in each view of the list, in one query."""
    counts: dict[str, int] = remedies_for(user).aggregate(
        **{name: Count("pk", filter=Q(state__in=states)) for name, states in VIEWS.items()}
    )
    return counts


def list_of(user: User, view: str, start: int = 0) -> list[RemedyCase]:
    """The cases of a view from place `start` on, one more than a page: the oldest first while they wait."""
    rows = (
        remedies_for(user)
        .filter(state__in=VIEWS[view])
        .select_related(
            "ticket__outlet",
            "ticket__customer",
            "appliance__category",
            "appliance__model",
            "new_appliance",
            "chosen_by",
        )
    )
    waiting = view in {"chosen", "approved"}
    return list(rows.order_by(*(("chosen_at", "id") if waiting else ("-ended_at", "-id")))[start : start + PAGE + 1])
