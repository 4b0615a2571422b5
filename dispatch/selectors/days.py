"""The local day of an outlet as an instant-to-instant span."""

from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from dispatch.rules import Span
from servicedesk.people.models import Outlet

LOCAL = ZoneInfo("Asia/Shanghai")


def zone_of(outlet: Outlet | None) -> ZoneInfo:
    """The outlet's time zone; a ticket without outlet lives in the users' zone."""
    return LOCAL if outlet is None else ZoneInfo(outlet.time_zone)


def day_span(day: date, zone: tzinfo) -> Span:
    """From midnight to midnight of `day` as it is lived in `zone`."""
    start = datetime.combine(day, time(), zone)
    return Span(start, datetime.combine(day + timedelta(days=1), time(), zone))


def day_of(instant: datetime, zone: tzinfo) -> date:
    """The local day of an instant."""
    return instant.astimezone(zone).date()
