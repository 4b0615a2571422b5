"""The strip and the lines that show why a clock is due when it is."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from servicedesk.sla.arithmetic import (
    FLAGS,
    LABELS,
    LINE_KEYS,
    Calendar,
    ChangeCalendar,
    ChangeTarget,
    ChangeWindow,
    Entry,
    Explanation,
    Pause,
    Reopen,
    Resume,
    SegmentKind,
    Stop,
    explain_clock,
    read_clock,
)
from servicedesk.sla.arithmetic.vectors import facts_of, load_calendars, load_rows
from tests.servicedesk.sla_arithmetic.makers import at, make_always_open, make_calendar, make_facts, windows

GOLDEN = Path(__file__).parents[2] / "golden"
CALENDARS = load_calendars(GOLDEN / "sla-calendars.json")
ROWS = load_rows(GOLDEN / "sla.csv")
COUNTING = (SegmentKind.OPEN, SegmentKind.MAKEUP)


def explain(*entries: Entry, as_of: str, **overrides: object) -> Explanation:
    return explain_clock(make_facts(*entries, **overrides), at(as_of))


def strip_of(explanation: Explanation) -> list[tuple[str, str, str]]:
    """Each segment as its label, its beginning and its end, as `DD HH:MM`."""
    return [(part.label, f"{part.start:%d %H:%M}", f"{part.end:%d %H:%M}") for part in explanation.strip]


def keys_of(explanation: Explanation) -> list[str]:
    return [line.key for line in explanation.lines]


def test_the_strip_shows_the_night_between_two_working_days() -> None:
    assert strip_of(explain(as_of="16:00", start=at("16:00"))) == [
        ("open", "10 16:00", "10 18:00"),
        ("off_hours", "10 18:00", "11 09:00"),
        ("open", "11 09:00", "11 11:00"),
    ]


def test_the_strip_tells_weekend_holiday_and_makeup_day_apart() -> None:
    special = {date(2026, 3, 14): windows("09:00-12:00"), date(2026, 3, 16): ()}
    calendar = make_calendar(special_days=special)
    explanation = explain(as_of="10:00", start=at("13 16:00"), target_minutes=360, calendar=calendar)
    assert strip_of(explanation) == [
        ("open", "13 16:00", "13 18:00"),
        ("off_hours", "13 18:00", "14 09:00"),
        ("makeup_day", "14 09:00", "14 12:00"),
        ("off_hours", "14 12:00", "15 00:00"),
        ("day_off", "15 00:00", "16 00:00"),
        ("holiday", "16 00:00", "17 00:00"),
        ("off_hours", "17 00:00", "17 09:00"),
        ("open", "17 09:00", "17 10:00"),
    ]
    assert [part.kind.value for part in explanation.strip] == [
        "open", "closed", "makeup", "closed", "closed", "holiday", "closed", "open",
    ]  # fmt: skip


def test_the_strip_names_special_hours_of_a_working_day() -> None:
    calendar = make_calendar(special_days={date(2026, 3, 10): windows("09:00-12:00")})
    assert strip_of(explain(as_of="10:00", calendar=calendar))[0] == ("special_hours", "10 10:00", "10 12:00")


def test_a_night_shift_that_runs_into_a_holiday_counts_as_the_day_it_opened() -> None:
    calendar = make_calendar("22:00-06:00", special_days={date(2026, 3, 11): ()})
    explanation = explain(as_of="10:00", start=at("10 22:00"), target_minutes=540, calendar=calendar)
    assert strip_of(explanation) == [
        ("open", "10 22:00", "11 06:00"),
        ("holiday", "11 06:00", "12 00:00"),
        ("off_hours", "12 00:00", "12 22:00"),
        ("open", "12 22:00", "12 23:00"),
    ]


def test_time_that_never_closes_is_one_segment() -> None:
    explanation = explain(as_of="10:00", calendar=make_always_open(), target_minutes=4320)
    assert strip_of(explanation) == [("open", "10 10:00", "13 10:00")]
    assert keys_of(explanation).count("counted") == 1


def test_the_strip_shows_pauses_with_their_reason_and_closed_clocks() -> None:
    entries = Pause(at("11:00"), "waiting_for_parts"), Resume(at("12:00")), Stop(at("13:00")), Reopen(at("14:00"))
    explanation = explain(*entries, as_of="14:30")
    assert strip_of(explanation) == [
        ("open", "10 10:00", "10 11:00"),
        ("paused", "10 11:00", "10 12:00"),
        ("open", "10 12:00", "10 13:00"),
        ("stopped", "10 13:00", "10 14:00"),
        ("open", "10 14:00", "10 16:00"),
    ]
    assert explanation.strip[1].reason == "waiting_for_parts"


def test_the_strip_of_a_paused_clock_ends_now() -> None:
    assert strip_of(explain(Pause(at("11:00")), as_of="12:00")) == [
        ("open", "10 10:00", "10 11:00"),
        ("paused", "10 11:00", "10 12:00"),
    ]


def test_the_strip_of_a_broken_clock_ends_at_due() -> None:
    assert strip_of(explain(as_of="17:00")) == [("open", "10 10:00", "10 14:00")]


def test_the_strip_of_a_clock_met_early_shows_the_time_it_had_left() -> None:
    assert strip_of(explain(Stop(at("11:00")), as_of="17:00")) == [("open", "10 10:00", "10 14:00")]


def test_the_strip_follows_a_calendar_changed_in_flight() -> None:
    closed = make_calendar(special_days={date(2026, 3, 11): ()})
    explanation = explain(ChangeCalendar(at("17:00"), closed), as_of="17:30", start=at("16:00"))
    assert strip_of(explanation)[2] == ("holiday", "11 00:00", "12 00:00")


def test_no_clock_has_no_strip_and_no_lines() -> None:
    explanation = explain(as_of="10:00", target_minutes=0)
    assert (explanation.strip, explanation.lines) == ((), ())
    assert explanation.reading.flags == ("bad-target",)


def test_the_lines_follow_the_arithmetic_from_start_to_due() -> None:
    entries = Pause(at("11:00"), "waiting_for_parts"), Resume(at("12:00")), ChangeTarget(at("12:30"), 180)
    explanation = explain(*entries, as_of="14:30", floor=at("13:00"))
    assert keys_of(explanation) == [
        "start", "target", "window", "counted", "paused", "counted", "target_changed", "counted",
        "spent", "remaining", "warn", "due", "breached",
    ]  # fmt: skip
    values = {line.key: line.values for line in explanation.lines}
    assert values["target_changed"] == {"at": at("12:30"), "minutes": 180.0}
    assert values["paused"] == {"start": at("11:00"), "end": at("12:00"), "reason": "waiting_for_parts"}
    assert values["due"] == {"at": at("14:00")}
    assert values["spent"] == {"minutes": 210.0}


def test_a_stopped_clock_and_a_moved_window_have_their_lines() -> None:
    entries = Stop(at("11:00")), Reopen(at("12:00")), ChangeWindow(at("12:30"), at("17:00"))
    keys = keys_of(explain(*entries, as_of="13:00"))
    assert keys[:6] == ["start", "target", "counted", "stopped", "counted", "window_changed"]


def test_a_change_that_was_refused_has_no_line() -> None:
    assert "target_changed" not in keys_of(explain(ChangeTarget(at("11:00"), 0), as_of="12:00"))


def test_a_change_at_the_instant_of_reading_still_has_its_line() -> None:
    assert "target_changed" in keys_of(explain(ChangeTarget(at("11:00"), 30), as_of="11:00"))


def test_every_line_carries_the_values_its_key_promises() -> None:
    for row in ROWS:
        explanation = explain_clock(facts_of(row, CALENDARS), datetime.fromisoformat(row["as_of"]))
        for line in explanation.lines:
            assert tuple(line.values) == LINE_KEYS[line.key]
        assert {part.label for part in explanation.strip} <= set(LABELS)
        assert set(explanation.reading.flags) <= set(FLAGS)


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_the_strip_has_no_gap_and_its_open_time_is_the_target(row: dict[str, str]) -> None:
    facts, as_of = facts_of(row, CALENDARS), datetime.fromisoformat(row["as_of"])
    explanation = explain_clock(facts, as_of)
    reading = read_clock(facts, as_of)
    assert explanation.reading == reading
    if reading.due_at is None or reading.target_minutes is None:
        return
    strip = explanation.strip
    assert strip[0].start.timestamp() == facts.start.timestamp()
    assert strip[-1].end.timestamp() == reading.due_at.timestamp()
    assert all(one.end.timestamp() == other.start.timestamp() for one, other in pairwise(strip))
    # Real minutes: subtraction inside one zone would count on the wall clock.
    spans = [part.end.astimezone(UTC) - part.start.astimezone(UTC) for part in strip if part.kind in COUNTING]
    assert sum(spans, timedelta()) / timedelta(minutes=1) == pytest.approx(reading.target_minutes)
    counted = [line.values["minutes"] for line in explanation.lines if line.key == "counted"]
    assert sum(float(str(minutes)) for minutes in counted) == pytest.approx(reading.target_minutes)


def test_a_midnight_that_comes_twice_does_not_hold_the_strip_up() -> None:
    # St. John's put its clocks back at 00:01, to 23:01 of the day before.
    calendar = Calendar(tz="America/St_Johns", week={0: windows("09:00-18:00")}, special_days={date(2010, 11, 7): ()})
    start = datetime(2010, 11, 7, 2, 45, tzinfo=UTC)
    explanation = explain_clock(make_facts(start=start, calendar=calendar), start)
    assert [(part.label, part.start.astimezone(UTC)) for part in explanation.strip[:2]] == [
        ("day_off", start),
        ("holiday", datetime(2010, 11, 7, 3, 30, tzinfo=UTC)),
    ]
