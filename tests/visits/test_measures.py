"""Numbers with limits and choices (visits/measures.py)."""

from decimal import Decimal

import pytest

from visits.measures import Limits, Option, limits_text, number_from, option_named

VOLTS = Limits(Decimal(198), Decimal(235), Decimal(0), Decimal(500))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("220", "220"),
        (" 220.5 ", "220.5"),
        ("２２０．５", "220.5"),
        ("-18", "-18"),
        ("+3", "3"),
        ("0", "0"),
        ("", None),
        ("220V", None),
        ("1,000", None),
        ("1 000", None),
        ("NaN", None),
        ("Infinity", None),
        ("1" * 13, None),
        ("二百二", None),
    ],
)
def test_a_number_is_what_can_be_read_as_one_without_doubt(text: str, number: str | None) -> None:
    assert number_from(text) == (None if number is None else Decimal(number))


@pytest.mark.parametrize(
    ("value", "possible", "kept"),
    [
        ("-1", False, False),
        ("0", True, False),
        ("197.9", True, False),
        ("198", True, True),
        ("235", True, True),
        ("235.1", True, False),
        ("500", True, False),
        ("501", False, False),
    ],
)
def test_limits_hold_on_both_ends(value: str, possible: bool, kept: bool) -> None:
    assert (VOLTS.is_possible(Decimal(value)), VOLTS.is_kept(Decimal(value))) == (possible, kept)


def test_a_limit_that_is_not_set_does_not_limit() -> None:
    assert Limits().is_possible(Decimal(10**9))
    assert Limits(low=Decimal(8)).is_kept(Decimal(10**9))


@pytest.mark.parametrize(
    ("limits", "unit", "text"),
    [
        (VOLTS, "V", "198–235 V"),
        (Limits(low=Decimal("8.000")), "℃", "≥ 8 ℃"),
        (Limits(high=Decimal("0.500")), "MΩ", "≤ 0.5 MΩ"),
        (Limits(least=Decimal(0)), "V", ""),
        (Limits(low=Decimal(100)), "", "≥ 100"),
    ],
)
def test_limits_are_told_in_short(limits: Limits, unit: str, text: str) -> None:
    assert limits_text(limits, unit) == text


def test_an_option_is_found_by_its_code() -> None:
    options = [Option("ok", "好", "Good"), Option("bad", "不好", "Bad", fails=True)]
    assert option_named(options, "bad") == options[1]
    assert option_named(options, "Bad") is None
