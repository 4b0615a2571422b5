"""One job as the pane beside the board tells it: what the rules say to the place it has, and what that costs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dispatch.models import ACTIVE, Assignment
from dispatch.rules import Span, Verdict
from dispatch.selectors.proposals import verdict_of
from dispatch.telling import score_kept, score_told
from dispatch.wording import words_of
from servicedesk.sla.selectors import Chip, chips
from servicedesk.tickets.models import Ticket


@dataclass(frozen=True)
class LookedAt:
    """A ticket with its present or last assignment, and the verdict on it while somebody is still to come."""

    assignment: Assignment | None
    verdict: Verdict | None
    chips: list[Chip]

    @property
    def sentences(self) -> list[str]:
        """What speaks against the place it has."""
        return [words_of(finding) for finding in self.verdict.findings] if self.verdict else []

    @property
    def score(self) -> dict[str, Any] | None:
        """The score as of now, else the one it was booked with."""
        if self.verdict is not None:
            return score_told(self.verdict.score)
        return None if self.assignment is None else score_kept(self.assignment)


def looked_at(ticket: Ticket, now: datetime) -> LookedAt:
    """The job of `ticket`."""
    leads = ticket.assignments.filter(part=Assignment.Part.LEAD)
    leads = leads.select_related("technician__user", "technician__outlet")
    assignment = leads.filter(state__in=ACTIVE).first() or leads.order_by("-pk").first()
    verdict = None
    if assignment is not None and assignment.is_active:
        span = Span(assignment.span.lower, assignment.span.upper)
        verdict = verdict_of(ticket, assignment.technician, span, now)
    return LookedAt(assignment, verdict, [chip for chip in chips([ticket], now)[ticket.pk] if chip.is_open])
