"""Routes of the desk: search, calls, customers, tickets and the actions on them."""

from collections.abc import Iterable
from typing import Any

from tests.url_roles import EVERYBODY, Row

DESK = frozenset({"agent", "supervisor", "manager"})
OFFICE = frozenset({"agent", "dispatcher", "supervisor", "manager"})
READERS = OFFICE | {"auditor", "admin"}
EVERY_HAND = OFFICE | {"technician"}


def of_ticket(allowed: Iterable[str], method: str = "get", **data: Any) -> Row:
    """A route of the ticket under test."""
    return Row(
        kwargs=lambda world: {"number": world.ticket.number},
        method=method,
        allowed=frozenset(allowed),
        scoped=True,
        data=lambda world: data,
    )


def of_customer(allowed: Iterable[str]) -> Row:
    """A route of the customer under test."""
    return Row(kwargs=lambda world: {"customer_id": world.more.customer.pk}, allowed=frozenset(allowed), scoped=True)


ROWS = {
    "desk": Row(allowed=DESK),
    "call_simulate": Row(method="post", allowed=DESK, data=lambda world: {"number": "13800000000"}),
    "call_bar": Row(allowed=DESK),
    "call_answer": Row(method="post", allowed=DESK),
    "call_end": Row(method="post", allowed=DESK),
    "search": Row(allowed=READERS),
    "draft_save": Row(method="post", allowed=EVERYBODY, data=lambda world: {"draft_key": "intake:new"}),
    "draft_discard": Row(method="post", allowed=EVERYBODY, data=lambda world: {"draft_key": "intake:new"}),
    "customer_detail": of_customer(READERS),
    "customer_edit": of_customer(OFFICE),
    "phone_add": of_customer(OFFICE),
    "phone_reveal": Row(
        kwargs=lambda world: {
            "customer_id": world.more.customer.pk,
            "phone_id": world.more.customer.phones.first().pk,
        },
        method="post",
        allowed=OFFICE,
        scoped=True,
    ),
    "address_add": of_customer(OFFICE),
    "appliance_add": of_customer(OFFICE),
    "appliance_edit": Row(kwargs=lambda world: {"appliance_id": world.more.appliance.pk}, allowed=OFFICE, scoped=True),
    "ticket_list": Row(allowed=READERS),
    "intake": Row(allowed=OFFICE),
    "intake_symptoms": Row(method="post", allowed=OFFICE),
    "intake_beside": Row(method="post", allowed=OFFICE),
    "intake_windows": Row(method="post", allowed=OFFICE),
    "intake_hold": Row(method="post", allowed=OFFICE),
    "intake_release": Row(method="post", allowed=OFFICE),
    "intake_append": of_ticket(OFFICE, "post", description="again"),
    "ticket_detail": of_ticket(EVERYBODY),
    "ticket_live": of_ticket(EVERYBODY),
    "ticket_phone": of_ticket(EVERYBODY - {"auditor"}, "post"),
    "ticket_edit": of_ticket(OFFICE),
    "ticket_contact": of_ticket(EVERY_HAND),
    "ticket_send": of_ticket(OFFICE),
    "handover_accept": of_ticket(OFFICE - {"agent"}),
    "handover_refuse": of_ticket(OFFICE - {"agent"}),
    "ticket_pause": of_ticket(OFFICE),
    "ticket_resume": of_ticket(OFFICE),
    "ticket_take_on": of_ticket(OFFICE),
    "ticket_close": of_ticket(DESK),
    "ticket_reopen": of_ticket(DESK),
    "ticket_cancel": of_ticket(OFFICE),
    "ticket_note": of_ticket(EVERY_HAND),
    "ticket_praise": of_ticket(EVERY_HAND),
    "ticket_exception": of_ticket(frozenset({"supervisor", "manager"})),
}
