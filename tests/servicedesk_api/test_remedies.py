"""Exchange and refund over the API: chosen, approved by somebody else, carried out; and a grant beside a verdict."""

import pytest

from servicedesk import clock
from servicedesk.people.models import Role
from tests.make import make_user
from tests.make_api import ApiClient
from tests.make_remedies import make_entitled
from warranty.facts_builder import local_day

pytestmark = pytest.mark.django_db


def test_an_exchange_from_choice_to_end() -> None:
    ticket, now = make_entitled(), clock.now()
    today = local_day(now).isoformat()
    agent, manager = ApiClient(make_user(Role.AGENT)), ApiClient(make_user(Role.MANAGER))

    wrong = agent.act(ticket.number, "choose_remedy", {"kind": "castle", "how": "phone"})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "kind")
    chosen = agent.act(ticket.number, "choose_remedy", {"kind": "exchange", "how": "phone", "words": "换新"})
    assert (chosen.status_code, chosen.json()["state"]) == (201, "chosen")
    at = f"/remedies/{chosen.json()['id']}"
    assert agent.post(f"{at}/approve_remedy", {}).status_code == 403
    assert manager.post(f"{at}/approve_remedy", {}).json()["state"] == "approved"
    early = agent.post(f"{at}/record_exchange", {"serial": "N-1", "handed_over_on": "2001-01-01"})
    assert (early.status_code, early.json()["field"]) == (422, "handed_over_on")
    unknown = agent.post(f"{at}/record_exchange", {"serial": "N-1", "handed_over_on": today, "model": "none"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "model_unknown")
    handed = agent.post(f"{at}/record_exchange", {"serial": "n-1", "handed_over_on": today})
    assert (handed.status_code, handed.json()["new_serial"]) == (200, "N-1")
    back = {"back_on": today, "serial": "OLD-1", "condition": "fine"}
    assert agent.post(f"{at}/record_old_unit", back).json()["state"] == "done"
    assert [one["state"] for one in agent.get(f"/tickets/{ticket.number}/remedies").json()] == ["done"]


def test_a_refund_is_withdrawn_refused_and_paid() -> None:
    ticket, today = make_entitled(), local_day(clock.now()).isoformat()
    agent, manager = ApiClient(make_user(Role.AGENT)), ApiClient(make_user(Role.MANAGER))
    wish = {"kind": "refund", "how": "in_person", "same_model": False}

    def choose() -> str:
        return f"/remedies/{agent.act(ticket.number, 'choose_remedy', wish).json()['id']}"

    assert agent.post(f"{choose()}/withdraw_remedy", {"reason": "by mistake"}).json()["state"] == "withdrawn"
    assert manager.post(f"{choose()}/refuse_remedy", {"reason": "log is wrong"}).json()["state"] == "refused"
    at = choose()
    manager.post(f"{at}/approve_remedy", {"note": "ok"})
    assert agent.post(f"{at}/record_old_unit", {"left_because": "burnt"}).json()["old_left_because"] == "burnt"
    paid = agent.post(f"{at}/record_refund", {"paid_on": today, "how": "wechat", "reference": "W-9"})
    assert (paid.json()["state"], paid.json()["amount"]) == ("done", "2999.00")


def test_a_grant_names_what_is_wrong_and_stands_beside_the_verdict() -> None:
    ticket = make_entitled(sold={"invoice_date": "2019-01-07", "delivery_date": None, "install_date": None})
    agent, manager = ApiClient(make_user(Role.AGENT)), ApiClient(make_user(Role.MANAGER))
    kept = agent.post(f"/appliances/{ticket.appliance_id}/record_verdict", {}).json()
    at = f"/decisions/{kept['id']}/override_verdict"
    grant = {"grants": "repair", "worth": "120.00", "reason": "Promised on the phone.", "evidence": "Recording"}

    assert agent.post(at, grant).status_code == 403
    assert manager.post(at, {**grant, "worth": 120}).json()["field"] == "worth"
    made = manager.post(at, grant)
    assert (made.status_code, made.json()["grants"]) == (201, "repair")


def test_an_answer_of_the_compensation_guide_is_kept_in_the_story_once() -> None:
    ticket, agent = make_entitled(), ApiClient(make_user(Role.AGENT))
    claim = {"topic": "fraud", "event_on": "2026-03-01", "act": "part_swap", "proven": True, "price": "180.00"}

    made = agent.act(ticket.number, "record_compensation_answer", claim)
    assert (made.status_code, made.json()["amount"]) == (201, "540.00")
    agent.act(ticket.number, "record_compensation_answer", claim)
    assert ticket.events.filter(action="record_compensation_answer").count() == 1
    wrong = agent.act(ticket.number, "record_compensation_answer", {**claim, "price": "0.00"})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "price")
