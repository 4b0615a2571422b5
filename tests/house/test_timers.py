"""`manage.py timers`: one failing step does not keep the others from running."""

import logging
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection

from servicedesk import clock
from servicedesk.management.commands.timers import Timers, Turn
from servicedesk.notify.models import Heartbeat
from servicedesk.project.schedule import Step

NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)

calls: list[datetime] = []


def note_call(now: datetime) -> None:
    calls.append(now)


@pytest.mark.django_db
def test_each_round_hands_every_step_the_same_instant_and_leaves_a_heartbeat() -> None:
    seen: list[datetime] = []
    with clock.at(NOW):
        Timers({"one": Turn(seen.append), "two": Turn(seen.append)}).run_round()
    assert seen == [NOW, NOW]
    assert Heartbeat.objects.get(name="timers").at == NOW


@pytest.mark.django_db
def test_a_step_that_need_not_run_each_second_waits_for_its_turn() -> None:
    seen: list[datetime] = []
    rounds = Timers({"rare": Turn(seen.append, every=600)})
    rounds.run_round()
    rounds.run_round()
    assert len(seen) == 1
    rounds.turns["rare"].due = time.monotonic()
    rounds.run_round()
    assert len(seen) == 2


@pytest.mark.django_db(transaction=True)
def test_a_step_that_fails_is_logged_and_the_next_one_still_runs(caplog: pytest.LogCaptureFixture) -> None:
    seen: list[datetime] = []

    def break_the_connection(_now: datetime) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    rounds = Timers({"broken": Turn(break_the_connection, every=600), "sound": Turn(seen.append)})
    rounds.run_round()
    time.sleep(0.6)
    rounds.run_round()
    assert len(seen) == 2
    assert rounds.failures["broken"] == 2, "what failed is tried again at once, however rarely it runs"
    assert [record.message for record in caplog.records if "step broken failed" in record.message] == [
        "step broken failed (round 1): division by zero\n"
    ]
    assert not Heartbeat.objects.exists(), "a house with a broken step does not claim to be well"


@pytest.mark.django_db
def test_a_step_that_recovers_says_so(caplog: pytest.LogCaptureFixture) -> None:
    moods = iter([DatabaseError("gone"), None])

    def moody(_now: datetime) -> None:
        mood = next(moods)
        if mood is not None:
            raise mood

    caplog.set_level(logging.INFO)
    rounds = Timers({"moody": Turn(moody)})
    with clock.at(NOW):
        rounds.run_step("moody", moody, NOW)
        rounds.run_step("moody", moody, NOW + timedelta(seconds=1))
    assert "step moody works again" in caplog.messages


def test_a_database_that_is_away_costs_a_round_and_no_more(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away() -> datetime:
        raise DatabaseError("no route to host")

    monkeypatch.setattr(clock, "now", away)
    seen: list[datetime] = []
    Timers({"sound": Turn(seen.append)}).run_round()
    assert seen == []
    assert "step clock failed (round 1): no route to host" in caplog.text


@pytest.mark.django_db
def test_once_runs_the_registered_steps_a_single_time(settings: Any) -> None:
    calls.clear()
    settings.TIMER_STEPS = {"noted": Step(f"{__name__}.note_call", "", "sla")}
    with clock.at(NOW):
        call_command("timers", "--once")
    assert calls == [NOW]
