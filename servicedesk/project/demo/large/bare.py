"""Tables without what makes loading slow, and with the very same afterwards.

All of it happens in the caller's transaction: where the load fails or is interrupted, the database itself puts every
index, constraint and trigger back.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection

from servicedesk.project.demo.large.stages import Stage

# Keys between tables and all that rests on an index; the columns' own checks stay on.
_KEYS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), contype
FROM pg_constraint
WHERE (contype = 'f' AND (conrelid = ANY(%(tables)s::regclass[]) OR confrelid = ANY(%(tables)s::regclass[])))
   OR (contype IN ('p', 'u', 'x') AND conrelid = ANY(%(tables)s::regclass[]))
ORDER BY CASE contype WHEN 'f' THEN 0 ELSE 1 END, conrelid::regclass::text, conname
"""
_INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
FROM pg_index i
WHERE i.indrelid = ANY(%(tables)s::regclass[])
  AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'))
ORDER BY 1
"""
_TRIGGERS = """
SELECT tgrelid::regclass::text, tgname FROM pg_trigger
WHERE tgrelid = ANY(%(tables)s::regclass[]) AND NOT tgisinternal AND tgenabled = 'O' ORDER BY 1, 2
"""


@dataclass
class Taken:
    """What was taken off: keys between tables, constraints with an index, further indexes, triggers."""

    links: list[tuple[str, str, str]] = field(default_factory=list)
    constraints: list[tuple[str, str, str]] = field(default_factory=list)
    indexes: list[tuple[str, str]] = field(default_factory=list)
    triggers: list[tuple[str, str]] = field(default_factory=list)


@contextmanager
def bare(tables: Sequence[str], stage: Stage) -> Iterator[None]:
    """`tables` without keys, indexes and triggers inside, and with the very same after it; `stage` hears how far the
    way back is. Needs a transaction.
    """
    with connection.cursor() as cursor:
        # Keys are looked at only at the end of a transaction; a table with looks to come may not be changed.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    taken = _take_off(tables)
    yield
    _put_back(taken, stage)


def _take_off(tables: Sequence[str]) -> Taken:
    taken = Taken()
    asked = {"tables": list(tables)}
    with connection.cursor() as cursor:
        cursor.execute(_KEYS, asked)
        for table, name, definition, kind in cursor.fetchall():
            (taken.links if kind == "f" else taken.constraints).append((table, name, definition))
        cursor.execute(_INDEXES, asked)
        taken.indexes = cursor.fetchall()
        cursor.execute(_TRIGGERS, asked)
        taken.triggers = cursor.fetchall()
        for table, name, _definition in [*taken.links, *taken.constraints]:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for name, _definition in taken.indexes:
            cursor.execute(f"DROP INDEX {name}")
        for table, name in taken.triggers:
            cursor.execute(f'ALTER TABLE {table} DISABLE TRIGGER "{name}"')
    return taken


def _put_back(taken: Taken, stage: Stage) -> None:
    steps = [f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {what}' for table, name, what in taken.constraints]
    steps += [definition for _name, definition in taken.indexes]
    steps += [f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {what}' for table, name, what in taken.links]
    steps += [f'ALTER TABLE {table} ENABLE TRIGGER "{name}"' for table, name in taken.triggers]
    with connection.cursor() as cursor:
        for done, step in enumerate(steps):
            stage(done, len(steps))
            cursor.execute(step)
    stage(len(steps), len(steps))
