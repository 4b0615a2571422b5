"""The one answer of the rules to a proposal: what it breaks, what it costs, and the smallest change that fits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from dispatch.rules.check import broken_hard, findings_of
from dispatch.rules.gaps import STEP, local_day, snap_up
from dispatch.rules.score import Score, score_of
from dispatch.rules.values import Finding, Job, Person, Span

TIMELY_CODES = frozenset({"absent", "outside_shift", "double_booked"})


@dataclass(frozen=True)
class Change:
    """The smallest change that makes a proposal fit: its kind and the values its sentence names.

    `start` another start of the same technician on that day, `supervisor` a supervisor's word, `paper` a certificate
    that holds on the day, `skill` the skill that holds on the day.
    """

    kind: str
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Verdict:
    """What the rules say to a proposal; the same for candidates, board, booking, API and import."""

    findings: tuple[Finding, ...]
    score: Score
    change: Change | None = None

    @property
    def hard(self) -> tuple[Finding, ...]:
        """What forbids it."""
        return tuple(one for one in self.findings if one.hard)

    @property
    def soft(self) -> tuple[Finding, ...]:
        """What wants a reason."""
        return tuple(one for one in self.findings if not one.hard)

    @property
    def code(self) -> str:
        """The code of the refusal; empty where nothing forbids it."""
        return self.hard[0].code if self.hard else ""


def judge(person: Person, job: Job, span: Span, earliest: datetime, *, with_change: bool = True) -> Verdict:
    """What the rules say to sending `person` in `span`, as things stand; nothing before `earliest` is proposed."""
    findings = findings_of(person, job, span)
    change = smallest_change(person, job, span, earliest, findings) if findings and with_change else None
    return Verdict(findings, score_of(person, job, span, earliest), change)


def smallest_change(
    person: Person, job: Job, span: Span, earliest: datetime, findings: tuple[Finding, ...]
) -> Change | None:
    """The smallest change that fits; None where only somebody else does.

    Another start of the same day where time alone is in the way: free of hard findings, or of all where only soft ones
    are in the way.
    """
    hard = [one for one in findings if one.hard]
    lasting = [one for one in hard if one.code not in TIMELY_CODES]
    if lasting:
        return _beside_time(lasting)
    for start in _starts_by_distance(job, span, earliest):
        moved = Span(start, start + (span.end - span.start))
        if not (broken_hard if hard else findings_of)(person, job, moved):
            return Change(
                "start",
                {"start": start.astimezone(job.zone), "minutes": round((start - span.start) / timedelta(minutes=1))},
            )
    return None


def _beside_time(lasting: list[Finding]) -> Change | None:
    """What other than a time would have to change, where it is one thing only."""
    if len(lasting) > 1:
        return None
    only = lasting[0]
    if only.waivable:
        return Change("supervisor")
    if only.code == "no_certificate":
        return Change("paper", {"day": only.values["day"]})
    if only.code == "skill_lapsed":
        return Change("skill", {"day": only.values["day"]})
    return None


def _starts_by_distance(job: Job, span: Span, earliest: datetime) -> Iterator[datetime]:
    """The quarter hours of the job's local day from `earliest` on, the nearest to the proposed start first."""
    day = local_day(job, span.start)
    first = snap_up(max(day.start, earliest))
    count = max(0, -(-(day.end - first) // STEP))
    starts = [first + STEP * step for step in range(count)]
    yield from sorted(starts, key=lambda start: (abs(start - span.start), start))
