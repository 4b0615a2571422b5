"""Routes of the API. A second method of one address stands as `name:method`."""

from collections.abc import Callable, Iterable
from typing import Any

from servicedesk.sla.models import SlaClock
from tests.url_roles import EVERYBODY, Row
from tests.url_roles.aftercare import REVIEW_READERS, of_mismatch
from tests.url_roles.care import of_story
from tests.url_roles.followups import READERS as FOLLOW_UP_READERS
from tests.url_roles.followups import of_follow_up
from tests.url_roles.visits import of_offer, of_sheet, of_visit
from tests.url_roles.warranty import of_decision, of_remedy, of_repair, of_wait
from visits.access import VISIT_READERS

Place = Callable[[Any], dict[str, Any]]
DESK = frozenset({"agent", "supervisor", "manager"})
OFFICE = DESK | {"dispatcher"}
OUTLET = frozenset({"dispatcher", "supervisor", "manager"})
LISTERS = OFFICE | {"auditor", "admin"}
EVERY_HAND = OFFICE | {"technician"}
CALLERS = frozenset({"agent", "manager"})
REVIEWERS = frozenset({"supervisor", "manager"})
HANDS = frozenset({"technician", "supervisor"})
UNIT_HANDS = EVERY_HAND - {"agent"}


def at(place: Place | None, allowed: Iterable[str], method: str = "get", *, scoped: bool = True) -> Row:
    """A route that answers a visitor with 401."""
    kwargs = place or (lambda world: {})
    return Row(kwargs, method, frozenset(allowed), scoped=scoped and place is not None, stranger=401)


def ticket(world: Any) -> dict[str, Any]:
    return {"number": world.ticket.number}


def clock(world: Any) -> dict[str, Any]:
    return {**ticket(world), "clock_id": SlaClock.objects.filter(ticket=world.ticket).first().pk}  # type: ignore[union-attr]


def customer(world: Any) -> dict[str, Any]:
    return {"customer_id": world.more.customer.pk}


def appliance(world: Any) -> dict[str, Any]:
    return {"appliance_id": world.more.appliance.pk}


def fresh(world: Any) -> dict[str, Any]:
    return {"number": world.fresh_ticket.number}


def callback(world: Any) -> dict[str, Any]:
    return {"callback_id": world.callback.pk}


