"""What a board is asked to show: which outlets, which days, in which zone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import QueryDict

from dispatch.access import planned_outlets
from dispatch.rules import Span
from dispatch.selectors.days import day_of, day_span, read_day, zone_of
from servicedesk.people.models import Outlet

ALL = "all"
WEEK = "week"
SCALES = ("hour", "day", WEEK)
QUARTER = timedelta(minutes=15)


@dataclass(frozen=True)
class Shown:
    """Outlets that share a zone, and whole local days of it.

    `choices` are all outlets the person plans for; `left_out` those of the chosen ones that live in another zone.
    """

    outlets: tuple[Outlet, ...]
    choices: tuple[Outlet, ...]
    left_out: tuple[Outlet, ...]
    zone: ZoneInfo
    day: date
    today: date
    scale: str

    @property
    def days(self) -> tuple[date, ...]:
        """The local days on the board, in order: one, or Monday to Sunday."""
        if self.scale != WEEK:
            return (self.day,)
        monday = self.day - timedelta(days=self.day.weekday())
        return tuple(monday + timedelta(days=more) for more in range(7))

    @property
    def span(self) -> Span:
        """From the first midnight to the last."""
        return Span(day_span(self.days[0], self.zone).start, day_span(self.days[-1], self.zone).end)


def shown_of(query: QueryDict, user: Any, now: datetime) -> Shown | None:
    """What the address asks for; None where the person plans for no outlet.

    An outlet that is none of his shows his first one, nonsense for a day today, for a scale the day.
    """
    choices = tuple(planned_outlets(user))
    if not choices:
        return None
    named = query.get("outlet", "")
    wanted = choices if named == ALL else tuple(one for one in choices if str(one.pk) == named) or choices[:1]
    zone = zone_of(wanted[0])
    outlets = tuple(one for one in wanted if one.time_zone == wanted[0].time_zone)
    scale = query.get("scale", "")
    today = day_of(now, zone)
    return Shown(
        outlets=outlets,
        choices=choices,
        left_out=tuple(one for one in wanted if one not in outlets),
        zone=zone,
        day=read_day(query.get("day", "")) or today,
        today=today,
        scale=scale if scale in SCALES else "day",
    )


def milliseconds(instant: datetime | None) -> int | None:
    """Milliseconds of the epoch; None for none."""
    return None if instant is None else round(instant.timestamp() * 1000)


def offsets_of(span: Span, zone: ZoneInfo) -> list[list[int]]:
    """The zone's offsets over `span` and a day on either side: since when (milliseconds) and how many minutes.

    Read quarter by quarter, since zones change their offset on none but quarters of an hour.
    """
    found: list[list[int]] = []
    instant, end = (span.start - timedelta(days=1)).astimezone(UTC), span.end + timedelta(days=1)
    while instant < end:
        offset = instant.astimezone(zone).utcoffset() or timedelta()
        minutes = round(offset.total_seconds() / 60)
        if not found or found[-1][1] != minutes:
            found.append([milliseconds(instant) or 0, minutes])
        instant += QUARTER
    return found
