"""Plain makers for the tests of the SLA arithmetic."""

from datetime import UTC, date, datetime
from typing import Any

from servicedesk.sla.arithmetic import Calendar, ClockFacts, Entry, Interval

WORKDAYS = range(5)


def windows(*texts: str) -> tuple[Interval, ...]:
    return tuple(Interval.parse(text) for text in texts)


def make_calendar(*texts: str, days: Any = WORKDAYS, tz: str = "Asia/Shanghai", **more: Any) -> Calendar:
    """Monday to Friday 09:00-18:00 in Shanghai, unless said otherwise."""
    hours = windows(*(texts or ("09:00-18:00",)))
    return Calendar(tz=tz, week=dict.fromkeys(days, hours), **more)


def make_always_open(tz: str = "Asia/Shanghai") -> Calendar:
    return make_calendar("00:00-24:00", days=range(7), tz=tz)


def make_facts(*entries: Entry, **overrides: Any) -> ClockFacts:
    """A clock of four working hours started on Tuesday 10 March 2026 at 10:00, warning at 80 %."""
    values: dict[str, Any] = {
        "start": at("10:00"),
        "target_minutes": 240,
        "calendar": make_calendar(),
        "warn_percent": 80,
        "entries": entries,
    }
    return ClockFacts(**{**values, **overrides})


def at(text: str, day: date = date(2026, 3, 10)) -> datetime:
    """`HH:MM[:SS]` on Tuesday 10 March 2026, or `DD HH:MM` of that March, in Shanghai."""
    if " " in text:
        number, text = text.split(" ")
        day = day.replace(day=int(number))
    return datetime.fromisoformat(f"{day.isoformat()}T{text}+08:00")


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]
