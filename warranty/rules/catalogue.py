"""The catalogue: which product stands in which list, its terms, main parts and rate of depreciation."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Listing(StrEnum):
    """Where a product stands: in a list of a national rule, outside every list, or a service and no goods."""

    LISTED = "listed"
    UNLISTED = "unlisted"
    SERVICE = "service"


@dataclass(frozen=True, kw_only=True)
class Product:
    """A row of the catalogue. `unverified` names the figures that are not known; they are never guessed."""

    code: str
    listing: Listing
    row: str = ""
    rule: str = ""
    norm: str = ""
    first_day: date
    until: date | None = None
    unit_months: int | None = None
    main_part_months: int | None = None
    main_parts: tuple[str, ...] = ()
    accessories: tuple[tuple[str, int], ...] = ()
    depreciation_percent: Decimal | None = None
    large: bool = False
    durable: bool = False
    installed: bool = False
    confidence: str = "high"
    unverified: frozenset[str] = frozenset()

    def in_force(self, day: date) -> bool:
        """Whether the row holds for goods sold on `day`."""
        return self.first_day <= day and (self.until is None or day <= self.until)

    def accessory_months(self, part: str) -> int | None:
        """Return the term of an accessory with a term of its own, in months, or None."""
        return dict(self.accessories).get(part)
