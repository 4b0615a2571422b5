"""Taking a backup while people work: dump and counts see the same instant of the database."""

import shutil
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with the name of a thing

from servicedesk.project.version import VERSION

from .databases import Database, count_rows, finish, read_migrations
from .errors import BackupError
from .manifest import NAME, Manifest, stored_files
from .media import pack_media

DUMP = "database"
STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Taken:
    """A finished backup, and how many seconds its parts took."""

    folder: Path
    manifest: Manifest
    dump_seconds: float
    media_seconds: float
    total_seconds: float


def take_backup(database: Database, media: Path, root: Path, jobs: int) -> Taken:
    """Write a new backup below `root` and return it; its folder is named after its instant in UTC.

    Work goes on meanwhile. It is written under another name and renamed when it is whole, so that a half-made
    one is never taken for a backup. Raises BackupError, and leaves nothing behind then.
    """
    began = time.monotonic()
    draft = new_draft(root)
    try:
        with snapshot(database) as (made, name, taken_at):
            process = database.start("pg_dump", *dump_arguments(name, draft / DUMP, jobs))
            try:
                counts, migrations = count_rows(made), read_migrations(made)
            finally:
                finish("pg_dump", process)
            server = str(made.info.parameter_status("server_version"))
        dumped = time.monotonic()
        # After the dump: a photo named in it was written before it.
        media_count, media_bytes = pack_media(media, draft)
        packed = time.monotonic()
        manifest = Manifest(
            taken_at, VERSION, server, migrations, counts, media_count, media_bytes, stored_files(draft)
        )
        manifest.write(draft)
        folder = draft.rename(root / taken_at.strftime(STAMP))
    except OSError as error:
        raise BackupError(f"The backup could not be written below {root}: {error}") from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Taken(folder, manifest, dumped - began, packed - dumped, time.monotonic() - began)


def new_draft(root: Path) -> Path:
    """Return a new folder below `root` that nobody else can read. Raises BackupError."""
    draft = root / f"unfinished-{time.time_ns()}"
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft.mkdir(mode=0o700)
    except OSError as error:
        raise BackupError(f"Backups cannot be written to {root}: {error}") from None
    return draft


@contextmanager
def snapshot(database: Database) -> Iterator[tuple[Connection, str, datetime]]:
    """Give a connection that sees one instant of the database, the name others join it by, and the instant."""
    with closing(database.connect()) as made:
        made.set_session(isolation_level="REPEATABLE READ", readonly=True)
        with made.cursor() as cursor:
            cursor.execute("SELECT pg_export_snapshot(), clock_timestamp()")
            [(name, taken_at)] = cursor.fetchall()
        yield made, name, taken_at.astimezone(UTC)


def dump_arguments(snapshot_name: str, target: Path, jobs: int) -> list[str]:
    """Return the arguments of pg_dump. Light compression: it is quick, and halves the time of a big dump."""
    arguments = ["--format=directory", f"--jobs={jobs}", f"--snapshot={snapshot_name}", "--compress=1"]
    return [*arguments, "--no-owner", "--no-privileges", f"--file={target}"]


def backups_below(root: Path) -> list[Path]:
    """Return the finished backups below `root`, the oldest first."""
    found = []
    for path in root.iterdir() if root.is_dir() else ():
        try:
            datetime.strptime(path.name, STAMP)  # noqa: DTZ007 - only the shape of the name is asked
        except ValueError:
            continue
        if (path / NAME).is_file():
            found.append(path)
    return sorted(found)


def remove_old(root: Path, keep: int) -> list[Path]:
    """Delete all but the newest `keep` backups below `root`; return the deleted ones. Raises ValueError below one."""
    if keep < 1:
        raise ValueError("at least one backup is kept")
    old = backups_below(root)[:-keep]
    for path in old:
        shutil.rmtree(path)
    return old
