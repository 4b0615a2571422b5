"""The sweep under a real Celery worker with beat: it runs by itself, and killing it loses nothing."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from pytest_django import Settings

from servicedesk import clock
from servicedesk.notify.heartbeat import timers_late
from servicedesk.notify.models import Notification
from servicedesk.sla.models import SlaClock, SlaEvent
from servicedesk.sla.sweep import sweep_once
from servicedesk.tickets.models import Ticket
from tests.make import make_ticket, make_user
from tests.make_sla import clock_of, in_parallel, load_promises

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SECONDS = 30


def wait_for(what: Callable[[], bool]) -> None:
    """Waits until `what` holds; fails after half a minute."""
    end = time.monotonic() + SECONDS
    while not what():
        if time.monotonic() > end:
            pytest.fail("it did not happen within half a minute")
        time.sleep(0.05)


def make_overdue() -> Ticket:
    """A ticket whose seven clocks have all been due for a while."""
    load_promises()
    return make_ticket(channel="email", actor=make_user(), now=clock.now() - timedelta(days=10))


def breaches() -> int:
    return SlaEvent.objects.filter(level="breach").count()


def sweeper_waits() -> bool:
    """Whether a sweep of another process is held up in the middle of its statement."""
    with connection.cursor() as cursor:
        # Inside a transaction PostgreSQL would go on showing the first picture.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            """SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
               AND wait_event_type = 'Lock' AND query LIKE '%WITH due AS%'"""
        )
        return bool(cursor.fetchone()[0])


def sweeper_is_gone() -> bool:
    """Whether PostgreSQL has noticed that the killed sweeper is gone and let its rows go."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            """SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
               AND state <> 'idle' AND query LIKE '%WITH due AS%'"""
        )
        return not cursor.fetchone()[0]


def test_beat_and_worker_write_what_is_due_and_hand_the_notices_over(
    celery_worker_process: subprocess.Popen[str],
) -> None:
    ticket = make_overdue()

    wait_for(lambda: breaches() == 8)
    wait_for(lambda: not Notification.objects.filter(sent_at=None).exists())

    assert Notification.objects.filter(kind="sla_breach", ticket=ticket, recipient=ticket.owner).count() == 8
    assert set(SlaClock.objects.values_list("state", flat=True)) == {"breached"}
    assert not timers_late(clock.now())
    assert celery_worker_process.poll() is None


def test_a_worker_killed_in_the_middle_of_a_sweep_leaves_all_of_it_to_the_next(
    celery_worker_process: subprocess.Popen[str],
) -> None:
    load_promises()
    now = clock.now()
    ticket = make_ticket(channel="email", actor=make_user(), now=now)
    past = now - timedelta(hours=1)
    arrival = clock_of(ticket, "arrival")
    with transaction.atomic():
        # Whoever writes this event has to wait for us: the sweep stands still in the middle of its statement.
        SlaEvent.objects.create(clock=arrival, cycle=1, level="breach", due_at=past, noticed_at=past)
        committed_elsewhere(lambda: SlaClock.objects.update(due_at=past, warn_at=past, next_fire_at=past))
        wait_for(sweeper_waits)
        os.killpg(celery_worker_process.pid, signal.SIGKILL)
        celery_worker_process.wait(10)
        transaction.set_rollback(True)
    wait_for(sweeper_is_gone)
    assert breaches() == 0

    sweep_once(clock.now())

    assert breaches() == 8
    assert Notification.objects.filter(kind="sla_breach", recipient=ticket.owner).count() == 8


def test_a_sweep_works_while_redis_is_away(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    make_overdue()

    assert sweep_once(clock.now()).breached == 8
    assert breaches() == 8


def committed_elsewhere(make: Callable[[], object]) -> None:
    """Runs `make` in a thread, whose connection commits on its own."""
    errors = in_parallel(make)
    assert errors == []
