"""What a dashboard looks at: period, outlet, kind of ticket; kept in the address, so that every view can be shared."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from servicedesk.clock import LOCAL
from servicedesk.tickets.models import TicketKind

# A day of a figure is the local day; all outlets of the first release lie in one zone.
PERIODS = (7, 28, 90)
USUAL_DAYS = 28
LONGEST_DAYS = 366
# Days at the ends of the calendar have no period before or after.
YEARS = range(2000, 2100)


@dataclass(frozen=True)
class Filters:
    """Local days `first` to `last`, both included; no outlet or kind means all."""

    first: date
    last: date
    outlet: int | None = None
    kind: str = ""

    @property
    def days(self) -> int:
        """Length of the period."""
        return (self.last - self.first).days + 1

    @property
    def start(self) -> datetime:
        """First instant of the period."""
        return datetime.combine(self.first, datetime.min.time(), LOCAL).astimezone(UTC)

    @property
    def end(self) -> datetime:
        """The instant after the period."""
        return datetime.combine(self.last + timedelta(days=1), datetime.min.time(), LOCAL).astimezone(UTC)

    def before(self) -> "Filters":
        """The period of the same length that ended the day before this one began."""
        return replace(self, first=self.first - timedelta(days=self.days), last=self.first - timedelta(days=1))

    def query(self, **more: str | int) -> str:
        """The query string that leads back here, with `more` added."""
        values: dict[str, str | int] = {"from": self.first.isoformat(), "until": self.last.isoformat()}
        if self.outlet:
            values["outlet"] = self.outlet
        if self.kind:
            values["kind"] = self.kind
        return urlencode({**values, **more})


def read_filters(values: Mapping[str, str], now: datetime) -> Filters:
    """The filters of an address; what cannot be read falls back to the last 28 days, all outlets, all kinds."""
    today = now.astimezone(LOCAL).date()
    days = _number(values.get("days"))
    first, last = _day(values.get("from")), _day(values.get("until"))
    if first is None or last is None or not 0 <= (last - first).days < LONGEST_DAYS:
        length = days if days in PERIODS else USUAL_DAYS
        first, last = today - timedelta(days=length - 1), today
    kind = values.get("kind", "")
    return Filters(first, last, _number(values.get("outlet")), kind if kind in TicketKind.values else "")


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if day.year in YEARS else None
