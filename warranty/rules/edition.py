"""One edition of all dated figures, and how a figure, a norm or a product row is found in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from warranty.rules.catalogue import Product

FigureValue = bool | int | str

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
    "repairer_delay_days", "after_repair_days", "fraud_multiple", "fraud_minimum",
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
        for scope in scopes:
            held = [
                figure
                for figure in self.figures
                if figure.code == code
                and figure.scope == scope
                and figure.first_day <= on
                and (figure.until is None or on <= figure.until)
            ]
            if held:
                return max(held, key=lambda figure: figure.first_day)
        return None

    def product(self, code: str, on: date) -> Product | None:
        """Return the catalogue row of a product for goods sold on `on`, or None when no row holds."""
        return next((row for row in self.products if row.code == code and row.in_force(on)), None)

    def knows_product(self, code: str) -> bool:
        """Whether the product stands in any row of any day."""
        return any(row.code == code for row in self.products)

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
