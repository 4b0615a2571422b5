"""The household and the small pages: what is kept, what is refused, and who sees a full number."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from servicedesk import clock
from servicedesk.catalogue.models import Appliance, ProductModel
from servicedesk.people.models import Customer, Membership, Role
from servicedesk.tickets.services import cancel_ticket
from tests.defaults import load_defaults
from tests.make import (
    make_appliance,
    make_category,
    make_customer,
    make_handed_over,
    make_outlet,
    make_ticket,
    make_user,
)
from tests.make_desk import browser_of

pytestmark = pytest.mark.django_db
QueryLimit = Callable[[int], AbstractContextManager[Any]]


@pytest.fixture
def agent() -> Client:
    return browser_of(make_user(Role.AGENT))


def appliance_form(**overrides: Any) -> dict[str, Any]:
    fields = {"category": make_category().pk, "sales_channel": "store", "invoice_status": "present", "serial": ""}
    return {**fields, **overrides}


def test_the_household_shows_who_where_what_and_what_is_open(agent: Client) -> None:
    customer = make_customer(name="王芳", phone="13812345678", grade="A")
    today = clock.now().date()
    Membership.objects.create(
        customer=customer, kind="club", card_no="K1", valid_from=today, valid_until=today + timedelta(days=30)
    )
    make_appliance(customer, serial="HL202401")
    living = make_ticket(customer=customer, now=clock.now())
    ended = make_ticket(customer=customer, now=clock.now())
    cancel_ticket(ended.pk, "duplicate", actor=None, now=clock.now())
    answer = agent.get(f"/customers/{customer.pk}/")
    page = answer.content.decode()
    for words in ("王芳", "138****5678", "桃园路8号3单元", "HL202401", living.number, ended.number):
        assert words in page, words
    assert "13812345678" not in page
    assert [card.card_no for card in answer.context["cards"]] == ["K1"]


def test_a_big_household_asks_few_queries(agent: Client, django_assert_max_num_queries: QueryLimit) -> None:
    load_defaults()
    customer = make_customer()
    for number in range(8):
        make_ticket(customer=customer, appliance=make_appliance(customer, serial=f"S{number}"), now=clock.now())
    with django_assert_max_num_queries(16):
        assert agent.get(f"/customers/{customer.pk}/").status_code == 200


def test_the_full_number_is_shown_once_a_ticket_is_in_hand_and_the_look_is_written_down(agent: Client) -> None:
    customer = make_customer(phone="13812345678")
    url = f"/customers/{customer.pk}/phones/{customer.phones.get().pk}/"
    refused = agent.post(url)
    assert refused.status_code == 409
    assert "13812345678" not in refused.content.decode()
    ticket = make_ticket(customer=customer, now=clock.now())
    assert "+8613812345678" in agent.post(url).content.decode()
    assert ticket.events.get(action="reveal_phone").data == {"phone": customer.phones.get().pk}


def test_the_number_of_another_customer_does_not_exist_here(agent: Client) -> None:
    customer, other = make_customer(), make_customer()
    make_ticket(customer=customer, now=clock.now())
    assert agent.post(f"/customers/{customer.pk}/phones/{other.phones.get().pk}/").status_code == 404


def test_a_customer_of_another_outlet_does_not_exist() -> None:
    ticket = make_handed_over(make_outlet(), now=clock.now())
    appliance = make_appliance(ticket.customer)
    client = browser_of(make_user(Role.DISPATCHER, make_outlet()))
    base = f"/customers/{ticket.customer_id}/"
    for path in ("", "edit/", "phones/add/", "addresses/add/", "appliances/add/"):
        assert client.get(base + path).status_code == 404
    assert client.get(f"/appliances/{appliance.pk}/edit/").status_code == 404


def test_an_auditor_reads_masked_and_keeps_nothing() -> None:
    customer = make_customer()
    client = browser_of(make_user(Role.AUDITOR))
    page = client.get(f"/customers/{customer.pk}/").content.decode()
    assert "桃园路8号" not in page
    assert "/edit/" not in page
    assert client.get(f"/customers/{customer.pk}/edit/").status_code == 403
    assert client.post(f"/customers/{customer.pk}/phones/{customer.phones.get().pk}/").status_code == 403


def test_name_and_grade_are_edited(agent: Client) -> None:
    customer = make_customer(name="王芳")
    fields = {"name": "黄芳", "kind": "person", "grade": "B", "note": "耳背，请大声"}
    assert agent.post(f"/customers/{customer.pk}/edit/", fields).status_code == 302
    customer.refresh_from_db()
    assert (customer.name, customer.grade, customer.note) == ("黄芳", "B", "耳背，请大声")
    refused = agent.post(f"/customers/{customer.pk}/edit/", {**fields, "name": " "})
    assert refused.status_code == 422
    assert "耳背，请大声" in refused.content.decode()
    assert Customer.objects.get(pk=customer.pk).name == "黄芳"


def test_a_number_and_a_place_are_added_and_an_unreadable_number_gets_a_word(agent: Client) -> None:
    customer = make_customer()
    assert agent.post(f"/customers/{customer.pk}/phones/add/", {"phone": "13900001111"}).status_code == 302
    answer = agent.post(f"/customers/{customer.pk}/phones/add/", {"phone": "95588"}, follow=True)
    assert any("warning" in message.tags for message in answer.context["messages"])
    assert agent.post(f"/customers/{customer.pk}/phones/add/", {"phone": " "}).status_code == 422
    assert customer.phones.count() == 3
    assert agent.post(f"/customers/{customer.pk}/addresses/add/", {"detail": "新街1号"}).status_code == 302
    assert agent.post(f"/customers/{customer.pk}/addresses/add/", {"district": "x"}).status_code == 422
    assert customer.addresses.count() == 2


def test_an_appliance_is_added_and_its_purchase_edited(agent: Client) -> None:
    customer = make_customer()
    url = f"/customers/{customer.pk}/appliances/add/"
    assert agent.post(url, appliance_form(serial="hl 1", price="2999.00")).status_code == 302
    appliance = Appliance.objects.get()
    assert (appliance.serial, str(appliance.price)) == ("HL1", "2999.00")
    fields = appliance_form(serial="HL1", invoice_date="2025-03-01", produced_month="2024-12-17")
    assert agent.post(f"/appliances/{appliance.pk}/edit/", fields).status_code == 302
    appliance.refresh_from_db()
    assert str(appliance.invoice_date) == "2025-03-01"
    assert str(appliance.produced_month) == "2024-12-01"


@pytest.mark.parametrize(
    ("overrides", "field"),
    [
        ({"serial": "TAKEN1"}, "serial"),
        ({"invoice_date": "2099-01-01"}, "invoice_date"),
        ({"price": "-1"}, "price"),
        ({"category": ""}, "category"),
        ({"delivery_date": "2025-02-30"}, "delivery_date"),
    ],
)
def test_a_refused_appliance_is_not_saved_and_the_form_keeps_its_words(
    agent: Client, overrides: dict[str, str], field: str
) -> None:
    make_appliance(make_customer(), serial="TAKEN1")
    customer = make_customer()
    answer = agent.post(f"/customers/{customer.pk}/appliances/add/", appliance_form(**{"serial": "HL77", **overrides}))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert Appliance.objects.count() == 1
    assert str(overrides.get("serial", "HL77")) in answer.content.decode()


def test_a_model_of_another_product_is_refused(agent: Client) -> None:
    appliance = make_appliance(make_customer())
    other = make_category("dishwasher", name_zh="洗碗机", name_en="Dishwasher")
    model = ProductModel.objects.create(category=other, brand="华澜", code="W1")
    answer = agent.post(f"/appliances/{appliance.pk}/edit/", appliance_form(model=model.pk))
    assert "model" in answer.context["form"].errors
    appliance.refresh_from_db()
    assert appliance.model is None


def test_a_place_of_somebody_else_is_no_place_of_the_appliance(agent: Client) -> None:
    appliance, other = make_appliance(make_customer()), make_customer()
    answer = agent.post(f"/appliances/{appliance.pk}/edit/", appliance_form(address=other.addresses.get().pk))
    assert answer.status_code == 422
