"""Wishes about technicians: never again, not for this ticket, only him."""

from datetime import timedelta
from typing import Any

import pytest

from dispatch.models import Pairing, Technician
from dispatch.services import assign_technician
from dispatch.services.pairings import end_pairing, pair_technician
from servicedesk.errors import ActionError
from servicedesk.people.models import Role
from servicedesk.tickets.models import Ticket
from tests.dispatch.snapshots import snapshot
from tests.make import NOW, make_customer, make_handed_over, make_outlet, make_user
from tests.make_dispatch import make_technician

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)
NOON = NOW + timedelta(hours=2)
HOUR = timedelta(hours=1)
KINDS = Pairing.Kind


def pair(ticket: Ticket, technician: Technician, kind: str, actor: Any = None, reason: str = "客户要求") -> Pairing:
    return pair_technician(ticket.pk, technician, kind, reason, actor=actor, now=LATER)


def assigned(ticket: Ticket, technician: Technician, actor: Any = None, reason: str = "") -> str:
    """The code of the refusal, empty where it was assigned."""
    before = snapshot()
    try:
        assign_technician(ticket.pk, technician, NOON, NOON + HOUR, actor=actor, now=LATER, override_reason=reason)
    except ActionError as error:
        assert snapshot() == before
        return error.code
    return ""


@pytest.mark.parametrize("kind", [KINDS.BARRED, KINDS.NOT_AGAIN])
def test_who_is_ruled_out_is_never_sent_whatever_the_reason(kind: str) -> None:
    technician = make_technician()
    ticket = make_handed_over(technician.outlet)
    pair(ticket, technician, kind)
    supervisor = make_user(Role.SUPERVISOR, technician.outlet)
    assert assigned(ticket, technician, supervisor, "客户改主意") == kind


def test_a_technician_barred_by_a_customer_is_barred_for_all_his_tickets_and_nobody_elses() -> None:
    technician = make_technician()
    customer = make_customer()
    first, second = (make_handed_over(technician.outlet, customer=customer) for _ in range(2))
    pair(first, technician, KINDS.BARRED)
    assert assigned(second, technician) == "barred"
    assert assigned(make_handed_over(technician.outlet), technician) == ""


def test_not_again_holds_for_its_ticket_only() -> None:
    technician = make_technician()
    customer = make_customer()
    first, second = (make_handed_over(technician.outlet, customer=customer) for _ in range(2))
    pair(first, technician, KINDS.NOT_AGAIN)
    assert assigned(second, technician) == ""


def test_a_requested_technician_is_replaced_only_by_a_supervisor_with_a_reason() -> None:
    outlet = make_outlet()
    asked, other = make_technician(outlet), make_technician(outlet)
    ticket = make_handed_over(outlet)
    pair(ticket, asked, KINDS.REQUESTED)
    dispatcher, supervisor = make_user(Role.DISPATCHER, outlet), make_user(Role.SUPERVISOR, outlet)
    assert assigned(ticket, other, dispatcher, "他生病了") == "not_requested"
    assert assigned(ticket, other, supervisor) == "override_reason_missing"
    assert assigned(ticket, other, supervisor, "他生病了") == ""
    assert ticket.assignments.get().overrides[0]["code"] == "not_requested"


def test_an_ended_wish_binds_nobody_and_stays_in_the_record() -> None:
    technician = make_technician()
    ticket = make_handed_over(technician.outlet)
    agent = make_user()
    held = pair(ticket, technician, KINDS.BARRED, agent)
    ended = end_pairing(ticket.pk, held.pk, actor=agent, now=LATER)
    assert (ended.ended_by, ended.ended_at) == (agent, LATER)
    assert assigned(ticket, technician) == ""
    with pytest.raises(ActionError) as caught:
        end_pairing(ticket.pk, held.pk, actor=agent, now=LATER)
    assert caught.value.code == "wrong_state"


def test_refusals_of_a_wish() -> None:
    outlet = make_outlet()
    technician = make_technician(outlet)
    ticket = make_handed_over(outlet)
    pair(ticket, technician, KINDS.REQUESTED)

    def code(**changed: Any) -> str:
        given: dict[str, Any] = {"kind": KINDS.BARRED, "reason": "x", "actor": None, **changed}
        before = snapshot()
        with pytest.raises(ActionError) as caught:
            pair(ticket, given.get("technician", technician), given["kind"], given["actor"], given["reason"])
        assert snapshot() == before
        return caught.value.code

    assert code(reason=" ") == "reason_missing"
    assert code(reason="长" * 301) == "reason_too_long"
    assert code(kind="often") == "kind_unknown"
    assert code(kind=KINDS.REQUESTED, technician=make_technician(outlet)) == "pairing_exists"
    assert code(actor=technician.user) in {"role_not_allowed", "ticket_not_found"}
    assert code(actor=make_user(Role.DISPATCHER, make_outlet())) == "ticket_not_found"
