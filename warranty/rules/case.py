"""A case: the facts, the edition, the rest days and the day of decision, as every rule reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from warranty.rules.catalogue import Product
from warranty.rules.counting import LastDay, RestDays, Stretch, last_day, merge
from warranty.rules.edition import Edition, Figure
from warranty.rules.facts import Facts, RepairKind
from warranty.rules.outcome import Entitlement, Note, flag

NATIONAL = "national"
_SURENESS = {"low": 0, "medium": 1, "high": 2}


@dataclass(frozen=True, kw_only=True)
class Case:
    """The question put to the rules. `product` is the catalogue row that holds on the sale day.

    `sold_on` chooses the norms; `fault_on` is what windows and terms test (C6); `national` and `local` are the figures
    in force on the sale day, those of the product's own rule and of the province among them.
    """

    facts: Facts
    edition: Edition
    rest_days: RestDays
    as_of: date
    product: Product
    sold_on: date
    fault_on: date
    national: Mapping[str, Figure]
    local: Mapping[str, Figure]
    _excluded: dict[date, tuple[Stretch, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def find(self, code: str, on: date | None = None) -> Figure | None:
        """Return the figure of the product's own rule or else the national one, on the sale day or on `on`."""
        held = self.national if on is None else self.edition.in_force(_scopes(self.product), on)
        return held.get(code)

    def figure(self, code: str, on: date | None = None) -> Figure:
        """Return a figure that must exist. Raises LookupError: the edition was not checked by the loader."""
        found = self.find(code, on)
        if found is None:
            raise LookupError(f"no figure {code} on {on or self.sold_on}")
        return found

    def overlay(self, code: str) -> Figure | None:
        """Return the local figure that adds to the national floor, or None."""
        return self.local.get(code)

    def moved(self, day: date, *, move: bool = True) -> LastDay:
        """Return a last day moved off a rest day (C4)."""
        return last_day(day, self.rest_days, move=move)

    def window(self, start: date, days: int) -> LastDay:
        """Return the last day of a window of days after its start day (C1, C5)."""
        switch = self.figure("windows_end_on_working_day").value
        return self.moved(start + timedelta(days=days), move=bool(switch))

    def excluded(self, start: date) -> tuple[Stretch, ...]:
        """Return the days since `start` that do not count (C7): repairs and waits, overlaps once, open ones too."""
        if not (self.facts.repairs or self.facts.parts_waits or self.facts.repairer_delays):
            return ()
        known = self._excluded.get(start)
        if known is None:
            known = self._excluded[start] = self._excluded_since(start)
        return known

    def _excluded_since(self, start: date) -> tuple[Stretch, ...]:
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

    def entitle(
        self,
        code: str,
        ground: str,
        figure: Figure,
        *,
        first_day: date | None = None,
        last_day: date | None = None,
    ) -> Entitlement:
        """Return an entitlement under a figure's norm, no surer than the figure and the catalogue row."""
        return Entitlement(
            code=code,
            ground=ground,
            norm=figure.norm,
            article=figure.article,
            confidence=least_sure(figure.confidence, self.product.confidence),
            first_day=first_day,
            last_day=last_day,
        )


def make_case(facts: Facts, edition: Edition, rest_days: RestDays, as_of: date, product: Product) -> Case:
    """Return the question about `facts`; the day of decision stands in where no sale day is known."""
    sold_on, scope = facts.sold_on or as_of, facts.jurisdiction
    return Case(
        facts=facts,
        edition=edition,
        rest_days=rest_days,
        as_of=as_of,
        product=product,
        sold_on=sold_on,
        fault_on=facts.fault_on(as_of),
        national=edition.in_force(_scopes(product), sold_on),
        local=edition.in_force((scope,), sold_on) if scope in edition.scopes else {},
    )


def _scopes(product: Product) -> tuple[str, ...]:
    return (product.rule, NATIONAL) if product.rule else (NATIONAL,)


def least_sure(one: str, other: str) -> str:
    """Return the lower of two confidences."""
    return one if _SURENESS[one] <= _SURENESS[other] else other


def provisional(what: str, last: LastDay) -> tuple[Note, ...]:
    """Return the flag for a last day whose year has no rest days loaded (C4), or nothing."""
    return (flag("provisional_day", what=what, day=last.day),) if last.provisional else ()


def cite(figure: Figure) -> dict[str, str]:
    """Return norm and article of a figure as values of a note."""
    return {"norm": figure.norm, "article": figure.article}
