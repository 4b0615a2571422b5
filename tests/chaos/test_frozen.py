"""Faults 8 and 9: a sweeper freezes in the middle of its transaction and wakes up; a sweeper's own clock is wrong."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from servicedesk import clock
from servicedesk.sla.models import SlaEvent
from servicedesk.sla.sweep import FROZEN_SECONDS
from servicedesk.tickets.services import pause_clock
from tests.chaos import invariants
from tests.chaos.house import House
from tests.chaos.processes import until
from tests.chaos.work import make_desk, unnoticed

pytestmark = [pytest.mark.chaos, pytest.mark.proof, pytest.mark.xdist_group("chaos")]

# What Python loads at every start: all its clocks answer two hours late, or early, as a file says at that moment.
WRONG_CLOCK = """
import datetime, pathlib, time

REAL, OFFSET = time.time, pathlib.Path({path!r})


def wrong():
    return REAL() + float(OFFSET.read_text() or 0)


class Kind(type):
    def __instancecheck__(cls, found):
        return isinstance(found, RIGHT)


RIGHT = datetime.datetime


class Wrong(RIGHT, metaclass=Kind):
    @classmethod
    def now(cls, tz=None):
        return RIGHT.fromtimestamp(wrong(), tz)

    @classmethod
    def utcnow(cls):
        return RIGHT.fromtimestamp(wrong(), datetime.timezone.utc).replace(tzinfo=None)


time.time = wrong
time.time_ns = lambda: int(wrong() * 1e9)
datetime.datetime = Wrong
"""
TWO_HOURS = 7200


def test_a_sweeper_frozen_in_its_transaction_holds_nobody_up_for_long_and_writes_nothing_when_it_wakes(
    house: House,
) -> None:
    desk = make_desk()
    ago = clock.now() - timedelta(minutes=1)
    tickets = desk.open_many(140, ago, ago)
    frozen = house.timers("sweep.before_commit=freeze")
    until(frozen.is_frozen, 60, "a sweeper that freezes before its commit")
    assert SlaEvent.objects.count() == 0

    began = time.monotonic()
    pause_clock(tickets[0].pk, "waiting_for_customer", actor=desk.agents[0], now=clock.now())
    waited = time.monotonic() - began
    house.timers()
    until(lambda: not unnoticed(clock.now()), 30, "the other sweeper")
    events = SlaEvent.objects.count()
    frozen.send(signal.SIGCONT)
    time.sleep(3)

    assert waited < FROZEN_SECONDS + 3
    assert SlaEvent.objects.count() == events
    assert not frozen.ended, "it begins anew"
    assert invariants.all_hold(clock.now()) == []


def test_a_process_whose_clock_is_two_hours_off_and_steps_back_fires_nothing_early_or_twice(
    house: House, tmp_path: Path
) -> None:
    offset = tmp_path / "offset"
    offset.write_text(str(TWO_HOURS))
    (tmp_path / "sitecustomize.py").write_text(WRONG_CLOCK.format(path=str(offset)))
    began = clock.now()
    make_desk().open_many(210, began, began + timedelta(seconds=20))
    asked = [sys.executable, "-c", "import time, datetime; print(time.time(), datetime.datetime.now().timestamp())"]
    said = subprocess.check_output(asked, env={**os.environ, "PYTHONPATH": str(tmp_path)}, text=True)
    assert [round((float(word) - time.time()) / TWO_HOURS) for word in said.split()] == [1, 1]
    wrong = house.timers(PYTHONPATH=str(tmp_path))
    house.wait_for_timers(began)
    time.sleep(max(0.0, 10 - (clock.now() - began).total_seconds()))
    offset.write_text(str(-TWO_HOURS))
    time.sleep(max(0.0, 20 - (clock.now() - began).total_seconds()))
    until(lambda: not unnoticed(clock.now()), 15, "all breaches")

    assert not wrong.ended, wrong.said()
    assert invariants.all_hold(clock.now()) == []
