"""Faults 2, 8, 11, 13: relays die or freeze between sending and marking, receivers misbehave, a message is poison."""

import signal
import time
from datetime import timedelta

import pytest

from servicedesk import clock
from servicedesk.notify.models import Notification
from servicedesk.people.models import Role
from servicedesk.webhooks.models import WebhookDelivery
from servicedesk.webhooks.relay import MOST_ATTEMPTS
from tests.chaos import invariants
from tests.chaos.house import House
from tests.chaos.processes import until
from tests.chaos.work import CLOCKS, Desk, make_desk, shorten_waits, unsettled
from tests.make import make_user
from tests.make_channels import make_channel, make_outgoing
from tests.make_webhooks import HANG_UP, Receiver, Reply, make_endpoint, receiver

pytestmark = [pytest.mark.chaos, pytest.mark.slow, pytest.mark.xdist_group("chaos")]


def messages(*endpoints: int) -> list[str]:
    """The keys of all messages, or of those to some endpoints."""
    rows = WebhookDelivery.objects.filter(endpoint_id__in=endpoints) if endpoints else WebhookDelivery.objects.all()
    return [row.message for row in rows]


def delivered() -> int:
    return WebhookDelivery.objects.filter(state=WebhookDelivery.State.DELIVERED).count()


def make_overdue(desk: Desk, clocks: int) -> None:
    """Clocks that have been due for a minute, and whose warnings are overdue too."""
    ago = clock.now() - timedelta(minutes=1)
    desk.open_many(clocks, ago, ago)


def test_a_relay_killed_after_the_receiver_took_it_repeats_under_the_same_key(house: House) -> None:
    desk = make_desk()
    with receiver() as sink:
        make_endpoint(sink.url, "sla.breach", now=clock.now())
        for point in ("webhooks.after_send", "relay.after_send", "webhooks.after_send:2"):
            make_overdue(desk, CLOCKS)
            doomed = house.timers(point)
            doomed.wait_for_end()
            assert doomed.was_killed, doomed.said()
            # Leases of half a minute to a minute, cut short.
            shorten_waits(clock.now())
        house.timers()
        until(lambda: not unsettled(), 60, "all outboxes")

        assert invariants.settled(clock.now()) == []
        assert invariants.keys_are_rows(sink.ids(), messages()) == []
        assert len(sink.got) - len(messages()) <= 2, "at most one repeat for each relay of webhooks that died"
    assert invariants.all_hold(clock.now()) == []


@pytest.mark.proof
@pytest.mark.parametrize("at_most_once", [False, True])
def test_a_relay_of_text_messages_killed_after_the_provider_took_one(house: House, at_most_once: bool) -> None:
    admin = make_user(Role.ADMIN)
    with receiver() as sink:
        make_channel("sms", address=sink.url, token_header="", hourly_cap=0, at_most_once=at_most_once)
        wanted = [make_outgoing("sms").message_key for _ in range(10)]
        for point in ("channels.after_send", "channels.after_lease", "channels.after_send:2"):
            doomed = house.timers(point)
            doomed.wait_for_end()
            assert doomed.was_killed, doomed.said()
            shorten_waits(clock.now())
        house.timers()
        until(lambda: not unsettled(), 60, "all outboxes")

        keys = [headers["idempotency-key"] for headers, _body in sink.got]
        texts = Notification.objects.filter(channel="sms")
        if at_most_once:
            # The two that were on their way: nobody knows what came of them, a person decides.
            assert texts.filter(outcome="uncertain").count() == 2
            assert len(keys) == len(set(keys)) == len(wanted)
            assert Notification.objects.filter(
                kind="channel_uncertain", recipient=admin, sent_at__isnull=False
            ).exists()
        else:
            assert invariants.settled(clock.now()) == []
            assert invariants.keys_are_rows(keys, wanted) == []
            assert len(keys) - len(wanted) == 2, "one repeat for each relay that died after sending"


