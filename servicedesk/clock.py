"""The clock port: the one place where the program asks what time it is.

Production reads PostgreSQL's clock, so that every process on every machine agrees; tests and replay set an instant.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import DateTimeField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Now

# The product's zone: what a day is where no outlet says otherwise.
LOCAL = ZoneInfo("Asia/Shanghai")

_set_instant: ContextVar[datetime | None] = ContextVar("set_instant", default=None)


def now() -> datetime:
    """The present instant, in UTC: the set one inside `at`, else the database's."""
    instant = _set_instant.get()
    if instant is not None:
        return instant
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        value: datetime = cursor.fetchone()[0]
    return value.astimezone(UTC)


def expression() -> Combinable:
    """The present instant for use inside a query: the set one inside `at`, else the database's own, at no cost."""
    instant = _set_instant.get()
    return Now() if instant is None else Value(instant, output_field=DateTimeField())


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Within the block `now()` answers `instant`, which must know its zone.

    Raises ValueError for a naive instant, since its meaning would depend on the machine.
    """
    if instant.tzinfo is None:
        raise ValueError("the clock needs an instant with a time zone")
    token = _set_instant.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _set_instant.reset(token)
