"""Who else looks at the same outlet and day, and who has which job in hand.

It lives in Redis for half a minute and is a courtesy: while Redis is away, nobody else is seen and all else works.
"""

import json
import logging
import time
from collections.abc import Iterable
from datetime import date
from typing import Any

import redis
from django.conf import settings

from servicedesk.notify import live
from servicedesk.people.models import User

log = logging.getLogger(__name__)

SECONDS = 30


def look(user: User, outlets: Iterable[int], day: date, job: str) -> list[dict[str, str]]:
    """Notes that `user` looks, with `job` in hand (a ticket's number or nothing); returns the others."""
    shown = sorted(set(outlets))
    mine = json.dumps({"name": user.name, "job": job, "at": time.time()})
    publisher = live.publisher(settings.REDIS_URL)
    if time.monotonic() < publisher.rests_until:
        return []
    try:
        before = _write(publisher.client, [_key(outlet, day) for outlet in shown], str(user.pk), mine)
    except (redis.RedisError, OSError) as error:
        publisher.rests_until = time.monotonic() + live.REST_SECONDS
        log.warning("Nobody else is seen on the board, Redis is away: %s", error)
        return []
    if _job_of(before.pop(str(user.pk), "")) != job:
        live.publish([f"outlet:{outlet}" for outlet in shown], "presence", {"day": day.isoformat(), "user": user.pk})
    return _others(before.values())


def _write(client: Any, keys: list[str], field: str, mine: str) -> dict[str, str]:
    """Writes the line and returns all lines there were, by person."""
    pipe = client.pipeline(transaction=False)
    for key in keys:
        pipe.hgetall(key)
        pipe.hset(key, field, mine)
        pipe.expire(key, 2 * SECONDS)
    answers = pipe.execute()
    return {name.decode(): line.decode() for found in answers[::3] for name, line in found.items()}


def _others(lines: Iterable[str]) -> list[dict[str, str]]:
    since = time.time() - SECONDS
    told = [json.loads(line) for line in lines]
    return [{"name": one["name"], "job": one["job"]} for one in told if one["at"] >= since]


def _job_of(line: str) -> str:
    return str(json.loads(line)["job"]) if line else ""


def _key(outlet: int, day: date) -> str:
    return f"{live.topic(settings.REDIS_URL)}:board:{outlet}:{day.isoformat()}"
