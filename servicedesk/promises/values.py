"""What a form wants of a policy or a ladder, as plain values: to be saved, compared, and kept in the record."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from servicedesk.sla.escalation.models import Ladder
from servicedesk.sla.models import SlaPolicy


@dataclass(frozen=True)
class Criteria:
    """Whom a policy fits; what is empty fits everybody."""

    channel: str = ""
    kind: str = ""
    priority: int | None = None
    region_id: int | None = None
    grade: str = ""
    membership: str = ""


@dataclass(frozen=True)
class WantedTarget:
    """One clock of a policy; `minutes` is None where the rule says the end of the next open day."""

    clock: str
    rule: str
    minutes: float | None
    calendar_id: int
    warn_percent: int
    pausable_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class WantedPolicy:
    """Whom a version of a policy fits and what it promises, its targets in the order of their clocks' names."""

    criteria: Criteria
    targets: tuple[WantedTarget, ...]


def wanted_of(policy: SlaPolicy) -> WantedPolicy:
    """What a saved version says."""
    criteria = Criteria(
        policy.channel, policy.kind, policy.priority, policy.region_id, policy.grade, policy.membership
    )
    targets = [
        WantedTarget(
            target.clock,
            target.rule,
            target.minutes,
            target.calendar_id,
            target.warn_percent,
            tuple(sorted(target.pausable_by)),
        )
        for target in policy.targets.all()
    ]
    return WantedPolicy(criteria, tuple(sorted(targets, key=lambda target: target.clock)))


@dataclass(frozen=True)
class WantedStep:
    """A step of a ladder: when, who hears of it, on which channels."""

    moment: str
    percent: int | None
    recipients: tuple[str, ...]
    channels: tuple[str, ...]


@dataclass(frozen=True)
class WantedLadder:
    """A ladder with its steps."""

    name_zh: str
    name_en: str
    clock: str
    priority: int | None
    repeat_minutes: int | None
    waits_at_night: bool
    is_active: bool
    steps: tuple[WantedStep, ...]

    def as_dict(self) -> dict[str, Any]:
        """The ladder for the record, as JSON can hold it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> "WantedLadder":
        """The ladder as the record holds it."""
        steps = [
            WantedStep(step["moment"], step["percent"], tuple(step["recipients"]), tuple(step["channels"]))
            for step in kept["steps"]
        ]
        return cls(**{**kept, "steps": tuple(steps)})


def ladder_of(ladder: Ladder) -> WantedLadder:
    """What a saved ladder says, its steps in the order they are climbed."""
    steps = [
        WantedStep(step.moment, step.percent, tuple(step.recipients), tuple(step.channels))
        for step in ladder.steps.all()
    ]
    return WantedLadder(
        ladder.name_zh,
        ladder.name_en,
        ladder.clock,
        ladder.priority,
        ladder.repeat_minutes,
        ladder.waits_at_night,
        ladder.is_active,
        in_order(steps),
    )


def in_order(steps: list[WantedStep]) -> tuple[WantedStep, ...]:
    """The steps as they are climbed: the warning, then by share of the target, the breach at 100."""
    places = {"warn": 0, "breach": 100}
    return tuple(sorted(steps, key=lambda step: places.get(step.moment, step.percent or 0)))
