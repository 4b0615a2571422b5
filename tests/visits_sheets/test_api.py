"""Record sheets over the API: read, as a file, what would be frozen, and corrected."""

from base64 import b64decode

import pytest

from servicedesk import clock
from servicedesk.people.models import Role
from tests.make import make_user
from tests.make_api import ApiClient
from tests.visits_sheets.test_pages import AFTER, PHONE, completed, signed, text_of
from visits.models import ServiceRecord

pytestmark = pytest.mark.django_db


def test_sheets_are_listed_read_and_fetched_as_a_file() -> None:
    sheet = completed()
    api, at = ApiClient(make_user(Role.MANAGER)), f"/visits/{sheet.visit_id}"
    listed = api.get(f"{at}/sheets").json()
    assert [one["number"] for one in listed] == [sheet.number]
    one = api.get(f"{at}/sheets/1").json()
    assert (one["content_hash"], one["content"]) == (sheet.content_hash, sheet.content)
    file = api.get(f"{at}/sheets/1/pdf").json()
    assert sheet.content_hash in text_of(b64decode(file["content"]))
    assert api.get(f"{at}/sheets/2").status_code == 404


def test_a_preview_writes_nothing_and_auditors_read_no_phone() -> None:
    sheet = signed()
    at = f"/visits/{sheet.visit_id}"
    shown = ApiClient(make_user(Role.MANAGER)).get(f"{at}/sheet-preview").json()["content"]
    assert shown["work"] == sheet.content["work"]
    assert shown["customer"]["phone"] == PHONE
    for path in ("/sheet-preview", "/sheets/1"):
        masked = ApiClient(make_user(Role.AUDITOR)).get(f"{at}{path}")
        assert masked.status_code == 200
        assert PHONE not in masked.content.decode()
        assert "桃园路" not in masked.json()["content"]["customer"]["address"]
    assert ServiceRecord.objects.count() == 1


def test_a_sheet_is_corrected_with_its_version_and_bad_input_is_refused() -> None:
    sheet = completed()
    api, path = ApiClient(make_user(Role.MANAGER)), f"/visits/{sheet.visit_id}/sheets/correct"
    body = {"version": 1, "reason": "写错了", "finding": "水管堵塞", "work": "疏通"}
    for bad in ({}, {**body, "version": "x"}, {**body, "reason": ""}, {**body, "finding": 7}, {**body, "more": 1}):
        assert api.post(path, bad).status_code == 422
    assert api.post(path, {**body, "confirmed_fault": "nowhere"}).status_code == 422
    assert api.post(path, {**body, "version": 3}).status_code == 409
    assert ApiClient(sheet.visit.technician.user).post(path, body).status_code == 403
    with clock.at(AFTER):
        made = ApiClient(make_user(Role.MANAGER)).post(path, body)
    assert made.status_code == 201
    assert (made.json()["version"], made.json()["replaces"]) == (2, sheet.number)
    assert made.json()["content"]["work"]["work"] == "疏通"
