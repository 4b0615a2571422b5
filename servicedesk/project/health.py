"""Probes: `/healthz` says the process lives, `/readyz` whether it can do its work."""

import logging
from datetime import timedelta
from typing import Any

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from servicedesk import clock
from servicedesk.notify.models import Heartbeat

log = logging.getLogger(__name__)

# Three missed heartbeats of `manage.py timers`; from then on pages say that timers run late.
LATE_AFTER = timedelta(seconds=20)


@require_safe
@never_cache
@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 whatever else is broken: restarting this process would not mend it."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database answers, else 503; Redis and timers are told, but pages work without."""
    database = ask_database()
    state: dict[str, Any] = {
        "ready": database == "ok",
        "database": database,
        "redis": ask_redis(),
        "timers": ask_timers() if database == "ok" else "unknown",
    }
    return JsonResponse(state, status=200 if state["ready"] else 503)


def ask_database() -> str:
    """Return `ok` or `away`."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        log.warning("The database is away: %s", error)
        return "away"
    return "ok"


def ask_redis() -> str:
    """Return `ok` or `away`; answers within a second."""
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5)
    try:
        client.ping()
    except redis.RedisError as error:
        log.warning("Redis is away: %s", error)
        return "away"
    finally:
        client.close()
    return "ok"


def ask_timers() -> str:
    """Return `ok`, `late` or `never`, from the heartbeat of `manage.py timers` and the database's clock."""
    age = heartbeat_age("timers")
    if age is None:
        return "never"
    return "ok" if age <= LATE_AFTER else "late"


def heartbeat_age(name: str) -> timedelta | None:
    """Return how long ago the named process last did its round, None when it never did."""
    beat = Heartbeat.objects.filter(name=name).first()
    return None if beat is None else clock.now() - beat.at
