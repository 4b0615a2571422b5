"""Depreciation (R458 art. 13, convention C10): the one case in which the customer pays for the use."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

FEN = Decimal("0.01")
PERCENT = Decimal(100)


@dataclass(frozen=True, kw_only=True)
class Depreciation:
    """The sum and how it came about. Money in yuan, the rate in percent of the price a day."""

    price: Decimal
    rate_percent: Decimal
    start: date
    returned: date
    elapsed_days: int
    excluded_days: int
    days: int
    uncapped: Decimal
    promised_percent: Decimal | None
    amount: Decimal
    refund: Decimal


def to_fen(amount: Decimal) -> Decimal:
    """Return a sum rounded half up to the fen."""
    return amount.quantize(FEN, rounding=ROUND_HALF_UP)


def depreciate(
    price: Decimal,
    rate_percent: Decimal,
    period: tuple[date, date],
    excluded_days: int,
    promised_percent: Decimal | None = None,
) -> Depreciation:
    """Return the depreciation over a period from start to return day, less days that do not count.

    Price times rate times days, rounded half up, at most the price; by promise only `promised_percent` of that sum.
    """
    start, returned = period
    elapsed = (returned - start).days
    days = max(0, elapsed - excluded_days)
    uncapped = to_fen(price * rate_percent * days / PERCENT)
    amount = min(uncapped, to_fen(price))
    if promised_percent is not None:
        amount = min(amount, to_fen(amount * promised_percent / PERCENT))
    return Depreciation(
        price=price,
        rate_percent=rate_percent,
        start=start,
        returned=returned,
        elapsed_days=elapsed,
        excluded_days=excluded_days,
        days=days,
        uncapped=uncapped,
        promised_percent=promised_percent,
        amount=amount,
        refund=to_fen(price) - amount,
    )
