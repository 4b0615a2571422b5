"""Settings, system checks, logs and cache: what refuses to start, and what bears trouble."""

import json
import logging
import os
import re
import secrets
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from servicedesk.project import checks
from servicedesk.project.cache import ForgivingRedisCache
from servicedesk.project.celery import task_packages
from servicedesk.project.demands import find_faults, require_sound
from servicedesk.project.embedded.ports import free_port
from servicedesk.project.logs import logging_config, mask_addresses, mask_phones
from servicedesk.project.quality import deployment, hosts
from servicedesk.project.schedule import Step

ROOT = Path(__file__).resolve().parents[2]
RANDOM = "q8Zr-3vN0_xLw7TtYb2KmEoUaHs5dGfJc9PiRn4WyVzB6MkQhX1eCS"


def sound(**changes: str) -> dict[str, str]:
    """A production environment without faults."""
    return {
        "SECRET_KEY": RANDOM,
        "DATABASE_URL": "postgres://app:kJ83hsd-92hdKal@db.internal/service",
        "REDIS_URL": "redis://:Lw82jsKq-02jsKsl@redis.internal/0",
        "SITE_URL": "https://service.example.org",
        "ALLOWED_HOSTS": "service.example.org",
        "EVENTS_URL": "/events",
        **changes,
    }


def test_a_sound_production_environment_has_no_faults() -> None:
    assert list(find_faults(sound())) == []
    assert list(find_faults(sound(ALLOWED_HOSTS=".example.org"))) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too short"),
        ({"SECRET_KEY": "ab" * 40}, "SECRET_KEY is too short or too regular"),
        ({"SECRET_KEY": "django-insecure-" + RANDOM}, "SECRET_KEY is a placeholder"),
        ({"SECRET_KEY_FALLBACKS": RANDOM[::-1] + ",old"}, "SECRET_KEY_FALLBACKS entry 2"),
        ({"FAILPOINT": "sweep.before_commit"}, "FAILPOINT is set"),
        ({"DATABASE_URL": ""}, "DATABASE_URL is missing"),
        ({"DATABASE_URL": "sqlite:///x"}, "DATABASE_URL has to look like postgres://"),
        ({"DATABASE_URL": "postgres://yipiao:yipiao@db/yipiao"}, "DATABASE_URL has no password, or a weak one"),
        ({"DATABASE_URL": "postgres://[bad"}, "DATABASE_URL is not an address"),
        ({"REDIS_URL": "redis://redis/0"}, "REDIS_URL has no password"),
        ({"SITE_URL": "http://service.example.org"}, "SITE_URL has to be the public https address"),
        ({"ALLOWED_HOSTS": " , "}, "ALLOWED_HOSTS is empty"),
        ({"ALLOWED_HOSTS": "service.example.org,*"}, "ALLOWED_HOSTS contains `*`"),
        ({"EVENTS_URL": "http://other/events"}, "EVENTS_URL has to be a path"),
        ({"DEBUG": "True"}, "DEBUG is on"),
        ({"DEMO_LOGINS": "yes"}, "DEMO_LOGINS is on"),
        ({"SECRET_KEY_FALLBACKS": RANDOM}, "entry 1 is SECRET_KEY itself"),
        ({"SITE_URL": "https://[bad"}, "SITE_URL has to be the public https address"),
        ({"ALLOWED_HOSTS": "other.example.org"}, "does not contain the host of SITE_URL (service.example.org)"),
        ({"EVENTS_ORIGINS": "https://a.example,http://b.example"}, "EVENTS_ORIGINS contains http://b.example"),
        ({"PROXY_COUNT": "one"}, "PROXY_COUNT has to be a number"),
    ],
)
def test_each_fault_is_named(change: dict[str, str], told: str) -> None:
    faults = list(find_faults(sound(**change)))
    assert len(faults) == 1
    assert told in faults[0]


def test_all_faults_come_in_one_list_and_no_secret_is_repeated() -> None:
    weak = "my-weak-password"
    with pytest.raises(ImproperlyConfigured) as refused:
        require_sound({"SECRET_KEY": weak, "DATABASE_URL": f"postgres://u:{weak}@h/d"})
    words = str(refused.value)
    assert "(5 faults)" in words
    assert words.count("\n  - ") == 5
    assert weak not in words


def test_production_settings_refuse_to_load_without_an_environment() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "servicedesk.project.settings.prod"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "SECRET_KEY is missing." in done.stderr
    assert "SITE_URL has to be" in done.stderr


def test_the_example_environment_is_sound_once_its_secrets_are_drawn() -> None:
    example = deployment.example_environment(ROOT / ".env.example")
    assert list(find_faults(example)) == []
    as_it_stands = (ROOT / ".env.example").read_text()
    assert "<random>" in as_it_stands, "the file itself holds no secret"


def test_a_line_of_the_example_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "env"
    broken.write_text("# fine\n\nGOOD=1\nBAD LINE\n")
    with pytest.raises(ValueError, match="line 4"):
        deployment.example_environment(broken)


def test_another_database_than_postgres_is_an_error(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "django.db.backends.sqlite3")
    assert [message.id for message in run_checks(tags=["house"])] == ["house.E001"]


