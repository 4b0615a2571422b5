"""Restoring a backup into a database, and comparing the two."""

import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from django.db.migrations.loader import MigrationLoader

from .databases import Database, count_rows, finish
from .errors import BackupError
from .manifest import Manifest
from .media import media_faults
from .take import DUMP

# Written by the running house itself, so they differ as soon as it starts: signs of life, and the hold a restore sets.
RESTLESS = {"servicedesk_heartbeat", "servicedesk_outboxhold"}


@dataclass(frozen=True)
class Restored:
    """How many seconds restoring and analysing took."""

    load_seconds: float
    analyse_seconds: float


def require_known_migrations(manifest: Manifest, folder: Path) -> None:
    """Raise BackupError when the backup was made by a newer version than this one."""
    known = MigrationLoader(None).disk_migrations
    newer = [f"{app}.{name}" for app, name in manifest.migrations.items() if (app, name) not in known]
    if newer:
        raise BackupError(
            f"The backup {folder} was made by version {manifest.version}, which has migrations this one"
            f" ({', '.join(newer)}) does not know. Restore it with that version."
        )


def require_quiet(database: Database) -> None:
    """Raise BackupError while anybody else is connected: what he writes would be lost or mixed in."""
    with closing(database.connect()) as made, made.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(nullif(application_name, ''), 'unnamed'), count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            # The server's own workers, such as autovacuum, have no user and write nothing of ours.
            " AND usesysid IS NOT NULL GROUP BY 1 ORDER BY 1"
        )
        others = [f"{name} ({count})" for name, count in cursor.fetchall()]
    if others:
        raise BackupError(
            f"Others are connected to the database {database.name}: {', '.join(others)}."
            " Stop pages, workers, beat and timers first."
        )


def is_empty(database: Database) -> bool:
    """Tell whether the database holds no table of ours."""
    with closing(database.connect()) as made:
        return not count_rows(made)


def clear(database: Database) -> None:
    """Remove everything from the database. Raises BackupError when it belongs to somebody else."""
    try:
        with closing(database.connect()) as made, made, made.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '10s'")
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
    except psycopg2.Error as error:
        raise BackupError(
            f"The database {database.name} could not be emptied: {str(error).strip()}\n"
            "Drop and create it as its administrator, then restore without --replace."
        ) from None


def load_backup(folder: Path, database: Database, jobs: int) -> Restored:
    """Load the dump of a backup into an empty database and gather its statistics.

    Raises BackupError; the database holds a part of the backup then and has to be emptied before another try.
    """
    began = time.monotonic()
    arguments = [f"--jobs={jobs}", "--no-owner", "--no-privileges", "--no-comments", "--exit-on-error"]
    process = database.start("pg_restore", *arguments, f"--dbname={database.name}", str(folder / DUMP))
    finish("pg_restore", process)
    loaded = time.monotonic()
    with closing(database.connect()) as made, made, made.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Restored(loaded - began, time.monotonic() - loaded)


def count_faults(manifest: Manifest, database: Database) -> Iterator[str]:
    """Yield a sentence for each table whose rows are not as many as when the backup was taken."""
    with closing(database.connect()) as made:
        yield from compare_counts(manifest.counts, count_rows(made))


def compare_counts(expected: Mapping[str, int], found: Mapping[str, int]) -> Iterator[str]:
    """Yield a sentence for each table that differs, but for the restless ones."""
    for name in sorted((expected.keys() | found.keys()) - RESTLESS):
        if name not in found:
            yield f"the table {name} is missing"
        elif name not in expected:
            yield f"the table {name} is not part of the backup"
        elif found[name] != expected[name]:
            yield f"the table {name} has {found[name]} rows, the backup {expected[name]}"


def require_equal(folder: Path, manifest: Manifest, database: Database, media: Path | None = None) -> None:
    """Raise BackupError listing every difference between a backup and what stands in database and media folder."""
    faults = list(count_faults(manifest, database))
    if media is not None:
        faults += media_faults(folder, media)
    if faults:
        listed = "\n".join(f"  - {fault}" for fault in faults)
        raise BackupError(f"Database and backup differ ({len(faults)} differences):\n{listed}")
