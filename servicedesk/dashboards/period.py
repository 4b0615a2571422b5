"""Spans of whole local days, and the span before them. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")
LONGEST = 366


@dataclass(frozen=True)
class Period:
    """Local days from `first` to `last`, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def start(self) -> datetime:
        """Midnight at its beginning."""
        return datetime.combine(self.first, time(0), LOCAL)

    @property
    def end(self) -> datetime:
        """Midnight after its last day; the instant itself belongs to the next day."""
        return datetime.combine(self.last + timedelta(days=1), time(0), LOCAL)

    @property
    def before(self) -> "Period":
        """As many days right before it."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    @property
    def every_day(self) -> list[date]:
        """Its days in order."""
        return [self.first + timedelta(days=step) for step in range(self.days)]


def last_days(days: int, now: datetime) -> Period:
    """The last `days` local days, today included."""
    today = now.astimezone(LOCAL).date()
    return Period(today - timedelta(days=days - 1), today)
