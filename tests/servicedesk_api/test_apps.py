"""Dispatch, visits, callbacks and the guarantee over the API: a ticket from the queue to a happy customer."""

import base64
from datetime import timedelta
from uuid import uuid4

import pytest

from servicedesk import clock
from servicedesk.people.models import Role
from servicedesk.tickets.models import Ticket
from tests.defaults import load_defaults
from tests.make import make_customer, make_handed_over, make_outlet, make_user
from tests.make_api import ApiClient, intake_body
from tests.make_dispatch import make_technician
from tests.make_visits import jpeg, make_visit, proof_for
from visits.inspection import checks_for
from visits.models import ChecklistItem, Visit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _defaults(db: None) -> None:
    load_defaults()


def test_from_the_queue_to_an_accepted_job() -> None:
    outlet, now = make_outlet(), clock.now()
    technician = make_technician(outlet)
    ticket = make_handed_over(outlet, now=now - timedelta(minutes=10))
    dispatcher, worker = ApiClient(make_user(Role.DISPATCHER, outlet)), ApiClient(technician.user)
    row = dispatcher.get("/dispatch/queue").json()["items"][0]
    assert (row["number"], row["assignment_id"]) == (ticket.number, None)
    found = dispatcher.get(f"/tickets/{ticket.number}/candidates").json()
    (best,) = found["candidates"]
    assert (best["technician_id"], best["travel_quality"]) == (technician.pk, "estimate")
    assert sum(part["points"] for part in best["score"]["parts"]) == best["score"]["total"]
    assert (len(found["days"]), found["excluded"], found["place_known"]) == (5, [], False)
    start = now + timedelta(hours=1)
    wish = {
        "technician_id": technician.pk,
        "span_start": start.isoformat(),
        "span_end": (start + timedelta(hours=1)).isoformat(),
        "override_reason": "客户同意",
    }
    stranger = dispatcher.act(ticket.number, "assign_technician", {**wish, "technician_id": 987654})
    assert (stranger.status_code, stranger.json()["code"]) == (422, "technician_unknown")
    backward = dispatcher.act(ticket.number, "assign_technician", {**wish, "span_end": wish["span_start"]})
    assert (backward.status_code, backward.json()["field"]) == (422, "span_end")
    made = dispatcher.act(ticket.number, "assign_technician", wish)
    assert (made.status_code, made.json()["state"]) == (201, "offered")
    moved = {**wish, "span_end": (start + timedelta(hours=2)).isoformat(), "reason": "多留时间"}
    again = dispatcher.act(ticket.number, "reassign_technician", moved).json()
    refused = worker.post(f"/assignments/{again['id']}/refuse_assignment", {"reason": "车坏了"})
    assert refused.json()["state"] == "refused"
    third = dispatcher.act(ticket.number, "assign_technician", wish).json()
    assert worker.get(f"/assignments/{third['id']}").json()["state"] == "offered"
    accepted = worker.post(f"/assignments/{third['id']}/accept_assignment")
    assert accepted.json()["state"] == "accepted"
    assert len(dispatcher.get(f"/tickets/{ticket.number}/assignments").json()) == 3
    assert [one["state"] for one in worker.get("/visits").json()] == ["planned"]


