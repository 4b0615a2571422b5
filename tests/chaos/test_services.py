"""Faults 5 to 7: Redis and PostgreSQL are flushed, stopped, filled, crashed; connections are cut, tables locked."""

import time
from datetime import timedelta

import pytest
from django.db import connection, transaction

from servicedesk import clock
from tests.chaos import invariants
from tests.chaos.agents import agents_at_work
from tests.chaos.house import House
from tests.chaos.processes import oversubscribed, until
from tests.chaos.work import make_desk, unnoticed

pytestmark = [pytest.mark.chaos, pytest.mark.slow, pytest.mark.xdist_group("chaos")]


DRAIN_SECONDS = 15


def noticed_after(seconds: float) -> float:
    """Waits until all that is past due now has been noticed; fails when that takes longer, on a busy machine later."""
    now = clock.now()
    return until(lambda: not unnoticed(now), seconds * oversubscribed(), "all breaches")


def test_redis_flushed_stopped_restarted_empty_and_full_costs_no_ticket_and_no_breach(house: House) -> None:
    desk = make_desk()
    began = clock.now()
    house.timers(), house.worker(), house.beat()
    with agents_at_work(house, desk) as agents:
        desk.open_many(200, began, clock.now() + timedelta(seconds=8))
        house.flush_redis()
        time.sleep(2)
        house.valkey.stop()
        time.sleep(4)
        stopped = agents.statuses()
        house.valkey.start()
        with house.redis() as client:
            client.config_set("maxmemory", 1)
            time.sleep(2)
            client.config_set("maxmemory", 0)
        noticed_after(DRAIN_SECONDS)
    assert agents.refused() == []
    assert stopped["create", 201] > 0
    assert invariants.all_hold(clock.now()) == []


def test_a_database_that_crashes_is_caught_up_with_within_fifteen_seconds(house: House) -> None:
    desk = make_desk()
    began = clock.now()
    desk.open_many(400, began, began + timedelta(seconds=12))
    timers = [house.timers(), house.timers()]
    house.wait_for_timers(began)
    for _ in range(2):
        time.sleep(1)
        house.crash_database()
        time.sleep(2)
        house.start_database()
        noticed_after(DRAIN_SECONDS)
    time.sleep(max(0.0, 12 - (clock.now() - began).total_seconds()))
    noticed_after(DRAIN_SECONDS)
    assert not any(process.ended for process in timers), "the timers bear it and start no crash loop"
    assert invariants.all_hold(clock.now()) == []


@pytest.mark.proof
def test_cut_connections_and_a_locked_table_cost_seconds_and_no_process(house: House) -> None:
    desk = make_desk()
    timers = [house.timers(), house.timers()]
    began = clock.now()
    desk.open_many(400, began, began + timedelta(seconds=25))
    house.wait_for_timers(began)
    for _ in range(10):
        time.sleep(0.5)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                " AND datname = current_database()"
            )
    noticed_after(DRAIN_SECONDS)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE servicedesk_slaclock IN ACCESS EXCLUSIVE MODE")
        time.sleep(10)
    noticed_after(DRAIN_SECONDS)
    time.sleep(max(0.0, 25 - (clock.now() - began).total_seconds()))
    noticed_after(DRAIN_SECONDS)
    assert not any(process.ended for process in timers)
    assert invariants.all_hold(clock.now()) == []
