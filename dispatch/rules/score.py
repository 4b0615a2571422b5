"""What a proposal costs, in points: one point is one minute of the technician's or the customer's time.

Less is better. Every part is rounded before it is added, so that the parts a person reads add up to the total. The
weights are conventions of this house; each is told in docs/dispatch.md with its reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from dispatch.rules.gaps import clipped, local_day, on_duty
from dispatch.rules.values import Job, Person, Span, merged
from dispatch.rules.way import way_of

# A drive nobody can estimate counts like a long one, and is told as unknown: never like none.
UNKNOWN_DRIVE = 30
WAITING_SHARE = 1 / 4
LATE_FACTOR = 2
LOAD_SHARE = 1 / 5
FULL_LOAD = 150
LEVEL_POINTS = 3
KNOWN_POINTS = -15
FAILED_POINTS = 30
# A customer's grade makes his waiting weigh more; nobody's weighs less (handbook/care-and-quality.md).
GRADE_SHARES = {"A": 1 / 8, "B": 1 / 16}
FLOOR_SHARE = 1 / 8
CONDUCT_POINTS = 10
CONDUCT_MOST = 40


@dataclass(frozen=True)
class Part:
    """One part of a score: its name, its points, and the values its sentence names."""

    name: str
    points: int
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Score:
    """The parts of a score; `total` is nothing but their sum."""

    parts: tuple[Part, ...]

    @property
    def total(self) -> int:
        """All parts together."""
        return sum(part.points for part in self.parts)

    def values_of(self, name: str) -> Mapping[str, Any]:
        """The values the sentence of one part names. Raises KeyError for an unknown name."""
        return {part.name: part.values for part in self.parts}[name]

    def points_of(self, name: str) -> int:
        """The points of one part. Raises KeyError for an unknown name."""
        return {part.name: part.points for part in self.parts}[name]


def score_of(person: Person, job: Job, span: Span, earliest: datetime) -> Score:
    """What sending `person` in `span` costs; the customer waits from `earliest`, or from the window he asked for."""
    waits = waiting_minutes(job, span, earliest)
    return Score(
        (
            _travel(person, job, span),
            _lateness(job, span, waits),
            _load(person, job, span),
            _skill(person, job, span),
            _continuity(person, job),
            _grade(job, span, waits),
            _conduct(person, job),
        )
    )


def waiting_minutes(job: Job, span: Span, earliest: datetime) -> float:
    """How long the customer waits, in minutes: a time he asked for himself is no waiting before it begins."""
    begins = max(earliest, job.window.start) if job.window else earliest
    return max(0.0, (span.start - begins).total_seconds() / 60)


def _travel(person: Person, job: Job, span: Span) -> Part:
    way = way_of(person, job, span)
    values = {"to": way.to, "on": way.on, "saved": way.saved, "known": way.extra is not None}
    return Part("travel", UNKNOWN_DRIVE if way.extra is None else way.extra, values)


def _lateness(job: Job, span: Span, waits: float) -> Part:
    late = 0.0 if job.due is None else max(0.0, (span.start - job.due).total_seconds() / 60)
    values = {"waiting": round(waits), "late": round(late)}
    return Part("lateness", round(waits * WAITING_SHARE + late * LATE_FACTOR), values)


def _load(person: Person, job: Job, span: Span) -> Part:
    percent = load_with(person, job, span)
    return Part("load", round(percent * LOAD_SHARE), {"percent": round(percent)})


def load_with(person: Person, job: Job, span: Span) -> float:
    """How full his local day would be with the job, in percent of his hours; 150 at most, and without hours."""
    day = local_day(job, span.start)
    hours = sum(_exact(one) for one in on_duty(person, day))
    if not hours:
        return float(FULL_LOAD)
    others = [one.span for one in person.bookings if one.number != job.number]
    worked = sum(_exact(one) for one in merged(clipped([*others, span], day)))
    return float(min(FULL_LOAD, 100 * worked / hours))


def _skill(person: Person, job: Job, span: Span) -> Part:
    level = person.level_on(job.category, job.day_of(span.start)) or job.level
    above = max(0, level - job.level)
    return Part("skill", LEVEL_POINTS * above, {"level": level, "needed": job.level})


def _continuity(person: Person, job: Job) -> Part:
    known, failed = person.key in job.known_by, person.key in job.failed_by
    points = KNOWN_POINTS * known + FAILED_POINTS * failed
    return Part("continuity", points, {"known": known, "failed": failed})


def _grade(job: Job, span: Span, waits: float) -> Part:
    starving = job.floor is not None and span.start > job.floor
    share = max(GRADE_SHARES.get(job.grade, 0.0), FLOOR_SHARE if starving else 0.0)
    return Part("grade", round(waits * share), {"grade": job.grade, "starving": starving})


def _conduct(person: Person, job: Job) -> Part:
    notes = job.conduct.get(person.key, 0)
    return Part("conduct", min(CONDUCT_MOST, CONDUCT_POINTS * notes), {"notes": notes})


def _exact(span: Span) -> float:
    return (span.end - span.start) / timedelta(minutes=1)
