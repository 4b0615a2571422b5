"""The master data of every installation, loaded by its own actions once a process and copied back afterwards: most
tests begin with it, and the actions take a third of a second.
"""

from dataclasses import dataclass
from io import StringIO
from typing import Any

from django.db import connection, transaction

from servicedesk.ports import defaults


@dataclass(frozen=True)
class Kept:
    """The rows of one table as PostgreSQL writes them, and the sequence their numbers come from."""

    table: str
    rows: str
    sequence: str | None


OURS = ("servicedesk_", "dispatch_", "visits_", "warranty_")
_kept: list[Kept] = []


def load_defaults() -> None:
    """Loads the master data every installation starts with.

    A database that holds some of it already, or anything in its tables, gets what the actions themselves make of that.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        if _kept and not _filled(cursor, [kept.table for kept in _kept]):
            _copy_back(cursor)
            return
        before = _ours(cursor)
        for load in defaults:
            load()
        # What is kept is whole: with rows there before, an action may have left some of its own out.
        if not before:
            _kept[:] = [_keep(cursor, table) for table in sorted(_ours(cursor))]


def _ours(cursor: Any) -> set[str]:
    """Our tables that hold a row."""
    return _filled(cursor, [name for name in connection.introspection.table_names(cursor) if name.startswith(OURS)])


def _filled(cursor: Any, tables: list[str]) -> set[str]:
    """Those of `tables` that hold a row."""
    cursor.execute(" UNION ALL ".join(f"(SELECT '{table}' FROM \"{table}\" LIMIT 1)" for table in tables))
    return {table for (table,) in cursor.fetchall()}


def _keep(cursor: Any, table: str) -> Kept:
    rows = StringIO()
    cursor.copy_expert(f'COPY "{table}" TO STDOUT', rows)
    cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
    return Kept(table, rows.getvalue(), cursor.fetchone()[0])


def _copy_back(cursor: Any) -> None:
    """Foreign keys are asked about at the end of the transaction: any order of the tables will do."""
    for kept in _kept:
        cursor.copy_expert(f'COPY "{kept.table}" FROM STDIN', StringIO(kept.rows))
    # A database that was emptied counts from one again.
    cursor.execute(
        " UNION ALL ".join(
            f"SELECT setval('{kept.sequence}', greatest((SELECT max(id) FROM \"{kept.table}\"), last_value))"
            f" FROM {kept.sequence}"
            for kept in _kept
            if kept.sequence
        )
    )
