"""What is wrong with an installation, one finding a line, each with what to do about it."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

import redis
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.checks import Tags, run_checks
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from servicedesk import clock
from servicedesk.notify.hold import current_hold, waiting_by_outbox
from servicedesk.project.catalogues import part_files, source_catalogues
from servicedesk.project.demands import find_faults
from servicedesk.project.health import LATE_AFTER, heartbeat_age
from servicedesk.worktime.selectors import years_loaded

MINIMUM_POSTGRES = 15
EXTENSIONS = ("btree_gist", "pg_trgm")
LEAST_DISK, LITTLE_DISK = 200 * 1024**2, 2 * 1024**3
HORIZON = timedelta(days=60)
LARGEST_SKEW = timedelta(seconds=5)


class Verdict(StrEnum):
    """How a finding is to be taken; only FAIL makes `manage.py doctor` fail."""

    OK = "OK"
    WARN = "WARN"
    FAIL = "FAIL"


@dataclass(frozen=True)
class Finding:
    """One line of the report; `hint` says what to do and is empty when all is well."""

    verdict: Verdict
    subject: str
    words: str
    hint: str = ""


def examine() -> Iterator[Finding]:
    """Yield all findings; what needs the database is left out while that is away."""
    reached = True
    for finding in examine_database():
        reached = reached and finding.verdict != Verdict.FAIL
        yield finding
    if reached:
        looks = [examine_extensions, examine_migrations, examine_heartbeats, examine_outboxes]
        for look in [*looks, examine_calendar, examine_clock]:
            yield from guarded(look)
    for look in (examine_redis, examine_disk, examine_static_files, examine_translations, examine_secrets):
        yield from guarded(look)


def guarded(look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """Yield what `look` finds; an error of its own is a finding too."""
    try:
        yield from look()
    except (DatabaseError, OSError) as error:
        name = look.__name__.removeprefix("examine_").replace("_", " ")
        yield Finding(
            Verdict.FAIL, name, f"could not be examined: {str(error).strip()}", "Mend what stands above first."
        )


def examine_database() -> Iterator[Finding]:
    """The server answers, is new enough and keeps UTF-8."""
    hint = "Check DATABASE_URL, and that the server runs."
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('server_version_num')::int / 10000,"
                " current_setting('server_version'),"
                " pg_encoding_to_char(encoding), datctype FROM pg_database WHERE datname = current_database()"
            )
            major, version, encoding, ctype = cursor.fetchone()
    except DatabaseError as error:
        yield Finding(Verdict.FAIL, "database", f"is away: {str(error).strip()}", hint)
        return
    if major < MINIMUM_POSTGRES:
        words = f"PostgreSQL {version} is too old"
        yield Finding(Verdict.FAIL, "database", words, f"Use PostgreSQL {MINIMUM_POSTGRES} or newer.")
    elif encoding != "UTF8":
        yield Finding(Verdict.FAIL, "database", f"is encoded in {encoding}", "Create it with ENCODING 'UTF8'.")
    else:
        yield Finding(Verdict.OK, "database", f"PostgreSQL {version}, {encoding}, {ctype}")


def examine_extensions() -> Iterator[Finding]:
    """The extensions are there, and trigrams know Chinese letters, which they do not under the locale C."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extname FROM pg_extension")
        present = {name for (name,) in cursor.fetchall()}
        missing = [name for name in EXTENSIONS if name not in present]
        if missing:
            words = f"{', '.join(missing)} not installed"
            yield Finding(Verdict.FAIL, "extensions", words, "Run `manage.py migrate` as a role that may create them.")
            return
        cursor.execute("SELECT cardinality(show_trgm('洗衣机')) > 0")
        (knows_chinese,) = cursor.fetchone()
    if knows_chinese:
        yield Finding(Verdict.OK, "extensions", f"{', '.join(EXTENSIONS)}; trigrams find Chinese")
    else:
        hint = "Create the database with LC_CTYPE 'C.UTF-8' (or another UTF-8 locale) and load the data anew."
        yield Finding(Verdict.FAIL, "extensions", "trigrams do not see Chinese letters under this locale", hint)


