"""Why a clock is due when it is: the policy and why it was chosen, the strip of time, every pause, the arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from servicedesk.people.models import User
from servicedesk.sla import ledger, policy
from servicedesk.sla.arithmetic import Explanation, explain_clock
from servicedesk.sla.calendars import calendars
from servicedesk.sla.models import Bearer, SlaClock, SlaEvent, SlaPolicy, SlaSegment, SlaTarget
from servicedesk.worktime.selectors import NamedDay


@dataclass(frozen=True)
class PauseFact:
    """One stretch in which the clock stood still for a reason; `until` is None while it still does."""

    reason: str
    since: datetime
    until: datetime | None
    actor: User | None
    note: str
    proof: str
    bearer: str
    expected_end_at: datetime | None

    @property
    def bearer_words(self) -> str:
        """Who bears the time, in the reader's language."""
        return str(Bearer(self.bearer).label) if self.bearer else ""


@dataclass(frozen=True)
class WindowFact:
    """The requested window was set to end at `until`, or taken back where that is None."""

    at: datetime
    until: datetime | None
    actor: User | None


@dataclass(frozen=True)
class Why:
    """All that a page needs to show why `clock` is due when it is, as of an instant.

    `criteria` are the traits for which the policy was chosen, the strongest first; `explanation` holds the reading,
    the strip and the lines of the arithmetic; `days` are the public and special days that the strip touches.
    """

    clock: SlaClock
    policy: SlaPolicy
    target: SlaTarget
    criteria: list[str]
    explanation: Explanation
    pauses: list[PauseFact]
    windows: list[WindowFact]
    events: list[SlaEvent]
    days: dict[Any, NamedDay]


def clock_of_ticket(ticket: Any, clock_id: int) -> SlaClock | None:
    """The clock of that id if it is one of `ticket`, with its target, policy and calendar."""
    wanted = SlaClock.objects.select_related("target__policy__region", "target__calendar")
    return wanted.filter(pk=clock_id, ticket=ticket).first()


def explain(clock: SlaClock, now: datetime) -> Why:
    """Why `clock` is due when it is, as of `now`, read from its ledger; three queries."""
    lines = list(SlaSegment.objects.filter(clock=clock).select_related("actor").order_by("id"))
    book = calendars()
    moments = [now, clock.started_at, *(line.at for line in lines)]
    if clock.stopped_at is not None:
        moments = moments[1:]
    explanation = explain_clock(ledger.facts_of(clock, lines, book), max(moments))
    touched = {piece.start.date() for piece in explanation.strip}
    return Why(
        clock=clock,
        policy=clock.target.policy,
        target=clock.target,
        criteria=policy.criteria_of(clock.target.policy),
        explanation=explanation,
        pauses=pauses_of(lines),
        windows=[
            WindowFact(line.at, line.expected_end_at, line.actor)
            for line in lines
            if line.kind == SlaSegment.Kind.WINDOW
        ],
        events=list(clock.events.filter(cycle=clock.cycle).order_by("id")),
        days={day: fact for day, fact in book.book.days_of(clock.target.calendar_id).items() if day in touched},
    )


def pauses_of(lines: Sequence[SlaSegment]) -> list[PauseFact]:
    """Each pause by its reason, in the order they began; two reasons at one time are two pauses."""
    opened: dict[str, SlaSegment] = {}
    found: list[PauseFact] = []
    for place, line in enumerate(lines):
        reasons = ledger.open_reasons(lines[: place + 1])
        ended = [reason for reason in opened if reason not in reasons]
        found += [_pause(opened.pop(reason), line.at) for reason in ended]
        if line.kind == SlaSegment.Kind.PAUSED and line.reason not in opened:
            opened[line.reason] = line
    found += [_pause(line, None) for line in opened.values()]
    return sorted(found, key=lambda pause: pause.since)


def _pause(line: SlaSegment, until: datetime | None) -> PauseFact:
    return PauseFact(line.reason, line.at, until, line.actor, line.note, line.proof, line.bearer, line.expected_end_at)