def test_a_timer_step_or_a_beat_task_nobody_wrote_is_an_error(settings: Any) -> None:
    settings.TIMER_STEPS = {"lost": Step("servicedesk.clock.nothing", "servicedesk.nobody.wrote", "sla")}
    settings.CELERY_BEAT_SCHEDULE = {"lost": {"task": "servicedesk.nobody.wrote", "schedule": 1}}
    assert [message.id for message in checks.check_timer_steps(None)] == ["house.E002"]
    assert [message.id for message in checks.check_beat_schedule(None)] == ["house.E003"]


def test_polling_pages_are_worth_a_warning_before_deployment(settings: Any) -> None:
    settings.EVENTS_URL = ""
    assert [message.id for message in checks.check_event_stream(None)] == ["house.W001"]
    settings.EVENTS_URL = "/events"
    assert checks.check_event_stream(None) == []


def test_celery_looks_for_tasks_in_every_room() -> None:
    assert {"servicedesk", "servicedesk.sla", "servicedesk.notify", "visits"} <= set(task_packages())


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        ("call 13812345678 now", "call 138****5678 now"),
        ("+8613812345678", "+86138****5678"),
        ("+86 138 1234 5678,", "+86 138****5678,"),
        ("86-13812345678", "86-138****5678"),
        ("phone=+4915112345678", "phone=+491****5678"),
        ("ticket 261121-0042 id 20261121123456789", "ticket 261121-0042 id 20261121123456789"),
    ],
)
def test_phone_numbers_in_log_lines_are_masked(line: str, masked: str) -> None:
    assert mask_phones(line) == masked


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        ("GET /t/Zk3q_9-aLr8Xw2mT5vYb7NcD1eFh4GjK/ 200", "GET /t/…/ 200"),
        (
            '{"request": "GET /search/?q=%E7%8E%8B%E8%8A%B3", "code": 200}',
            '{"request": "GET /search/?…", "code": 200}',
        ),
        ("GET /tickets/260310-0001/ 200", "GET /tickets/260310-0001/ 200"),
    ],
)
def test_keys_and_questions_in_addresses_are_left_out_of_log_lines(line: str, masked: str) -> None:
    assert mask_addresses(line) == masked


@pytest.mark.parametrize("style", ["plain", "json"])
def test_a_logged_exception_shows_neither_phone_numbers_nor_local_values(
    style: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    config = logging_config(style)
    spec = config["formatters"]["line"]
    made = spec["()"](processors=spec["processors"], foreign_pre_chain=spec["foreign_pre_chain"])
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(made)
    logger = logging.getLogger("house.masked")
    logger.addHandler(handler)
    logger.propagate = False
    hidden = secrets.token_hex(8)
    try:
        int(f"bad number 1381234{5678}")
    except ValueError:
        logger.exception("saving %s failed", "13912345678")
    out = capsys.readouterr().out
    assert "138****5678" in out
    assert "139****5678" in out
    assert "Traceback" in out
    assert hidden not in out


def test_a_cache_without_redis_is_an_empty_one_and_quick() -> None:
    cache = ForgivingRedisCache(f"redis://127.0.0.1:{free_port()}/0", {})
    began = time.monotonic()
    cache.set("key", 1)
    cache.set_many({"key": 1})
    cache.delete_many(["key"])
    assert cache.get("key", "default") == "default"
    assert cache.get_many(["key"]) == {}
    assert cache.add("key", 1) is False
    assert cache.touch("key") is False
    assert cache.delete("key") is False
    assert cache.has_key("key") is False
    cache.clear()
    with pytest.raises(ValueError, match="not found"):
        cache.incr("key")
    assert time.monotonic() - began < 1


def test_a_cache_with_redis_keeps_what_it_is_given() -> None:
    cache = ForgivingRedisCache(os.environ["REDIS_URL"], {})
    assert cache.add("key", 1) is True
    assert cache.incr("key") == 2
    cache.set_many({"a": "甲", "b": None})
    assert cache.get_many(["a", "b", "c"]) == {"a": "甲", "b": None}
    assert cache.touch("a") is True
    assert cache.delete("a") is True
    cache.delete_many(["b"])
    assert cache.has_key("b") is False
    cache.set("last", 1)
    cache.clear()
    assert cache.get("last") is None


def test_a_file_that_names_a_registry_is_found(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    lock.write_text("name = x\nurl = https://" + "pypi" + ".org/x\n")
    assert list(hosts.find_hosts([lock])) == [f"{lock}:2: " + "pypi" + ".org"]


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="no git checkout, so nothing is tracked")
def test_no_tracked_file_names_a_registry() -> None:
    tracked = hosts.tracked_files(ROOT)
    assert len(tracked) > 100
    assert list(hosts.find_hosts(tracked)) == []


def test_every_locked_package_stands_in_the_list_of_licences_and_none_that_ships_is_gpl() -> None:
    page = (ROOT / "THIRD_PARTY.md").read_text()
    rows = dict(re.findall(r"^\| (\S+)(?: \([^|]*\))? \| ([^|]+) \|$", page, re.MULTILINE))
    shipped = locked("requirements.txt")
    front_end = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    fetched = {path.removeprefix("node_modules/") for path in front_end if path}
    assert (shipped | locked("requirements-dev.txt") | fetched) - rows.keys() == set()
    assert [name for name in shipped if re.search(r"(?<!L)A?GPL", rows[name])] == []


def locked(name: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9._-]+)==", (ROOT / name).read_text(), re.MULTILINE))
