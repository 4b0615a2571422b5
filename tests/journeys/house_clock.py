"""The clock of the whole house, set forward or back for every process at once.

All of the program asks PostgreSQL what time it is (servicedesk/clock.py). Here the database of the test answers with
a time of our own that runs on by itself, so that pages, Celery worker and beat agree about it, and an afternoon passes
at a word.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection

from servicedesk import clock

_SET_UP = """
CREATE SCHEMA house;
CREATE TABLE house.ahead (by interval NOT NULL);
INSERT INTO house.ahead SELECT %(start)s - pg_catalog.clock_timestamp();
"""
_ASKED = ("clock_timestamp", "statement_timestamp", "transaction_timestamp", "now")
_FUNCTION = """
CREATE FUNCTION house.{name}() RETURNS timestamptz LANGUAGE sql VOLATILE
    AS 'SELECT pg_catalog.{name}() + (SELECT by FROM house.ahead)';
"""
# Named last, the catalogue of PostgreSQL no longer comes first by itself.
_PATH = "house, public, pg_catalog"


class HouseClock:
    """The time of the house."""

    def now(self) -> datetime:
        """What every process is told now, in UTC."""
        return clock.now()

    def forward(self, minutes: int) -> None:
        """Lets time pass."""
        with connection.cursor() as cursor:
            cursor.execute("UPDATE house.ahead SET by = by + make_interval(mins => %s)", [minutes])


@contextmanager
def house_clock_from(start: datetime) -> Iterator[HouseClock]:
    """The clock of the house, at `start` when the block begins; connections opened within the block follow it."""
    with connection.cursor() as cursor:
        cursor.execute(_SET_UP, {"start": start})
        for name in _ASKED:
            cursor.execute(_FUNCTION.format(name=name))
        _name_path(f"SET search_path = {_PATH}")
    connection.close()
    try:
        yield HouseClock()
    finally:
        _name_path("RESET search_path")
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA house CASCADE")
        connection.close()


def _name_path(change: str) -> None:
    with connection.cursor() as cursor:
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(f"ALTER DATABASE {name} {change}")
