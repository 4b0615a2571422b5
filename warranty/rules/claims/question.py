"""A claim with the figures it is answered from, as every rule of the guide reads them."""

from dataclasses import dataclass
from datetime import date

from warranty.rules.case import NATIONAL
from warranty.rules.claims.claim import Claim
from warranty.rules.counting import RestDays
from warranty.rules.edition import Edition, Figure


@dataclass(frozen=True, kw_only=True)
class Question:
    """The claim, an edition, the rest days and the day of the answer."""

    claim: Claim
    edition: Edition
    rest_days: RestDays
    as_of: date

    def find(self, code: str) -> Figure | None:
        """Return the national figure in force on the day of the event, or None."""
        return self.edition.find(code, (NATIONAL,), self.claim.event_on)

    def figure(self, code: str) -> Figure:
        """Return a figure that every day of the edition has. Raises LookupError when the files lack it."""
        found = self.find(code)
        if found is None:
            raise LookupError(f"no figure {code} on {self.claim.event_on}")
        return found

    def local(self, code: str) -> Figure | None:
        """Return the figure that local law adds on the day of the event, or None."""
        return self.edition.find(code, (self.claim.jurisdiction,), self.claim.event_on)
