"""Answers that are more than a tick: a measured number against its limits, and a choice.

Pure: plain values in, plain values out.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

LONGEST_NUMBER = 12


@dataclass(frozen=True)
class Limits:
    """The norm is kept from `low` to `high`; nobody can measure below `least` or above `most`."""

    low: Decimal | None = None
    high: Decimal | None = None
    least: Decimal | None = None
    most: Decimal | None = None

    def is_possible(self, value: Decimal) -> bool:
        """Whether it can have been measured."""
        return _between(self.least, value, self.most)

    def is_kept(self, value: Decimal) -> bool:
        """Whether the norm is kept."""
        return _between(self.low, value, self.high)


@dataclass(frozen=True)
class Option:
    """One of the answers of a choice, in both languages; one that `fails` does not keep the norm."""

    code: str
    zh: str
    en: str
    fails: bool = False


def number_from(text: str) -> Decimal | None:
    """The number somebody typed, full-width digits included; None for anything else."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain or len(plain) > LONGEST_NUMBER:
        return None
    try:
        found = Decimal(plain)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def plain_number(value: Decimal | None) -> str:
    """A limit without zeros behind the point; an open one as an ellipsis."""
    return "…" if value is None else f"{value.normalize():f}"


def limits_text(limits: Limits, unit: str) -> str:
    """From where to where the norm is kept: "198–235 V", "≥ 8 ℃", "≤ 10 ℃"; empty without limits."""
    low, high = limits.low, limits.high
    if low is None and high is None:
        return ""
    if high is None:
        found = f"≥ {plain_number(low)}"
    elif low is None:
        found = f"≤ {plain_number(high)}"
    else:
        found = f"{plain_number(low)}–{plain_number(high)}"
    return f"{found} {unit}".strip()


def option_named(options: Sequence[Option], code: str) -> Option | None:
    """The option with that code."""
    return next((one for one in options if one.code == code), None)


def _between(low: Decimal | None, value: Decimal, high: Decimal | None) -> bool:
    return (low is None or low <= value) and (high is None or value <= high)
