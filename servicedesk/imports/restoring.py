"""Days and instants from the plain values an import keeps of what stood there before."""

from datetime import date, datetime


def a_day(text: str | None) -> date | None:
    """The day, None for none."""
    return date.fromisoformat(text) if text else None


def an_instant(text: str | None) -> datetime | None:
    """The instant, None for none."""
    return datetime.fromisoformat(text) if text else None
