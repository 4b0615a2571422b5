"""From event to receiver: one row an event and endpoint, sent at least once under one id, nobody kept waiting."""

import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from servicedesk.notify.hold import discard_held, hold_outboxes, send_held
from servicedesk.notify.models import Notification
from servicedesk.notify.wording import sentence
from servicedesk.people.models import Role
from servicedesk.sending.http import Answer
from servicedesk.sending.rounds import RelayResult
from servicedesk.sla.models import SlaEvent
from servicedesk.sla.sweep import sweep_once
from servicedesk.tickets.models import TicketEvent
from servicedesk.tickets.services import add_note, close_ticket
from servicedesk.webhooks import relay
from servicedesk.webhooks.models import WebhookAttempt, WebhookDelivery
from servicedesk.webhooks.relay import BATCH, LEASE, MOST_ATTEMPTS, due_endpoints, serve, tick
from servicedesk.webhooks.services import pause_endpoint, rotate_secret, send_again, send_test
from servicedesk.webhooks.signing import signature
from tests.conftest import Wait
from tests.defaults import load_defaults
from tests.make import NOW, make_customer, make_handed_over, make_outlet, make_ticket, make_user
from tests.make_webhooks import Receiver, make_endpoint, receiver

pytestmark = pytest.mark.django_db
State = WebhookDelivery.State


@pytest.fixture(autouse=True)
def _defaults() -> None:
    load_defaults()


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as found:
        yield found


def after(**span: float) -> datetime:
    return NOW + timedelta(**span)


def answering(*answers: Answer) -> Any:
    """A sender that gives these answers in turn, the last one for ever."""
    left = list(answers)

    def send(_url: str, _body: bytes, _headers: object) -> Answer:
        return left.pop(0) if len(left) > 1 else left[0]

    return send


def test_each_event_is_one_row_for_each_endpoint_that_asked_for_it() -> None:
    every = make_endpoint()
    some = make_endpoint("http://127.0.0.1:9/other", "ticket.accept_handover")
    paused = make_endpoint("http://127.0.0.1:9/paused")
    pause_endpoint(paused.pk, actor=None)
    ticket = make_handed_over(make_outlet(code="W77"))
    add_note(ticket.pk, "电话 13812345678", actor=None, now=NOW)
    kinds = list(every.deliveries.order_by("id").values_list("kind", flat=True))
    assert kinds == ["ticket.open_ticket", "ticket.send_to_outlet", "ticket.accept_handover"]
    [accepted] = some.deliveries.all()
    assert not paused.deliveries.exists()
    line = TicketEvent.objects.get(action="accept_handover")
    assert json.loads(accepted.body) == {
        "type": "ticket.accept_handover",
        "timestamp": "2026-03-10T02:02:00.000Z",
        "data": {
            "event": line.pk,
            "ticket": ticket.number,
            "kind": "repair",
            "priority": ticket.priority,
            "outlet": "W77",
            "from_state": "open",
            "state": "open",
        },
    }


def test_no_message_says_anything_about_a_person() -> None:
    endpoint = make_endpoint()
    customer = make_customer(name="欧阳娜娜", phone="13812345678")
    agent = make_user(Role.AGENT, name="司马光")
    ticket = make_ticket(customer=customer, actor=agent, kind="consultation", description="密码是四个八")
    close_ticket(ticket.pk, actor=agent, now=after(minutes=1), note="客户在桃园路")
    text = "".join(endpoint.deliveries.values_list("body", flat=True))
    assert text
    for word in ("欧阳", "13812345678", "司马", "密码", "桃园"):
        assert json.dumps(word)[1:-1] not in text, word
        assert word not in text


def test_what_is_taken_back_leaves_no_message() -> None:
    endpoint = make_endpoint()
    with transaction.atomic():
        make_ticket()
        assert endpoint.deliveries.exists()
        transaction.set_rollback(True)
    assert not endpoint.deliveries.exists()


def test_a_warning_and_a_breach_are_told_once_however_often_is_swept() -> None:
    endpoint = make_endpoint("http://127.0.0.1:9/", "sla.warn", "sla.breach")
    ticket = make_ticket()
    for minutes in (1, 20, 60, 60, 600):
        sweep_once(after(minutes=minutes))
    expected = {f"sla:{each.clock_id}:{each.cycle}:{each.level}" for each in SlaEvent.objects.all()}
    assert len(expected) > 2
    assert {each.event_key for each in endpoint.deliveries.all()} == expected
    told = json.loads(endpoint.deliveries.filter(kind="sla.breach").order_by("id")[0].body)
    assert told["data"]["ticket"] == ticket.number
    assert set(told["data"]) >= {"clock", "promise", "cycle", "due_at", "state"}


