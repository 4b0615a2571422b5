"""The repair log and the waits over the API: the same actions as the pages, the same refusals."""

import base64
from datetime import timedelta
from uuid import uuid4

import pytest

from servicedesk import clock
from servicedesk.people.models import Role
from tests.defaults import load_defaults
from tests.make import make_user
from tests.make_api import ApiClient
from tests.make_visits import jpeg
from tests.make_warranty import make_sold
from warranty.facts_builder import local_day

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def picture() -> dict[str, str]:
    return {"token": str(uuid4()), "content": base64.b64encode(jpeg()).decode()}


def test_a_repair_is_recorded_proven_closed_and_struck() -> None:
    agent, today = ApiClient(make_user(Role.AGENT)), local_day(clock.now())
    day = today - 100 * DAY
    at = f"/appliances/{make_sold(invoice_date=day, delivery_date=day, install_date=day).pk}"
    body = {"repairer": "城东家电维修", "kind": "warranty", "handed_over_on": (today - 5 * DAY).isoformat()}
    told = agent.post(f"{at}/repairs", body)
    assert (told.status_code, told.json()["counts"]) == (201, False)
    spoilt = agent.post(f"{at}/repairs", {**body, "repairer": "另一家", "proof": {**picture(), "content": "%%"}})
    assert (spoilt.status_code, spoilt.json()["code"]) == (422, "photo_unreadable")
    line = f"/repairs/{told.json()['id']}"
    assert agent.post(f"{line}/close_repair", {"returned_on": today.isoformat()}).json()["returned_on"]
    again = agent.post(f"{line}/close_repair", {"returned_on": (today - DAY).isoformat()})
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")
    earlier = {**body, "handed_over_on": (today - 9 * DAY).isoformat(), "proof": picture()}
    earlier["returned_on"] = (today - 8 * DAY).isoformat()
    proven = agent.post(f"{at}/repairs", earlier)
    assert (proven.status_code, proven.json()["counts"], proven.json()["proofs"]) == (201, True, 1)
    assert agent.post(f"{line}/strike_repair", {"reason": "记错了"}).status_code == 201
    listed = agent.get(f"{at}/repairs").json()
    assert [row["struck"] for row in listed] == [None, "记错了"]
    shown = agent.post(f"{at}/proofs", {**picture(), "kind": "invoice"})
    assert (shown.status_code, len(shown.json()["sha256"])) == (201, 64)


def test_a_wait_is_opened_ended_and_struck() -> None:
    load_defaults()
    agent, today = ApiClient(make_user(Role.AGENT)), local_day(clock.now())
    day = today - 100 * DAY
    at = f"/appliances/{make_sold(invoice_date=day, delivery_date=day, install_date=day).pk}/waits"
    early = agent.post(at, {"cause": "no_parts", "since": (today + DAY).isoformat()})
    assert (early.status_code, early.json()["field"]) == (422, "since")
    made = agent.post(at, {"cause": "no_parts", "since": (today - DAY).isoformat(), "part": "压缩机"})
    assert (made.status_code, made.json()["ended_on"]) == (201, None)
    wait = f"/waits/{made.json()['id']}"
    assert agent.post(f"{wait}/end_wait", {"ended_on": today.isoformat()}).json()["ended_on"] == today.isoformat()
    assert agent.post(f"{wait}/strike_wait", {"reason": "误"}).status_code == 201
    assert [row["struck"] for row in agent.get(at).json()] == ["误"]