def test_a_visit_from_the_road_to_the_signature() -> None:
    visit = make_visit(now=clock.now() - timedelta(minutes=30))
    worker = ApiClient(visit.technician.user)
    at = f"/visits/{visit.pk}"
    for step, state in (("depart", "en_route"), ("arrive", "on_site"), ("start_work", "working")):
        assert worker.post(f"{at}/{step}").json()["state"] == state
    visit.refresh_from_db()
    for item in ChecklistItem.objects.filter(version=visit.checklist_id, not_applicable=False):
        proof = proof_for(visit, item, clock.now())
        said = worker.post(f"{at}/answer_item", {"code": item.code, "value": "done", "proof": proof})
        assert said.status_code in {200, 422}, said.json()
    checks = [{"code": check.code, "ok": True} for check in checks_for("washing_machine")]
    assert worker.post(f"{at}/record_inspection", {"checks": checks, "others_asked": True}).status_code == 200
    picture = {"token": str(uuid4()), "content": base64.b64encode(jpeg()).decode()}
    photos = [worker.post(f"{at}/add_photo", picture) for _ in range(2)]
    assert [answer.status_code for answer in photos] == [201, 201]
    spoilt = worker.post(f"{at}/add_photo", {"token": str(uuid4()), "content": "%%%"})
    assert (spoilt.status_code, spoilt.json()["code"]) == (422, "photo_unreadable")
    early = worker.post(f"{at}/complete_visit")
    assert (early.status_code, early.json()["code"]) == (409, "outcome_missing")
    report = {"outcome": "fixed", "finding": "排水泵堵塞", "work": "更换排水泵"}
    stale = worker.post(f"{at}/record_outcome", report, **{"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (409, "edited_meanwhile")
    told = worker.post(f"{at}/record_outcome", report)
    assert told.json()["outcome"] == "fixed"
    assert worker.post(f"{at}/sign", {"opinion": "很满意", "typed_name": "王芳"}).status_code == 201
    lacking = [item for item in worker.get(f"{at}/checklist").json() if item["lack"]]
    done = worker.post(f"{at}/complete_visit")
    if lacking:
        assert done.json()["code"] == "checklist_incomplete"
    else:
        assert done.json()["state"] == "completed"
        assert Ticket.objects.get(pk=visit.ticket_id).state == "awaiting_callback"


def test_a_supervisor_says_why_he_acts_and_a_visit_may_be_broken_off() -> None:
    visit = make_visit(now=clock.now() - timedelta(minutes=30))
    boss = ApiClient(make_user(Role.SUPERVISOR, visit.technician.outlet))
    silent = boss.post(f"/visits/{visit.pk}/depart")
    assert (silent.status_code, silent.json()["code"]) == (422, "on_behalf_reason_missing")
    assert boss.post(f"/visits/{visit.pk}/depart", {"on_behalf": "手机没电"}).status_code == 200
    ended = boss.post(f"/visits/{visit.pk}/abort_visit", {"reason": "nobody_home", "on_behalf": "电话告知"})
    assert ended.json()["state"] == "aborted"
    assert Visit.objects.get(pk=visit.pk).abort_reason == "nobody_home"


def test_customers_are_found_made_and_given_appliances() -> None:
    agent = ApiClient(make_user(Role.AGENT))
    made = agent.make("/customers", {"name": "丁一凡", "phone": "13912345678"}).json()
    found = agent.get("/customers", {"q": "5678"}).json()
    assert [one["id"] for one in found] == [made["id"]]
    assert found[0]["phones"][0]["number"] == "139****5678"
    at = f"/customers/{made['id']}"
    place = agent.make(f"{at}/addresses", {"detail": "学府路18号", "district": "东湖区"}).json()
    assert agent.make(f"{at}/phones", {"phone": "13900001111"}).status_code == 201
    unit = agent.make(
        f"{at}/appliances", {"category": "washing_machine", "serial": "ab 12", "address_id": place["id"]}
    )
    assert unit.json()["serial"] == "AB12"
    changed = agent.patch(f"/appliances/{unit.json()['id']}", {"price_fen": 259900, "invoice_date": "2026-01-05"})
    assert (changed.json()["price_fen"], changed.json()["invoice_date"]) == (259900, "2026-01-05")
    verdict = agent.get(f"/appliances/{unit.json()['id']}/verdict").json()
    supposed = agent.post(f"/appliances/{unit.json()['id']}/what_if", {"more_failed_repairs": 1}).json()
    assert supposed["mark"] != verdict["mark"]
    kept = agent.post(f"/appliances/{unit.json()['id']}/record_verdict", {"mark": verdict["mark"]})
    assert kept.status_code == 201
    assert agent.get(f"/decisions/{kept.json()['id']}").json()["headline"] == verdict["headline"]
    outdated = agent.post(f"/appliances/{unit.json()['id']}/record_verdict", {"mark": supposed["mark"]})
    assert (outdated.status_code, outdated.json()["code"]) == (409, "verdict_changed")


def test_a_callback_is_scheduled_and_recorded() -> None:
    agent = ApiClient(make_user(Role.AGENT))
    number = agent.make("/tickets", intake_body(make_customer())).json()["number"]
    made = agent.make(f"/tickets/{number}/schedule_callback", {"kind": "courtesy"}).json()
    assert made["state"] == "open"
    missed = agent.post(f"/callbacks/{made['id']}/record_attempt", {"outcome": "reached"})
    assert (missed.status_code, missed.json()["field"]) == (422, "result")
    said = {"outcome": "reached", "result": "satisfied", "score": 5}
    assert agent.post(f"/callbacks/{made['id']}/record_attempt", said).status_code == 201
    assert agent.get(f"/callbacks/{made['id']}").json()["result"] == "satisfied"


def test_consent_carries_a_care_note() -> None:
    agent = ApiClient(make_user(Role.AGENT))
    number = agent.make("/tickets", intake_body(make_customer())).json()["number"]
    early = agent.act(number, "record_care_note", {"kind": "health", "text": "拄拐"})
    assert (early.status_code, early.json()["code"]) == (409, "consent_missing")
    assert agent.act(number, "give_consent", {"purpose": "health", "how": "phone"}).status_code == 201
    kept = agent.act(number, "record_care_note", {"kind": "health", "text": "拄拐"})
    assert "拄拐" not in kept.content.decode()
    assert agent.post(f"/tickets/{number}/read_care_notes").json()[0]["text"] == "拄拐"
    assert agent.act(number, "withdraw_consent", {"purpose": "health"}).json()["withdrawn_at"]
    assert agent.post(f"/tickets/{number}/read_care_notes").status_code == 404
