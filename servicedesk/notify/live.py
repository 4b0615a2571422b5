"""Live changes on open pages: small messages over Redis pub/sub, and the token that lets a page listen.

Nothing is promised here. A message says that something changed, a page that misses one polls; so publishing
never raises and never waits long. Channels are `user:<id>`, `outlet:<id>`, `role:<role>`, `ticket:<id>` and
`desk`. Messages carry ids and kinds, never names, phones or addresses.
"""

import json
import logging
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any
from urllib.parse import urlsplit

import redis
from django.conf import settings
from django.core import signing
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

log = logging.getLogger(__name__)

SALT = "servicedesk.notify.live"
CHANNEL = re.compile(r"desk|(?:user|outlet|ticket):[1-9][0-9]*|role:[a-z_]+")
# A page saves data while Redis is away: after a failure nothing is tried for this long.
REST_SECONDS = 5.0


@dataclass(frozen=True)
class Listener:
    """Who listens to what, and until when (seconds of the epoch)."""

    user_id: int
    channels: frozenset[str]
    expires_at: float


class Publisher:
    """One connection pool to Redis, with short time-outs and a rest after a failure."""

    def __init__(self, url: str) -> None:
        self.client = redis.Redis.from_url(url, socket_timeout=0.3, socket_connect_timeout=0.3)
        self.topic = topic(url)
        self.rests_until = 0.0

    def send(self, envelope: str) -> None:
        """Publish one envelope; faults are logged once per rest and swallowed."""
        if time.monotonic() < self.rests_until:
            return
        try:
            self.client.publish(self.topic, envelope)
        except (redis.RedisError, OSError) as error:
            self.rests_until = time.monotonic() + REST_SECONDS
            log.warning("Live messages are not sent, Redis is away: %s", error)


def publish(channels: Iterable[str], type: str, data: dict[str, Any]) -> None:  # noqa: A002 - SSE's own word
    """Tell listeners of any of `channels` that `type` happened, after the transaction commits; best effort.

    Called with an unknown kind of channel, or with data JSON cannot carry, it raises ValueError or TypeError
    at once: those are faults of the caller. Trouble with Redis never shows.
    """
    wanted = sorted(set(channels))
    check_channels(wanted)
    envelope = json.dumps({"channels": wanted, "type": type, "data": data}, cls=DjangoJSONEncoder)
    if wanted:
        transaction.on_commit(partial(publisher(settings.REDIS_URL).send, envelope), robust=True)


def stream_token(user_id: int, channels: Iterable[str]) -> str:
    """Return a signed token that lets a page listen to `channels` for `settings.EVENTS_TOKEN_SECONDS`.

    Raises ValueError for an unknown kind of channel.
    """
    wanted = sorted(set(channels))
    check_channels(wanted)
    return signing.dumps({"u": user_id, "c": wanted}, salt=SALT, compress=True)


def read_token(token: str) -> Listener | None:
    """Return what a token allows, None when it is forged, damaged or expired."""
    try:
        content = signing.loads(token, salt=SALT, max_age=settings.EVENTS_TOKEN_SECONDS)
        issued = signing.b62_decode(token.rsplit(":", 2)[1])
        return Listener(int(content["u"]), frozenset(content["c"]), issued + float(settings.EVENTS_TOKEN_SECONDS))
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None


def check_channels(channels: list[str]) -> None:
    """Raise ValueError naming the first channel of an unknown kind."""
    for channel in channels:
        if not CHANNEL.fullmatch(channel):
            raise ValueError(f"unknown kind of channel: {channel!r}")


def topic(redis_url: str) -> str:
    """Return the pub/sub name of an installation; the database's number is in it, since pub/sub ignores
    databases.
    """
    return f"yipiao:{urlsplit(redis_url).path.strip('/') or '0'}:live"


@cache
def publisher(redis_url: str) -> Publisher:
    """Return this process's publisher for an address."""
    return Publisher(redis_url)
