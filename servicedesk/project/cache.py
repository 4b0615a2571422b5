"""The cache holds nothing that matters: while Redis is away it is empty, and pages work."""

import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar

import redis
from django.core.cache.backends.redis import RedisCache, RedisCacheClient

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")
# After a failure the cache counts as empty this long, so that a page pays for one time-out, not twenty.
REST_SECONDS = 2.0
TIMEOUTS = {"socket_timeout": 0.5, "socket_connect_timeout": 0.3}


class ForgivingClient(RedisCacheClient):
    """Reads miss and writes are dropped while Redis is away; the failure is logged once per rest."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rests_until = 0.0

    def forgive(self, call: Callable[[], Answer], instead: Answer) -> Answer:
        """Return what `call` gives, or `instead` while Redis is away."""
        if time.monotonic() < self.rests_until:
            return instead
        try:
            return call()
        except redis.RedisError as error:
            self.rests_until = time.monotonic() + REST_SECONDS
            log.warning("The cache is away, pages go on without it: %s", error)
            return instead

    def add(self, key: Any, value: Any, timeout: Any) -> bool:
        """Store a value where none is; False also while Redis is away."""
        return self.forgive(lambda: bool(super(ForgivingClient, self).add(key, value, timeout)), False)

    def get(self, key: Any, default: Any) -> Any:
        """Return the value, `default` where there is none."""
        return self.forgive(lambda: super(ForgivingClient, self).get(key, default), default)

    def set(self, key: Any, value: Any, timeout: Any) -> None:
        """Store a value."""
        self.forgive(lambda: super(ForgivingClient, self).set(key, value, timeout), None)

    def touch(self, key: Any, timeout: Any) -> bool:
        """Prolong a value; False where there is none."""
        return self.forgive(lambda: bool(super(ForgivingClient, self).touch(key, timeout)), False)

    def delete(self, key: Any) -> bool:
        """Remove a value; False where there was none."""
        return self.forgive(lambda: bool(super(ForgivingClient, self).delete(key)), False)

    def get_many(self, keys: Any) -> dict[Any, Any]:
        """Return the values that are there."""
        return self.forgive(lambda: dict(super(ForgivingClient, self).get_many(keys)), {})

    def has_key(self, key: Any) -> bool:
        """Tell whether there is a value."""
        return self.forgive(lambda: bool(super(ForgivingClient, self).has_key(key)), False)

    def incr(self, key: Any, delta: Any) -> int:
        """Add to a counter; raises ValueError where there is none, as for all while Redis is away."""
        counted: int | None = self.forgive(lambda: super(ForgivingClient, self).incr(key, delta), None)
        if counted is None:
            raise ValueError(f"Key '{key}' not found.")
        return counted

    def set_many(self, data: Any, timeout: Any) -> None:
        """Store several values."""
        self.forgive(lambda: super(ForgivingClient, self).set_many(data, timeout), None)

    def delete_many(self, keys: Any) -> None:
        """Remove several values."""
        self.forgive(lambda: super(ForgivingClient, self).delete_many(keys), None)

    def clear(self) -> bool:
        """Remove everything."""
        return self.forgive(lambda: bool(super(ForgivingClient, self).clear()), False)


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache with the forgiving client and short time-outs."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = {**TIMEOUTS, **params.get("OPTIONS", {})}
        super().__init__(server, {**params, "OPTIONS": options})
        self._class = ForgivingClient