def test_the_database_takes_no_second_row_of_an_event() -> None:
    endpoint = make_endpoint()
    make_ticket()
    [message] = endpoint.deliveries.all()
    message.pk, message.message_id = None, "12345678123456781234567812345678"
    with pytest.raises(IntegrityError), transaction.atomic():
        message.save()


def test_due_messages_arrive_signed_in_order_and_once(hook: Receiver) -> None:
    endpoint = make_endpoint(hook.url)
    make_handed_over(make_outlet())
    assert due_endpoints(after(minutes=5)) == [endpoint.pk]
    assert serve(endpoint.pk, after(minutes=5)) == RelayResult(delivered=3)
    assert serve(endpoint.pk, after(minutes=6)) == RelayResult()
    assert due_endpoints(after(minutes=6)) == []
    assert [json.loads(body)["type"] for _headers, body in hook.got] == [
        "ticket.open_ticket",
        "ticket.send_to_outlet",
        "ticket.accept_handover",
    ]
    for headers, body in hook.got:
        stamp = int(headers["webhook-timestamp"])
        assert headers["webhook-signature"] == signature(endpoint.secret, headers["webhook-id"], stamp, body)
        assert abs(stamp - after(minutes=5).timestamp()) < 10
    assert set(endpoint.deliveries.values_list("state", "attempts")) == {(State.DELIVERED, 1)}
    assert WebhookAttempt.objects.filter(status=200, excerpt="ok").count() == 3


def test_while_a_secret_changes_messages_carry_both_signatures(hook: Receiver) -> None:
    endpoint = make_endpoint(hook.url)
    old = endpoint.secret
    new = rotate_secret(endpoint.pk, actor=None, now=NOW).secret
    for days in (1, 8):
        send_test(endpoint.pk, actor=None, now=after(days=days))
        serve(endpoint.pk, after(days=days))
    counted = []
    for headers, body in hook.got:
        given = headers["webhook-signature"].split(" ")
        stamp = int(headers["webhook-timestamp"])
        made = [signature(secret, headers["webhook-id"], stamp, body) for secret in (new, old)]
        assert given == made[: len(given)]
        counted.append(len(given))
    assert counted == [2, 1]


