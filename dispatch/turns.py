"""Whose turn it is on a day of an outlet: who sells a window counts alone, who books shares the day with others.

So a booking never takes the time that a seller has just counted. The day is waited for after the ticket and before the
technicians; days in the order of the calendar.
"""

from collections.abc import Iterable
from datetime import date

from dispatch.models import Technician
from dispatch.rules import Span
from dispatch.selectors.days import day_of, zone_of
from servicedesk.locks import share_turn, wait_for_turn


def sell_on(outlet_id: int, days: Iterable[date]) -> None:
    """Waits until nobody else sells or books on these days of the outlet, and keeps them to the end of the action."""
    for day in sorted(set(days)):
        wait_for_turn(_name(outlet_id, day))


def book_on(technician: Technician, span: Span) -> None:
    """Waits until nobody sells on the day of the span, and keeps sellers out to the end of the action."""
    share_turn(_name(technician.outlet_id, day_of(span.start, zone_of(technician.outlet))))


def _name(outlet_id: int, day: date) -> str:
    return f"windows {outlet_id} {day.isoformat()}"
