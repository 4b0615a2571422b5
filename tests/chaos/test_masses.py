"""Faults 15 and 17: everything was off for half an hour; calendars are edited while clocks fall due."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg2
import pytest

from servicedesk import clock
from servicedesk.notify.models import Notification
from servicedesk.people.models import Role, User
from servicedesk.sla.escalation.ladders import ladders
from servicedesk.sla.models import SlaClock, SlaEvent, SlaTarget
from servicedesk.sla.recompute.models import JobState, RecomputeJob
from servicedesk.sla.recompute.services import apply_recompute, start_recompute
from servicedesk.worktime.defaults import SINCE
from servicedesk.worktime.models import WEEKDAYS, CalendarVersion, WorkCalendar
from tests.chaos import invariants
from tests.chaos.bulk import copy_tickets
from tests.chaos.house import House
from tests.chaos.processes import oversubscribed, until
from tests.chaos.work import make_desk, unnoticed
from tests.make import make_user

pytestmark = [pytest.mark.chaos, pytest.mark.proof, pytest.mark.xdist_group("chaos")]

OVERDUE = int(os.environ.get("CHAOS_OVERDUE", "20000"))
EDITED = int(os.environ.get("CHAOS_EDITED", "100000"))
OFF = timedelta(minutes=30)
DRAIN_SECONDS = 20
LOCK_SECONDS = 0.1
# So many clocks are opened by the real action, the rest are their copies.
ORIGINALS = 1000


def test_half_an_hour_with_everything_off_is_caught_up_with_in_seconds(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    slower, now = oversubscribed(), clock.now()
    desk = make_desk()
    desk.open_many(min(ORIGINALS, OVERDUE), now - OFF, now - timedelta(seconds=1))
    copy_tickets(max(0, OVERDUE // ORIGINALS - 1))
    waiting = unnoticed(now)
    house.timers(), house.timers()

    took = until(lambda: not unnoticed(now), 3 * DRAIN_SECONDS * slower, "all breaches")

    with capsys.disabled():
        sys.stdout.write(
            f"\n{waiting} breaches of half an hour written in {took:.1f} s, start of the timers included;"
            f" others' load {slower:.1f} times the cores\n"
        )
    assert waiting >= min(OVERDUE, ORIGINALS)
    assert took <= DRAIN_SECONDS * slower
    assert not SlaEvent.objects.filter(level="warn").exists(), "a warning that came too late is part of its breach"
    most = ladders().rules.most_a_minute
    for person in User.objects.filter(role__in=[Role.AGENT, Role.SUPERVISOR]):
        singly = Notification.objects.filter(recipient=person, kind="sla_breach").count()
        digests = Notification.objects.filter(recipient=person, kind="sla_digest")
        # Two sweepers at the same moment do not see each other's notices yet.
        assert singly <= 2 * most, "a storm is gathered"
        assert digests.exists() or person.pk not in {agent.pk for agent in desk.agents}
    assert invariants.all_hold(clock.now()) == []


@contextmanager
def watched_locks(address: str) -> Iterator[list[float]]:
    """The seconds for which each transaction of the block held locks on clocks, as sampled from outside."""
    held: dict[str, list[float]] = {}
    found: list[float] = []
    stopping = threading.Event()

    def look() -> None:
        made = psycopg2.connect(address)
        made.autocommit = True
        with made.cursor() as cursor:
            while not stopping.wait(0.004):
                cursor.execute(
                    "SELECT virtualtransaction, extract(epoch FROM clock_timestamp())::float8 FROM pg_locks"
                    " WHERE relation = 'servicedesk_slaclock'::regclass AND mode = 'RowExclusiveLock'"
                )
                for transaction, at in cursor.fetchall():
                    held.setdefault(transaction, [at, at])[1] = at
        made.close()

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    yield found
    stopping.set()
    thread.join(10)
    found += sorted(last - first for first, last in held.values())


def make_own_calendar() -> WorkCalendar:
    """A calendar of the test that is always open; every target is put on it."""
    calendar = WorkCalendar.objects.create(code="OWN", name_zh="自用", name_en="Own", observes_holidays=False)
    CalendarVersion.objects.create(calendar=calendar, effective_from=SINCE, week=week("00:00-24:00"))
    SlaTarget.objects.update(calendar=calendar)
    return calendar


def week(windows: str) -> dict[str, list[str]]:
    """A week with the same windows on every day."""
    return {day: [windows] for day in WEEKDAYS}


@pytest.mark.timeout(1800)
def test_calendars_edited_while_clocks_fall_due_move_all_of_them_and_hold_nobody_up(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    slower, began = oversubscribed(), clock.now()
    desk = make_desk(minutes=1440)
    calendar = make_own_calendar()
    manager = make_user(Role.MANAGER)
    desk.open_many(min(ORIGINALS, EDITED), began, began + timedelta(minutes=20))
    copy_tickets(max(0, EDITED // ORIGINALS - 1))
    house.timers(), house.timers()
    with watched_locks(house.services.addresses.database_url) as held:
        for hour in (22, 23):
            now = clock.now()
            CalendarVersion.objects.create(calendar=calendar, effective_from=now, week=week(f"00:00-{hour}:00"))
            job = start_recompute(actor=manager, now=clock.now())
            wait_for_job(job, JobState.READY)
            if state(job) == JobState.READY:
                apply_recompute(job.pk, actor=manager, now=clock.now())
            wait_for_job(job)
        until(lambda: not unnoticed(clock.now() - timedelta(seconds=5)), 60, "all breaches")
    house.end_processes()
    job.refresh_from_db()
    with capsys.disabled():
        sys.stdout.write(
            f"\n{SlaClock.objects.count()} clocks, {SlaEvent.objects.count()} events, recomputed twice in"
            f" {(clock.now() - began).total_seconds():.0f} s; {len(held)} transactions held clocks,"
            f" median {held[len(held) // 2] * 1000:.0f} ms, p99 {held[int(len(held) * 0.99)] * 1000:.0f} ms,"
            f" longest {held[-1] * 1000:.0f} ms; others' load {slower:.1f} times the cores\n"
        )
    assert invariants.columns_follow_ledger(clock.now()) == []
    assert invariants.told(clock.now()) == []
    assert held[int(len(held) * 0.99)] <= LOCK_SECONDS * slower


def state(job: RecomputeJob) -> str:
    """How far the job is by now."""
    return RecomputeJob.objects.get(pk=job.pk).state


def wait_for_job(job: RecomputeJob, *states: str) -> None:
    """Waits until the job is done, or in one of `states`."""
    until(lambda: state(job) in {*states, JobState.DONE}, 600, "the recompute")
