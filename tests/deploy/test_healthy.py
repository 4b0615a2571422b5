"""The question health checks ask: a late, absent or unreachable process is told from a well one."""

import os
from datetime import timedelta

import pytest

from servicedesk import clock
from servicedesk.notify.models import Heartbeat
from servicedesk.project import healthy
from servicedesk.project.embedded.ports import free_port
from tests.conftest import database_url_of_test


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = healthy.main(list(arguments))
    return code, capsys.readouterr().err.strip()


@pytest.mark.django_db(transaction=True)
def test_a_heartbeat_is_well_while_it_is_young(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url_of_test())
    assert said(capsys, "heartbeat", "timers", "60") == (1, "timers never did a round")
    Heartbeat.objects.create(name="timers", at=clock.now() - timedelta(seconds=40))
    assert said(capsys, "heartbeat", "timers", "60") == (0, "")
    code, words = said(capsys, "heartbeat", "timers", "30")
    assert (code, words.startswith("the last round of timers was 4")) == (1, True)


def test_what_cannot_be_reached_is_unwell(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = free_port()
    monkeypatch.setenv("DATABASE_URL", f"postgres://u:p@127.0.0.1:{nowhere}/d")
    assert "the database does not answer" in said(capsys, "heartbeat", "timers", "60")[1]
    assert "does not answer" in said(capsys, "page", f"http://127.0.0.1:{nowhere}/healthz")[1]
    assert said(capsys, "page", "file:///etc/passwd") == (1, "file:///etc/passwd is no http address")
    monkeypatch.setenv("REDIS_URL", os.environ["REDIS_URL"])
    code, words = said(capsys, "worker")
    assert (code, words.endswith("does not answer")) == (1, True)


def test_a_question_nobody_understands_explains_the_questions(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], ["page"], ["heartbeat", "timers", "soon"], ["dance"]):
        code, words = said(capsys, *arguments)
        assert code == 2
        assert "heartbeat NAME SECONDS" in words
