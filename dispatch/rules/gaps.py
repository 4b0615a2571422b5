"""Free time: what is left of the shifts after absences and jobs, and how full a day is."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from dispatch.rules.values import Job, Person, Span, merged

# Starts are proposed and moved on a grid of quarter hours.
STEP = timedelta(minutes=15)
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def snap_up(instant: datetime) -> datetime:
    """The instant itself on a quarter hour, else the next quarter hour."""
    past = (instant - EPOCH) % STEP
    return instant if not past else instant + (STEP - past)


def snap_down(instant: datetime) -> datetime:
    """The quarter hour at or before the instant."""
    return instant - (instant - EPOCH) % STEP


def day_span(day: date, zone: tzinfo) -> Span:
    """From midnight to midnight of `day` as it is lived in `zone`."""
    start = datetime.combine(day, time(), zone)
    return Span(start, datetime.combine(day + timedelta(days=1), time(), zone))


def local_day(job: Job, instant: datetime) -> Span:
    """The outlet's local day of an instant."""
    return day_span(job.day_of(instant), job.zone)


def without(spans: Iterable[Span], taken: Iterable[Span]) -> tuple[Span, ...]:
    """What is left of `spans` (merged) outside `taken`."""
    left = list(merged(spans))
    for hole in merged(taken):
        pieces: list[Span] = []
        for span in left:
            if not span.overlaps(hole):
                pieces.append(span)
                continue
            if span.start < hole.start:
                pieces.append(Span(span.start, hole.start))
            if hole.end < span.end:
                pieces.append(Span(hole.end, span.end))
        left = pieces
    return tuple(left)


def clipped(spans: Iterable[Span], window: Span) -> tuple[Span, ...]:
    """The parts of `spans` inside `window`."""
    pairs = ((max(span.start, window.start), min(span.end, window.end)) for span in spans)
    return tuple(Span(start, end) for start, end in pairs if start < end)


def on_duty(person: Person, window: Span) -> tuple[Span, ...]:
    """The hours inside `window` in which the technician works and is not away."""
    return without(clipped(person.shifts, window), [away.span for away in person.away])


def free_gaps(person: Person, window: Span, number: str = "") -> tuple[Span, ...]:
    """The free time inside `window`, by start; the booking of ticket `number` itself counts as free."""
    return without(on_duty(person, window), [one.span for one in person.blocking(number)])


def load_percent(person: Person, window: Span) -> int | None:
    """How much of the hours inside `window` is booked or was worked, in percent; None without hours."""
    hours = sum(span.minutes for span in on_duty(person, window))
    if not hours:
        return None
    worked = merged(clipped([one.span for one in person.bookings], window))
    return round(100 * sum(span.minutes for span in worked) / hours)
