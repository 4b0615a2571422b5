"""Which ladder a clock climbs, and what its steps are; read from memory while the rows stay the same."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time

from servicedesk.sla.escalation.models import Ladder, LadderStep, NoticeRules
from servicedesk.worktime.selectors import Kept

BREACH = 100

_FINGERPRINT = """
SELECT current_database(), count(*), coalesce(sum(hashtext(mark)::bigint), 0) FROM (
    SELECT 'l' || ctid::text || xmin::text AS mark FROM servicedesk_ladder
    UNION ALL SELECT 's' || ctid::text || xmin::text FROM servicedesk_ladderstep
    UNION ALL SELECT 'r' || ctid::text || xmin::text FROM servicedesk_noticerules
) AS marks
"""


@dataclass(frozen=True)
class Climb:
    """A ladder in plain values: `steps` are the ids by share of the target, the breach at 100; `warning` is an id."""

    ladder_id: int
    clock: str
    priority: int | None
    specificity: int
    repeat_minutes: int | None
    waits_at_night: bool
    warning: int | None
    steps: tuple[tuple[int, int], ...]

    def fits(self, clock: str, priority: int) -> bool:
        """Whether a clock of this kind on a ticket of this priority may climb it."""
        return self.clock in ("", clock) and self.priority in (None, priority)

    def step_at(self, percent: int) -> int | None:
        """The id of the step at exactly this share of the target."""
        return dict(self.steps).get(percent)

    def next_after(self, percent: int) -> int | None:
        """The share of the target of the next step after `percent`, the breach left out: the sweep writes it."""
        return min((share for share, _step in self.steps if share > percent and share != BREACH), default=None)

    def last_step(self, percent: int) -> int | None:
        """The id of the last step up to `percent`: the one a repeat tells again."""
        reached = [step for share, step in self.steps if share <= percent]
        return reached[-1] if reached else None


@dataclass(frozen=True)
class Rules:
    """When staff is left in peace, and from how many notices a minute on a person gets a digest."""

    quiet_from: time
    quiet_until: time
    most_a_minute: int

    def is_quiet(self, local: time) -> bool:
        """Whether this local time lies in the quiet hours, which may go over midnight."""
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= local < self.quiet_until
        return local >= self.quiet_from or local < self.quiet_until


# As long as nobody has loaded the row.
USUAL = Rules(time(22), time(7), 20)


@dataclass(frozen=True)
class Ladders:
    """All active ladders, the most specific first, and the rules of notices."""

    climbs: tuple[Climb, ...]
    rules: Rules

    def climb_of(self, clock: str, priority: int) -> Climb | None:
        """The ladder a clock climbs; None where nobody is to hear of it."""
        return next((climb for climb in self.climbs if climb.fits(clock, priority)), None)

    def by_id(self, ladder_id: int) -> Climb | None:
        """The ladder of that id; None once it is not active any more."""
        return next((climb for climb in self.climbs if climb.ladder_id == ladder_id), None)


def climb_from(ladder: Ladder, steps: Iterable[LadderStep]) -> Climb:
    """The ladder and its steps in plain values."""
    shares = {LadderStep.Moment.BREACH: BREACH}
    warning = next((step.pk for step in steps if step.moment == LadderStep.Moment.WARN), None)
    told = [
        (shares.get(LadderStep.Moment(step.moment), step.percent or 0), step.pk)
        for step in steps
        if step.moment != LadderStep.Moment.WARN
    ]
    return Climb(
        ladder.pk,
        ladder.clock,
        ladder.priority,
        ladder.specificity,
        ladder.repeat_minutes,
        ladder.waits_at_night,
        warning,
        tuple(sorted(told)),
    )


def _read() -> Ladders:
    rows = Ladder.objects.filter(is_active=True).prefetch_related("steps")
    climbs = [climb_from(ladder, list(ladder.steps.all())) for ladder in rows]
    row = NoticeRules.objects.first()
    rules = USUAL if row is None else Rules(row.quiet_from, row.quiet_until, row.most_a_minute)
    return Ladders(tuple(sorted(climbs, key=lambda climb: -climb.specificity)), rules)


_ladders = Kept(_FINGERPRINT, _read)


def ladders() -> Ladders:
    """The ladders as the rows stand now; one query."""
    return _ladders.get()
