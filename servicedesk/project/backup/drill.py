"""The drill: back up, restore into a database made for it, compare, drop. Nothing of the installation is touched."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
from psycopg2 import sql

from .databases import Database
from .errors import BackupError
from .manifest import require_whole
from .media import unpack_media
from .restore import load_backup, require_equal
from .take import take_backup
from .words import describe_restored, describe_taken

Tell = Callable[[str], object]


def run_drill(database: Database, media: Path, root: Path, jobs: int, tell: Tell) -> None:
    """Prove that a backup taken now can be restored; `tell` hears of each step with seconds and sizes.

    The backup made for it is removed again. Needs a role with CREATEDB, and room for a second copy. Raises
    BackupError.
    """
    began = time.monotonic()
    taken = take_backup(database, media, root, jobs)
    try:
        tell(describe_taken(taken))
        manifest = require_whole(taken.folder)
        with scratch_database(database) as scratch, tempfile.TemporaryDirectory(dir=root) as files:
            restored = load_backup(taken.folder, scratch, jobs)
            unpack_media(taken.folder, Path(files))
            tell(describe_restored(manifest, restored))
            require_equal(taken.folder, manifest, scratch, Path(files))
    finally:
        shutil.rmtree(taken.folder, ignore_errors=True)
    tell(f"All {len(manifest.counts)} tables have the rows they had; the drill took {time.monotonic() - began:.1f} s.")


@contextmanager
def scratch_database(database: Database) -> Iterator[Database]:
    """Give an empty database on the same server and drop it at the end. Raises BackupError."""
    scratch = database.named(f"{database.name}_drill_{time.time_ns()}"[:63])
    maintain(database, "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", scratch.name)
    try:
        yield scratch
    finally:
        maintain(database, "DROP DATABASE {} WITH (FORCE)", scratch.name)


def maintain(database: Database, statement: str, name: str) -> None:
    """Run a statement about another database, outside a transaction. Raises BackupError."""
    with closing(database.connect()) as made:
        made.autocommit = True
        try:
            with made.cursor() as cursor:
                cursor.execute(sql.SQL(statement).format(sql.Identifier(name)))
        except psycopg2.Error as error:
            raise BackupError(f"The database {name} of the drill: {str(error).strip()}") from None
