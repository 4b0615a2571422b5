"""Windows, days and zones: when a calendar is open, and how much time lies between two instants."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from servicedesk.sla.arithmetic import (
    Calendar,
    CalendarError,
    Interval,
    NeverOpensError,
    add_minutes,
    end_of_next_open_day,
    minutes_between,
    open_spans,
)
from tests.servicedesk.sla_arithmetic.makers import at, make_always_open, make_calendar, utc, windows

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("text", "opens", "closes"),
    [
        ("09:00-18:00", 540, 1080),
        ("00:00-24:00", 0, 1440),
        ("22:00-06:00", 1320, 1800),
        ("09:00-09:00", 540, 540),
        (" 23:59-24:00 ", 1439, 1440),
    ],
)
def test_a_window_is_read_in_minutes_of_its_day(text: str, opens: int, closes: int) -> None:
    assert Interval.parse(text) == Interval(opens, closes)


@pytest.mark.parametrize("text", ["9-18", "24:00-06:00", "09:00-24:01", "09:60-10:00", "09:00", "", "25:00-26:00"])
def test_a_window_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(CalendarError, match="is not HH:MM-HH:MM"):
        Interval.parse(text)


@pytest.mark.parametrize(("opens", "closes"), [(-1, 60), (1440, 1500), (600, 540), (540, 540 + 1441)])
def test_window_ends_out_of_order_or_range_are_refused(opens: int, closes: int) -> None:
    with pytest.raises(CalendarError, match="out of order"):
        Interval(opens, closes)


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(CalendarError, match="Mars/Base"):
        make_calendar(tz="Mars/Base")


def test_an_unknown_weekday_is_refused() -> None:
    with pytest.raises(CalendarError, match="weekday 7"):
        make_calendar(days=[7])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"tz": "Asia/Shanghai", "week": {"moon": []}}, "'moon' is not a weekday"),
        ({"tz": "Asia/Shanghai", "week": []}, None),
        ({"tz": "Asia/Shanghai", "week": ["mon"]}, "week is not an object"),
        ({"tz": "Asia/Shanghai", "week": {"mon": "09:00-18:00"}}, "week mon is not a list"),
        ({"tz": "Asia/Shanghai", "special_days": {"2026-02-30": []}}, "'2026-02-30' is not a date"),
        ({"tz": "Asia/Shanghai", "special_days": {"2026-02-20": ["x"]}}, "special day 2026-02-20: window 'x'"),
        ({"tz": "Asia/Shanghai", "years_with_holiday_data": 2026}, "not a list of years"),
        ({"week": {}}, "time zone ''"),
    ],
)
def test_a_shape_that_is_wrong_is_named(data: dict[str, object], words: str | None) -> None:
    if words is None:
        assert Calendar.from_dict(data).week == {}
        return
    with pytest.raises(CalendarError, match=words):
        Calendar.from_dict(data)


def test_a_special_day_replaces_the_windows_of_its_weekday() -> None:
    tuesday = date(2026, 3, 10)
    calendar = make_calendar(special_days={tuesday: windows("10:00-12:00")})
    assert calendar.windows_on(tuesday) == windows("10:00-12:00")
    assert calendar.windows_on(date(2026, 3, 11)) == windows("09:00-18:00")


def test_time_used_up_at_the_close_ends_at_the_close() -> None:
    assert add_minutes(make_calendar(), at("17:00"), 60) == at("18:00")


def test_nothing_to_use_up_ends_at_once_also_while_closed() -> None:
    assert add_minutes(make_calendar(), at("20:00"), 0) == at("20:00")


def test_the_instant_of_closing_is_closed() -> None:
    assert add_minutes(make_calendar(), at("18:00"), 1) == at("11 09:01")
    assert minutes_between(make_calendar(), at("18:00"), at("11 09:00")) == 0


def test_seconds_and_microseconds_are_kept() -> None:
    start = at("17:59:30") + timedelta(microseconds=7)
    assert add_minutes(make_calendar(), start, 1) == at("11 09:00:30") + timedelta(microseconds=7)


def test_an_end_before_the_start_holds_no_minutes() -> None:
    assert minutes_between(make_calendar(), at("12:00"), at("10:00")) == 0
    assert open_spans(make_calendar(), at("12:00"), at("12:00")) == []


def test_the_answer_stands_in_the_zone_of_the_calendar() -> None:
    due = add_minutes(make_calendar(), utc(2026, 3, 10, 2), 60)
    assert due.isoformat() == "2026-03-10T11:00:00+08:00"


def test_overlapping_windows_count_once() -> None:
    calendar = make_calendar("09:00-13:00", "12:00-18:00")
    assert minutes_between(calendar, at("00:00"), at("23:00")) == 540


def test_a_night_shift_overlapping_the_next_morning_counts_once() -> None:
    calendar = make_calendar("05:00-09:00", "22:00-06:00")
    assert minutes_between(calendar, at("22:00"), at("11 09:00")) == 11 * 60


def test_windows_that_touch_at_midnight_are_one_span() -> None:
    spans = open_spans(make_calendar("00:00-24:00"), at("22:00"), at("11 03:00"))
    assert spans == [(at("22:00"), at("11 03:00"))]


def test_a_night_shift_runs_into_the_holiday_on_which_none_opens() -> None:
    calendar = make_calendar("22:00-06:00", special_days={date(2026, 3, 11): ()})
    spans = open_spans(calendar, at("10 00:00"), at("13 00:00"))
    assert spans == [
        (at("10 00:00"), at("10 06:00")),
        (at("10 22:00"), at("11 06:00")),
        (at("12 22:00"), at("13 00:00")),
    ]


def test_a_span_is_clipped_at_both_ends() -> None:
    assert open_spans(make_calendar(), at("10:30"), at("11:30")) == [(at("10:30"), at("11:30"))]


@pytest.mark.parametrize("tz", ["America/New_York", "Australia/Lord_Howe", "Europe/London", "America/Sao_Paulo"])
def test_a_calendar_open_all_the_time_counts_real_minutes_through_the_year(tz: str) -> None:
    calendar = make_always_open(tz)
    start = utc(2018, 1, 1, 5, 7)
    for day in range(0, 365, 5):
        minutes = day * 1440 + 1
        assert add_minutes(calendar, start, minutes) == start + timedelta(minutes=minutes)


@pytest.mark.parametrize("tz", ["America/New_York", "Australia/Lord_Howe", "Europe/London", "America/Sao_Paulo"])
def test_the_fast_path_and_the_day_by_day_walk_agree(tz: str) -> None:
    fast = make_always_open(tz)
    slow = make_calendar("00:00-12:00", "12:00-24:00", days=range(7), tz=tz)
    object.__setattr__(slow, "always_open", False)
    for month in range(1, 13):
        start, end = utc(2018, month, 3, 1, 1), utc(2018, month, 28, 22)
        assert minutes_between(slow, start, end) == minutes_between(fast, start, end)
        assert add_minutes(slow, start, 31_000) == add_minutes(fast, start, 31_000)


def test_one_minute_closed_a_day_takes_the_fast_path_away() -> None:
    assert not make_calendar("00:00-23:59", days=range(7)).always_open
    assert not make_calendar("00:01-24:00", days=range(7)).always_open
    assert make_calendar("00:00-13:00", "12:00-24:00", days=range(7)).always_open


def test_one_special_day_that_is_closed_takes_the_fast_path_away() -> None:
    calendar = make_calendar("00:00-24:00", days=range(7), special_days={date(2026, 3, 11): ()})
    assert not calendar.always_open
    assert add_minutes(calendar, at("10 23:00"), 120) == at("12 01:00")


def test_an_opening_in_the_spring_gap_is_read_with_the_offset_before_it() -> None:
    calendar = make_calendar("02:30-06:00", days=range(7), tz="America/New_York")
    ((opens, _),) = open_spans(calendar, utc(2026, 3, 8, 5), utc(2026, 3, 8, 20))
    assert opens == utc(2026, 3, 8, 7, 30)


def test_an_opening_in_the_repeated_hour_is_its_first_occurrence() -> None:
    calendar = make_calendar("01:30-05:00", days=range(7), tz="America/New_York")
    assert minutes_between(calendar, utc(2026, 11, 1, 4), utc(2026, 11, 1, 20)) == 270
    second = datetime(2026, 11, 1, 1, 15, tzinfo=NEW_YORK, fold=1)
    assert add_minutes(calendar, second, 60) == utc(2026, 11, 1, 7, 15)


def test_a_window_swallowed_by_the_spring_gap_does_not_open() -> None:
    calendar = make_calendar("02:30-03:15", days=[6], tz="America/New_York")
    assert minutes_between(calendar, utc(2026, 3, 8), utc(2026, 3, 9)) == 0


@pytest.mark.parametrize(
    "calendar",
    [
        Calendar(tz="Asia/Shanghai", week={}),
        make_calendar("09:00-09:00", days=range(7)),
        Calendar(tz="Asia/Shanghai", week={}, special_days={date(2026, 3, 9): windows("09:00-18:00")}),
        Calendar(tz="Asia/Shanghai", week={}, special_days={date(2026, 3, 11): windows("09:00-09:59")}),
    ],
)
def test_a_calendar_that_never_opens_long_enough_says_so(calendar: Calendar) -> None:
    with pytest.raises(NeverOpensError):
        add_minutes(calendar, at("10:00"), 60)


def test_an_amount_beyond_twenty_years_of_openings_says_so() -> None:
    with pytest.raises(NeverOpensError):
        add_minutes(make_calendar("10:00-11:00", days=[6]), at("10:00"), 60 * 52 * 21)


@pytest.mark.parametrize("minutes", [-1, float("nan"), float("inf"), 1e12])
def test_an_amount_out_of_range_is_refused(minutes: float) -> None:
    with pytest.raises(ValueError, match="is not between"):
        add_minutes(make_calendar(), at("10:00"), minutes)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        add_minutes(make_calendar(), datetime(2026, 3, 10, 10), 1)


def test_the_next_calling_day_ends_at_its_close() -> None:
    calling = make_calendar("09:00-20:00", days=range(7))
    assert end_of_next_open_day(calling, at("08:00")) == at("11 20:00")


def test_the_next_open_day_skips_days_off_and_may_end_after_midnight() -> None:
    late = make_calendar("18:00-02:00", special_days={date(2026, 3, 11): ()})
    assert end_of_next_open_day(late, at("10:00")) == at("13 02:00")


def test_no_next_open_day_says_so() -> None:
    with pytest.raises(NeverOpensError):
        end_of_next_open_day(Calendar(tz="Asia/Shanghai", week={}), at("10:00"))


def test_a_year_without_loaded_days_lacks_holiday_data_by_local_date() -> None:
    calendar = make_calendar(years_with_holiday_data=frozenset({2026}))
    assert not calendar.lacks_holiday_data(utc(2026, 12, 31, 15, 59))
    assert calendar.lacks_holiday_data(utc(2026, 12, 31, 16))
    assert not make_calendar().lacks_holiday_data(utc(2050, 1, 1))


def test_a_long_life_does_not_make_the_memory_of_days_grow_for_ever() -> None:
    calendar = make_calendar()
    first = minutes_between(calendar, utc(1990, 1, 1), utc(2030, 1, 1))
    assert first == minutes_between(calendar, utc(1990, 1, 1), utc(2030, 1, 1))
    assert len(calendar._days) <= 8192
