"""The times a customer may ask for: two-hour windows of the next days, in the local day."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from servicedesk.clock import LOCAL

# Nobody asks for a time outside of these; at the ends of the calendar the sums of the clocks would run over.
YEARS = range(2000, 2100)
# A window we promise stands in the form as its two instants, a wish as day and hours.
PROMISE = "promise:"
HOURS = ((8, 10), (10, 12), (14, 16), (16, 18), (18, 20))


@dataclass(frozen=True)
class Window:
    """A time to choose: `value` stands in the form, `label` on the page."""

    value: str
    label: str


@dataclass(frozen=True)
class Day:
    """A day with the windows that are not over yet."""

    label: str
    windows: list[Window]


def windows_from(now: datetime) -> list[Day]:
    """Today, tomorrow and the day after with their windows; a day without any is left out."""
    today = now.astimezone(LOCAL).date()
    names = (_("Today"), _("Tomorrow"), _("Day after tomorrow"))
    days = [Day(name, _windows(today + timedelta(days=ahead), now)) for ahead, name in enumerate(names)]
    return [day for day in days if day.windows]


def _windows(day: date, now: datetime) -> list[Window]:
    times = [(_at(day, start), _at(day, end)) for start, end in HOURS]
    return [Window(window_value(*pair), f"{pair[0].hour}–{pair[1].hour}") for pair in times if pair[1] > now]


def window_value(start: datetime, end: datetime) -> str:
    """A wish of the local times as it stands in the form: day and hours."""
    return f"{start.date().isoformat()}/{start.hour}-{end.hour}"


def read_window(value: str) -> tuple[datetime, datetime]:
    """Beginning and end of a window's value. Raises ValueError for anything that is no such value."""
    day, _slash, hours = value.partition("/")
    start, _dash, end = hours.partition("-")
    on = date.fromisoformat(day)
    if on.year not in YEARS:
        raise ValueError("no such day")
    return _at(on, int(start)), _at(on, int(end))


def promise_value(start: datetime, end: datetime) -> str:
    """A promised window as it stands in the form."""
    return f"{PROMISE}{start.astimezone(LOCAL):%Y-%m-%dT%H:%M%z}/{end.astimezone(LOCAL):%Y-%m-%dT%H:%M%z}"


def read_promise(value: str) -> tuple[datetime, datetime]:
    """Beginning and end of a promised window. Raises ValueError for anything that is no such value."""
    start, _slash, end = value.removeprefix(PROMISE).partition("/")
    pair = datetime.fromisoformat(start), datetime.fromisoformat(end)
    if any(one.tzinfo is None or one.year not in YEARS for one in pair) or pair[1] <= pair[0]:
        raise ValueError("no such window")
    return pair


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), LOCAL)
