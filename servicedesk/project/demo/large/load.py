"""Writing the copies: chunk after chunk into a temporary table, and from it into every table of a ticket."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import StringIO
from itertools import islice
from typing import Any

from django.db import connection
from psycopg2.extras import execute_values

from servicedesk.project.demo.large.copies import Copy, Writer
from servicedesk.project.demo.large.stages import Stage
from servicedesk.project.demo.large.statements import COPY_COLUMNS, copy_statement
from servicedesk.project.demo.large.tables import Table

CHUNK = 20_000


def write_copies(writer: Writer, copies: Sequence[Copy], stage: Stage) -> None:
    """Every row of every copy. The next chunk is prepared while the database writes the one before."""
    by_model: dict[Any, Table] = {table.model: table for table in writer.tables}
    statements = [copy_statement(table, by_model) for table in writer.tables]
    columns = ", ".join(f"{name} {kind}" for name, kind in COPY_COLUMNS.items())
    chunks = _texts(writer, iter(copies))
    with ThreadPoolExecutor(1) as ahead, connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS copies")
        cursor.execute(f"CREATE TEMPORARY TABLE copies ({columns})")
        done, text = 0, next(chunks)
        while text:
            following = ahead.submit(next, chunks)
            cursor.cursor.copy_expert("COPY copies FROM STDIN", StringIO(text))
            cursor.execute("ANALYZE copies")
            for statement in statements:
                cursor.execute(statement)
            cursor.execute("TRUNCATE copies")
            done += CHUNK
            stage(min(done, len(copies)), len(copies))
            text = following.result()


def _texts(writer: Writer, copies: Iterator[Copy]) -> Iterator[str]:
    """The chunks as lines of COPY; empty when there are no more."""
    while True:
        rows = writer.rows(islice(copies, CHUNK))
        yield "".join("\t".join(map(str, row)) + "\n" for row in rows)


def next_ids(tables: Sequence[Table]) -> list[int]:
    """The first free id of each table."""
    with connection.cursor() as cursor:
        return [_next_id(cursor, table) if table.numbered else 0 for table in tables]


def _next_id(cursor: Any, table: Table) -> int:
    cursor.execute(f'SELECT coalesce(max("{table.model._meta.pk.column}"), 0) + 1 FROM "{table.name}"')  # noqa: S608  # nosec B608
    return int(cursor.fetchone()[0])


def settle_sequences(tables: Sequence[str]) -> None:
    """Lets ids go on after the highest of each table."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(
                "SELECT a.attname, pg_get_serial_sequence(%s, a.attname) FROM pg_attribute a "
                "WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped "
                "AND pg_get_serial_sequence(%s, a.attname) IS NOT NULL",
                [table, table, table],
            )
            for column, sequence in cursor.fetchall():
                highest = f'coalesce((SELECT max("{column}") FROM "{table}"), 0) + 1'  # noqa: S608  # nosec B608
                cursor.execute(f"SELECT setval(%s, {highest}, false)", [sequence])


def settle_numbers(numbers: dict[date, int]) -> None:
    """The last ticket number of each day."""
    with connection.cursor() as cursor:
        execute_values(
            cursor.cursor,
            "INSERT INTO servicedesk_ticketnumber (day, last) VALUES %s "
            "ON CONFLICT (day) DO UPDATE SET last = excluded.last",
            sorted(numbers.items()),
        )


def analyze(tables: Sequence[str]) -> None:
    """Fresh statistics for the planner."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'ANALYZE "{table}"')
