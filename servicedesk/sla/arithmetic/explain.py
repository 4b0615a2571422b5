"""Why a clock is due when it is: a strip of the time from start to due, and its arithmetic line by line.

Both are data, never sentences: a page words the keys of `LABELS` and `LINE_KEYS` and formats the values.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import chain
from types import MappingProxyType
from zoneinfo import ZoneInfo

from servicedesk.sla.arithmetic.calendars import MINUTE_US, Calendar, merge_spans, to_datetime, to_us
from servicedesk.sla.arithmetic.ledger import Change, ChangeCalendar, ChangeTarget, ChangeWindow, ClockFacts, Uphold
from servicedesk.sla.arithmetic.reading import (
    Mode,
    Reading,
    Stretch,
    Walk,
    read_clock,
    reading_of,
    walk_clock,
)

Value = datetime | float | str | None


class SegmentKind(StrEnum):
    """What a segment of the strip is; only OPEN and MAKEUP count."""

    OPEN = "open"
    CLOSED = "closed"
    HOLIDAY = "holiday"
    MAKEUP = "makeup"
    PAUSED = "paused"
    STOPPED = "stopped"


LABELS = ("open", "special_hours", "makeup_day", "off_hours", "day_off", "holiday", "paused", "stopped")

# The lines an explanation can hold, each with the names of the values it carries. Instants are datetimes in
# the calendar's zone, minutes are floats.
LINE_KEYS = MappingProxyType(
    {
        "start": ("at",),
        "target": ("minutes",),
        "counted": ("start", "end", "minutes"),
        "paused": ("start", "end", "reason"),
        "stopped": ("start", "end"),
        "target_changed": ("at", "minutes"),
        "calendar_changed": ("at",),
        "window_changed": ("at", "until"),
        "upheld": ("at", "broken_at"),
        "window": ("until",),
        "spent": ("minutes",),
        "remaining": ("minutes",),
        "warn": ("at",),
        "due": ("at",),
        "breached": ("at",),
    }
)


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece `[start, end)` of the strip; `label` is one of `LABELS`, `reason` that of a pause."""

    start: datetime
    end: datetime
    kind: SegmentKind
    label: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One step of the arithmetic: a key of `LINE_KEYS` and its values by name."""

    key: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Explanation:
    """The reading of a clock with the strip and the lines that show how it came about."""

    reading: Reading
    strip: tuple[Segment, ...] = ()
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class _Look:
    kind: SegmentKind
    label: str
    reason: str = ""


_Piece = tuple[int, int, _Look]


def explain_clock(facts: ClockFacts, as_of: datetime) -> Explanation:
    """The strip from start to due, or to `as_of` while a pause keeps due open, and the lines.

    Both are empty where there is no clock. Raises `ValueError` as `read_clock` does.
    """
    walk = walk_clock(facts, as_of)
    if isinstance(walk, str):
        return Explanation(read_clock(facts, as_of))
    reading = reading_of(walk, facts)
    stretches = _stretches_to_due(walk, None if reading.due_at is None else to_us(reading.due_at))
    lines = tuple(_lines(facts, walk, reading, stretches))
    return Explanation(reading, _strip(stretches, walk.calendar.zone), lines)


def _stretches_to_due(walk: Walk, due: int | None) -> list[Stretch]:
    """What happened, up to due; and where due lies ahead, the stretch still to run."""
    past = walk.stretches
    if walk.stopped_at is not None:
        past = [stretch for stretch in past if stretch.start < walk.stopped_at]
    if due is None:
        return past
    here = walk.position if walk.stopped_at is None else walk.stopped_at
    if due > here:
        past = [*past, Stretch(here, due, Mode.RUNNING, walk.calendar)]
    return [
        Stretch(stretch.start, min(stretch.end, due), stretch.mode, stretch.calendar, stretch.reason)
        for stretch in past
        if stretch.start < due
    ]


def _strip(stretches: list[Stretch], zone: ZoneInfo) -> tuple[Segment, ...]:
    joined: list[_Piece] = []
    for piece in chain.from_iterable(map(_pieces, stretches)):
        start, end, look = piece
        if joined and joined[-1][1:] == (start, look):
            joined[-1] = (joined[-1][0], end, look)
        else:
            joined.append(piece)
    return tuple(
        Segment(to_datetime(start, zone), to_datetime(end, zone), look.kind, look.label, look.reason)
        for start, end, look in joined
    )


def _pieces(stretch: Stretch) -> Iterator[_Piece]:
    """A stretch cut where the calendar opens and closes, and at midnights while it is closed."""
    if stretch.mode is Mode.PAUSED:
        yield stretch.start, stretch.end, _Look(SegmentKind.PAUSED, "paused", stretch.reason)
        return
    if stretch.mode is Mode.STOPPED:
        yield stretch.start, stretch.end, _Look(SegmentKind.STOPPED, "stopped")
        return
    calendar, reached = stretch.calendar, stretch.start
    for day, opens, closes in _open_pieces(stretch):
        yield from _closed_pieces(calendar, reached, opens)
        yield opens, closes, _open_look(calendar, day)
        reached = closes
    yield from _closed_pieces(calendar, reached, stretch.end)


def _open_pieces(stretch: Stretch) -> Iterator[tuple[date, int, int]]:
    """The open spans of a stretch, each with the local day on which its window opens."""
    calendar, covered = stretch.calendar, stretch.start
    first, last = calendar.local_ordinal(stretch.start), calendar.local_ordinal(stretch.end)
    for ordinal in range(first - 1, last + 1):
        for span_opens, span_closes in calendar.spans_of_day(ordinal):
            opens, closes = max(span_opens, covered), min(span_closes, stretch.end)
            if opens < closes:
                yield date.fromordinal(ordinal), opens, closes
                covered = closes


def _closed_pieces(calendar: Calendar, start: int, end: int) -> Iterator[_Piece]:
    while start < end:
        day = to_datetime(start, calendar.zone).date()
        piece_end = min(end, _next_midnight(calendar, day, start))
        yield start, piece_end, _closed_look(calendar, day)
        start = piece_end


def _next_midnight(calendar: Calendar, day: date, after: int) -> int:
    midnight = datetime.combine(day + timedelta(days=1), time.min, tzinfo=calendar.zone)
    instant = to_us(midnight)
    # Where clocks are put back across midnight, it comes twice.
    return instant if instant > after else to_us(midnight.replace(fold=1))


def _open_look(calendar: Calendar, day: date) -> _Look:
    usual = calendar.week.get(day.weekday(), ())
    if day not in calendar.special_days or usual == calendar.special_days[day]:
        return _Look(SegmentKind.OPEN, "open")
    return _Look(SegmentKind.OPEN, "special_hours") if usual else _Look(SegmentKind.MAKEUP, "makeup_day")


def _closed_look(calendar: Calendar, day: date) -> _Look:
    if calendar.windows_on(day):
        return _Look(SegmentKind.CLOSED, "off_hours")
    if day in calendar.special_days:
        return _Look(SegmentKind.HOLIDAY, "holiday")
    return _Look(SegmentKind.CLOSED, "day_off")


def _lines(facts: ClockFacts, walk: Walk, reading: Reading, stretches: list[Stretch]) -> Iterator[Line]:
    yield _line("start", at=facts.start)
    yield _line("target", minutes=float(facts.target_minutes))
    if facts.floor is not None:
        yield _line("window", until=facts.floor)
    changes = list(walk.applied)
    for stretch in stretches:
        while changes and changes[0][0] <= stretch.start:
            yield _change_line(*changes.pop(0), stretch.calendar.zone)
        yield from _stretch_lines(stretch)
    for at, change in changes:
        yield _change_line(at, change, walk.calendar.zone)
    yield from _result_lines(reading)


def _stretch_lines(stretch: Stretch) -> Iterator[Line]:
    zone = stretch.calendar.zone
    if stretch.mode is Mode.RUNNING:
        # Windows that touch at midnight read as one.
        for opens, closes in merge_spans((opens, closes) for _, opens, closes in _open_pieces(stretch)):
            start, end = to_datetime(opens, zone), to_datetime(closes, zone)
            yield _line("counted", start=start, end=end, minutes=(closes - opens) / MINUTE_US)
        return
    start, end = to_datetime(stretch.start, zone), to_datetime(stretch.end, zone)
    if stretch.mode is Mode.PAUSED:
        yield _line("paused", start=start, end=end, reason=stretch.reason)
    else:
        yield _line("stopped", start=start, end=end)


def _change_line(at: int, change: Change, zone: ZoneInfo) -> Line:
    instant = to_datetime(at, zone)
    match change:
        case ChangeTarget(minutes=minutes):
            return _line("target_changed", at=instant, minutes=float(minutes))
        case ChangeWindow(until=until):
            return _line("window_changed", at=instant, until=until)
        case Uphold(broken_at=broken_at):
            return _line("upheld", at=instant, broken_at=broken_at)
        case ChangeCalendar():
            return _line("calendar_changed", at=instant)


def _result_lines(reading: Reading) -> Iterator[Line]:
    yield _line("spent", minutes=reading.elapsed_minutes)
    yield _line("remaining", minutes=reading.remaining_minutes)
    if reading.warn_at is not None:
        yield _line("warn", at=reading.warn_at)
    if reading.due_at is not None:
        yield _line("due", at=reading.due_at)
    if reading.breach_at is not None:
        yield _line("breached", at=reading.breach_at)


def _line(key: str, **values: Value) -> Line:
    return Line(key, MappingProxyType(values))
