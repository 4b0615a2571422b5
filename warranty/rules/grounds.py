"""A ground: one rule that opens an exchange or a refund, with the figure that says so."""

from dataclasses import dataclass
from datetime import date

from warranty.rules.edition import Figure


@dataclass(frozen=True, kw_only=True)
class Ground:
    """`full_refund` marks a ground that gives the price back whole whatever is in stock."""

    code: str
    figure: Figure
    full_refund: bool = False
    last_day: date | None = None
