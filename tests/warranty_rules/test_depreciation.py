"""Depreciation: exact decimals, half up, the cap, the promise."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.warranty_rules.makers import day
from warranty.rules.depreciation import depreciate

PRICES = st.decimals(Decimal("0.01"), Decimal("99999.99"), places=2)
RATES = st.sampled_from([Decimal("0.05"), Decimal("0.1"), Decimal("0.25"), Decimal("0.5")])
YEAR = (day("2023-01-09"), day("2024-01-09"))


@pytest.mark.parametrize(
    ("price", "rate", "returned", "excluded", "amount", "refund"),
    [
        ("1050.00", "0.05", "2023-05-26", 0, "71.93", "978.07"),
        ("5999.00", "0.25", "2023-06-09", 17, "2009.67", "3989.33"),
        ("1999.00", "0.5", "2023-12-31", 0, "1999.00", "0.00"),
        ("3999.00", "0.05", "2023-01-09", 0, "0.00", "3999.00"),
    ],
    ids=["half a fen goes up", "days that do not count", "never above the price", "returned on the start day"],
)
def test_depreciation_is_price_times_rate_times_days(
    price: str, rate: str, returned: str, excluded: int, amount: str, refund: str
) -> None:
    found = depreciate(Decimal(price), Decimal(rate), (day("2023-01-09"), day(returned)), excluded)

    assert (found.amount, found.refund) == (Decimal(amount), Decimal(refund))


def test_a_promise_takes_its_share_of_the_national_sum() -> None:
    found = depreciate(Decimal("1050.00"), Decimal("0.05"), (day("2023-02-06"), day("2023-06-23")), 0, Decimal(50))

    assert (found.uncapped, found.amount) == (Decimal("71.93"), Decimal("35.97"))


def test_a_promise_can_only_lower_the_sum() -> None:
    plain = depreciate(Decimal("1050.00"), Decimal("0.05"), YEAR, 0)

    assert depreciate(Decimal("1050.00"), Decimal("0.05"), YEAR, 0, Decimal(150)).amount == plain.amount


@given(PRICES, RATES, st.integers(0, 500))
def test_the_refund_lies_between_nothing_and_the_price(price: Decimal, rate: Decimal, excluded: int) -> None:
    found = depreciate(price, rate, YEAR, excluded)

    assert 0 <= found.amount <= price
    assert found.amount + found.refund == price
    assert found.days == max(0, 365 - excluded)
