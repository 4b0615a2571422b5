"""Signs of life of the timers, and whether they are late."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models.expressions import Combinable

from servicedesk.notify.models import Heartbeat

# Whoever sweeps: `manage.py timers`, or a worker ticked by Celery beat. One of them is enough.
TIMERS = ("timers", "beat")
LATE_AFTER = timedelta(seconds=60)

_UPSERT = """
INSERT INTO servicedesk_heartbeat (name, at) VALUES (%(name)s, %(now)s)
ON CONFLICT (name) DO UPDATE SET at = excluded.at
WHERE servicedesk_heartbeat.at <= excluded.at - interval '1 second'
"""

_CLAIM = """
INSERT INTO servicedesk_heartbeat (name, at) VALUES (%(name)s, %(now)s)
ON CONFLICT (name) DO UPDATE SET at = excluded.at
WHERE servicedesk_heartbeat.at <= excluded.at - %(every)s RETURNING name
"""


def write_heartbeat(name: str, now: datetime) -> None:
    """Notes that the timer `name` did its round; at most one write a second, and never back in time."""
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, {"name": name, "now": now})


def claim_turn(name: str, now: datetime, every: timedelta) -> bool:
    """Whether the caller may do the step `name` now; of many that ask within `every`, one."""
    if Heartbeat.objects.filter(name=name, at__gt=now - every).exists():
        return False
    values: dict[str, Any] = {"name": name, "now": now, "every": every}
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, values)
        return cursor.fetchone() is not None


def timers_late(now: datetime | Combinable) -> bool:
    """Whether no timer has done its round within the last 60 seconds; pages then show a banner."""
    return not Heartbeat.objects.filter(name__in=TIMERS, at__gt=now - LATE_AFTER).exists()
