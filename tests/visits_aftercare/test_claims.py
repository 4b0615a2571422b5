"""Taking a callback in hand: two people never call one customer, and nobody is called at the wrong hour."""

from datetime import timedelta
from functools import partial
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from servicedesk import clock
from servicedesk.errors import ActionError
from servicedesk.people.models import Role, User
from tests.defaults import load_defaults
from tests.dispatch.races import at_once
from tests.make import NOW, make_user
from tests.make_aftercare import make_agent_of, make_callback
from tests.make_sla import local
from visits.aftercare.selectors import next_card, queue_counts, queue_of
from visits.aftercare.services import claim_callback, record_attempt, release_callback, take_incoming_call
from visits.models import Callback

CALLED = NOW + timedelta(hours=4)


@pytest.fixture(autouse=True)
def _defaults(db: None) -> None:
    load_defaults()


@pytest.fixture
def agent() -> User:
    return make_user(Role.AGENT)


def code_of(refused: pytest.ExceptionInfo[ActionError]) -> str:
    return refused.value.code


def test_a_claim_holds_a_quarter_of_an_hour(agent: User) -> None:
    callback, other = make_callback(), make_user(Role.AGENT)
    claim_callback(callback.pk, actor=agent, now=CALLED)
    with pytest.raises(ActionError) as refused:
        claim_callback(callback.pk, actor=other, now=CALLED + timedelta(minutes=14, seconds=59))
    assert code_of(refused) == "claimed_by_other"
    assert refused.value.detail == {"by": agent.employee_no}
    taken = claim_callback(callback.pk, actor=other, now=CALLED + timedelta(minutes=15))
    assert taken.claimed_by == other


def test_the_look_at_the_full_number_is_a_line_of_the_story_once(agent: User) -> None:
    callback = make_callback()
    claim_callback(callback.pk, actor=agent, now=CALLED)
    claim_callback(callback.pk, actor=agent, now=CALLED + timedelta(minutes=5))
    assert callback.ticket.events.filter(action="claim_callback", actor=agent).count() == 1


def test_a_callback_given_back_is_free_for_others(agent: User) -> None:
    callback = make_callback()
    claim_callback(callback.pk, actor=agent, now=CALLED)
    release_callback(callback.pk, actor=agent, now=CALLED)
    assert claim_callback(callback.pk, actor=make_user(Role.AGENT), now=CALLED).claimed_by != agent


def test_nobody_gives_back_what_another_has_in_hand(agent: User) -> None:
    callback = make_callback()
    claim_callback(callback.pk, actor=agent, now=CALLED)
    release_callback(callback.pk, actor=make_user(Role.AGENT), now=CALLED)
    callback.refresh_from_db()
    assert callback.claimed_by == agent


@pytest.mark.parametrize("hour", ["2026-03-10 20:00", "2026-03-11 08:59"])
def test_nobody_is_called_in_quiet_hours(agent: User, hour: str) -> None:
    callback = make_callback()
    with pytest.raises(ActionError) as refused:
        claim_callback(callback.pk, actor=agent, now=local(hour))
    assert code_of(refused) == "quiet_hours"


def test_nobody_is_called_again_before_the_ladder_says_so(agent: User) -> None:
    callback = make_callback()
    record_attempt(callback.pk, "no_answer", actor=agent, now=CALLED)
    with pytest.raises(ActionError) as refused:
        claim_callback(callback.pk, actor=agent, now=CALLED + timedelta(hours=1))
    assert code_of(refused) == "too_early"


def test_a_customer_who_rings_himself_is_heard_at_any_hour(agent: User) -> None:
    callback = make_callback()
    record_attempt(callback.pk, "no_answer", actor=agent, now=CALLED)
    assert take_incoming_call(callback.pk, actor=agent, now=local("2026-03-10 21:30")).claimed_by == agent


def test_an_ended_callback_is_not_taken(agent: User) -> None:
    callback = make_callback()
    Callback.objects.filter(pk=callback.pk).update(state="cancelled")
    with pytest.raises(ActionError) as refused:
        claim_callback(callback.pk, actor=agent, now=CALLED)
    assert code_of(refused) == "wrong_state"


