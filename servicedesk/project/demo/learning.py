"""What the demonstration's people learned: a few articles and ideas, made by the real actions on closed repairs."""

import tomllib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from servicedesk import clock
from servicedesk.ideas import services as ideas
from servicedesk.ideas.models import Department
from servicedesk.knowledge import services as library
from servicedesk.knowledge.selectors import CURED, repair_held
from servicedesk.people.models import Role, User
from servicedesk.tickets.models import IntakeChannel, Ticket, TicketState

HERE = Path(__file__).parent
HOUR = timedelta(hours=1)
Settle = Callable[[datetime], None]


def tell_what_was_learned(since_ticket: int, as_of: datetime, settle: Settle) -> None:
    """Articles and ideas on the first fitting repairs after `since_ticket`; none where no repair fits.

    `settle` is called after each, with its moment.
    """
    manager = User.objects.filter(role=Role.MANAGER, is_active=True).order_by("pk").first()
    if manager is None:
        return
    told = tomllib.loads((HERE / "learning.toml").read_text(encoding="utf-8"))
    for tell, rows in ((_article, told["article"]), (_idea, told["idea"])):
        for row in rows:
            ticket = _repair(since_ticket, row, as_of)
            if ticket is not None and ticket.closed_at is not None:
                settle(tell(ticket, row, manager, ticket.closed_at + HOUR))


def _repair(since_ticket: int, row: dict[str, Any], as_of: datetime) -> Ticket | None:
    """The first repair of the symptom that held and was closed at least two days before `as_of`."""
    closed: Any = Ticket.objects.filter(
        pk__gt=since_ticket,
        state=TicketState.CLOSED,
        fault__code=row["fault"],
        fault__category__code=row["category"],
        facts__outcome__in=CURED,
        closed_at__lt=as_of - timedelta(days=2),
    )
    rows = closed.select_related("facts", "fault", "appliance__model", "owner").order_by("number")
    return next((ticket for ticket in rows if repair_held(ticket)), None)


def _article(ticket: Ticket, row: dict[str, Any], manager: User, at: datetime) -> datetime:
    words = library.Words(row["title"], row["cause"], row["remedy"])
    with clock.at(at):
        article = library.propose_article(ticket.pk, words, actor=ticket.owner, now=at, for_model=False)
    if row["published"]:
        at += 3 * HOUR
        with clock.at(at):
            library.publish_article(article.pk, actor=manager, now=at)
    return at


def _idea(ticket: Ticket, row: dict[str, Any], manager: User, at: datetime) -> datetime:
    said = ideas.Finding(row["title"], row["finding"], row["proposal"])
    with clock.at(at):
        idea = ideas.propose_idea(ticket.pk, said, actor=ticket.owner, now=at)
    if row["goal"] == "proposed":
        return at
    at += 4 * HOUR
    with clock.at(at):
        ideas.route_idea(idea.pk, Department.PRODUCT, actor=manager, now=at)
    if row["goal"] == "routed":
        return at
    at += 20 * HOUR
    with clock.at(at):
        ideas.accept_idea(idea.pk, actor=manager, now=at)
        ideas.ship_idea(idea.pk, row["result"], actor=manager, now=at)
        ideas.answer_proposer(idea.pk, row["answer"], actor=manager, now=at)
        channel = IntakeChannel.PHONE
        ideas.answer_customer(idea.pk, ticket.pk, row["result"], channel, actor=ticket.owner, now=at)
    return at
