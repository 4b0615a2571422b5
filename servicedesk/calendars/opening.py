"""What a calendar means now and on each day: open or closed, until when, by which hours."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from servicedesk.errors import ActionError
from servicedesk.sla.arithmetic import Calendar, open_spans
from servicedesk.sla.calendars import Calendars
from servicedesk.worktime.models import WEEKDAYS

# A calendar that does not open within this time is said to stay closed; one that is open so long has no end.
AHEAD = timedelta(days=62)
DAY_MINUTES = 1440

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Opening:
    """Whether a calendar is open, and when that ends: None where that is further off than anybody plans.

    `usable` is False for a calendar none of whose versions can be read.
    """

    is_open: bool
    changes_at: datetime | None
    usable: bool = True


@dataclass(frozen=True)
class Bar:
    """An open stretch of a weekday in minutes after its midnight."""

    start: int
    length: int


def opening_at(book: Calendars, calendar_id: int, now: datetime) -> Opening:
    """Whether the calendar is open at `now`, and when it closes or opens next, later versions included."""
    try:
        spans = spans_ahead(book, calendar_id, now, now + AHEAD)
    except ActionError:
        return Opening(is_open=False, changes_at=None, usable=False)
    if not spans:
        return Opening(is_open=False, changes_at=None)
    first, last = spans[0]
    if first > now:
        return Opening(is_open=False, changes_at=first)
    return Opening(is_open=True, changes_at=last if last < now + AHEAD else None)


def spans_ahead(book: Calendars, calendar_id: int, start: datetime, end: datetime) -> list[Span]:
    """The open stretches of `[start, end)`, each part of it by the version then in force, touching ones joined."""
    edges = [start, *(since for since, _ in book.changes_after(calendar_id, start) if since < end), end]
    joined: list[Span] = []
    for first, last in pairwise(edges):
        for span in open_spans(book.at(calendar_id, first), first, last):
            if joined and joined[-1][1] == span[0]:
                joined[-1] = (joined[-1][0], span[1])
            else:
                joined.append(span)
    return joined


def version_of_day(book: Calendars, calendar_id: int, day: date, zone: ZoneInfo) -> Calendar:
    """The version by which a local day ends. Refuses with 409 a calendar that cannot be read."""
    midnight = datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone).astimezone(UTC)
    return book.at(calendar_id, midnight - timedelta(microseconds=1))


def week_bars(week: dict[str, list[str]]) -> list[tuple[str, list[str], list[Bar]]]:
    """Each weekday with its windows as text and as drawn, what runs over midnight drawn on both days."""
    bars: dict[str, list[Bar]] = {day: [] for day in WEEKDAYS}
    for place, day in enumerate(WEEKDAYS):
        for window in week.get(day, []):
            opens, closes = (_minutes(part) for part in window.split("-"))
            if closes < opens:
                bars[day].append(Bar(opens, DAY_MINUTES - opens))
                bars[WEEKDAYS[(place + 1) % 7]].append(Bar(0, closes))
            else:
                bars[day].append(Bar(opens, closes - opens))
    return [(day, week.get(day, []), bars[day]) for day in WEEKDAYS]


def _minutes(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)
