"""Doing things once: repeats under one key, and two editors of one ticket."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import sleep
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connections

from servicedesk.api.models import KeptAnswer
from servicedesk.people.models import Customer, Role
from servicedesk.sla.models import SlaClock
from servicedesk.tickets.models import Ticket, TicketEvent
from tests.defaults import load_defaults
from tests.make import make_customer, make_ticket, make_user
from tests.make_api import ApiClient, intake_body, make_token

REPEATS = 5


@pytest.fixture
def agent(db: None) -> ApiClient:
    load_defaults()
    return ApiClient(make_user(Role.AGENT))


def test_a_creation_without_a_key_is_refused(agent: ApiClient) -> None:
    refused = agent.post("/tickets", intake_body(make_customer()))
    assert (refused.status_code, refused.json()["code"]) == (400, "idempotency_key_missing")
    for spoilt in ("x" * 256, "schlüssel".encode().decode("latin-1")):
        refused = agent.make("/tickets", intake_body(make_customer()), spoilt)
        assert (refused.status_code, refused.json()["code"]) == (400, "idempotency_key_invalid")


def test_a_repeat_gets_the_same_answer_and_makes_nothing(agent: ApiClient) -> None:
    body = intake_body(make_customer())
    first = agent.make("/tickets", body, "one")
    again = agent.make("/tickets", body, "one")
    assert (again.status_code, again.json(), again.headers["ETag"]) == (201, first.json(), first.headers["ETag"])
    assert again.headers["Idempotent-Replay"] == "true"
    assert "Idempotent-Replay" not in first.headers
    assert Ticket.objects.count() == 1


def test_another_body_under_the_key_is_422_and_another_persons_key_is_his_own(agent: ApiClient) -> None:
    customer = make_customer()
    agent.make("/tickets", intake_body(customer), "one")
    refused = agent.make("/tickets", intake_body(customer, description="漏水"), "one")
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_reused")
    other = ApiClient(make_user(Role.AGENT))
    assert other.make("/tickets", intake_body(customer), "one").status_code == 201
    assert Ticket.objects.count() == 2


def test_a_refused_request_may_be_mended_under_its_key(agent: ApiClient) -> None:
    customer = make_customer()
    assert agent.make("/tickets", intake_body(customer, kind="nonsense"), "one").status_code == 422
    assert agent.make("/tickets", intake_body(customer, description=""), "one").status_code == 422
    assert agent.make("/tickets", intake_body(customer), "one").status_code == 201


def test_an_answer_is_forgotten_after_a_day(agent: ApiClient) -> None:
    body = intake_body(make_customer())
    agent.make("/tickets", body, "one")
    kept = KeptAnswer.objects.get()
    KeptAnswer.objects.update(kept_at=kept.kept_at - timedelta(hours=24))
    again = agent.make("/tickets", body, "one")
    assert again.status_code == 201
    assert "Idempotent-Replay" not in again.headers
    KeptAnswer.objects.update(kept_at=kept.kept_at - timedelta(hours=24))
    agent.make("/tickets", body, "two")
    assert list(KeptAnswer.objects.values_list("key", flat=True)) == ["two"]


def test_a_crash_before_the_end_leaves_nothing_and_the_retry_does_it(agent: ApiClient) -> None:
    body = intake_body(make_customer())
    with patch("servicedesk.api.idempotency.KeptAnswer.objects.create", side_effect=RuntimeError("crash")):
        assert agent.make("/tickets", body, "one").status_code == 500
    assert (Ticket.objects.count(), KeptAnswer.objects.count()) == (0, 0)
    assert agent.make("/tickets", body, "one").status_code == 201


def test_actions_heed_a_key_too(agent: ApiClient) -> None:
    number = make_ticket().number
    headers = {"Idempotency-Key": "one", "If-Match": agent.get(f"/tickets/{number}").headers["ETag"]}
    answers = [agent.post(f"/tickets/{number}/add_note", {"note": "一次"}, **headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert TicketEvent.objects.filter(action="add_note").count() == 1


# --- many at once ----------------------------------------------------------------------------------------------------


def in_thread(run: Any, *args: Any) -> Any:
    """What `run` gives in a thread, on a connection that is closed behind it."""
    try:
        return run(*args)
    finally:
        connections.close_all()


def create_in_parallel(times: int) -> None:
    """`times` creations, each sent five times at once; a repeat that meets the first at work asks again."""
    load_defaults()
    user = make_user(Role.AGENT)
    token, customers = make_token(user), [make_customer().pk for _ in range(10)]
    gate = threading.Barrier(REPEATS)

    def creator(_worker: int) -> list[tuple[int, str]]:
        client, seen = ApiClient(user, token=token), []
        for number in range(times):
            body = intake_body(Customer(pk=customers[number % 10]), description=f"第{number}次")
            gate.wait(60)
            while (answer := client.make("/tickets", body, f"key-{number}")).status_code == 409:
                assert answer.json()["code"] == "idempotency_in_flight"
                sleep(0.005)
            assert answer.status_code == 201, answer.content
            seen.append((answer.status_code, answer.json()["number"]))
        return seen

    with ThreadPoolExecutor(REPEATS) as pool:
        found = list(pool.map(lambda worker: in_thread(creator, worker), range(REPEATS)))
    assert all(seen == found[0] for seen in found)
    assert {status for status, _number in found[0]} == {201}
    assert Ticket.objects.count() == times
    sets = Counter(SlaClock.objects.values_list("ticket_id", flat=True))
    assert len(sets) == times
    assert len(set(sets.values())) == 1
    assert TicketEvent.objects.filter(action="open_ticket").count() == times


def race_two_editors(times: int) -> None:
    """`times` races of two editors who have read the same version; each says what he wants to be seen."""
    load_defaults()
    users = [make_user(Role.AGENT), make_user(Role.AGENT)]
    tokens = [make_token(user) for user in users]
    ticket = make_ticket(actor=users[0])
    gate = threading.Barrier(2)
    first = ticket.row_version

    def editor(place: int) -> list[tuple[int, int, str]]:
        client, seen = ApiClient(users[place], token=tokens[place]), []
        for race in range(times):
            gate.wait(60)
            said = f"编辑{place}第{race}轮"
            answer = client.patch(
                f"/tickets/{ticket.number}", {"description": said}, **{"If-Match": f'"{first + race}"'}
            )
            seen.append((answer.status_code, answer.json().get("version", 0), said))
            gate.wait(60)
        return seen

    with ThreadPoolExecutor(2) as pool:
        ones, others = pool.map(lambda place: in_thread(editor, place), range(2))
    for race, pair in enumerate(zip(ones, others, strict=True)):
        assert sorted(one[0] for one in pair) == [200, 412], race
        assert max(one[1] for one in pair) == first + race + 1
    ticket.refresh_from_db()
    assert ticket.row_version == first + times
    assert ticket.description == next(one[2] for one in (ones[-1], others[-1]) if one[0] == 200)
    assert TicketEvent.objects.filter(action="edit_ticket").count() == times


@pytest.mark.chaos
@pytest.mark.django_db(transaction=True)
def test_creations_sent_five_times_at_once_make_one_ticket_each() -> None:
    create_in_parallel(20)


@pytest.mark.django_db(transaction=True)
def test_of_two_editors_one_is_refused() -> None:
    race_two_editors(20)


@pytest.mark.chaos
@pytest.mark.proof
@pytest.mark.timeout(1800)
@pytest.mark.django_db(transaction=True)
def test_a_thousand_creations_sent_five_times_make_a_thousand_tickets() -> None:
    create_in_parallel(1000)


@pytest.mark.proof
@pytest.mark.timeout(1800)
@pytest.mark.django_db(transaction=True)
def test_a_thousand_races_of_two_editors_overwrite_nothing() -> None:
    race_two_editors(1000)
