"""Tickets over the API: what a machine reads, opens and changes."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from servicedesk.people.models import Role
from servicedesk.tickets.models import Ticket
from tests.defaults import load_defaults
from tests.make import make_customer, make_outlet, make_ticket, make_user
from tests.make_api import BASE, ApiClient, intake_body

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent() -> ApiClient:
    load_defaults()
    return ApiClient(make_user(Role.AGENT))


def code_of(answer: Any) -> tuple[int, str, str]:
    body = answer.json()
    assert set(body) == {"code", "field", "message", "detail"}
    assert body["message"]
    return answer.status_code, body["code"], body["field"]


def test_a_ticket_is_opened_with_its_clocks_and_read_again(agent: ApiClient) -> None:
    made = agent.make("/tickets", intake_body(make_customer(name="李雷", phone="13911112222")))
    assert made.status_code == 201
    number = made.json()["number"]
    assert made.headers["Location"] == f"{BASE}/tickets/{number}"
    read = agent.get(f"/tickets/{number}")
    assert read.json() == made.json()
    assert read.headers["ETag"] == made.headers["ETag"]
    assert read.json()["received_at"].endswith("+08:00")
    clocks = agent.get(f"/tickets/{number}/clocks").json()
    assert [one["kind"] for one in clocks][:3] == ["first_answer", "contact", "outlet_sent"]
    why = agent.get(f"/tickets/{number}/clocks/{clocks[1]['id']}").json()
    assert why["clock"]["kind"] == "contact"
    assert why["lines"]
    assert why["strip"]
    assert [line["action"] for line in agent.get(f"/tickets/{number}/story").json()] == ["open_ticket"]


def test_the_whole_way_of_the_office(agent: ApiClient) -> None:
    outlet = make_outlet()
    dispatcher = ApiClient(make_user(Role.DISPATCHER, outlet))
    number = agent.make("/tickets", intake_body(make_customer())).json()["number"]
    assert agent.act(number, "record_contact", {"reached": True}).status_code == 200
    sent = agent.act(number, "send_to_outlet", {"outlet": outlet.code})
    assert sent.json()["handover"]["state"] == "sent"
    accepted = dispatcher.act(number, "accept_handover")
    assert accepted.json()["handover"]["state"] == "accepted"
    paused = agent.act(number, "pause_clock", {"reason": "waiting_for_customer", "note": "出差"})
    assert paused.status_code == 200
    assert agent.act(number, "resume_clock").status_code == 200
    assert agent.act(number, "add_note", {"note": "记一笔"}).status_code == 200
    assert agent.act(number, "record_praise", {"text": "好", "channel": "phone"}).status_code == 200
    blocked = agent.act(number, "close_ticket")
    assert code_of(blocked) == (409, "visit_expected", "")
    cancelled = agent.act(number, "cancel_ticket", {"reason": "customer_wish"})
    assert cancelled.json()["state"] == "cancelled"
    assert code_of(agent.act(number, "cancel_ticket", {"reason": "customer_wish"}))[1] == "wrong_state"


def test_who_refuses_a_hand_over_sees_what_he_did_and_nothing_after(agent: ApiClient) -> None:
    outlet = make_outlet()
    dispatcher = ApiClient(make_user(Role.DISPATCHER, outlet))
    number = agent.make("/tickets", intake_body(make_customer())).json()["number"]
    agent.act(number, "send_to_outlet", {"outlet": outlet.code})
    refused = dispatcher.act(number, "refuse_handover", {"reason": "没有人"})
    assert refused.json()["handover"]["state"] == "refused"
    assert dispatcher.get(f"/tickets/{number}").status_code == 404


def test_a_change_needs_the_version_that_was_read(agent: ApiClient) -> None:
    number = make_ticket().number
    missing = agent.patch(f"/tickets/{number}", {"description": "漏水"})
    assert code_of(missing) == (428, "version_missing", "")
    star = agent.patch(f"/tickets/{number}", {"description": "漏水"}, **{"If-Match": "*"})
    assert star.status_code == 428
    etag = agent.get(f"/tickets/{number}").headers["ETag"]
    first = agent.patch(f"/tickets/{number}", {"description": "漏水"}, **{"If-Match": etag})
    assert (first.status_code, first.json()["version"]) == (200, 2)
    second = agent.patch(f"/tickets/{number}", {"description": "噪音"}, **{"If-Match": etag})
    assert code_of(second) == (412, "edited_meanwhile", "")
    assert second.json()["detail"] == {
        "version": 2, "expected": 1, "yours": {"description": "噪音"}, "theirs": {"description": "漏水"},
    }  # fmt: skip
    weakened = agent.patch(f"/tickets/{number}", {"description": "噪音"}, **{"If-Match": f"W/{first.headers['ETag']}"})
    assert weakened.status_code == 200


def test_a_ticket_that_is_known_already_is_304(agent: ApiClient) -> None:
    number = make_ticket().number
    etag = agent.get(f"/tickets/{number}").headers["ETag"]
    known = agent.get(f"/tickets/{number}", None, **{"If-None-Match": etag})
    assert (known.status_code, known.content) == (304, b"")
    agent.patch(f"/tickets/{number}", {"contact_name": "新名"}, **{"If-Match": etag})
    assert agent.get(f"/tickets/{number}", None, **{"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"kind": "nonsense"}, "kind", "invalid_choice"),
        ({"kind": 7}, "kind", "invalid_choice"),
        ({"customer_id": "1"}, "customer_id", "invalid"),
        ({"customer_id": True}, "customer_id", "invalid"),
        ({"customer_id": 10**30}, "customer_id", "max_value"),
        ({"customer_id": 987654321}, "customer_id", "customer_unknown"),
        ({"category": "nonsense"}, "category", "category_unknown"),
        ({"address_id": 987654321}, "address_id", "address_unknown"),
        ({"symptom": "nonsense"}, "symptom", "symptom_unknown"),
        ({"description": ""}, "description", "symptom_missing"),
        ({"description": "a\0b"}, "description", "null_characters_not_allowed"),
        ({"description": "\ud800"}, "description", "surrogate_characters_not_allowed"),
        ({"requested_from": "2026-03-10T10:00:00"}, "requested_from", "zone_missing"),
        ({"requested_from": "tomorrow"}, "requested_from", "invalid"),
        ({"requested_from": "0001-01-01T00:00:00+14:00"}, "requested_from", "overflow"),
        ({"read_back": "yes"}, "read_back", "invalid"),
        ({"answers": [{"question": "x"}]}, "answers[0].answer", "required"),
        ({"colour": "red"}, "colour", "unknown_field"),
        ({"parent": "260101-9999"}, "parent", "parent_unknown"),
    ],
)
def test_a_wrong_field_is_422_and_named(agent: ApiClient, change: dict[str, Any], field: str, code: str) -> None:
    refused = agent.make("/tickets", intake_body(make_customer(), **change))
    assert code_of(refused) == (422, code, field)
    assert Ticket.objects.count() == 0


@pytest.mark.parametrize("body", ["{", "\xff", '{"kind": NaN}', "[" * 100_000, "1" * 5000, '{"a":' * 2000])
def test_what_is_no_json_is_400(agent: ApiClient, body: str) -> None:
    sent = body.encode("latin-1")
    headers = {**agent.headers, "Idempotency-Key": "k"}
    refused = agent.client.post(f"{BASE}/tickets", sent, content_type="application/json", headers=headers)
    assert code_of(refused)[:2] in {(400, "malformed"), (422, "invalid")}


def test_a_body_that_is_too_long_or_of_another_type_is_refused(agent: ApiClient) -> None:
    headers = {**agent.headers, "Idempotency-Key": "k"}
    long = json.dumps({"description": "x" * 300_000})
    refused = agent.client.post(f"{BASE}/tickets", long, content_type="application/json", headers=headers)
    assert code_of(refused) == (413, "body_too_large", "")
    form = agent.client.post(f"{BASE}/tickets", {"kind": "repair"}, headers=headers)
    assert code_of(form) == (415, "unsupported_media_type", "")
    spoilt = agent.client.post(f"{BASE}/tickets", b"x", content_type="multipart/form-data", headers=headers)
    assert spoilt.status_code == 415


def test_other_methods_formats_and_addresses_are_refused_in_the_same_shape(agent: ApiClient) -> None:
    assert code_of(agent.client.delete(f"{BASE}/tickets", headers=agent.headers))[:2] == (405, "method_not_allowed")
    assert agent.client.options(f"{BASE}/tickets", headers=agent.headers).status_code == 405
    assert code_of(agent.get("/tickets", Accept="text/html"))[:2] == (406, "not_acceptable")
    assert code_of(Client().get(f"{BASE}/nonsense"))[:2] == (404, "not_found")
    assert code_of(agent.get("/tickets/260310-9999"))[:2] == (404, "not_found")


def test_phones_are_masked_and_addresses_hidden_from_auditors(agent: ApiClient) -> None:
    customer = make_customer(phone="13911112222")
    number = make_ticket(customer=customer, contact_phone="13911112222").number
    shown = agent.get(f"/tickets/{number}").json()
    assert (shown["contact_phone"], "桃园路" in shown["address"]) == ("139****2222", True)
    auditor = ApiClient(make_user(Role.AUDITOR))
    assert auditor.get(f"/tickets/{number}").json()["address"] == "涪东区 ***"
    for path in (f"/tickets/{number}", f"/customers/{customer.pk}", "/tickets", f"/tickets/{number}/story"):
        said = auditor.get(path).content.decode()
        assert "13911112222" not in said
        assert "桃园路" not in said
    assert auditor.post(f"/tickets/{number}/reveal_phone").status_code == 403
    assert agent.post(f"/tickets/{number}/reveal_phone").json() == {"number": "+8613911112222"}
    assert agent.get(f"/tickets/{number}/story").json()[0]["action"] == "reveal_phone"


def test_a_list_turns_its_pages_by_cursors(agent: ApiClient) -> None:
    customer = make_customer()
    numbers = [make_ticket(customer=customer).number for _ in range(5)][::-1]
    first = agent.get("/tickets", {"view": "all", "limit": 2}).json()
    second = agent.get("/tickets", {"view": "all", "limit": 2, "cursor": first["next"]}).json()
    third = agent.get("/tickets", {"view": "all", "limit": 2, "cursor": second["next"]}).json()
    seen = [row["number"] for page in (first, second, third) for row in page["items"]]
    assert (seen, third["next"], first["previous"]) == (numbers, None, None)
    back = agent.get("/tickets", {"view": "all", "limit": 2, "cursor": second["previous"]}).json()
    assert back["items"] == first["items"]
    for spoilt in (first["next"][:-1] + ("A" if first["next"][-1] != "A" else "B"), "nonsense", "a:b:c"):
        assert code_of(agent.get("/tickets", {"view": "all", "cursor": spoilt})) == (422, "cursor_invalid", "cursor")
    other = agent.get("/tickets", {"view": "mine", "cursor": first["next"]})
    assert code_of(other) == (422, "cursor_invalid", "cursor")
    assert code_of(agent.get("/tickets", {"limit": 101})) == (422, "max_value", "limit")
    assert code_of(agent.get("/tickets", {"colour": "red"})) == (422, "unknown_field", "colour")


def test_the_queries_of_a_list_do_not_grow_with_its_rows(agent: ApiClient) -> None:
    customer = make_customer()

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert agent.get("/tickets", {"view": "all"}).status_code == 200
        return len(caught)

    make_ticket(customer=customer)
    few = queries()
    for _ in range(24):
        make_ticket(customer=customer)
    assert len(agent.get("/tickets", {"view": "all"}).json()["items"]) == 25
    assert queries() == few <= 6


def test_a_machine_is_spoken_to_in_the_language_it_asks_for(agent: ApiClient) -> None:
    refused = agent.get("/tickets/260310-9999", None, **{"Accept-Language": "en"})
    assert refused.json()["message"] == "There is nothing of that name for you here."
    assert refused.headers["Content-Language"] == "en"
