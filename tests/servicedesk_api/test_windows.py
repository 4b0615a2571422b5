"""Arrival windows over the API: offered, held, sold with the ticket, let go."""

from typing import Any
from uuid import uuid4

import pytest

from dispatch.models import WindowPlace
from servicedesk import clock
from servicedesk.people.models import Address, Customer, Role
from servicedesk.tickets.models import Ticket
from tests.defaults import load_defaults
from tests.make import NOW, make_category, make_customer, make_user
from tests.make_api import ApiClient, intake_body
from tests.make_windows import DISTRICT, make_seller, window

pytestmark = pytest.mark.django_db
ASK = {"kind": "repair", "district": DISTRICT, "category": "washing_machine"}


@pytest.fixture
def api() -> ApiClient:
    return ApiClient(make_user(Role.AGENT))


def span(hour: int) -> dict[str, str]:
    wanted = window(hour)
    return {"window_from": wanted.start.isoformat(), "window_until": wanted.end.isoformat()}


def post(api: ApiClient, path: str, body: dict[str, Any]) -> Any:
    with clock.at(NOW):
        return api.post(path, {key: str(value) if key == "key" else value for key, value in body.items()})


def offers(api: ApiClient, **more: Any) -> Any:
    with clock.at(NOW):
        return api.get("/windows", {**ASK, **more}).json()


def customer_there() -> Customer:
    customer = make_customer()
    Address.objects.filter(customer=customer).update(district=DISTRICT)
    return customer


def opened(api: ApiClient, customer: Customer, key: Any, hour: int = 10) -> Any:
    wanted = window(hour)
    body = intake_body(
        customer,
        address_id=customer.addresses.get().pk,
        requested_from=wanted.start.isoformat(),
        requested_until=wanted.end.isoformat(),
        window_key=str(key),
    )
    with clock.at(NOW):
        return api.make("/tickets", body)


def test_a_place_is_offered_held_and_sold_with_the_ticket(api: ApiClient) -> None:
    load_defaults()
    make_seller()
    shown = offers(api)
    assert shown["promised"] is True
    wanted = {**span(10), **ASK}
    assert any(one["window_from"].startswith("2026-03-11T10:00") for one in shown["offers"])
    key = uuid4()
    held = post(api, "/windows/hold", {**wanted, "key": key})
    assert (held.status_code, held.json()["expires_at"] > NOW.isoformat()) == (200, True)
    answer = opened(api, customer_there(), key)
    assert answer.status_code == 201, answer.content
    ticket = Ticket.objects.get(number=answer.json()["number"])
    assert ticket.promised_from == window(10).start
    assert WindowPlace.objects.get(ticket=ticket).state == "sold"


def test_a_place_that_is_let_go_is_free_for_others(api: ApiClient) -> None:
    make_seller()
    key = uuid4()
    post(api, "/windows/hold", {**span(10), **ASK, "key": key})
    assert post(api, "/windows/release", {"key": key}).json() == {"released": True}
    assert post(api, "/windows/release", {"key": key}).json() == {"released": False}
    assert WindowPlace.objects.get().state == "given_back"


def test_a_window_that_is_full_is_refused_and_no_ticket_is_opened(api: ApiClient) -> None:
    load_defaults()
    make_seller()
    while post(api, "/windows/hold", {**span(10), **ASK, "key": uuid4()}).status_code == 200:
        pass
    refused = opened(api, customer_there(), uuid4())
    assert (refused.status_code, refused.json()["code"]) == (409, "window_gone")
    assert not Ticket.objects.exists()


def test_where_nobody_promises_a_window_is_a_wish(api: ApiClient) -> None:
    make_category()
    assert offers(api, district="别处")["promised"] is False
    refused = post(api, "/windows/hold", {**span(10), **ASK, "district": "别处", "key": uuid4()})
    assert (refused.status_code, refused.json()["code"]) == (409, "windows_not_promised")


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"category": "boat"}, "category"), ({"symptom": "x"}, "symptom"), ({"customer_id": 9}, "customer_id")],
)
def test_what_names_nothing_is_refused_by_field(api: ApiClient, changes: dict[str, Any], field: str) -> None:
    make_seller()
    refused = post(api, "/windows/hold", {**span(10), **ASK, "key": uuid4(), **changes})
    assert (refused.status_code, refused.json()["field"]) == (422, field)
