"""Reading exchanges and refunds: what is open to a ticket's customer, its case, and the list by state."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Q, QuerySet

from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from warranty.facts_builder import Question
from warranty.models import DecisionOverride, RemedyCase, RemedyKind
from warranty.remedies.basis import question_of
from warranty.remedies.choosing import WORKED_ON
from warranty.remedies.overriding import override_of
from warranty.rules.facts import Remedy
from warranty.rules.storage import facts_from_json
from warranty.selectors import latest_of_ticket, reading_of

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
    known = asked.same_model_in_stock
    by_stock = {stock: _sums(ticket, asked, stock, now) for stock in ((True, False) if known is None else (known,))}
    found = []
    for kind in RemedyKind.values:
        stocks = [stock for stock, sums in by_stock.items() if kind in sums]
        if granted is not None and granted.grants == kind:
            found.append(Option(kind, granted.amount, None, granted=True))
        elif stocks:
            hangs_on = stocks[0] if len(stocks) < len(by_stock) else None
            found.append(Option(kind, by_stock[stocks[0]][kind], hangs_on))
    return found


def _sums(ticket: Ticket, asked: Question, stock: bool, now: datetime) -> dict[str, Decimal | None]:
    """The remedies open with or without the same model, with their sums."""
    if ticket.appliance is None:
        return {}
    question = replace(asked, asked=Remedy.REFUND, same_model_in_stock=stock)
    verdict = reading_of(ticket.appliance, question, ticket=ticket, now=now).verdict
    return {item.code: item.amount for item in verdict.entitlements if item.code in RemedyKind.values}


@dataclass(frozen=True)
class Standing:
    """How exchange and refund stand on a ticket: the living case, those before, what could be chosen now."""

    living: RemedyCase | None
    past: list[RemedyCase]
    options: list[Option]
    override: DecisionOverride | None


def standing_of(ticket: Ticket, now: datetime) -> Standing:
    """The standing of the ticket, in a fixed number of queries."""
    rows = RemedyCase.objects.filter(ticket=ticket).select_related(
        "appliance__category", "appliance__model", "new_appliance", "chosen_by", "override__by", "decision"
    )
    cases = list(rows.prefetch_related("approvals__by").order_by("-id"))
    living = next((case for case in cases if case.is_living), None)
    given = any(case.state == State.DONE for case in cases)
    open_now = living is None and not given and ticket.state in WORKED_ON
    recorded = latest_of_ticket(ticket)
    return Standing(
        living=living,
        past=[case for case in cases if not case.is_living],
        options=options_of(ticket, now) if open_now else [],
        override=override_of(recorded) if recorded is not None else None,
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
