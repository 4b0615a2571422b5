"""Routes of the guarantee."""

from datetime import date
from decimal import Decimal
from typing import Any

from servicedesk import clock
from tests.make_warranty import make_promise, make_proof
from tests.url_roles import EVERYBODY, Row
from warranty.models import Decision, MakerPromise, PartsWait, ProofPhoto, RemedyCase, RepairRecord
from warranty.services import decide_for

READERS = EVERYBODY - {"admin"}
RECORDERS = frozenset({"agent", "supervisor", "manager"})
APPROVERS = frozenset({"supervisor", "manager"})
OFFICE = RECORDERS | {"dispatcher"}
EDITORS = frozenset({"manager", "admin"})


def of_ticket(world: Any) -> dict[str, Any]:
    return {"number": world.ticket.number}


def of_appliance(world: Any) -> dict[str, Any]:
    return {"appliance_id": world.ticket.appliance_id}


def of_decision(world: Any) -> dict[str, Any]:
    found = Decision.objects.first()
    decision = found or decide_for(world.ticket.appliance_id, actor=None, now=world.ticket.received_at)
    return {"decision_id": decision.pk}


def of_promise(world: Any) -> dict[str, Any]:
    return {"promise_id": (MakerPromise.objects.first() or make_promise()).pk}


def of_proof(world: Any) -> dict[str, Any]:
    proof = ProofPhoto.objects.filter(appliance=world.ticket.appliance_id).first()
    return {"token": (proof or make_proof(world.ticket.appliance)).token}


def of_repair(world: Any) -> dict[str, Any]:
    fields = {"source": "elsewhere", "repairer": "城东家电维修", "kind": "paid", "handed_over_on": date(2026, 1, 5)}
    row, _new = RepairRecord.objects.get_or_create(
        appliance=world.ticket.appliance, defaults=fields, repairer="城东家电维修"
    )
    return {"repair_id": row.pk}


def of_remedy(world: Any) -> dict[str, Any]:
    """An exchange on the ticket that waits for approval; the request's transaction takes it back."""
    decision = Decision.objects.get(pk=of_decision(world)["decision_id"])
    remedy, _new = RemedyCase.objects.get_or_create(
        ticket=world.ticket,
        defaults={
            "appliance": world.ticket.appliance,
            "decision": decision,
            "kind": "exchange",
            "worth": Decimal(100),
            "choice_how": "phone",
            "chosen_at": world.assignment.offered_at,
        },
    )
    return {"remedy_id": remedy.pk}


def of_wait(world: Any) -> dict[str, Any]:
    fields = {"source": "hand", "since": date(2026, 1, 5), "opened_at": clock.now()}
    row, _new = PartsWait.objects.get_or_create(ticket=world.ticket, cause="repairer", ended_on=None, defaults=fields)
    return {"wait_id": row.pk}


ROWS = {
    "wait_list": Row(allowed=OFFICE | {"auditor"}),
    "wait_line": Row(of_wait, allowed=READERS, scoped=True),
    "repair_line": Row(of_repair, allowed=READERS, scoped=True),
    "repair_new": Row(of_appliance, allowed=RECORDERS, scoped=True),
    "wait_new": Row(of_appliance, allowed=OFFICE, scoped=True),
    "warranty_rules": Row(allowed=EVERYBODY),
    "warranty_decision_note": Row(of_decision, allowed=READERS, scoped=True),
    "warranty_appliance_note": Row(of_appliance, allowed=READERS, scoped=True),
    "warranty_compensation": Row(allowed=RECORDERS),
    "compensation_record": Row(
        method="post", allowed=RECORDERS, data=lambda world: {"ticket": world.ticket.number, "topic": "routes"}
    ),
    "warranty_calculator": Row(allowed=RECORDERS),
    "warranty_panel": Row(lambda world: {"number": world.ticket.number}, allowed=READERS, scoped=True),
    "warranty_appliance": Row(of_appliance, allowed=READERS, scoped=True),
    "warranty_appliance_card": Row(of_appliance, allowed=READERS, scoped=True),
    "warranty_decision": Row(of_decision, allowed=READERS, scoped=True),
    "proof_file": Row(of_proof, allowed=READERS, scoped=True),
    "verdict_override": Row(of_decision, allowed=APPROVERS, scoped=True),
    "maker_promises": Row(allowed=EVERYBODY),
    "maker_promise_new": Row(allowed=EDITORS),
    "maker_promise_end": Row(of_promise, allowed=EDITORS),
    "remedy_list": Row(allowed=READERS),
    "approval_limits": Row(allowed=frozenset({"supervisor", "manager", "admin", "auditor"})),
    "remedy_panel": Row(of_ticket, allowed=READERS, scoped=True),
    "remedy_choose": Row(of_ticket, allowed=RECORDERS, scoped=True),
    "remedy_approve": Row(of_ticket, allowed=APPROVERS, scoped=True),
    "remedy_refuse": Row(of_ticket, allowed=APPROVERS, scoped=True),
    "remedy_withdraw": Row(of_ticket, allowed=RECORDERS, scoped=True),
    "remedy_exchange": Row(of_ticket, allowed=OFFICE, scoped=True),
    "remedy_old_unit": Row(of_ticket, allowed=OFFICE, scoped=True),
    "remedy_refund": Row(of_ticket, allowed=RECORDERS, scoped=True),
    "verdict_record": Row(of_appliance, method="post", allowed=RECORDERS, scoped=True),
}
