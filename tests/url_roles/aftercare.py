"""Routes of callbacks and of the customer's page."""

from typing import Any

from tests.url_roles import Row

CALLERS = frozenset({"agent", "manager"})


def of_callback(world: Any) -> dict[str, Any]:
    return {"callback_id": world.callback.pk}


def of_ticket(world: Any) -> dict[str, Any]:
    return {"number": world.ticket.number}


def of_link(world: Any) -> dict[str, Any]:
    return {"token": world.ticket.token}


ROWS = {
    "callback_queue": Row(allowed=CALLERS),
    "callback_detail": Row(of_callback, allowed=CALLERS),
    "callback_claim": Row(of_callback, method="post", allowed=CALLERS),
    "callback_release": Row(of_callback, method="post", allowed=CALLERS),
    "callback_panel": Row(of_ticket, scoped=True),
    "callback_create": Row(of_ticket, method="post", allowed=CALLERS),
    "customer_ticket": Row(of_link, public=True),
    "customer_rate": Row(of_link, method="post", public=True, data=lambda world: {"score": "5"}),
    "customer_call": Row(of_link, method="post", public=True),
}
