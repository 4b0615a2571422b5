"""How often a token or a person may ask, by scope and minute. While Redis is away nobody is held up."""

import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.throttling import BaseThrottle

WINDOW = 60


class ScopeThrottle(BaseThrottle):
    """A fixed number of requests of one scope in each minute; reading has a larger one than writing."""

    def __init__(self) -> None:
        # Monotonic for all processes of a machine and near enough between machines: it counts, it promises nothing.
        self.at = time.time()

    def allow_request(self, request: Any, view: Any) -> bool:
        """Counts the request; False once the minute is full."""
        operation = view.operation_of(request.method)
        if operation is None:
            return True
        rate: int = settings.API_RATES["read" if operation.scope.endswith(":read") else "write"]
        who = f"t{request.auth.token_key}" if request.auth else f"u{request.user.pk}"
        key = f"api-rate:{who}:{operation.scope}:{int(self.at // WINDOW)}"
        cache.add(key, 0, 2 * WINDOW)
        try:
            return cache.incr(key) <= rate
        except ValueError:
            return True

    def wait(self) -> float:
        """Seconds until the next minute begins."""
        return WINDOW - self.at % WINDOW + 1
