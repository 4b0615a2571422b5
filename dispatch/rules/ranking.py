"""Candidates in words: who is recommended, possible, a stretch, or out, each with a start and the reasons."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dispatch.rules.check import HARD, broken_hard, broken_soft, is_free, is_on_shift, is_present, neighbours
from dispatch.rules.gaps import free_gaps, load_percent, snap_up
from dispatch.rules.travel import distance_km, travel_minutes
from dispatch.rules.values import Finding, Job, Person, Place, Span

# Beyond these a technician is only "possible": a long drive, a day that is full already.
FAR_MINUTES = 30
FULL_PERCENT = 85


class Grade(StrEnum):
    """推荐, 可行, 勉强 and ✗ of the candidate list."""

    RECOMMENDED = "recommended"
    POSSIBLE = "possible"
    STRETCH = "stretch"
    NO = "no"


ORDER = {grade: place for place, grade in enumerate(Grade)}


@dataclass(frozen=True)
class Candidate:
    """A technician for a job: the proposed time (None where there is none), the broken rules, and the figures
    behind the grade. Minutes and kilometres are those of the way to the job; `gap` is the free time it lies in.
    """

    person: int
    grade: Grade
    span: Span | None
    findings: tuple[Finding, ...]
    travel: int | None = None
    distance: float | None = None
    load: int | None = None
    gap: Span | None = None
    level: int | None = None


def propose(person: Person, job: Job, window: Span, earliest: datetime) -> Candidate:
    """The best the technician can offer inside `window`, not starting before `earliest`."""
    lasting = tuple(
        finding
        for rule in HARD
        if rule not in (is_present, is_on_shift, is_free)
        and (finding := rule(person, job, _wanted(job, window, earliest)))
    )
    load = load_percent(person, window)
    level = person.skills.get(job.category)
    if lasting:
        return Candidate(person.key, Grade.NO, None, lasting, load=load, level=level)
    best = _best_start(person, job, window, earliest)
    if best is None:
        return Candidate(
            person.key, Grade.NO, None, (_why_full(person, job, window, earliest),), load=load, level=level
        )
    span, gap, soft = best
    origin = _origin(person, job, span)
    travel = travel_minutes(origin, job.place)
    distance = None if origin is None or job.place is None else distance_km(origin, job.place)
    grade = Grade.STRETCH if soft else _grade(travel, load)
    return Candidate(person.key, grade, span, soft, travel, distance, load, gap, level)


def rank(people: Iterable[Person], job: Job, window: Span, earliest: datetime) -> tuple[Candidate, ...]:
    """All candidates, best first: by grade, by number of broken rules, then by cost; ties by key, so that the same
    question always gets the same answer.
    """
    return tuple(
        sorted((propose(person, job, window, earliest) for person in people), key=lambda one: _order(one, earliest))
    )


def _order(one: Candidate, earliest: datetime) -> tuple[int, int, float, int]:
    return (ORDER[one.grade], len(one.findings), _cost(one, earliest), one.person)


def _cost(one: Candidate, earliest: datetime) -> float:
    """Minutes on the road, a quarter of the minutes of waiting, and a fifth of the load in percent: a nearer
    technician may start up to four times the saved drive later, and an emptier day breaks ties.
    """
    if one.span is None:
        return 0.0
    waiting = (one.span.start - earliest).total_seconds() / 60
    road = FAR_MINUTES if one.travel is None else one.travel
    return road + waiting / 4 + (one.load or 0) / 5


def _grade(travel: int | None, load: int | None) -> Grade:
    far = travel is not None and travel > FAR_MINUTES
    return Grade.POSSIBLE if far or (load or 0) > FULL_PERCENT else Grade.RECOMMENDED


def _origin(person: Person, job: Job, span: Span) -> Place | None:
    before, _after = neighbours(person, job, span)
    return person.home if before is None or before.place is None else before.place


def _best_start(
    person: Person, job: Job, window: Span, earliest: datetime
) -> tuple[Span, Span, tuple[Finding, ...]] | None:
    """Among the starts worth trying, the one that breaks the fewest soft rules, then the earliest."""
    length = timedelta(minutes=job.minutes)
    best: tuple[Span, Span, tuple[Finding, ...]] | None = None
    for gap in free_gaps(person, window, job.number):
        for start in _starts(person, job, gap, earliest):
            span = Span(start, start + length)
            if not gap.holds(span) or broken_hard(person, job, span):
                continue
            soft = broken_soft(person, job, span)
            if best is None or (len(soft), span.start) < (len(best[2]), best[0].start):
                best = (span, gap, soft)
    return best


def _starts(person: Person, job: Job, gap: Span, earliest: datetime) -> list[datetime]:
    """The beginning of the gap, the beginning plus the drive, the beginning of the window, the last that still leaves
    time for the next drive.
    """
    base = max(gap.start, earliest)
    marks = [base]
    before, after = neighbours(person, job, gap)
    if before is not None and (drive := travel_minutes(before.place, job.place)):
        marks.append(max(base, before.span.end + timedelta(minutes=drive)))
    if job.window is not None:
        marks.append(max(base, job.window.start))
    if after is not None and (drive := travel_minutes(job.place, after.place)):
        latest = after.span.start - timedelta(minutes=drive + job.minutes)
        marks.append(max(base, latest - timedelta(minutes=15)))
    return sorted({snap_up(mark) for mark in marks})


def _wanted(job: Job, window: Span, earliest: datetime) -> Span:
    """The span asked about where only the day matters."""
    start = max(window.start, earliest)
    return Span(start, start + timedelta(minutes=job.minutes))


def _why_full(person: Person, job: Job, window: Span, earliest: datetime) -> Finding:
    """Why nothing fits: no hours, away in them, or no gap long enough."""
    rest = Span(min(max(window.start, earliest), window.end), window.end)
    hours = [shift for shift in person.shifts if shift.overlaps(rest)] if rest.start < rest.end else []
    if not hours:
        return Finding("no_shift", hard=True, values={"start": rest.start, "end": rest.end})
    for away in sorted(person.away, key=lambda one: one.span):
        if all(away.span.holds(Span(max(h.start, rest.start), min(h.end, rest.end))) for h in hours):
            values = {"reason": away.reason, "start": away.span.start, "end": away.span.end}
            return Finding("absent", hard=True, values=values)
    longest = max((gap.minutes for gap in free_gaps(person, rest, job.number)), default=0)
    return Finding("day_full", hard=True, values={"minutes": job.minutes, "longest": longest})
