"""The database a backup is taken of or restored into, as psycopg2 and PostgreSQL's programs see it."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import psycopg2
from django.conf import settings
from psycopg2 import sql
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with the name of a thing

from .errors import BackupError
from .programs import find_program

# What libpq calls the options a DATABASE_URL may carry.
LIBPQ_NAMES = {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY"}

# Ordinary tables of ours; those of an extension come with it.
_TABLES_SQL = """
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
) ORDER BY c.relname
"""


@dataclass(frozen=True)
class Database:
    """Where a database is and who signs in to it."""

    host: str
    port: str
    user: str
    password: str = field(repr=False)
    name: str
    options: Mapping[str, str] = field(default_factory=dict)

    def named(self, name: str) -> "Database":
        """Return another database of the same server."""
        return replace(self, name=name)

    def connect(self) -> Connection:
        """Return a new connection. Raises BackupError with the server's words when it is away."""
        try:
            return psycopg2.connect(
                host=self.host,
                port=self.port or None,
                user=self.user,
                password=self.password,
                dbname=self.name,
                connect_timeout=5,
                application_name="yipiao-backup",
                **self.options,
            )
        except psycopg2.OperationalError as error:
            raise BackupError(f"The database {self.name} cannot be reached: {str(error).strip()}") from None

    def environment(self) -> dict[str, str]:
        """Return the variables PostgreSQL's programs read; the password never stands on a command line."""
        given = {
            "PGHOST": self.host,
            "PGPORT": self.port,
            "PGUSER": self.user,
            "PGPASSWORD": self.password,
            "PGDATABASE": self.name,
            "PGAPPNAME": "yipiao-backup",
            **{LIBPQ_NAMES[name]: value for name, value in self.options.items()},
        }
        kept = {"PATH": os.environ.get("PATH", os.defpath), "HOME": os.environ.get("HOME", "/"), "LC_ALL": "C.UTF-8"}
        return {**kept, **{name: value for name, value in given.items() if value}}

    def start(self, program: str, *arguments: str) -> subprocess.Popen[str]:
        """Start one of PostgreSQL's programs on this database. Raises BackupError when it is not installed."""
        command = [find_program(program, self.server_major()), *arguments]
        return subprocess.Popen(command, env=self.environment(), stderr=subprocess.PIPE, text=True)

    def server_major(self) -> int:
        """Return the server's major version."""
        made = self.connect()
        try:
            return int(made.server_version) // 10000
        finally:
            made.close()


def finish(program: str, process: subprocess.Popen[str]) -> None:
    """Wait for a started program. Raises BackupError with the end of what it said when it failed."""
    _out, said = process.communicate()
    if process.returncode:
        end = "\n".join(said.strip().splitlines()[-8:])
        raise BackupError(f"{program} ended with code {process.returncode}:\n{end}")


def database_from_settings() -> Database:
    """Return the database of this installation."""
    found: dict[str, Any] = settings.DATABASES["default"]
    options = {name: str(value) for name, value in found.get("OPTIONS", {}).items() if name in LIBPQ_NAMES}
    return Database(
        host=str(found["HOST"]),
        port=str(found["PORT"]),
        user=str(found["USER"]),
        password=str(found["PASSWORD"]),
        name=str(found["NAME"]),
        options=options,
    )


def count_rows(made: Connection) -> dict[str, int]:
    """Return the number of rows of each table as the connection's snapshot sees them."""
    with made.cursor() as cursor:
        cursor.execute(_TABLES_SQL)
        names = [name for (name,) in cursor.fetchall()]
        counts = {}
        for name in names:
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("public", name)))
            (counts[name],) = cursor.fetchone() or (0,)
        return counts


def read_migrations(made: Connection) -> dict[str, str]:
    """Return the last applied migration of each app; none where the database was never migrated."""
    with made.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.django_migrations') IS NOT NULL")
        if (cursor.fetchone() or (False,)) != (True,):
            return {}
        cursor.execute("SELECT app, max(name) FROM django_migrations GROUP BY app ORDER BY app")
        return dict(cursor.fetchall())
