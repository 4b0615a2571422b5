"""The compensation guide beside a ticket: what the ticket already tells, and the answer as a line of its story."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from django.db import transaction

from servicedesk.people.models import CustomerKind, User
from servicedesk.tickets.locking import lock_ticket
from servicedesk.tickets.models import Ticket, TicketEvent
from servicedesk.tickets.story import tell
from servicedesk.tickets.transitions import require
from warranty.facts_builder import local_day
from warranty.places import scope_of
from warranty.rules.claims.answer import Answer
from warranty.rules.claims.claim import Claim
from warranty.rules.claims.guide import answer
from warranty.selectors import rest_days, the_edition

RECORD = "record_compensation_answer"


def answer_to(claim: Claim, *, now: datetime) -> Answer:
    """The answer to `claim` as of `now`, by the figures and rest days in force; nothing is stored."""
    return answer(claim, the_edition(), rest_days(), local_day(now))


def known_of(ticket: Ticket | None) -> dict[str, str]:
    """The answers a ticket brings along, by the fields of the guide; what it does not tell is left out."""
    if ticket is None:
        return {}
    appliance = ticket.appliance
    told: dict[str, Any] = {
        "buyer": "consumer" if ticket.customer.kind == CustomerKind.PERSON else "business",
        "jurisdiction": scope_of(ticket.address or (appliance.address if appliance else None)),
        "event_on": local_day(ticket.received_at),
        "from_repair": "yes" if ticket.kind == "repair" else "no",
    }
    if appliance is not None:
        told |= {"product": appliance.category.code, "sold_on": appliance.invoice_date}
        told["at_a_distance"] = "yes" if appliance.sales_channel == "online" else None
    return {name: str(value) for name, value in told.items() if value}


def record_compensation_answer(ticket_id: int, claim: Claim, *, actor: User | None, now: datetime) -> TicketEvent:
    """The line of the ticket's story with codes, sums and what was told; the same answer sent twice is one line.

    Refuses with 404 a ticket out of scope, 403 role_not_allowed.
    """
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        require(RECORD, actor, ticket.state)
        data = _data(answer_to(claim, now=now), claim)
        last = TicketEvent.objects.filter(ticket=ticket, action=RECORD).order_by("-id").first()
        if last is not None and last.data == data:
            return last
        return tell(ticket, RECORD, actor=actor, now=now, data=data)


def _data(found: Answer, claim: Claim) -> dict[str, Any]:
    told = {item.name: getattr(claim, item.name) for item in fields(Claim)}
    return {
        "topic": found.topic,
        "codes": list(found.codes),
        "amount": None if found.total is None else str(found.total),
        "edition": found.edition,
        "as_of": found.as_of.isoformat(),
        "told": {name: str(value) for name, value in told.items() if value not in {None, ""}},
    }
