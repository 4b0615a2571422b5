"""Locks on a name, for what has no row to lock; the database lets go at the end of the transaction."""

from django.db import connection


def wait_for_turn(name: str) -> None:
    """Waits until no other transaction holds `name`, and holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def share_turn(name: str) -> None:
    """Waits until nobody holds `name` alone, and holds it together with others who share it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))", [name])


def take_turn(name: str) -> bool:
    """Holds `name` where no other transaction does; whether it does now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        return bool(cursor.fetchone()[0])
