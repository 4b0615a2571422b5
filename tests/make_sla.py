"""Makers of the promise side: clocks at hand, policies, and instants of the office's day."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from servicedesk.sla.defaults import load_policies
from servicedesk.sla.models import SlaClock, SlaPolicy, SlaTarget
from servicedesk.tickets.models import Ticket
from servicedesk.worktime.defaults import ALWAYS, SINCE, load_calendars
from servicedesk.worktime.models import WorkCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")


def load_promises() -> None:
    """Loads calendars and default policies."""
    load_calendars()
    load_policies()


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
