"""A ticket tried out: which policy each clock would follow and why, and the moments of the ladder it would climb.

Nothing is saved. A moment is counted as clocks count: a share of the target in the minutes of its calendar.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from servicedesk.calendars.tester import Trial, try_out
from servicedesk.clock import LOCAL
from servicedesk.sla.arithmetic import Explanation
from servicedesk.sla.calendars import Calendars
from servicedesk.sla.escalation.climbing import rested
from servicedesk.sla.escalation.ladders import BREACH, Climb, Rules
from servicedesk.sla.models import ClockKind, SlaTarget
from servicedesk.sla.policy import Traits, choose, misfits
from servicedesk.sla.services import target_minutes

REPEATS_SHOWN = 3


@dataclass(frozen=True)
class Candidate:
    """A policy that promises the clock: `misses` are the criteria that the ticket does not meet."""

    target: SlaTarget
    misses: list[str]
    wins: bool


@dataclass(frozen=True)
class Moment:
    """An instant on the way of a clock.

    `kind` is start, warn, due, step or repeat; `step_id` says who is told, None where nobody is; `rests_from` is the
    instant itself where the quiet hours put it off.
    """

    at: datetime
    kind: str
    percent: int | None = None
    step_id: int | None = None
    rests_from: datetime | None = None


def candidates(targets: Sequence[SlaTarget], kind: str, traits: Traits) -> list[Candidate]:
    """All that promise the clock: the one that wins, those that fit less well, those that do not fit."""
    chosen = choose(targets, kind, traits)
    found = [
        Candidate(target, misfits(target.policy, traits), target is chosen)
        for target in targets
        if target.clock == kind
    ]
    return sorted(
        found,
        key=lambda one: (bool(one.misses), -one.target.policy.specificity, one.target.policy.code),
    )


def clocks_promised(targets: Sequence[SlaTarget]) -> Iterator[str]:
    """The clocks that some policy promises, in the order in which a ticket meets them."""
    promised = {target.clock for target in targets}
    return (kind for kind in ClockKind.values if kind in promised)


@dataclass(frozen=True)
class Way:
    """How a clock would run: its target from an instant on, in the hours of its calendar."""

    target: SlaTarget
    start: datetime
    book: Calendars

    def at(self, percent: float) -> datetime | None:
        """When that share of the target is used up; None where the calendar never opens long enough."""
        return self.explain(percent).reading.due_at

    def explain(self, percent: float = BREACH) -> Explanation:
        """How the clock comes to the end of that share: its reading, its strip and its lines."""
        minutes = target_minutes(self.target, self.start, self.book)
        return try_out(self.book, self.target.calendar_id, Trial(self.start, minutes * percent / BREACH))


def moments(way: Way, climb: Climb | None, rules: Rules) -> list[Moment]:
    """What happens when, if nobody keeps the promise and nobody takes it on: in order, the first repeats included."""
    warn, due = way.at(way.target.warn_percent), way.at(BREACH)
    found = [Moment(way.start, "start")]
    if warn is not None:
        found.append(Moment(warn, "warn", way.target.warn_percent, climb.warning if climb else None))
    if due is not None:
        found.append(Moment(due, "due", BREACH, climb.step_at(BREACH) if climb else None))
    if climb is not None and due is not None:
        found += _steps(way, climb, rules)
    ordered = sorted(found, key=lambda moment: moment.at)
    return ordered if climb is None or due is None else [*ordered, *_repeats(ordered[-1].at, climb, rules)]


def _steps(way: Way, climb: Climb, rules: Rules) -> Iterator[Moment]:
    for percent, step_id in climb.steps:
        at = way.at(percent)
        if percent == BREACH or at is None:
            continue
        told = rested(at, LOCAL, climb, rules) if percent > BREACH else at
        yield Moment(told, "step", percent, step_id, at if told != at else None)


def _repeats(last: datetime, climb: Climb, rules: Rules) -> Iterator[Moment]:
    step_id = climb.last_step(max((share for share, _step in climb.steps), default=BREACH))
    if climb.repeat_minutes is None or step_id is None:
        return
    for _number in range(REPEATS_SHOWN):
        at = last + timedelta(minutes=climb.repeat_minutes)
        last = rested(at, LOCAL, climb, rules)
        yield Moment(last, "repeat", None, step_id, at if last != at else None)
