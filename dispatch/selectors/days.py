"""The local day of an outlet as an instant-to-instant span."""

from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_date

from dispatch.rules.gaps import day_span
from servicedesk.clock import LOCAL
from servicedesk.people.models import Outlet

__all__ = ["YEARS", "day_of", "day_span", "read_day", "zone_of"]
# No one plans outside of this; days at the ends of the calendar have no day before or after.
YEARS = range(2000, 2100)


def zone_of(outlet: Outlet | None) -> ZoneInfo:
    """The outlet's time zone; a ticket without outlet lives in the users' zone."""
    return LOCAL if outlet is None else ZoneInfo(outlet.time_zone)


def read_day(text: str) -> date | None:
    """The day in an address or form, as `2026-03-10`; None for none, nonsense, and days nobody plans for."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day is not None and day.year in YEARS else None


def day_of(instant: datetime, zone: tzinfo) -> date:
    """The local day of an instant."""
    return instant.astimezone(zone).date()
