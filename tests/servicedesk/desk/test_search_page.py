"""The one box: groups within the scope, a fragment while typing, a single find opened at once."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from servicedesk import clock
from servicedesk.people.models import Role
from tests.make import make_appliance, make_customer, make_handed_over, make_outlet, make_ticket, make_user
from tests.make_desk import browser_of

pytestmark = pytest.mark.django_db
QueryLimit = Callable[[int], AbstractContextManager[Any]]
FRAGMENT = {"headers": {"HX-Request": "true"}}


def test_a_phone_tail_finds_the_customer_and_his_living_tickets() -> None:
    customer = make_customer(name="王芳", phone="13812345678")
    ticket = make_ticket(customer=customer, now=clock.now())
    answer = browser_of(make_user(Role.AGENT)).get("/search/?q=5678")
    found = answer.context["found"]
    assert ([row.pk for row in found.customers], found.tickets) == ([customer.pk], [ticket])
    page = answer.content.decode()
    assert "138****5678" in page
    assert "13812345678" not in page


def test_a_single_find_is_opened_at_once() -> None:
    client = browser_of(make_user(Role.AGENT))
    customer = make_customer(name="王芳")
    ticket = make_ticket(now=clock.now())
    assert client.get("/search/?q=王芳").status_code in {200, 302}
    assert client.get(f"/search/?q={ticket.number}").headers["Location"] == f"/tickets/{ticket.number}/"
    lonely = make_customer(name="欧阳雪")
    assert client.get("/search/?q=欧阳").headers["Location"] == f"/customers/{lonely.pk}/"
    appliance = make_appliance(customer, serial="HL2024ABC")
    assert client.get("/search/?q=hl2024").headers["Location"] == f"/customers/{appliance.customer_id}/"


def test_typing_gives_a_fragment_that_names_where_enter_leads() -> None:
    customer = make_customer(name="王芳")
    make_customer(name="王强")
    page = browser_of(make_user(Role.AGENT)).get("/search/?q=wf", **FRAGMENT).content.decode()  # type: ignore[arg-type]
    assert "<html" not in page
    assert f'data-first="/customers/{customer.pk}/"' in page


def test_nothing_found_says_what_would_help() -> None:
    answer = browser_of(make_user(Role.AGENT)).get("/search/?q=没有这个人")
    assert answer.context["found"].count == 0
    assert "/tickets/new/" in answer.content.decode()


def test_an_empty_question_finds_nothing() -> None:
    make_customer()
    assert browser_of(make_user(Role.AGENT)).get("/search/?q=").context["found"].count == 0


def test_a_dispatcher_meets_only_what_belongs_to_his_outlets() -> None:
    outlet = make_outlet()
    client = browser_of(make_user(Role.DISPATCHER, outlet))
    mine, other = make_customer(name="王芳", phone="13812345678"), make_customer(name="王强", phone="13912345678")
    make_appliance(mine, serial="HL20240001")
    make_appliance(other, serial="HL20240002")
    now = clock.now()
    ticket = make_handed_over(outlet, customer=mine, now=now)
    strange = make_handed_over(make_outlet(), customer=other, now=now)
    for text in ("5678", "王", "wang", "桃园路8号", "HL2024", ticket.number[-4:], strange.number[-4:]):
        found = client.get(f"/search/?q={text}", **FRAGMENT).context["found"]  # type: ignore[arg-type]
        assert {row.pk for row in found.customers} <= {mine.pk}, text
        assert {row.pk for row in found.tickets} <= {ticket.pk}, text
        assert {row.customer_id for row in found.appliances} <= {mine.pk}, text
    assert client.get(f"/search/?q={strange.number}").context["found"].count == 0


@pytest.mark.parametrize("text", ["5678", "王芳", "wf", "桃园路8号", "HL2024", "260310-0001"])
def test_a_search_asks_few_queries(text: str, django_assert_max_num_queries: QueryLimit) -> None:
    client = browser_of(make_user(Role.AGENT))
    for number in range(10):
        customer = make_customer(name="王芳", phone=f"1381234{number}5678"[:11])
        make_appliance(customer, serial=f"HL2024{number}")
        make_ticket(customer=customer, now=clock.now())
    with django_assert_max_num_queries(13):
        client.get(f"/search/?q={text}", **FRAGMENT)  # type: ignore[arg-type]
