"""Calls: they ring on the agent's own pages, pop the right screen, and never stand in an address."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from servicedesk import clock
from servicedesk.desk.calls import LASTS_FOR, RINGS_FOR, answer, call_of, hang_up, ring
from servicedesk.errors import ActionError
from servicedesk.notify import live
from servicedesk.people.models import Role
from tests.defaults import load_defaults
from tests.make import NOW, make_customer, make_ticket, make_user
from tests.make_desk import browser_of

pytestmark = pytest.mark.django_db


def test_a_call_rings_for_a_while_and_an_answered_one_lasts_longer() -> None:
    user = make_user(Role.AGENT)
    ring(user, "13812345678", now=NOW)
    assert call_of(user, NOW + RINGS_FOR) is None
    taken = answer(user, now=NOW + timedelta(seconds=4))
    assert taken is not None
    later = call_of(user, NOW + RINGS_FOR)
    assert later is not None
    assert (later.number, later.answered) == ("+8613812345678", True)
    assert call_of(user, NOW + LASTS_FOR) is None


def test_a_call_is_told_to_the_agents_own_pages_without_the_number(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[Any, ...]] = []
    monkeypatch.setattr(live, "publish", lambda *args: told.append(args))
    user = make_user(Role.AGENT)
    ring(user, "13812345678", now=NOW)
    assert told == [([f"user:{user.pk}"], "call", {})]


def test_a_call_without_a_number_is_refused() -> None:
    with pytest.raises(ActionError) as refused:
        ring(make_user(Role.AGENT), "  ", now=NOW)
    assert refused.value.code == "phone_missing"


def test_hanging_up_ends_the_call() -> None:
    user = make_user(Role.AGENT)
    ring(user, "13812345678", now=NOW)
    hang_up(user)
    assert call_of(user, NOW) is None
    assert answer(user, now=NOW) is None


def called(client: Client, number: str) -> str:
    """Where answering a call from `number` leads."""
    assert client.post("/desk/calls/simulate/", {"number": number}).status_code == 302
    target: str = client.post("/desk/calls/answer/").headers["Location"]
    assert "138" not in target
    return target


def test_a_stranger_opens_a_new_request_with_his_number() -> None:
    client = browser_of(make_user(Role.AGENT))
    target = called(client, "13812345678")
    assert target == "/tickets/new/?call=1"
    assert 'value="+8613812345678"' in client.get(target).content.decode()


def test_a_known_caller_opens_his_request_and_with_a_fresh_ticket_his_household() -> None:
    client, customer = browser_of(make_user(Role.AGENT)), make_customer(phone="13812345678")
    assert called(client, "13812345678") == f"/tickets/new/?customer={customer.pk}"
    make_ticket(customer=customer, now=clock.now() - timedelta(days=31))
    assert called(client, "13812345678") == f"/tickets/new/?customer={customer.pk}"
    make_ticket(customer=customer, now=clock.now() - timedelta(days=1))
    assert called(client, "13812345678") == f"/customers/{customer.pk}/"


def test_a_number_of_several_customers_lets_the_agent_choose() -> None:
    client = browser_of(make_user(Role.AGENT))
    make_customer(name="王芳", phone="13812345678")
    make_customer(name="李强", phone="13812345678")
    target = called(client, "13812345678")
    page = client.get(target).content.decode()
    assert "王芳" in page
    assert "李强" in page


def test_a_number_that_cannot_be_read_rings_too() -> None:
    client = browser_of(make_user(Role.AGENT))
    target = called(client, "匿名来电")
    assert 'value="匿名来电"' in client.get(target).content.decode()


def test_the_bar_names_the_caller_and_is_gone_after_it_was_put_away() -> None:
    client = browser_of(make_user(Role.AGENT))
    make_customer(name="王芳", phone="13812345678")
    client.post("/desk/calls/simulate/", {"number": "13812345678"})
    bar = client.get("/desk/calls/bar/").content.decode()
    assert "王芳" in bar
    assert "中国移动" in bar
    client.post("/desk/calls/end/")
    assert "王芳" not in client.get("/desk/calls/bar/").content.decode()


def test_a_call_without_a_number_is_refused_on_the_page() -> None:
    client = browser_of(make_user(Role.AGENT))
    answered = client.post("/desk/calls/simulate/", {"number": " "})
    assert answered.status_code == 422
    assert answered.context["refusal"]


def test_answering_when_nothing_rings_leads_to_the_desk() -> None:
    assert browser_of(make_user(Role.AGENT)).post("/desk/calls/answer/").headers["Location"] == "/desk/"


def test_the_desk_shows_what_is_mine_and_what_is_half_typed() -> None:
    load_defaults()
    user, customer = make_user(Role.AGENT), make_customer(name="王芳")
    ticket = make_ticket(actor=user, customer=customer, now=clock.now())
    client = browser_of(user)
    client.post("/drafts/", {"draft_key": f"intake:{customer.pk}", "description": "x"})
    client.post("/drafts/", {"draft_key": "intake:new", "name": "孙丽"})
    page = client.get("/desk/").content.decode()
    for words in (ticket.number, "孙丽", f"/tickets/new/?customer={customer.pk}"):
        assert words in page
    client.post("/drafts/discard/", {"draft_key": "intake:new"})
    assert "孙丽" not in client.get("/desk/").content.decode()
