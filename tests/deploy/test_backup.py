"""Backup, drop, restore, verify: nothing is lost, nothing damaged is taken, nothing is sent twice."""

import json
import os
import shutil
import subprocess
from contextlib import closing
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from psycopg2 import sql

from servicedesk.notify.hold import is_held
from servicedesk.notify.models import Notification, OutboxHold
from servicedesk.notify.relay import relay_once
from servicedesk.people.models import Role, User
from servicedesk.project.backup import programs
from servicedesk.project.backup.databases import count_rows, database_from_settings
from servicedesk.project.backup.errors import BackupError
from servicedesk.project.backup.take import backups_below, remove_old
from servicedesk.project.backup.words import size
from servicedesk.project.demo.build import build_demo
from servicedesk.project.demo.scale import Scale
from servicedesk.tickets.models import Ticket
from tests.defaults import load_defaults
from tests.demo.world import AS_OF
from tests.make import NOW, PASSWORD, make_appliance, make_customer, make_user
from tests.make_desk import browser_of, known_caller

FEW = Scale(tickets=12, living=8, days=3, customers=10, outlets=3, technicians=12, agents=2)
PHOTO = b"\xff\xd8" + b"picture" * 40


def run(*words: str) -> str:
    """What a command prints."""
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


@pytest.fixture
def media(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    default_storage.save("ab/cdef.jpg", ContentFile(PHOTO))
    return tmp_path / "media"


@pytest.fixture
def backup(transactional_db: None, media: Path, tmp_path: Path) -> Path:
    """A backup of a house with a person in it."""
    make_user(Role.AGENT)
    run("backup", str(tmp_path / "backups"))
    [folder] = backups_below(tmp_path / "backups")
    return folder


def drop_and_create() -> None:
    """Lose the database, and make an empty one of its name."""
    database = database_from_settings()
    connection.close()
    with closing(database.named("postgres").connect()) as made:
        made.autocommit = True
        with made.cursor() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database.name)))
            cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(database.name)))


def test_a_lost_house_comes_back_with_every_row_and_file_and_works_on(
    transactional_db: None, media: Path, tmp_path: Path
) -> None:
    load_defaults()
    summary = build_demo(FEW, AS_OF, 5, lambda _done: None)
    agent = User.objects.filter(role=Role.AGENT).first() or make_user(Role.AGENT)
    agent.set_password(PASSWORD)
    agent.save()
    told = run("backup", str(tmp_path / "backups"))
    [folder] = backups_below(tmp_path / "backups")
    with closing(database_from_settings().connect()) as made:
        before = count_rows(made)
    assert before["servicedesk_ticket"] == summary.tickets
    assert f"{sum(before.values()):,} rows of {len(before)} tables" in told

    drop_and_create()
    shutil.rmtree(media)
    assert "All" in run("restore", str(folder))

    with closing(database_from_settings().connect()) as made:
        after = count_rows(made)
    assert after.pop("servicedesk_outboxhold") == 1
    assert before.pop("servicedesk_outboxhold") == 0
    assert after == before
    assert f"{len(before) + 1} tables" in run("backup_verify", str(folder))
    assert default_storage.open("ab/cdef.jpg").read() == PHOTO
    assert Client().login(username=agent.employee_no, password=PASSWORD)
    customer = make_customer()
    make_appliance(customer)
    browser_of(agent).post("/tickets/new/", known_caller(customer))
    assert Ticket.objects.count() == summary.tickets + 1
    with pytest.raises(psycopg2.Error), closing(database_from_settings().connect()) as made, made.cursor() as cursor:
        cursor.execute("DELETE FROM servicedesk_ticketevent")


def test_restoring_refuses_a_database_that_holds_something_until_told_to_replace_it(backup: Path) -> None:
    make_user(Role.MANAGER)
    with pytest.raises(CommandError, match="is not empty"):
        run("restore", str(backup))
    assert User.objects.count() == 2
    with pytest.raises(CommandError, match="servicedesk_user has 2 rows, the backup 1"):
        run("backup_verify", str(backup))
    run("restore", str(backup), "--replace")
    assert User.objects.count() == 1
    assert "are whole" in run("backup_verify", str(backup))


def test_restoring_refuses_while_others_are_connected(backup: Path) -> None:
    with closing(database_from_settings().connect()), pytest.raises(CommandError, match=r"yipiao-backup \(1\)"):
        run("restore", str(backup), "--replace")
    assert User.objects.count() == 1