def test_a_relay_killed_between_sending_and_marking_sends_again_under_the_same_id(
    hook: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = make_endpoint(hook.url)
    send_test(endpoint.pk, actor=None, now=NOW)

    def killed(*_args: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(relay, "mark", killed)
        with pytest.raises(SystemExit):
            serve(endpoint.pk, NOW)
    assert serve(endpoint.pk, after(seconds=30)) == RelayResult(), "its lease still runs"
    assert serve(endpoint.pk, NOW + LEASE) == RelayResult(delivered=1)
    assert len(hook.got) == 2
    assert len(set(hook.ids())) == 1


def test_a_failing_receiver_is_tried_ever_more_rarely_and_then_given_up_with_a_notice(hook: Receiver) -> None:
    hook.answer = lambda _number: (500, {}, b"out of order")
    admin = make_user(Role.ADMIN)
    endpoint = make_endpoint(hook.url)
    message = send_test(endpoint.pk, actor=None, now=NOW)
    now, rests = NOW, []
    while message.state == State.WAITING:
        assert serve(endpoint.pk, now) == RelayResult(failed=1)
        message.refresh_from_db()
        if message.next_try_at:
            assert serve(endpoint.pk, message.next_try_at - timedelta(seconds=3)) == RelayResult()
            rests.append((message.next_try_at - now).total_seconds())
            now = message.next_try_at
    assert len(hook.got) == MOST_ATTEMPTS == len(rests) + 1
    assert len(set(hook.ids())) == 1
    for rest, usual in zip(rests, relay.RESTS, strict=True):
        assert usual * 0.8 <= rest <= usual * 1.2 + 5
    assert (message.state, message.next_try_at) == (State.DEAD, None)
    [notice] = Notification.objects.filter(recipient=admin, kind="webhook_dead")
    assert endpoint.description in sentence(notice)
    # A second message given up on the same day is no second notice.
    second = send_test(endpoint.pk, actor=None, now=now)
    WebhookDelivery.objects.filter(pk=second.pk).update(attempts=MOST_ATTEMPTS - 1)
    serve(endpoint.pk, now)
    assert Notification.objects.filter(kind="webhook_dead").count() == 1


def test_a_receiver_that_asks_for_time_gets_it() -> None:
    endpoint = make_endpoint()
    message = send_test(endpoint.pk, actor=None, now=NOW)
    serve(endpoint.pk, NOW, answering(Answer(status=429, retry_after=900)))
    message.refresh_from_db()
    assert message.next_try_at is not None
    assert timedelta(seconds=900) <= message.next_try_at - NOW < timedelta(seconds=910)
    serve(endpoint.pk, message.next_try_at, answering(Answer(status=503, retry_after=10**8)))
    first, message = message.next_try_at, WebhookDelivery.objects.get(pk=message.pk)
    assert message.next_try_at is not None
    assert message.next_try_at - first < timedelta(hours=6, seconds=10)


def test_where_nobody_answers_the_rest_of_the_batch_is_put_back_untried() -> None:
    endpoint = make_endpoint()
    for _time in range(3):
        send_test(endpoint.pk, actor=None, now=NOW)
    assert serve(endpoint.pk, NOW, answering(Answer(error="timeout"))) == RelayResult(failed=1, put_back=2)
    assert list(endpoint.deliveries.order_by("id").values_list("attempts", flat=True)) == [1, 0, 0]
    assert serve(endpoint.pk, after(seconds=1), answering(Answer(status=204))) == RelayResult(delivered=2)


def test_a_round_takes_a_batch_and_no_more() -> None:
    endpoint = make_endpoint()
    for _time in range(BATCH + 2):
        send_test(endpoint.pk, actor=None, now=NOW)
    rounds = [serve(endpoint.pk, NOW, answering(Answer(status=200))).delivered for _time in range(3)]
    assert rounds == [BATCH, 2, 0]


def test_a_paused_endpoint_gets_nothing_until_it_is_resumed() -> None:
    endpoint = make_endpoint()
    send_test(endpoint.pk, actor=None, now=NOW)
    pause_endpoint(endpoint.pk, actor=None)
    assert due_endpoints(after(minutes=1)) == []
    assert serve(endpoint.pk, after(minutes=1), answering(Answer(status=200))) == RelayResult()


def test_a_restore_holds_what_waits_until_somebody_decides() -> None:
    endpoint = make_endpoint()
    send_test(endpoint.pk, actor=None, now=NOW)
    hold_outboxes(NOW, now=NOW)
    assert serve(endpoint.pk, NOW, answering(Answer(status=200))) == RelayResult()
    discard_held(now=NOW)
    assert list(endpoint.deliveries.values_list("state", flat=True)) == [State.DEAD]
    send_test(endpoint.pk, actor=None, now=NOW)
    hold_outboxes(NOW, now=NOW)
    assert send_held(now=NOW) >= 1
    assert serve(endpoint.pk, NOW, answering(Answer(status=200))) == RelayResult(delivered=1)


def test_what_was_sent_can_be_sent_again_under_its_id(hook: Receiver) -> None:
    endpoint = make_endpoint(hook.url)
    message = send_test(endpoint.pk, actor=None, now=NOW)
    serve(endpoint.pk, NOW)
    send_again(message.pk, actor=None, now=after(hours=1))
    assert serve(endpoint.pk, after(hours=1)) == RelayResult(delivered=1)
    assert len(hook.got) == 2
    assert len(set(hook.ids())) == 1


@pytest.mark.django_db(transaction=True)
def test_a_slow_receiver_keeps_no_other_waiting(hook: Receiver, wait_for: Wait) -> None:
    def hang(_number: int) -> Any:
        hook.let_go.wait(9)
        return 200, {}, b""

    hook.answer = hang
    slow = make_endpoint(hook.url)
    send_test(slow.pk, actor=None, now=NOW)
    with receiver() as quick:
        other = make_endpoint(quick.url)
        send_test(other.pk, actor=None, now=NOW)
        assert tick(NOW) == 2
        wait_for(lambda: other.deliveries.filter(state=State.DELIVERED).exists() and hook.got)
        assert slow.deliveries.get().state == State.WAITING
        # The slow one is being served: no second thread, and nothing of the quick one is held up meanwhile.
        send_test(slow.pk, actor=None, now=NOW)
        send_test(other.pk, actor=None, now=NOW)
        wait_for(lambda: other.pk not in relay.crew.busy)
        assert tick(NOW) == 1
        wait_for(lambda: other.deliveries.filter(state=State.DELIVERED).count() == 2)
        hook.let_go.set()
        wait_for(lambda: slow.deliveries.filter(state=State.DELIVERED).exists())
        wait_for(lambda: not relay.crew.busy)


@pytest.mark.django_db(transaction=True)
def test_two_relays_share_the_messages_and_send_none_twice(hook: Receiver) -> None:
    endpoint = make_endpoint(hook.url)
    for _time in range(30):
        send_test(endpoint.pk, actor=None, now=NOW)
    barrier = threading.Barrier(3)

    def work() -> None:
        barrier.wait()
        while serve(endpoint.pk, NOW) != RelayResult():
            continue
        connection.close()

    threads = [threading.Thread(target=work) for _time in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(hook.got) == len(set(hook.ids())) == 30
    assert endpoint.deliveries.filter(state=State.DELIVERED).count() == 30
