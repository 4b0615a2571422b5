"""`manage.py timers`: the clock of the house without a broker."""

import logging
import signal
import threading
import time
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import close_old_connections, connection
from django.utils.module_loading import import_string

from servicedesk import clock
from servicedesk.notify.models import Heartbeat

log = logging.getLogger("timers")

Function = Callable[[datetime], object]
ROUND_SECONDS = 1.0
# A heartbeat is read by people and probes; every second would only make work for vacuum.
HEARTBEAT_SECONDS = 5.0
# A step that goes on failing says so once in this many rounds.
REPEAT_ROUNDS = 60


@dataclass
class Turn:
    """A step: what it calls, how often in seconds, and from which reading of the monotonic clock on it is due."""

    function: Function
    every: float = ROUND_SECONDS
    due: float = 0.0


class Timers:
    """Runs the steps that are due each second; one that fails does not keep the others from running."""

    def __init__(self, turns: dict[str, Turn]) -> None:
        self.turns = turns
        self.failures: dict[str, int] = dict.fromkeys(turns, 0)
        self.beat_due = 0.0

    def run_round(self) -> None:
        """Run every step that is due and write the heartbeat; faults are logged, never raised."""
        try:
            now = clock.now()
        except Exception as error:  # noqa: BLE001 - the database is away: the next round asks again
            self.report("clock", error)
            connection.close()
            return
        self.failures["clock"] = 0
        for name, turn in self.turns.items():
            began = time.monotonic()
            if began >= turn.due:
                self.run_step(name, turn.function, now)
                # What failed is tried again in the next round. A round may come a little early; it counts as in time.
                turn.due = 0.0 if self.failures[name] else began + turn.every - ROUND_SECONDS / 2
        if time.monotonic() >= self.beat_due and not any(self.failures.values()):
            self.run_step("heartbeat", write_heartbeat, now)
            self.beat_due = time.monotonic() + HEARTBEAT_SECONDS

    def run_step(self, name: str, step: Function, now: datetime) -> None:
        """Run one step; a fault is logged, and the connection is made anew."""
        try:
            step(now)
        except Exception as error:  # noqa: BLE001 - a step may raise anything; the others have to run
            self.report(name, error)
            connection.close()
        else:
            if self.failures.get(name):
                log.info("step %s works again", name)
            self.failures[name] = 0

    def report(self, name: str, error: Exception) -> None:
        """Log a failure with its trace at first and then once a minute, not once a second."""
        failed = self.failures.get(name, 0)
        if failed % REPEAT_ROUNDS == 0:
            log.error("step %s failed (round %d): %s", name, failed + 1, error, exc_info=error)
        self.failures[name] = failed + 1


def write_heartbeat(now: datetime) -> None:
    """Note that the timers did their round; pages warn when this grows old."""
    Heartbeat.objects.update_or_create(name="timers", defaults={"at": now})


def load_steps() -> dict[str, Turn]:
    """Return the registered steps of `settings.TIMER_STEPS`. Raises ImportError naming the missing one."""
    return {name: Turn(import_string(step.function), step.every) for name, step in settings.TIMER_STEPS.items()}


class Command(BaseCommand):
    """Loops until SIGTERM or Ctrl-C; two copies may run at once."""

    help = "Runs due clocks and deliveries every second, without a broker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add `--once`."""
        parser.add_argument("--once", action="store_true", help="one round, then end")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run rounds until told to stop; a round that took long starts the next at once."""
        timers = Timers(load_steps())
        if options["once"]:
            timers.run_round()
            return
        stop = threading.Event()
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, lambda *_: stop.set())
        while not stop.is_set():
            began = time.monotonic()
            close_old_connections()
            timers.run_round()
            stop.wait(max(0.0, ROUND_SECONDS - (time.monotonic() - began)))
