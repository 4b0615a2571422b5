"""A case: the facts, the edition, the rest days and the day of decision, as every rule reads them."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from warranty.rules.catalogue import Product
from warranty.rules.counting import LastDay, RestDays, Stretch, last_day, merge
from warranty.rules.edition import Edition, Figure
from warranty.rules.facts import Facts, RepairKind
from warranty.rules.outcome import Entitlement, Finding, flag

NATIONAL = "national"


@dataclass(frozen=True, kw_only=True)
class Case:
    """The question put to the rules. `product` is the catalogue row that holds on the sale day."""

    facts: Facts
    edition: Edition
    rest_days: RestDays
    as_of: date
    product: Product

    @property
    def sold_on(self) -> date:
        """The day that chooses the norms; the day of decision stands in where no sale day is known."""
        return self.facts.sold_on or self.as_of

    @property
    def fault_on(self) -> date:
        """The day that windows and terms test (C6)."""
        return self.facts.fault_on(self.as_of)

    def find(self, code: str, on: date | None = None) -> Figure | None:
        """Return the figure of the product's own rule or else the national one, on the sale day or on `on`."""
        scopes = (self.product.rule, NATIONAL) if self.product.rule else (NATIONAL,)
        return self.edition.find(code, scopes, on or self.sold_on)

    def figure(self, code: str, on: date | None = None) -> Figure:
        """Return a figure that must exist. Raises LookupError: the edition was not checked by the loader."""
        found = self.find(code, on)
        if found is None:
            raise LookupError(f"no figure {code} on {on or self.sold_on}")
        return found

    def overlay(self, code: str) -> Figure | None:
        """Return the local figure that adds to the national floor, or None."""
        return self.edition.find(code, (self.facts.jurisdiction,), self.sold_on)

    def moved(self, day: date, *, move: bool = True) -> LastDay:
        """Return a last day moved off a rest day (C4)."""
        return last_day(day, self.rest_days, move=move)

    def window(self, start: date, days: int) -> LastDay:
        """Return the last day of a window of days after its start day (C1, C5)."""
        switch = self.figure("windows_end_on_working_day").value
        return self.moved(start + timedelta(days=days), move=bool(switch))

    def excluded(self, start: date) -> tuple[Stretch, ...]:
        """Return the days since `start` that do not count (C7): repairs and waits, overlaps once, open ones too."""
        counted = {RepairKind.WARRANTY}
        if self.figure("paid_repair_extends_term").value:
            counted.add(RepairKind.PAID)
        spans = [(item.handed_on, item.returned_on) for item in self.facts.repairs if item.kind in counted]
        waits = self.facts.parts_waits + self.facts.repairer_delays
        spans += [(wait.first, wait.last) for wait in waits]
        # An open line from before the start belongs to the unit that was exchanged.
        held = [(first, last or (self.as_of if first >= start else start)) for first, last in spans]
        return merge(Stretch(max(first, start), last) for first, last in held if last >= start)

    def price(self) -> Decimal | None:
        """Return the sum a refund is made from: the invoice price, or what was really paid where that law holds."""
        by_payment = self.figure("refund_base").value == "paid"
        return self.facts.price_paid if by_payment and self.facts.price_paid else self.facts.price

    def entitle(self, code: str, ground: str, figure: Figure, **details: date | None) -> Entitlement:
        """Return an entitlement under a figure's norm, no surer than the figure and the catalogue row."""
        return Entitlement(
            code=code,
            ground=ground,
            norm=figure.norm,
            article=figure.article,
            confidence=least_sure(figure.confidence, self.product.confidence),
            first_day=details.get("first_day"),
            last_day=details.get("last_day"),
        )


def least_sure(*confidences: str) -> str:
    """Return the lowest of some confidences."""
    order = ("low", "medium", "high")
    return min(confidences, key=order.index)


def provisional(what: str, last: LastDay) -> Finding:
    """Return the flag for a last day whose year has no rest days loaded (C4), or nothing."""
    return Finding(flags=(flag("provisional_day", what=what, day=last.day),) if last.provisional else ())


def cite(figure: Figure) -> dict[str, str]:
    """Return norm and article of a figure as values of a note."""
    return {"norm": figure.norm, "article": figure.article}
