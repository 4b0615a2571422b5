"""Plain makers of promise windows: an outlet that promises, and what a caller asks it for."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from dispatch.models import Technician, WindowPlan
from dispatch.rules import Span
from servicedesk.people.models import Outlet, ServiceZone
from servicedesk.ports import WindowAsk
from tests.make import NOW, make_category, make_outlet
from tests.make_dispatch import DAY, make_shift, make_technician

DISTRICT = "涪东区"
# Eight in the morning of the tests' day, in Shanghai.
EIGHT = NOW - timedelta(hours=2)
TOMORROW = EIGHT + DAY


def make_seller(crew: int = 1, **plan: Any) -> Outlet:
    """An outlet of the tests' district with `crew` technicians at work from eight to six on both days."""
    outlet = make_outlet()
    ServiceZone.objects.create(outlet=outlet, district=DISTRICT)
    WindowPlan.objects.create(outlet=outlet, **{"emergency_percent": 0, **plan})
    for _ in range(crew):
        make_technician(outlet)
    return outlet


def make_ask(**overrides: Any) -> WindowAsk:
    """A repair of a washing machine in the tests' district: 45 minutes."""
    fields = {"district": DISTRICT, "category": make_category(), "fault": None, "kind": "repair", "priority": 2}
    return WindowAsk(**{**fields, **overrides})


def window(hour: int, *, day: int = 1, hours: int = 2) -> Span:
    """From `hour` o'clock on, today (0), tomorrow (1) …"""
    start = EIGHT + timedelta(days=day, hours=hour - 8)
    return Span(start, start + timedelta(hours=hours))


def more_shifts(technician: Technician, days: int) -> None:
    """The same hours for the days after tomorrow."""
    for more in range(2, days):
        start = EIGHT + timedelta(days=more)
        make_shift(technician, start, start + timedelta(hours=10))


new_key = uuid4
