"""Faults 3 and 4: Celery's worker, its children and beat are killed, stopped, doubled."""

import signal
import time
from datetime import timedelta

import pytest

from servicedesk import clock
from tests.chaos import invariants
from tests.chaos.house import START_SECONDS, House
from tests.chaos.processes import Process, until
from tests.chaos.work import lags, make_desk, shorten_waits, unnoticed, unsettled
from tests.make_webhooks import make_endpoint, receiver

pytestmark = [pytest.mark.chaos, pytest.mark.proof, pytest.mark.xdist_group("chaos")]


def ready(worker: Process) -> Process:
    """The worker, once it takes tasks."""
    until(lambda: " ready." in worker.said(), START_SECONDS, "the Celery worker")
    return worker


def test_killing_the_worker_its_children_or_all_of_it_loses_nothing(house: House) -> None:
    desk = make_desk()
    with receiver() as sink:
        make_endpoint(sink.url, "sla.breach", now=clock.now())
        worker = ready(house.worker())
        house.beat()
        now = clock.now()
        desk.open_many(420, now, now + timedelta(seconds=40))
        for _ in range(6):
            time.sleep(1)
            assert worker.kill_child(), "a worker always has children"
        worker.kill()
        worker = ready(house.worker())
        time.sleep(2)
        worker.kill_group()
        ready(house.worker())
        time.sleep(max(0.0, 40 - (clock.now() - now).total_seconds()))
        until(lambda: not unnoticed(clock.now()), 15, "all breaches")
        shorten_waits(clock.now())
        until(lambda: not unsettled(), 120, "all outboxes")

        assert invariants.settled(clock.now()) == []
    assert invariants.all_hold(clock.now()) == []


def test_a_stopped_beat_makes_nothing_late_and_a_second_one_does_nothing_twice(house: House) -> None:
    desk = make_desk()
    ready(house.worker())
    beat, began = house.beat(), clock.now()
    house.timers()
    house.wait_for_timers(began)
    now = clock.now()
    desk.open_many(420, now + timedelta(seconds=6), now + timedelta(seconds=36))
    beat.send(signal.SIGSTOP)
    time.sleep(max(0.0, 18 - (clock.now() - now).total_seconds()))
    beat.send(signal.SIGCONT)
    house.beat()
    time.sleep(max(0.0, 37 - (clock.now() - now).total_seconds()))
    until(lambda: not unnoticed(clock.now()), 15, "all breaches")

    assert lags(clock.now())[-1] <= 5
    assert invariants.all_hold(clock.now()) == []