def test_nobody_takes_the_call_about_his_own_visit() -> None:
    callback = make_callback()
    agent = make_agent_of(callback)
    with pytest.raises(ActionError) as refused:
        claim_callback(callback.pk, actor=agent, now=CALLED)
    assert code_of(refused) == "own_visit"
    assert next_card(agent, CALLED) is None


def test_the_queue_shows_what_is_due_now_apart_from_what_waits(agent: User) -> None:
    first, second, third = make_callback(), make_callback(), make_callback()
    Callback.objects.filter(pk=second.pk).update(due_at=first.due_at - timedelta(hours=5))
    record_attempt(third.pk, "no_answer", actor=agent, now=CALLED)
    assert [row.callback.pk for row in queue_of(agent, "now", CALLED)] == [second.pk, first.pk]
    assert [row.callback.pk for row in queue_of(agent, "later", CALLED)] == [third.pk]
    assert queue_counts(agent, CALLED) == {"now": 2, "later": 1, "done": 0}
    assert [row.tries for row in queue_of(agent, "later", CALLED)] == [1]


def test_the_next_card_is_in_nobodys_hands(agent: User) -> None:
    first, second = make_callback(), make_callback()
    claim_callback(first.pk, actor=make_user(Role.AGENT), now=CALLED)
    assert next_card(agent, CALLED) == second
    assert next_card(agent, CALLED, after=second.pk) is None


@pytest.mark.django_db(transaction=True)
def test_of_many_who_take_a_callback_at_once_one_gets_it() -> None:
    callback = make_callback()
    agents = [make_user(Role.AGENT) for _ in range(8)]
    results = at_once([lambda who=who: claim_callback(callback.pk, actor=who, now=CALLED) for who in agents])  # type: ignore[misc]
    winners = [result for result in results if isinstance(result, Callback)]
    losers = [result.code for result in results if isinstance(result, ActionError)]
    assert len(winners) == 1
    assert losers == ["claimed_by_other"] * 7


@pytest.mark.django_db(transaction=True)
def test_of_two_who_record_at_once_one_is_told_that_it_moved_on() -> None:
    callback = make_callback()
    actor, seen = make_user(Role.AGENT), callback.row_version
    results = at_once(
        [
            lambda: record_attempt(callback.pk, "no_answer", actor=actor, now=CALLED, expected_version=seen)
            for _ in range(4)
        ]
    )
    refused = [result.code for result in results if isinstance(result, ActionError)]
    assert refused == ["edited_meanwhile"] * 3
    assert callback.attempts.count() == 1


def press_take(site: str, user: User, callback: Callback) -> tuple[int, str]:
    """What the site answers to the button “Take and call”, over a connection of its own, and where it leads to."""
    client = Client()
    client.force_login(user)
    token = "a" * 32
    cookies = {"sessionid": client.cookies["sessionid"].value, "csrftoken": token}
    host = urlsplit(site)
    assert host.hostname is not None
    line = HTTPConnection(host.hostname, host.port, timeout=60)
    headers = {
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    line.request("POST", reverse("callback_claim", args=[callback.pk]), f"csrfmiddlewaretoken={token}", headers)
    answer = line.getresponse()
    answer.read()
    line.close()
    return answer.status, answer.headers.get("Location", "")


@pytest.mark.django_db(transaction=True)
def test_of_two_agents_who_press_take_at_once_one_gets_the_customer(
    live_app: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The pages are served by other threads, which do not see an instant set with `clock.at`.
    monkeypatch.setattr(clock, "now", lambda: CALLED)
    for _ in range(5):
        callback = make_callback()
        agents = [make_user(Role.AGENT) for _ in range(2)]
        answers = at_once([partial(press_take, live_app, who, callback) for who in agents])
        assert sorted(status for status, _to in answers) == [303, 409], answers
        callback.refresh_from_db()
        winner = next(who for who, (status, _to) in zip(agents, answers, strict=True) if status == 303)
        assert callback.claimed_by == winner
        assert callback.ticket.events.filter(action="claim_callback").count() == 1
