"""Working calendars: when time counts, and how much of it lies between two instants.

Rules (docs/sla.md): a window is half-open, `[open, close)`, and belongs to the local day on which it opens,
so a night shift runs on into a holiday while none opens there; overlapping windows count once; minutes are
real elapsed minutes; a wall time in a gap or overlap of the zone is read with fold=0 (PEP 495).

Inside the room an instant is a whole number of microseconds since 1970 UTC, which makes sums exact.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAY = 1440
MINUTE_US = 60_000_000
# A search for open time ends here; a promise that needs longer is treated as one that cannot fall due.
HORIZON_DAYS = 20 * 366
MAX_MINUTES = HORIZON_DAYS * DAY
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WINDOW = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)")
_DAYS_KEPT = 8192
_FIRST_DAY = date.min.toordinal() + 2
_LAST_DAY = date.max.toordinal() - 3

Span = tuple[int, int]


class CalendarError(ValueError):
    """A calendar cannot be read; the message names the part that is wrong."""


class NeverOpensError(ValueError):
    """The calendar holds too little open time to use up the minutes asked for."""


@dataclass(frozen=True, slots=True)
class Interval:
    """An opening window in minutes after its day's local midnight; `closes` above 1440 is on the next day.

    Equal ends are a window of no length. Raises `CalendarError` when the ends are out of order or out of
    range.
    """

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not (0 <= self.opens < DAY and self.opens <= self.closes <= self.opens + DAY):
            raise CalendarError(f"window {self.opens}-{self.closes} is out of order or longer than a day")

    @classmethod
    def parse(cls, text: str) -> "Interval":
        """The window written `HH:MM-HH:MM`; `24:00` ends the day, an earlier close is on the next day."""
        found = _WINDOW.fullmatch(text.strip())
        if found is None:
            raise CalendarError(f"window {text!r} is not HH:MM-HH:MM")
        hour, minute, close_hour, close_minute = found.groups()
        opens = int(hour) * 60 + int(minute)
        closes = DAY if close_hour is None else int(close_hour) * 60 + int(close_minute)
        return cls(opens, closes + DAY if closes < opens else closes)


Windows = tuple[Interval, ...]


@dataclass(frozen=True)
class Calendar:
    """When work is open: windows by weekday (0 = Monday), replaced on special days (an empty tuple = closed).

    `years_with_holiday_data` lists the years whose special days are loaded; None means that the calendar
    does not follow holidays. Raises `CalendarError` for an unknown zone or weekday.
    """

    tz: str
    week: Mapping[int, Windows]
    special_days: Mapping[date, Windows] = field(default_factory=dict)
    years_with_holiday_data: frozenset[int] | None = None
    zone: ZoneInfo = field(init=False, repr=False, compare=False)
    always_open: bool = field(init=False, repr=False, compare=False)
    _days: dict[int, tuple[Span, ...]] = field(init=False, repr=False, compare=False, default_factory=dict)
    _last_opening_day: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if strange := [day for day in self.week if day not in range(7)]:
            raise CalendarError(f"weekday {strange[0]!r} is not 0 to 6")
        try:
            zone = ZoneInfo(self.tz)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise CalendarError(f"time zone {self.tz!r} is not known") from error
        week = [self.week.get(day, ()) for day in range(7)]
        full = all(_fills_day(windows) for windows in [*week, *self.special_days.values()])
        object.__setattr__(self, "zone", zone)
        object.__setattr__(self, "always_open", full)
        object.__setattr__(self, "_last_opening_day", _last_opening_day(week, self.special_days))

    @classmethod
    def from_dict(cls, data: Mapping[str, object]) -> "Calendar":
        """The calendar of the JSON shape `{tz, week: {mon: [..]}, special_days, years_with_holiday_data}`.

        Raises `CalendarError` naming the part that cannot be read.
        """
        week = _mapping(data, "week")
        if strange := [name for name in week if name not in WEEKDAYS]:
            raise CalendarError(f"week: {strange[0]!r} is not a weekday (mon to sun)")
        years = data.get("years_with_holiday_data")
        if years is not None and not (isinstance(years, list) and all(isinstance(year, int) for year in years)):
            raise CalendarError("years_with_holiday_data is not a list of years or null")
        return cls(
            tz=str(data.get("tz", "")),
            week={WEEKDAYS.index(name): _windows(f"week {name}", texts) for name, texts in week.items()},
            special_days={
                _day(text): _windows(f"special day {text}", texts)
                for text, texts in _mapping(data, "special_days").items()
            },
            years_with_holiday_data=None if years is None else frozenset(years),
        )

    def windows_on(self, day: date) -> Windows:
        """The windows that open on the local day `day`."""
        special = self.special_days.get(day)
        return self.week.get(day.weekday(), ()) if special is None else special

    def lacks_holiday_data(self, instant: datetime) -> bool:
        """Whether `instant` lies in a year whose holidays nobody has loaded."""
        years = self.years_with_holiday_data
        return years is not None and instant.astimezone(self.zone).year not in years

    def spans_of_day(self, ordinal: int) -> tuple[Span, ...]:
        """The instants between which the windows of a local day (a proleptic ordinal) are open, in order."""
        spans = self._days.get(ordinal)
        if spans is None:
            if len(self._days) >= _DAYS_KEPT:
                self._days.clear()
            spans = self._days[ordinal] = self._resolve_day(date.fromordinal(ordinal))
        return spans

    def _resolve_day(self, day: date) -> tuple[Span, ...]:
        spans = sorted(
            (self._wall_instant(day, window.opens), self._wall_instant(day, window.closes))
            for window in self.windows_on(day)
        )
        # A window inside a daylight-saving gap may end before it begins: it has no length.
        return tuple(merge_spans(span for span in spans if span[0] < span[1]))

    def _wall_instant(self, day: date, minute: int) -> int:
        days, minute = divmod(minute, DAY)
        wall = time(minute // 60, minute % 60, fold=0)
        return to_us(datetime.combine(day + timedelta(days=days), wall, tzinfo=self.zone))

    def local_ordinal(self, instant: int) -> int:
        """The proleptic ordinal of the local day in which `instant` lies."""
        return to_datetime(instant, self.zone).toordinal()

    def spans_from(self, instant: int, until: int | None = None) -> Iterator[Span]:
        """Open spans after `instant`, in order, none counted twice, clipped at `instant` and `until`.

        Without `until` the search ends after `HORIZON_DAYS`, or after the last day that can open at all.
        """
        covered = instant
        today = self.local_ordinal(instant)
        last = today + HORIZON_DAYS if until is None else self.local_ordinal(until)
        # Yesterday's night shift may still be open.
        for ordinal in range(max(today - 1, _FIRST_DAY), min(last, self._last_opening_day, _LAST_DAY) + 1):
            for day_opens, day_closes in self.spans_of_day(ordinal):
                opens = max(day_opens, covered)
                closes = day_closes if until is None else min(day_closes, until)
                if opens < closes:
                    yield opens, closes
                    covered = closes


def add_us(calendar: Calendar, start: int, amount: int) -> int | None:
    """The instant at which `amount` microseconds of open time after `start` are used up; None if never.

    Used up exactly at a close is at that close; nothing to use up is at `start` itself.
    """
    if amount <= 0 or calendar.always_open:
        return start + max(amount, 0)
    left = amount
    for opens, closes in calendar.spans_from(start):
        if closes - opens >= left:
            return opens + left
        left -= closes - opens
    return None


def between_us(calendar: Calendar, start: int, end: int) -> int:
    """Microseconds of open time in `[start, end)`; zero when `end` is not later."""
    if end <= start:
        return 0
    if calendar.always_open:
        return end - start
    return sum(closes - opens for opens, closes in calendar.spans_from(start, end))


def add_minutes(calendar: Calendar, start: datetime, minutes: float) -> datetime:
    """The instant, in the calendar's zone, at which `minutes` of open time after `start` are used up.

    Raises `NeverOpensError` when there is too little open time within 20 years, `ValueError` for a negative
    or endless amount or a `start` without a zone.
    """
    if not 0 <= minutes <= MAX_MINUTES:
        raise ValueError(f"{minutes} minutes is not between 0 and {MAX_MINUTES}")
    instant = add_us(calendar, to_us(start), round(minutes * MINUTE_US))
    if instant is None:
        raise NeverOpensError(f"no {minutes} open minutes after {start.isoformat()}")
    return to_datetime(instant, calendar.zone)


def minutes_between(calendar: Calendar, start: datetime, end: datetime) -> float:
    """Minutes of open time in `[start, end)`, exact to the microsecond; zero when `end` is not later."""
    return between_us(calendar, to_us(start), to_us(end)) / MINUTE_US


def open_spans(calendar: Calendar, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """The open stretches of `[start, end)` in the calendar's zone, in order, touching ones joined."""
    first, last = to_us(start), to_us(end)
    if last <= first:
        return []
    zone = calendar.zone
    joined = merge_spans(calendar.spans_from(first, last))
    return [(to_datetime(opens, zone), to_datetime(closes, zone)) for opens, closes in joined]