ROWS = {
    "api_schema": Row(public=True),
    "api_docs": Row(public=True),
    "api_nowhere": Row(public=True),
    "api_tickets": at(None, LISTERS),
    "api_tickets:post": at(None, OFFICE, "post"),
    "api_ticket": at(ticket, EVERYBODY),
    "api_ticket:patch": at(ticket, OFFICE, "patch"),
    "api_windows": at(None, OFFICE),
    "api_hold_window": at(None, OFFICE, "post"),
    "api_release_window": at(None, OFFICE, "post"),
    "api_story": at(ticket, EVERYBODY),
    "api_clocks": at(ticket, EVERYBODY),
    "api_clock": at(clock, EVERYBODY),
    "api_record_contact": at(ticket, EVERY_HAND, "post"),
    "api_send_to_outlet": at(ticket, OFFICE, "post"),
    "api_accept_handover": at(ticket, OUTLET, "post"),
    "api_refuse_handover": at(ticket, OUTLET, "post"),
    "api_pause_clock": at(ticket, OFFICE, "post"),
    "api_resume_clock": at(ticket, OFFICE, "post"),
    "api_acknowledge_breach": at(ticket, OFFICE, "post"),
    "api_close_ticket": at(ticket, DESK, "post"),
    "api_reopen_ticket": at(ticket, DESK, "post"),
    "api_cancel_ticket": at(ticket, OFFICE, "post"),
    "api_add_note": at(ticket, EVERY_HAND, "post"),
    "api_record_praise": at(ticket, EVERY_HAND, "post"),
    "api_grant_exception": at(ticket, {"supervisor", "manager"}, "post"),
    "api_reveal_phone": at(ticket, EVERYBODY - {"auditor"}, "post"),
    "api_give_consent": at(ticket, EVERY_HAND, "post"),
    "api_withdraw_consent": at(ticket, EVERY_HAND, "post"),
    "api_record_care_note": at(ticket, DESK, "post"),
    "api_read_care_notes": at(ticket, DESK, "post"),
    "api_record_care_event": at(ticket, EVERY_HAND, "post"),
    "api_record_pickup": at(ticket, UNIT_HANDS, "post"),
    "api_record_return": at(ticket, UNIT_HANDS, "post"),
    "api_propose_story": at(ticket, EVERY_HAND, "post"),
    "api_approve_story": at(of_story, {"manager"}, "post"),
    "api_publish_story": at(of_story, {"manager"}, "post"),
    "api_customers": at(None, LISTERS),
    "api_customers:post": at(None, OFFICE, "post"),
    "api_customer": at(customer, LISTERS),
    "api_phones": at(customer, OFFICE, "post"),
    "api_addresses": at(customer, OFFICE, "post"),
    "api_appliances": at(customer, LISTERS),
    "api_appliances:post": at(customer, OFFICE, "post"),
    "api_appliance": at(appliance, LISTERS),
    "api_appliance:patch": at(appliance, OFFICE, "patch"),
    "api_categories": at(None, EVERYBODY),
    "api_symptoms": at(lambda world: {"code": "washing_machine"}, EVERYBODY, scoped=False),
    "api_outlets": at(None, EVERYBODY),
    "api_notifications": at(None, EVERYBODY),
    "api_queue": at(None, OUTLET),
    "api_candidates": at(fresh, OUTLET),
    "api_assignments": at(ticket, OUTLET),
    "api_assign_technician": at(fresh, OUTLET, "post"),
    "api_reassign_technician": at(ticket, OUTLET, "post"),
    "api_proposal": at(ticket, OUTLET),
    "api_moves": at(ticket, OUTLET),
    "api_undo_move": at(ticket, OUTLET, "post"),
    "api_pairings": at(ticket, OUTLET | {"agent"}),
    "api_pair_technician": at(ticket, OUTLET | {"agent"}, "post"),
    "api_end_pairing": at(ticket, OUTLET | {"agent"}, "post"),
    "api_assignment": at(of_offer, OUTLET | {"technician"}),
    "api_accept_assignment": at(of_offer, OUTLET | {"technician"}, "post"),
    "api_refuse_assignment": at(of_offer, OUTLET | {"technician"}, "post"),
    "api_verdict": at(appliance, EVERYBODY - {"admin"}),
    "api_what_if": at(appliance, DESK, "post"),
    "api_record_verdict": at(appliance, DESK, "post"),
    "api_repairs": at(appliance, EVERYBODY - {"admin"}),
    "api_repairs:post": at(appliance, DESK, "post"),
    "api_proofs": at(appliance, EVERY_HAND, "post"),
    "api_waits": at(appliance, EVERYBODY - {"admin"}),
    "api_waits:post": at(appliance, OFFICE, "post"),
    "api_close_repair": at(of_repair, DESK, "post"),
    "api_strike_repair": at(of_repair, DESK, "post"),
    "api_end_wait": at(of_wait, OFFICE, "post"),
    "api_strike_wait": at(of_wait, DESK, "post"),
    "api_record_compensation_answer": at(ticket, DESK, "post"),
    "api_remedies": at(ticket, EVERYBODY - {"admin"}),
    "api_choose_remedy": at(ticket, DESK, "post"),
    "api_override_verdict": at(of_decision, {"supervisor", "manager"}, "post"),
    "api_approve_remedy": at(of_remedy, {"supervisor", "manager"}, "post"),
    "api_refuse_remedy": at(of_remedy, {"supervisor", "manager"}, "post"),
    "api_withdraw_remedy": at(of_remedy, DESK, "post"),
    "api_record_exchange": at(of_remedy, OFFICE, "post"),
    "api_record_old_unit": at(of_remedy, OFFICE, "post"),
    "api_record_refund": at(of_remedy, DESK, "post"),
    "api_assess": at(None, DESK, "post"),
    "api_decision": at(of_decision, EVERYBODY - {"admin"}),
    "api_visits": at(None, VISIT_READERS),
    "api_visit": at(of_visit, VISIT_READERS),
    "api_checklist": at(of_visit, VISIT_READERS),
    "api_ticket_visits": at(ticket, {*VISIT_READERS, "agent", "dispatcher"}),
    **{
        f"api_{step}": at(of_visit, HANDS, "post")
        for step in (
            "depart",
            "arrive",
            "start_work",
            "answer_item",
            "record_inspection",
            "add_photo",
            "sign",
            "record_outcome",
            "complete_visit",
            "abort_visit",
        )
    },
    "api_entries": at(of_visit, {"technician"}, "post"),
    "api_field_day": at(None, {"technician"}),
    "api_field_self_check": at(None, {"technician"}, "post"),
    "api_field_consent": at(None, {"technician"}, "post"),
    "api_charges": at(of_visit, VISIT_READERS),
    "api_charges:post": at(of_visit, HANDS, "post"),
    "api_remove_charge": at(lambda world: {**of_visit(world), "charge_id": 1}, HANDS, "post"),
    "api_sheets": at(of_visit, VISIT_READERS),
    "api_sheet": at(of_sheet, VISIT_READERS),
    "api_sheet_pdf": at(of_sheet, VISIT_READERS),
    "api_sheet_preview": at(of_visit, VISIT_READERS),
    "api_correct_sheet": at(of_visit, REVIEWERS, "post"),
    "api_schedule_callback": at(ticket, CALLERS, "post"),
    "api_callbacks": at(None, CALLERS),
    "api_callback": at(callback, CALLERS),
    "api_claim_callback": at(callback, CALLERS, "post"),
    "api_release_callback": at(callback, CALLERS, "post"),
    "api_record_attempt": at(callback, CALLERS, "post"),
    "api_record_call_wish": at(ticket, DESK, "post"),
    "api_follow_ups": at(None, FOLLOW_UP_READERS),
    "api_follow_up": at(of_follow_up, FOLLOW_UP_READERS),
    "api_end_follow_up": at(of_follow_up, OFFICE, "post"),
    "api_reopen_follow_up": at(of_follow_up, OFFICE, "post"),
    "api_mismatches": at(None, REVIEW_READERS),
    "api_mismatch": at(of_mismatch, REVIEW_READERS),
    "api_decide_mismatch": at(of_mismatch, REVIEWERS, "post"),
    "api_reopen_mismatch": at(of_mismatch, REVIEWERS, "post"),
}
