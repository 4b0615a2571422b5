"""Probes and the doctor: what they say when all is well, and when something is not."""

import json
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.test import RequestFactory

from servicedesk import clock
from servicedesk.notify.models import Heartbeat
from servicedesk.project import doctor, health
from servicedesk.project.doctor import Verdict
from servicedesk.project.embedded.ports import free_port
from servicedesk.worktime.models import CalendarDay
from servicedesk.worktime.selectors import calendar_book

DEAD_REDIS = f"redis://127.0.0.1:{free_port()}/0"


def ready() -> tuple[int, dict[str, Any]]:
    answer = health.readyz(RequestFactory().get("/readyz"))
    return answer.status_code, json.loads(answer.content)


def beat(ago: timedelta) -> None:
    Heartbeat.objects.update_or_create(name="timers", defaults={"at": clock.now() - ago})


def findings() -> dict[str, doctor.Finding]:
    return {finding.subject: finding for finding in doctor.examine()}


def test_the_process_says_it_lives_without_asking_anybody() -> None:
    answer = health.healthz(RequestFactory().get("/healthz"))
    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_ready_tells_of_database_redis_and_timers() -> None:
    assert ready() == (200, {"ready": True, "database": "ok", "redis": "ok", "timers": "never"})
    beat(timedelta(seconds=3))
    assert ready()[1]["timers"] == "ok"
    beat(timedelta(minutes=2))
    assert ready()[1]["timers"] == "late"


@pytest.mark.django_db
def test_a_dead_redis_is_told_but_takes_no_pages_away(settings: Any) -> None:
    settings.REDIS_URL = DEAD_REDIS
    status, state = ready()
    assert (status, state["redis"]) == (200, "away")


def test_a_dead_database_means_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(connection, "cursor", away)
    assert ready() == (503, {"ready": False, "database": "away", "redis": "ok", "timers": "unknown"})


@pytest.mark.django_db
def test_the_doctor_finds_nothing_to_fail_in_a_sound_house() -> None:
    beat(timedelta(seconds=1))
    last = date((clock.now() + timedelta(days=60)).year, 12, 31)
    CalendarDay.objects.create(day=last, kind=CalendarDay.Kind.HOLIDAY, effective_from=clock.now())
    found = findings()
    well = {"database", "extensions", "migrations", "timers", "calendar", "clock", "redis"}
    assert {subject for subject in well if found[subject].verdict != Verdict.OK} == set(), found


@pytest.mark.django_db
def test_the_doctor_names_timers_that_stopped_and_a_calendar_that_ends() -> None:
    CalendarDay.objects.bulk_create(
        CalendarDay(day=day, kind=CalendarDay.Kind.WITHDRAWN, effective_from=clock.now())
        for day in calendar_book().days
    )
    beat(timedelta(minutes=5))
    found = findings()
    assert found["timers"].verdict == Verdict.FAIL
    assert "300 s ago" in found["timers"].words
    assert found["calendar"].verdict == Verdict.WARN
    assert found["calendar"].hint


@pytest.mark.django_db
def test_the_doctor_names_a_migration_that_waits() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    assert findings()["migrations"] == doctor.Finding(
        Verdict.FAIL, "migrations", "1 wait to be applied", "Run `manage.py migrate`."
    )


@pytest.mark.django_db
def test_the_doctor_names_a_missing_extension() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP EXTENSION btree_gist CASCADE")
    found = findings()["extensions"]
    assert (found.verdict, found.words) == (Verdict.FAIL, "btree_gist not installed")


def test_without_a_database_the_doctor_goes_on_with_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise DatabaseError("connection refused")

    monkeypatch.setattr(connection, "cursor", away)
    found = findings()
    assert found["database"].verdict == Verdict.FAIL
    assert "migrations" not in found
    assert found["redis"].verdict == Verdict.OK


@pytest.mark.django_db
def test_the_doctor_names_a_redis_that_is_away_or_evicts(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"maxmemory_policy": "allkeys-lru", "redis_version": "7.0"}
    with monkeypatch.context() as patch:
        patch.setattr("redis.Redis.info", lambda _self, _section: told)
        assert findings()["redis"].verdict == Verdict.WARN
    settings.REDIS_URL = DEAD_REDIS
    assert findings()["redis"].verdict == Verdict.FAIL


@pytest.mark.django_db
def test_the_command_exits_with_1_on_a_failure_and_speaks_json(settings: Any) -> None:
    settings.REDIS_URL = DEAD_REDIS
    out = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("doctor", "--json", stdout=out)
    assert left.value.code == 1
    told = {row["subject"]: row["verdict"] for row in json.loads(out.getvalue())}
    assert told["redis"] == "FAIL"
    assert told["database"] == "OK"


@pytest.mark.django_db
def test_the_command_prints_a_line_with_a_hint_for_each_finding(settings: Any) -> None:
    settings.REDIS_URL = DEAD_REDIS
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("doctor", stdout=out, no_color=True)
    line = next(line for line in out.getvalue().splitlines() if " redis: " in line)
    assert line.startswith("FAIL  redis: is away")
    assert line.endswith("Check REDIS_URL, and that the server runs.")