@pytest.mark.proof
def test_a_relay_frozen_longer_than_its_lease_finds_its_message_settled_and_leaves_it_so(house: House) -> None:
    desk = make_desk()
    with receiver() as sink:
        make_endpoint(sink.url, "sla.breach", now=clock.now())
        make_overdue(desk, CLOCKS)
        frozen = house.timers("webhooks.after_send=freeze")
        until(frozen.is_frozen, 60, "a relay that freezes after sending")
        shorten_waits(clock.now())
        house.timers()
        until(lambda: delivered() == CLOCKS, 30, "the other relay")
        settled = list(WebhookDelivery.objects.order_by("id").values_list("settled_at", "state"))

        frozen.send(signal.SIGCONT)
        time.sleep(3)

        assert list(WebhookDelivery.objects.order_by("id").values_list("settled_at", "state")) == settled
        assert invariants.keys_are_rows(sink.ids(), messages()) == []
        assert not frozen.ended


def answers(*first: Reply) -> Receiver:
    """A receiver's manners: so at first, well afterwards."""
    return Receiver(answer=lambda number: first[number - 1] if number <= len(first) else (200, {}, b"ok"))


@pytest.mark.proof
def test_receivers_that_fail_hang_drop_or_ask_for_patience_delay_nobody_else(house: House) -> None:
    desk = make_desk()
    busy: Reply = (429, {"Retry-After": "3600"}, b"")
    manners = [answers((500, {}, b"")), answers(HANG_UP, HANG_UP), answers(busy)]
    with receiver() as good, receiver() as failing, receiver() as dropping, receiver() as patient, receiver() as deaf:
        bad = [failing, dropping, patient]
        for sink, manner in zip(bad, manners, strict=True):
            sink.answer = manner.answer
        deaf.answer = lambda number: (deaf.let_go.wait(60) and HANG_UP) or (200, {}, b"ok")
        endpoints = {
            sink.url: make_endpoint(sink.url, "sla.breach", now=clock.now()).pk for sink in [good, *bad, deaf]
        }
        make_overdue(desk, CLOCKS)
        house.timers()

        until(lambda: len(set(good.ids())) == CLOCKS, 30, "the receiver that behaves")
        until(lambda: not Notification.objects.filter(sent_at=None).exists(), 5, "the notices in the app")
        assert len(deaf.got) == 1, "the one who hangs has been asked once by then"
        deaf.let_go.set()
        deaf.answer = lambda _number: (200, {}, b"ok")
        house.kill(house.processes[-1])
        shorten_waits(clock.now())
        house.timers()
        until(lambda: not unsettled(), 60, "all outboxes")

        assert invariants.settled(clock.now()) == []
        for sink in [good, *bad, deaf]:
            assert invariants.keys_are_rows(sink.ids(), messages(endpoints[sink.url])) == []


@pytest.mark.proof
def test_a_poisonous_message_is_given_up_with_an_alert_while_the_rest_flows(house: House) -> None:
    desk = make_desk()
    with receiver() as sink:

        def answer(number: int) -> Reply:
            came = sink.ids()
            return (500, {}, b"") if came[number - 1] == came[0] else (200, {}, b"ok")

        sink.answer = answer
        make_endpoint(sink.url, "sla.breach", now=clock.now())
        make_overdue(desk, CLOCKS)
        house.timers()
        until(lambda: delivered() == CLOCKS - 1, 60, "all but one")
        end = time.monotonic() + 60
        # Its rests of ten seconds to twelve hours, cut short.
        while unsettled() and time.monotonic() < end:
            shorten_waits(clock.now())
            time.sleep(0.5)

        dead = WebhookDelivery.objects.get(state=WebhookDelivery.State.DEAD)
        assert sink.ids().count(dead.message) == MOST_ATTEMPTS
        assert Notification.objects.filter(kind="webhook_dead", recipient=desk.admin).count() == 1
        assert invariants.settled(clock.now()) == []
        assert invariants.keys_are_rows(sink.ids(), messages()) == []
