"""What holds between customers and technicians, as pages list it and as the rules ask for it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from dispatch.models import Pairing
from servicedesk.tickets.models import Ticket

Kind = Pairing.Kind


@dataclass(frozen=True)
class Wishes:
    """The technicians who must not come to a ticket, and the one who shall."""

    barred: frozenset[int] = frozenset()
    not_again: frozenset[int] = frozenset()
    asked_for: int | None = None


def pairings_of(ticket: Ticket) -> QuerySet[Pairing]:
    """What holds for the ticket now, its customer's and its own."""
    return _held([ticket]).select_related("technician__user")


def wishes_of(tickets: Iterable[Ticket]) -> dict[int, Wishes]:
    """What holds for each of the tickets, by their keys; one query."""
    rows = list(tickets)
    own: dict[int, list[tuple[str, int]]] = defaultdict(list)
    general: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for kind, customer, ticket, technician in _held(rows).values_list(
        "kind", "customer_id", "ticket_id", "technician_id"
    ):
        (general[customer] if ticket is None else own[ticket]).append((kind, technician))
    return {row.pk: wishes_from([*general[row.customer_id], *own[row.pk]]) for row in rows}


def wishes_from(pairs: Iterable[Sequence[Any]]) -> Wishes:
    """What holds for a ticket, from kind and technician of each pairing."""
    found: dict[str, set[int]] = defaultdict(set)
    for kind, technician in pairs:
        found[kind].add(technician)
    asked_for = next(iter(found[Kind.REQUESTED]), None)
    return Wishes(frozenset(found[Kind.BARRED]), frozenset(found[Kind.NOT_AGAIN]), asked_for)


def barred_for(customer_ids: list[int]) -> dict[int, set[int]]:
    """The technicians who are never sent to these customers, by customer."""
    barred: dict[int, set[int]] = defaultdict(set)
    if customer_ids:
        rows = Pairing.objects.filter(ended_at=None, kind=Kind.BARRED, customer__in=customer_ids)
        for customer, technician in rows.values_list("customer_id", "technician_id"):
            barred[customer].add(technician)
    return barred


def _held(tickets: list[Ticket]) -> QuerySet[Pairing]:
    customers = {ticket.customer_id for ticket in tickets}
    own = Q(ticket__in=[ticket.pk for ticket in tickets]) | Q(ticket=None, customer__in=customers)
    return Pairing.objects.filter(own, ended_at=None)