def test_a_damaged_backup_is_refused_with_every_fault_and_changes_nothing(backup: Path) -> None:
    data = sorted((backup / "database").glob("*.dat.gz"))
    data[0].write_bytes(data[0].read_bytes()[:-1] + b"x")
    data[1].unlink()
    (backup / "database" / "stranger").write_text("?")
    with pytest.raises(CommandError) as refused:
        run("restore", str(backup), "--replace")
    words = str(refused.value)
    assert "(3 faults)" in words
    assert f"database/{data[0].name} was changed" in words
    assert f"database/{data[1].name} is missing" in words
    assert "database/stranger does not belong" in words
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "holds no backup"),
        ("{", "is no JSON"),
        ("[]", "something is missing"),
        ('{"format": 1}', "something is missing"),
        ('{"format": 7}', "another format"),
    ],
)
def test_what_is_no_backup_is_said_so(tmp_path: Path, content: str | None, told: str) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(CommandError, match=told):
        run("backup_verify", str(tmp_path), "--files-only")


def test_a_backup_of_a_newer_version_is_refused(backup: Path) -> None:
    path = backup / "manifest.json"
    content = json.loads(path.read_text())
    content["migrations"]["servicedesk"] = "9999_tomorrow"
    path.write_text(json.dumps(content))
    with pytest.raises(CommandError, match=r"servicedesk\.9999_tomorrow"):
        run("restore", str(backup), "--replace")
    assert User.objects.count() == 1


def test_the_drill_restores_into_a_scratch_database_and_leaves_nothing(
    transactional_db: None, media: Path, tmp_path: Path
) -> None:
    make_user(Role.AGENT)
    told = run("backup", str(tmp_path / "backups"), "--drill")
    assert "tables have the rows they had; the drill took" in told
    assert list((tmp_path / "backups").iterdir()) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_database WHERE datname LIKE current_database() || '_drill_%'")
        assert cursor.fetchone() == (0,)


def test_nobody_else_may_read_a_backup(backup: Path) -> None:
    assert backup.stat().st_mode & 0o077 == 0
    assert backup.parent.stat().st_mode & 0o077 == 0


def test_a_backup_that_cannot_be_written_leaves_nothing_behind(transactional_db: None, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(CommandError, match="cannot be written"):
        run("backup", str(blocked))
    with pytest.raises(CommandError, match="pg_dump ended with code"):
        run("backup", str(tmp_path / "backups"), "--jobs", "0")
    assert list((tmp_path / "backups").iterdir()) == []


def test_old_backups_are_removed_but_never_the_last_nor_anything_else(tmp_path: Path) -> None:
    for name in ("20260301T010000Z", "20260302T010000Z", "20260303T010000Z"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_text("{}")
    (tmp_path / "20250101T010000Z").mkdir()
    (tmp_path / "letters").mkdir()
    assert [path.name for path in remove_old(tmp_path, 2)] == ["20260301T010000Z"]
    assert {path.name for path in tmp_path.iterdir()} >= {"letters", "20250101T010000Z", "20260303T010000Z"}
    with pytest.raises(ValueError, match="at least one"):
        remove_old(tmp_path, 0)
    with pytest.raises(CommandError, match="at least 1"):
        run("backup", str(tmp_path), "--keep", "0")


def test_after_a_restore_nothing_is_sent_until_somebody_decides(backup: Path) -> None:
    run("restore", str(backup), "--replace")
    reader = User.objects.get()
    for key in ("old-1", "old-2"):
        Notification.objects.create(event_key=key, recipient=reader, kind="sla_breach")
    assert relay_once(NOW).sent == 0
    assert "notices: 2 wait" in run("release_outbox")
    assert "2 messages were given up" in run("release_outbox", "--discard")
    assert not is_held()
    assert not Notification.objects.filter(sent_at=None).exists()
    Notification.objects.create(event_key="new", recipient=reader, kind="sla_breach")
    assert relay_once(NOW).sent == 1
    with pytest.raises(CommandError, match="Nothing is held"):
        run("release_outbox", "--discard")
    assert "Nothing is held" in run("release_outbox")


def test_held_messages_go_out_when_somebody_says_so(backup: Path) -> None:
    run("restore", str(backup), "--replace")
    Notification.objects.create(event_key="old", recipient=User.objects.get(), kind="sla_breach")
    assert relay_once(NOW).sent == 0
    assert "1 messages are being sent" in run("release_outbox", "--send")
    assert relay_once(NOW).sent == 1
    held = OutboxHold.objects.get()
    assert (held.outcome, held.messages, held.released_at is None) == ("sent", 1, False)
    assert held.restore_point < datetime.now(UTC)


def test_a_dump_program_older_than_the_server_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.1'\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert programs.program_major(old) == 9
    found = programs.find_program("pg_dump", 18)
    assert found != str(old)
    assert "(PostgreSQL) 18" in subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout
    with pytest.raises(BackupError, match=r"pg_dump of PostgreSQL 99 or newer is not installed.*version 9\)"):
        programs.find_program("pg_dump", 99)


def test_sizes_are_said_as_people_say_them() -> None:
    assert [size(number) for number in (812, 4300, 5 * 1024**3)] == ["812 B", "4.2 kB", "5.0 GB"]
