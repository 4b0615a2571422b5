"""Day counting: month ends, rest days, make-up workdays, overlaps."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.warranty_rules.makers import day, rest_days
from warranty.rules.counting import RestDays, Stretch, add_months, extend, last_day, merge

DAYS = st.dates(date(2004, 1, 1), date(2026, 10, 1))


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("1995-12-01", 12, "1996-12-01"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2023-02-28", 12, "2024-02-28"),
        ("2024-08-31", 6, "2025-02-28"),
        ("2023-08-31", 6, "2024-02-29"),
        ("2024-12-15", 1, "2025-01-15"),
        ("2025-01-31", 36, "2028-01-31"),
    ],
)
def test_a_term_of_months_ends_on_the_same_date_or_the_month_end(start: str, months: int, end: str) -> None:
    assert add_months(day(start), months) == day(end)


def test_a_last_day_in_a_long_holiday_moves_behind_it() -> None:
    last = last_day(day("2025-10-01"), rest_days())

    assert (last.day, last.unmoved, last.moved, last.provisional) == (
        day("2025-10-09"),
        day("2025-10-01"),
        True,
        False,
    )


def test_a_make_up_sunday_is_a_working_day() -> None:
    assert last_day(day("2025-09-28"), rest_days()).day == day("2025-09-28")


def test_a_last_day_stays_where_moving_is_switched_off() -> None:
    last = last_day(day("2025-10-01"), rest_days(), move=False)

    assert (last.day, last.provisional) == (day("2025-10-01"), False)


@pytest.mark.parametrize("sunday", ["1996-12-01", "2027-03-07"])
def test_in_a_year_without_rest_days_a_last_day_stays_and_is_provisional(sunday: str) -> None:
    last = last_day(day(sunday), rest_days())

    assert (last.day, last.moved, last.provisional) == (day(sunday), False, True)


def test_a_move_into_an_unloaded_year_is_provisional() -> None:
    loaded = RestDays(holidays=frozenset({day("2026-12-31")}), loaded_years=frozenset({2026}))

    last = last_day(day("2026-12-31"), loaded)

    assert (last.day, last.provisional) == (day("2027-01-01"), True)


@given(DAYS)
def test_a_moved_last_day_is_the_first_working_day_not_before(start: date) -> None:
    end = last_day(start, rest_days()).day

    assert end >= start
    assert not rest_days().is_rest(end)
    assert all(rest_days().is_rest(start + timedelta(days=n)) for n in range((end - start).days))


@given(st.lists(st.tuples(DAYS, st.integers(0, 60)), max_size=8))
def test_merged_stretches_count_each_night_once(spans: list[tuple[date, int]]) -> None:
    stretches = [Stretch(first, first + timedelta(days=days)) for first, days in spans]
    nights = {item.first + timedelta(days=n) for item in stretches for n in range(item.days)}

    merged = merge(stretches)

    assert sum(item.days for item in merged) == len(nights)
    assert list(merged) == sorted(merged, key=lambda item: item.first)


def test_a_repair_that_begins_on_the_last_day_extends_the_term_and_a_later_one_does_not() -> None:
    on_last = Stretch(day("2023-03-14"), day("2023-03-16"))
    after = Stretch(day("2023-05-01"), day("2023-05-31"))

    extended = extend(day("2023-03-14"), [on_last, after], rest_days())

    assert (extended.last.day, extended.excluded_days) == (day("2023-03-16"), 2)


def test_an_extension_carries_a_term_over_the_start_of_the_next_repair() -> None:
    first = Stretch(day("2023-03-10"), day("2023-03-15"))
    second = Stretch(day("2023-03-17"), day("2023-03-20"))

    assert extend(day("2023-03-14"), [first, second], rest_days()).last.day == day("2023-03-22")
