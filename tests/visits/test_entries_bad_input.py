"""Entries no phone of ours would send: each is refused in words, and the house stands."""

import base64
import io
import json
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image

from servicedesk import clock
from tests.make import NOW
from tests.make_visits import MINUTE, make_visit
from tests.visits.phones import Phone, picture
from visits.models import KeptPicture, Photo, SelfCheck, Visit, VisitEntry

pytestmark = pytest.mark.django_db
AT = NOW + 60 * MINUTE


@pytest.fixture
def visit() -> Visit:
    return make_visit(upto="working")


def raw(phone: Phone, visit: Visit, body: bytes) -> Any:
    address = f"/api/v1/visits/{visit.pk}/entries"
    with clock.at(AT):
        return phone.api.client.generic("POST", address, body, "application/json", headers=phone.api.headers)


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"\xff\xfe", b'{"seq": NaN}', b"[" * 5000])
def test_what_is_no_entry_is_not_stored(visit: Visit, body: bytes) -> None:
    assert raw(Phone(visit.technician.user), visit, body).status_code in {400, 422}
    assert not VisitEntry.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "x"},
        {"seq": 0},
        {"seq": 10**30},
        {"seq": "1"},
        {"action": "fly"},
        {"data": []},
        {"base": "x"},
        {"happened_at": "2026-03-10T10:00:00"},
        {"happened_at": "9999-12-31T23:59:59+00:00"},
        {"position": {"lat": 91, "lon": 0, "accuracy_m": 1}},
        {"position": {"lat": 1}},
        {"more": 1},
    ],
)
def test_a_wrong_envelope_is_refused_and_not_stored(visit: Visit, wrong: dict[str, Any]) -> None:
    phone = Phone(visit.technician.user)
    entry = {**phone.entry(visit, "answer_item", AT, code="5.2", value="done"), **wrong}
    assert phone.send(visit, entry, AT).status_code == 422
    assert not VisitEntry.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        {"code": "5.2\0", "value": "done"},
        {"code": "5.2", "value": "done", "note": "a\ud800b"},
        {"code": "5.2", "value": "done", "note": "长" * 301},
        {"code": ["5.2"], "value": {}},
        {"code": "5.2", "value": "done", "corrects": "x"},
        {"\0": "\0"},
    ],
)
def test_data_no_database_can_hold_does_not_stop_the_numbers(visit: Visit, data: dict[str, Any]) -> None:
    phone = Phone(visit.technician.user)
    answer = phone.send(visit, {**phone.entry(visit, "answer_item", AT), "data": data}, AT)
    assert answer.status_code == 200, answer.content
    assert answer.json()["state"] in {"refused", "applied"}
    assert phone.do(visit, "answer_item", AT, code="5.1", value="done")["state"] == "applied"


def bomb() -> str:
    out = io.BytesIO()
    Image.new("1", (10_000, 10_000)).save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("!!!", "photo_unreadable"),
        (base64.b64encode(b"\xff\xd8\xff cut").decode(), "photo_unreadable"),
        (base64.b64encode(b"<svg/>").decode(), "photo_unreadable"),
        (bomb(), "photo_too_large"),
    ],
)
def test_a_fake_or_huge_picture_is_refused_when_it_is_received(visit: Visit, content: str, code: str) -> None:
    phone = Phone(visit.technician.user)
    said = phone.do(visit, "add_photo", AT, token=str(uuid4()), content=content)
    assert (said["state"], said["code"]) == ("refused", code)
    assert not KeptPicture.objects.exists()
    assert "content" not in VisitEntry.objects.get().data


def test_the_token_of_another_visit_s_photo_is_refused(visit: Visit) -> None:
    other = make_visit(upto="working")
    token = str(uuid4())
    theirs, mine = Phone(other.technician.user), Phone(visit.technician.user)
    theirs.do(other, "add_photo", AT, token=token, content=picture())
    said = mine.do(visit, "add_photo", AT, token=token, content=picture(5))
    assert (said["state"], said["code"]) == ("refused", "photo_of_other_visit")
    assert Photo.objects.get().visit_id == other.pk


def test_an_entry_longer_than_any_is_refused(visit: Visit) -> None:
    phone = Phone(visit.technician.user)
    entry = phone.entry(visit, "record_contact", AT, note="x" * 2_100_000)
    assert phone.send(visit, entry, AT).status_code == 413
    assert raw(phone, visit, json.dumps({"x": "y" * 15_000_000}).encode()).status_code == 413


def test_the_self_check_is_one_a_day(visit: Visit) -> None:
    phone = Phone(visit.technician.user)
    body = {"id": str(uuid4()), "day": "2026-03-10", "items": {"kit_card": True}, "done_at": NOW.isoformat()}
    with clock.at(NOW):
        answers = [phone.api.post("/field/self-check", one) for one in (body, body, {**body, "id": str(uuid4())})]
        wrong: list[dict[str, Any]] = [
            {"items": {"x": True}},
            {"items": {"kit_card": "yes"}},
            {"day": "2026-04-10"},
            {"day": "x"},
        ]
        refused = [phone.api.post("/field/self-check", {**body, **one}).status_code for one in wrong]
        moved = phone.api.post("/field/self-check", {**body, "day": "2026-03-11"})
        assert phone.api.get("/field/day").json()["self_check"]["done_at"] is not None
    assert [answer.json()["id"] for answer in answers] == [body["id"]] * 3
    assert refused == [422] * 4
    assert (moved.status_code, moved.json()["code"]) == (409, "id_used")
    assert SelfCheck.objects.count() == 1
