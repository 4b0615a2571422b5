"""One edition of all dated figures, and how a figure, a norm or a product row is found in it."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from operator import attrgetter

from warranty.rules.catalogue import Product
from warranty.rules.counting import ONE_DAY

FigureValue = bool | int | str
_first_day = attrgetter("first_day")

# What a figure may be called and of what type it is; the loader refuses anything else.
FIGURE_TYPES: Mapping[str, type] = {
    "term_start": str,
    "window_start": str,
    "refund_base": str,
    "transport": str,
    "paid_repair_extends_term": bool,
    "refund_without_invoice": bool,
    "windows_end_on_working_day": bool,
    "window_refund_less_depreciation": bool,
    "same_fault_required": bool,
    "refund_rule": bool,
    "depreciation_contested": bool,
    "exchange_restarts_term": bool,
    "exchange_restarts_window": bool,
    "free_repair": bool,
    "exclusions": bool,
    "consumers_only": bool,
    "no_depreciation": bool,
    "burden_whole_term": bool,
    "lost_work_paid": bool,
    "refund_window_days": int,
    "exchange_window_days": int,
    "failed_repairs": int,
    "promise_failed_repairs": int,
    "parts_wait_days": int,
    "repairer_delay_days": int,
    "after_repair_days": int,
    "fraud_multiple": int,
    "fraud_minimum": int,
    "no_reason_days": int,
    "burden_months": int,
    "unlisted_refund_days": int,
    "long_repair_days": int,
    "repair_or_loan_days": int,
    "injury_paid": bool,
    "dignity_redress": bool,
    "dispute_routes": bool,
    "act_fake_goods": bool,
    "act_used_as_new": bool,
    "act_false_price": bool,
    "act_false_claim": bool,
    "act_part_swap": bool,
    "act_invented_work": bool,
    "act_padded_hours": bool,
    "refusal_delay_days": int,
}

FIGURE_WORDS: Mapping[str, frozenset[str]] = {
    "term_start": frozenset({"invoice", "installation", "delivery_or_installation"}),
    "window_start": frozenset({"delivery"}),
    "refund_base": frozenset({"invoice", "paid"}),
    "transport": frozenset({"large_goods", "all"}),
}

# The engine cannot answer without these from the first day it covers.
REQUIRED_FIGURES = (
    "term_start", "refund_base", "transport", "paid_repair_extends_term", "refund_without_invoice",
    "windows_end_on_working_day", "window_refund_less_depreciation", "same_fault_required", "refund_rule",
    "depreciation_contested", "exchange_restarts_term", "exchange_restarts_window", "free_repair", "exclusions",
    "consumers_only", "refund_window_days", "exchange_window_days", "failed_repairs", "parts_wait_days",
    "repairer_delay_days", "after_repair_days", "fraud_multiple", "fraud_minimum", "injury_paid", "dignity_redress",
    "dispute_routes",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Norm:
    """A legal text or a promise, with its official name and the days it is in force."""

    code: str
    name_zh: str
    name_en: str
    first_day: date
    until: date | None
    confidence: str


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One dated figure of one norm. `scope` is `national`, a special rule or a province (`CN-ZJ`)."""

    code: str
    scope: str
    first_day: date
    until: date | None
    value: FigureValue
    norm: str
    article: str
    confidence: str

    @property
    def number(self) -> int:
        """The value of a counting figure."""
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            raise TypeError(f"{self.code} is no number")
        return self.value

    @property
    def amount(self) -> Decimal:
        """The value of a counting figure as a sum of money."""
        return Decimal(self.number)


@dataclass(frozen=True, kw_only=True)
class FreeVisits:
    """Free maintenance visits in a calendar year for some products."""

    products: frozenset[str]
    first_day: date
    until: date | None
    visits_a_year: int
    norm: str
    article: str
    confidence: str


@dataclass(frozen=True, kw_only=True)
class Edition:
    """All figures of one day of maintenance; `code` carries a fingerprint of the files and is kept with decisions."""

    code: str
    first_day: date
    norms: Mapping[str, Norm]
    figures: tuple[Figure, ...]
    products: tuple[Product, ...]
    free_visits: tuple[FreeVisits, ...]
    parts: Mapping[str, str]

    def find(self, code: str, scopes: tuple[str, ...], on: date) -> Figure | None:
        """Return the figure in force on `on` in the first of `scopes` that has one, the newest of that scope."""
        return self.in_force(scopes, on).get(code)

    def in_force(self, scopes: tuple[str, ...], on: date) -> Mapping[str, Figure]:
        """Return the figures in force on `on` by code, as `find` chooses them.

        Between two days on which some figure begins or ends nothing changes, so each such stretch is gathered once.
        """
        key = (scopes, bisect_right(self._turns, on))
        found = self._gathered.get(key)
        if found is None:
            found = self._gathered[key] = self._gather(scopes, on)
        return found

    def _gather(self, scopes: tuple[str, ...], on: date) -> dict[str, Figure]:
        held = [item for item in self.figures if item.first_day <= on and (item.until is None or on <= item.until)]
        found: dict[str, Figure] = {}
        for scope in reversed(scopes):
            found |= {item.code: item for item in sorted(held, key=_first_day) if item.scope == scope}
        return found

    def product(self, code: str, on: date) -> Product | None:
        """Return the catalogue row of a product for goods sold on `on`, or None when no row holds."""
        return next((row for row in self._rows_by_product.get(code, ()) if row.in_force(on)), None)

    def knows_product(self, code: str) -> bool:
        """Whether the product stands in any row of any day."""
        return code in self._rows_by_product

    @cached_property
    def scopes(self) -> frozenset[str]:
        """The scopes that some figure has: the national one, special rules and provinces."""
        return frozenset(item.scope for item in self.figures)

    @cached_property
    def _gathered(self) -> dict[tuple[tuple[str, ...], int], dict[str, Figure]]:
        return {}

    @cached_property
    def _turns(self) -> list[date]:
        """The days on which a figure begins, and those after its last."""
        ends = {item.until + ONE_DAY for item in self.figures if item.until}
        return sorted({item.first_day for item in self.figures} | ends)

    @cached_property
    def _rows_by_product(self) -> Mapping[str, tuple[Product, ...]]:
        found: dict[str, list[Product]] = {}
        for row in self.products:
            found.setdefault(row.code, []).append(row)
        return {code: tuple(rows) for code, rows in found.items()}

    def part(self, name: str) -> str | None:
        """Return the code of a part by its code or another spelling, or None when it is not known."""
        return self.parts.get(name.strip().lower().replace(" ", "_"))

    def free_visits_for(self, product: str, on: date) -> FreeVisits | None:
        """Return the row of the yearly maintenance table for a product on `on`, or None."""
        held = [
            row
            for row in self.free_visits
            if product in row.products and row.first_day <= on and (row.until is None or on <= row.until)
        ]
        return max(held, key=lambda row: row.first_day, default=None)