def end_of_next_open_day(calendar: Calendar, start: datetime) -> datetime:
    """The last close of the first open local day after that of `start`, such as the next calling day.

    Raises `NeverOpensError` when no later day opens within 20 years.
    """
    today = calendar.local_ordinal(to_us(start))
    for ordinal in range(today + 1, min(today + HORIZON_DAYS, _LAST_DAY) + 1):
        if spans := calendar.spans_of_day(ordinal):
            return to_datetime(spans[-1][1], calendar.zone)
    raise NeverOpensError(f"no day opens after {start.isoformat()}")


def merge_spans(spans: Iterator[Span]) -> list[Span]:
    """The union of spans that come in order of their beginning; touching and overlapping ones are one."""
    merged: list[Span] = []
    for opens, closes in spans:
        if merged and opens <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], closes))
        else:
            merged.append((opens, closes))
    return merged


def to_us(instant: datetime) -> int:
    """Microseconds since 1970 UTC; raises `ValueError` for a datetime without a zone."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no time zone")
    gap = instant - _EPOCH
    return (gap.days * 86_400 + gap.seconds) * 1_000_000 + gap.microseconds


def to_datetime(instant: int, zone: ZoneInfo) -> datetime:
    """The instant as a datetime of `zone`."""
    return (_EPOCH + timedelta(microseconds=instant)).astimezone(zone)


def _fills_day(windows: Windows) -> bool:
    reached = 0
    for window in sorted(windows, key=lambda window: window.opens):
        if window.opens > reached:
            return False
        reached = max(reached, window.closes)
    return reached >= DAY


def _last_opening_day(week: list[Windows], special_days: Mapping[date, Windows]) -> int:
    """The ordinal of the last day that can open: without weekly windows only special days do."""
    if any(_has_length(windows) for windows in week):
        return _LAST_DAY
    return max((day.toordinal() for day, windows in special_days.items() if _has_length(windows)), default=0)


def _has_length(windows: Windows) -> bool:
    return any(window.closes > window.opens for window in windows)


def _mapping(data: Mapping[str, object], key: str) -> Mapping[str, object]:
    value = data.get(key) or {}
    if not isinstance(value, Mapping):
        raise CalendarError(f"{key} is not an object")
    return value


def _windows(where: str, texts: object) -> Windows:
    if not isinstance(texts, list):
        raise CalendarError(f"{where} is not a list of windows")
    try:
        return tuple(Interval.parse(str(text)) for text in texts)
    except CalendarError as error:
        raise CalendarError(f"{where}: {error}") from error


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CalendarError(f"special day {text!r} is not a date") from error