def examine_migrations() -> Iterator[Finding]:
    """No migration waits."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        yield Finding(Verdict.FAIL, "migrations", f"{len(waiting)} wait to be applied", "Run `manage.py migrate`.")
    else:
        yield Finding(Verdict.OK, "migrations", "all applied")


def examine_heartbeats() -> Iterator[Finding]:
    """`manage.py timers` runs: without it, and without Celery beat, nobody is warned of a deadline."""
    age = heartbeat_age("timers")
    hint = "Start `manage.py timers` under a supervisor, and read its log."
    if age is None:
        yield Finding(Verdict.WARN, "timers", "never ran here", hint)
    elif age > LATE_AFTER:
        yield Finding(Verdict.FAIL, "timers", f"last round {age.total_seconds():.0f} s ago", hint)
    else:
        yield Finding(Verdict.OK, "timers", f"last round {max(age.total_seconds(), 0):.0f} s ago")


def examine_outboxes() -> Iterator[Finding]:
    """Messages flow, unless a restore stopped them and nobody has decided yet."""
    held = current_hold()
    if held is None:
        yield Finding(Verdict.OK, "outbox", "messages flow")
        return
    waiting = ", ".join(f"{name} {count}" for name, count in waiting_by_outbox().items())
    words = f"held since the restore of {held.held_at:%Y-%m-%d %H:%M} UTC, waiting: {waiting}"
    yield Finding(Verdict.WARN, "outbox", words, "Decide with `manage.py release_outbox`.")


def examine_calendar() -> Iterator[Finding]:
    """Public holidays and make-up days are loaded for the next 60 days; deadlines in working hours need them."""
    last = max(years_loaded(), default=None)
    # A year is loaded as a whole: its last holiday may be in October and still cover December.
    if last is not None and (clock.now() + HORIZON).year <= last:
        yield Finding(Verdict.OK, "calendar", f"holidays loaded through {last}")
        return
    words = "no holidays are loaded" if last is None else f"holidays are loaded through {last} only"
    yield Finding(Verdict.WARN, "calendar", words, "Load the next year on the page Public days (Calendars).")


def examine_clock() -> Iterator[Finding]:
    """This machine and the database agree about the time."""
    skew = abs(datetime.now(UTC) - clock.now())
    if skew > LARGEST_SKEW:
        words = f"this machine and the database differ by {skew.total_seconds():.0f} s"
        yield Finding(Verdict.WARN, "clock", words, "Turn on time synchronisation on both.")
    else:
        yield Finding(Verdict.OK, "clock", "agrees with the database")


def examine_redis() -> Iterator[Finding]:
    """Redis answers and never evicts; without it pages work, but workers sleep and pages poll."""
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
    try:
        server = client.info("server")
        policy = client.info("memory").get("maxmemory_policy", "unknown")
    except redis.RedisError as error:
        yield Finding(Verdict.FAIL, "redis", f"is away: {error}", "Check REDIS_URL, and that the server runs.")
        return
    finally:
        client.close()
    version = server.get("valkey_version") or server.get("redis_version", "?")
    if policy == "noeviction":
        yield Finding(Verdict.OK, "redis", f"version {version}, {policy}")
    else:
        hint = "Set maxmemory-policy noeviction, or queued work may vanish."
        yield Finding(Verdict.WARN, "redis", f"version {version}, policy {policy}", hint)


def examine_disk() -> Iterator[Finding]:
    """There is room for photos."""
    folder = Path(settings.MEDIA_ROOT)
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    words = f"{free / 1024**3:.1f} GB free for files"
    if free < LEAST_DISK:
        yield Finding(Verdict.FAIL, "disk", words, "Make room: uploads fail soon.")
    elif free < LITTLE_DISK:
        yield Finding(Verdict.WARN, "disk", words, "Make room.")
    else:
        yield Finding(Verdict.OK, "disk", words)


def examine_static_files() -> Iterator[Finding]:
    """Front-end packages are fetched, and collected where pages use collected files."""
    faults = run_checks(tags=[Tags.staticfiles])
    if faults:
        yield Finding(Verdict.FAIL, "static files", faults[0].msg, faults[0].hint or "Run `make setup`.")
    elif finders.find("css/app.css") is None:
        yield Finding(Verdict.FAIL, "static files", "css/app.css is not found", "The folder static/ is incomplete.")
    elif uses_manifest() and not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        yield Finding(Verdict.FAIL, "static files", "are not collected", "Run `manage.py collectstatic`.")
    else:
        yield Finding(Verdict.OK, "static files", "complete")


def uses_manifest() -> bool:
    """Tell whether pages link to collected files with a hash in their name."""
    return "Manifest" in str(getattr(settings, "STORAGES", {}).get("staticfiles", {}).get("BACKEND", ""))


def examine_translations() -> Iterator[Finding]:
    """The files Django reads are as new as the catalogues they are made from."""
    stale = []
    for folder in map(Path, settings.LOCALE_PATHS):
        for source in source_catalogues(folder):
            built = source.with_suffix(".mo")
            inputs = [path for path in (source, *part_files(folder)) if path.exists()]
            if not built.exists() or built.stat().st_mtime < max(path.stat().st_mtime for path in inputs):
                stale.append(source.parent.parent.name)
    if stale:
        words = f"{', '.join(stale)} not built or older than its catalogue"
        yield Finding(Verdict.WARN, "translations", words, "Run `manage.py build_translations`.")
    else:
        yield Finding(Verdict.OK, "translations", "built")


def examine_secrets() -> Iterator[Finding]:
    """The signing key is fit for production, or this is none."""
    values = {"SECRET_KEY": settings.SECRET_KEY}
    weak = [fault for fault in find_faults(values) if fault.startswith("SECRET_KEY")]
    if not weak:
        yield Finding(Verdict.OK, "secrets", "the signing key is strong")
    elif settings.DEMO_LOGINS:
        hint = "Never use these settings where strangers can reach them."
        yield Finding(Verdict.WARN, "secrets", "development settings with demo logins", hint)
    else:
        yield Finding(Verdict.FAIL, "secrets", weak[0], "See .env.example.")
