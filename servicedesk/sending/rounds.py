"""What every relay shares: the time of a round, rests between tries, and threads that keep nobody waiting."""

import logging
import random
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from django.db import connection

log = logging.getLogger(__name__)

JITTER = 0.2
# However long a receiver asks to be left alone.
LONGEST_REST = 6 * 3600.0

Target = TypeVar("Target", int, str)


@dataclass(frozen=True)
class RelayResult:
    """What a round did with the messages of one target."""

    delivered: int = 0
    failed: int = 0
    put_back: int = 0

    def __add__(self, other: "RelayResult") -> "RelayResult":
        return RelayResult(
            self.delivered + other.delivered, self.failed + other.failed, self.put_back + other.put_back
        )


class Watch:
    """The time since `now`: a round may be long, and every mark has its own instant."""

    def __init__(self, now: datetime) -> None:
        self.start, self.began = now, time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.began

    @property
    def now(self) -> datetime:
        """The present instant."""
        return self.start + timedelta(seconds=self.seconds)


def rest_after(attempts: int, rests: Sequence[float], retry_after: float | None = None) -> timedelta | None:
    """How long a message rests after so many attempts, spread by a fifth; None when it is given up.

    `rests` are the seconds after the first, second … failure; `retry_after` are those the receiver asks for.
    """
    if attempts > len(rests):
        return None
    usual = rests[max(attempts, 1) - 1] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  # nosec B311 - spreads load
    return timedelta(seconds=max(usual, min(retry_after or 0.0, LONGEST_REST)))


class Crew(Generic[Target]):
    """Serves each target in a thread of its own, one at a time a process; timers have other things to do than wait."""

    def __init__(self, name: str, serve: Callable[[Target, datetime], object], threads: int) -> None:
        self.name, self.threads = name, threads
        self.serve: Callable[[Target, datetime], object] = serve
        self.busy: set[Target] = set()
        self._lock = threading.Lock()

    def send_out(self, targets: Iterable[Target], now: datetime) -> int:
        """Starts a thread for every target that is not being served here; returns how many were started."""
        started = 0
        for target in targets:
            with self._lock:
                if target in self.busy or len(self.busy) >= self.threads:
                    continue
                self.busy.add(target)
            # A daemon: the end of the process is not held up, and what was under way goes again under the same id.
            threading.Thread(target=self._serve_alone, args=[target, Watch(now)], daemon=True).start()
            started += 1
        return started

    def _serve_alone(self, target: Target, watch: Watch) -> None:
        try:
            self.serve(target, watch.now)
        except Exception:  # the thread's end is nobody's concern but the log's
            log.exception("%s %s was not served; its messages go with a later round", self.name, target)
        finally:
            connection.close()
            with self._lock:
                self.busy.discard(target)
