"""Laws that hold for every calendar, instant and amount."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from servicedesk.sla.arithmetic import (
    Calendar,
    ClockFacts,
    Pause,
    Resume,
    add_minutes,
    minutes_between,
    open_spans,
    read_clock,
)
from servicedesk.sla.arithmetic.vectors import load_calendars, load_rows

GOLDEN = Path(__file__).parents[2] / "golden"
CALENDARS = load_calendars(GOLDEN / "sla-calendars.json")
OPENING = {name: calendar for name, calendar in CALENDARS.items() if name not in ("NEVER", "ZERO_WINDOW")}
ROWS = load_rows(GOLDEN / "sla.csv")

calendars = st.sampled_from(sorted(OPENING)).map(OPENING.__getitem__)
instants = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31)).map(lambda moment: moment.replace(tzinfo=UTC))
amounts = st.integers(1, 3000 * 60).map(lambda seconds: seconds / 60)
gaps = st.timedeltas(timedelta(0), timedelta(days=20))


@given(calendars, instants, amounts)
def test_the_minutes_up_to_an_added_amount_are_that_amount(calendar: Calendar, start: datetime, amount: float) -> None:
    assert abs(minutes_between(calendar, start, add_minutes(calendar, start, amount)) - amount) < 1e-6


@given(calendars, instants, amounts, amounts)
def test_adding_twice_is_adding_the_sum(calendar: Calendar, start: datetime, one: float, other: float) -> None:
    twice = add_minutes(calendar, add_minutes(calendar, start, one), other)
    assert abs(twice - add_minutes(calendar, start, one + other)) <= timedelta(microseconds=2)


@given(calendars, instants, gaps, gaps)
def test_minutes_of_neighbouring_spans_add_up(
    calendar: Calendar, start: datetime, one: timedelta, other: timedelta
) -> None:
    middle, end = start + one, start + one + other
    parts = minutes_between(calendar, start, middle) + minutes_between(calendar, middle, end)
    assert abs(parts - minutes_between(calendar, start, end)) < 1e-6


@given(calendars, instants, gaps)
def test_open_spans_are_apart_in_order_and_hold_all_the_minutes(
    calendar: Calendar, start: datetime, gap: timedelta
) -> None:
    spans = [(opens.timestamp(), closes.timestamp()) for opens, closes in open_spans(calendar, start, start + gap)]
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(set(edges))
    total = sum(closes - opens for opens, closes in spans) / 60
    assert abs(total - minutes_between(calendar, start, start + gap)) < 1e-4


@given(calendars, instants, amounts, gaps)
def test_time_spent_and_time_left_are_the_target_until_it_breaks(
    calendar: Calendar, start: datetime, target: float, gap: timedelta
) -> None:
    reading = read_clock(ClockFacts(start, target, calendar), start + gap)
    assert reading.elapsed_minutes is not None
    assert reading.remaining_minutes is not None
    assert reading.target_minutes is not None
    if reading.breach_at is None:
        assert abs(reading.elapsed_minutes + reading.remaining_minutes - reading.target_minutes) < 1e-6
    else:
        assert reading.remaining_minutes == 0
        assert reading.elapsed_minutes >= reading.target_minutes


@given(calendars, instants, amounts, gaps, gaps)
def test_a_pause_never_makes_due_come_earlier(
    calendar: Calendar, start: datetime, target: float, late: timedelta, length: timedelta
) -> None:
    pause, resume = start + late / 10, start + late / 10 + length
    plain = read_clock(ClockFacts(start, target, calendar), resume).due_at
    paused = read_clock(ClockFacts(start, target, calendar, entries=[Pause(pause), Resume(resume)]), resume).due_at
    assert plain is not None
    assert paused is not None
    assert paused >= plain


@given(calendars, instants, amounts, gaps)
def test_due_does_not_depend_on_when_it_is_asked_for(
    calendar: Calendar, start: datetime, target: float, gap: timedelta
) -> None:
    facts = ClockFacts(start, target, calendar, warn_percent=75)
    early, late = read_clock(facts, start), read_clock(facts, start + gap)
    assert (early.due_at, early.warn_at) == (late.due_at, late.warn_at)


@settings(max_examples=60)
@given(instants, st.integers(1, 10), gaps)
def test_a_window_end_never_makes_due_come_earlier(start: datetime, hours: int, floor: timedelta) -> None:
    calendar = CALENDARS["CN_5X9"]
    plain = read_clock(ClockFacts(start, hours * 60, calendar), start).due_at
    moved = read_clock(ClockFacts(start, hours * 60, calendar, floor=start + floor), start).due_at
    assert plain is not None
    assert moved == max(plain, start + floor)
