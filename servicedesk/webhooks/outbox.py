"""Writing messages into the outbox: in the transaction of what they tell, one row an event and endpoint."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from servicedesk.sla.models import SlaClock
from servicedesk.sla.recording import Fired
from servicedesk.tickets.models import Ticket, TicketEvent
from servicedesk.webhooks.kinds import KINDS
from servicedesk.webhooks.models import WebhookDelivery, WebhookEndpoint


@dataclass(frozen=True)
class Told:
    """An event as receivers hear of it; the key makes a second message of it impossible."""

    key: str
    kind: str
    at: datetime
    data: dict[str, Any]


def story_told(ticket: Ticket, event: TicketEvent) -> None:
    """Takes a line of the story to those who asked for its kind; called in the transaction that wrote it."""
    kind = f"ticket.{event.action}"
    endpoints = endpoints_for(kind)
    if endpoints:
        data = {
            "event": event.pk,
            **facts_of(ticket),
            "from_state": event.from_state,
            "state": event.to_state,
        }
        write(addressed(endpoints, Told(f"story:{event.pk}", kind, event.at, data), ticket.outlet_id))


def sla_fired(fired: Sequence[Fired], now: datetime) -> None:
    """Takes newly written warnings and breaches along; called in the transaction that wrote them."""
    wanted = {level: endpoints_for(f"sla.{level}") for level in {each.level for each in fired}}
    if not any(wanted.values()):
        return
    messages: list[WebhookDelivery] = []
    clocks = SlaClock.objects.select_related("ticket__outlet").in_bulk([each.clock_id for each in fired])
    for each in fired:
        clock: Any = clocks[each.clock_id]
        key = f"sla:{clock.pk}:{clock.cycle}:{each.level}"
        data = {
            "clock": clock.pk,
            "promise": clock.kind,
            "cycle": clock.cycle,
            "due_at": instant(clock.breached_at or clock.due_at),
            **facts_of(clock.ticket),
            "state": clock.ticket.state,
        }
        told = Told(key, f"sla.{each.level}", now, data)
        messages += addressed(wanted[each.level], told, clock.ticket.outlet_id)
    write(messages)


def facts_of(ticket: Ticket) -> dict[str, Any]:
    """What every message says of its ticket: numbers and codes, nothing about a person."""
    outlet = ticket.outlet.code if ticket.outlet is not None else None
    return {"ticket": ticket.number, "kind": ticket.kind, "priority": ticket.priority, "outlet": outlet}


def endpoints_for(kind: str) -> list[tuple[int, int | None]]:
    """The active endpoints that hear of this kind, each with its outlet; one query, none for unknown kinds."""
    if kind not in KINDS:
        return []
    hearing = WebhookEndpoint.objects.filter(is_active=True, kinds__contains=[kind])
    return list(hearing.values_list("pk", "outlet_id"))


def addressed(endpoints: Iterable[tuple[int, int | None]], told: Told, outlet_id: int | None) -> list[WebhookDelivery]:
    """One waiting message for each endpoint that is for every outlet or for this one, not written yet."""
    body = body_of(told.kind, told.at, told.data)
    return [
        WebhookDelivery(
            endpoint_id=endpoint,
            event_key=told.key,
            kind=told.kind,
            body=body,
            created_at=told.at,
            next_try_at=told.at,
        )
        for endpoint, only in endpoints
        if only is None or only == outlet_id
    ]


def write(messages: Sequence[WebhookDelivery]) -> None:
    """Writes the messages in one statement; one whose endpoint has a message of its key already is left out."""
    WebhookDelivery.objects.bulk_create(messages, ignore_conflicts=True)


def body_of(kind: str, at: datetime, data: dict[str, Any]) -> str:
    """The body as it is signed and sent, however often."""
    return json.dumps({"type": kind, "timestamp": instant(at), "data": data}, separators=(",", ":"))


def instant(at: datetime | None) -> str | None:
    """An instant in UTC after RFC 3339; None for none."""
    return None if at is None else at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
