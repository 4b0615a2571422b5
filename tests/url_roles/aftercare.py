"""Routes of callbacks and of the customer's page."""

from typing import Any

from tests.make_aftercare import make_mismatch
from tests.url_roles import Row
from tests.url_roles.visits import of_sheet
from visits.sheets.selectors import visit_no

CALLERS = frozenset({"agent", "manager"})

REVIEW_READERS = frozenset({"supervisor", "manager", "auditor"})
SETTINGS_READERS = REVIEW_READERS | {"admin"}


def of_mismatch(world: Any) -> dict[str, Any]:
    return {"mismatch_id": make_mismatch(world.visit).pk}


def of_callback(world: Any) -> dict[str, Any]:
    return {"callback_id": world.callback.pk}


def of_ticket(world: Any) -> dict[str, Any]:
    return {"number": world.ticket.number}


def of_link(world: Any) -> dict[str, Any]:
    return {"token": world.ticket.token}


def of_customer_sheet(world: Any) -> dict[str, Any]:
    version = of_sheet(world)["version"]
    return {**of_link(world), "visit_no": visit_no(world.visit), "version": version}


ROWS = {
    "callback_queue": Row(allowed=CALLERS),
    "callback_detail": Row(of_callback, allowed=CALLERS),
    "callback_claim": Row(of_callback, method="post", allowed=CALLERS),
    "callback_release": Row(of_callback, method="post", allowed=CALLERS),
    "callback_panel": Row(of_ticket, scoped=True),
    "callback_create": Row(of_ticket, method="post", allowed=CALLERS),
    "ticket_call_wish": Row(of_ticket, allowed=frozenset({"agent", "supervisor", "manager"}), scoped=True),
    "mismatch_list": Row(allowed=REVIEW_READERS),
    "mismatch_figures": Row(allowed=REVIEW_READERS),
    "mismatch_detail": Row(of_mismatch, allowed=REVIEW_READERS),
    "mismatch_reopen": Row(of_mismatch, method="post", allowed=frozenset({"supervisor", "manager"})),
    "call_settings": Row(allowed=SETTINGS_READERS),
    "sampling_settings": Row(allowed=SETTINGS_READERS),
    "sample_list": Row(allowed=SETTINGS_READERS),
    "customer_ticket": Row(of_link, public=True),
    "customer_time": Row(of_link, public=True),
    "customer_cancel": Row(of_link, public=True),
    "customer_sheet": Row(of_customer_sheet, public=True),
    "customer_sheet_pdf": Row(of_customer_sheet, public=True),
    "customer_rate": Row(of_link, method="post", public=True, data=lambda world: {"score": "5"}),
    "customer_call": Row(of_link, method="post", public=True),
}
