"""Makers of the promise side: clocks at hand, policies, instants of the office's day, works at the same moment."""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connections

from servicedesk.sla.defaults import load_policies
from servicedesk.sla.escalation.defaults import load_ladders
from servicedesk.sla.models import SlaClock, SlaPolicy, SlaTarget
from servicedesk.tickets.models import Ticket
from servicedesk.worktime.defaults import ALWAYS, SINCE, load_calendars
from servicedesk.worktime.models import WorkCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")


def load_promises() -> None:
    """Loads calendars, default policies and ladders."""
    load_calendars()
    load_policies()
    load_ladders()


def local(text: str) -> datetime:
    """An instant of Shanghai from `YYYY-MM-DD HH:MM[:SS]`."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def clock_of(ticket: Ticket, kind: str, cycle: int = 1) -> SlaClock:
    """The clock as the database has it now."""
    return SlaClock.objects.get(ticket=ticket, kind=kind, cycle=cycle)


def make_policy(code: str, clock: str, minutes: int, **overrides: Any) -> SlaTarget:
    """A policy with one target: `minutes` round the clock for `clock`; `overrides` say whom it fits."""
    fields = {"effective_from": SINCE, **overrides}
    policy = SlaPolicy.objects.create(code=code, **fields)
    calendar = WorkCalendar.objects.get(code=ALWAYS)
    return SlaTarget.objects.create(policy=policy, clock=clock, minutes=minutes, calendar=calendar)


def in_parallel(*works: Callable[[], object]) -> list[BaseException]:
    """Runs the works at the same moment, each on a connection of its own; the errors they raised."""
    errors: list[BaseException] = []
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        try:
            barrier.wait(timeout=20)
            work()
        except BaseException as error:  # noqa: BLE001 - a thread must not swallow what the test has to see
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return errors
