"""Candidates in words: who is recommended, possible, a stretch, or out, each with a start and the reasons.

This is the plain way: one technician, one quarter hour after the other. A whole crew is weighed by
`dispatch/rules/seek.py`, which finds the same.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dispatch.rules.check import LASTING, broken_hard, is_short_enough
from dispatch.rules.gaps import STEP, clipped, snap_up, without
from dispatch.rules.score import Score
from dispatch.rules.travel import leg_between
from dispatch.rules.values import Finding, Job, Person, Span
from dispatch.rules.verdict import judge
from dispatch.rules.way import neighbours, origin_of, way_of

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
    """A technician for a job: the proposed time (None where there is none), the broken rules, and what it costs.

    `travel` are the minutes to the job and `distance` the kilometres on the road, both None where a place is unknown;
    `load` is the percent of the day's hours booked with the job.
    """

    person: int
    grade: Grade
    span: Span | None
    findings: tuple[Finding, ...]
    score: Score | None = None
    travel: int | None = None
    distance: float | None = None
    load: int | None = None
    level: int | None = None


def weigh(person: Person, job: Job, span: Span, earliest: datetime) -> Candidate:
    """What sending `person` in `span` means, in words and figures."""
    verdict = judge(person, job, span, earliest, with_change=False)
    to = way_of(person, job, span).to
    load = int(verdict.score.values_of("load")["percent"])
    before, _after = neighbours(person, job, span)
    leaves = before.span.end if before is not None else span.start
    leg = leg_between(origin_of(person, job, span, before), job.place, leaves, job.roads)
    level = person.level_on(job.category, job.day_of(span.start))
    distance = None if leg is None else leg.metres / 1000
    if verdict.hard:
        return Candidate(person.key, Grade.NO, None, verdict.hard, verdict.score, to, distance, load, level)
    grade = Grade.STRETCH if verdict.soft else _grade(to, load)
    return Candidate(person.key, grade, span, verdict.soft, verdict.score, to, distance, load, level)


def propose(person: Person, job: Job, window: Span, earliest: datetime) -> Candidate:
    """The best the technician can offer inside `window`, not starting before `earliest`: every quarter hour is weighed
    and the best word wins, then the fewest broken rules, the least points, the earliest start.
    """
    possible = [
        weigh(person, job, Span(start, start + timedelta(minutes=job.minutes)), earliest)
        for start in quarter_hours(window, earliest)
    ]
    best = min((one for one in possible if one.span is not None), key=_order_of_starts, default=None)
    if best is not None:
        return best
    day = job.day_of(max(window.start, earliest))
    return Candidate(
        person.key, Grade.NO, None, (why_not(person, job, window, earliest),), level=person.level_on(job.category, day)
    )


def rank(people: Iterable[Person], job: Job, window: Span, earliest: datetime) -> tuple[Candidate, ...]:
    """All candidates, best first: by grade, by number of broken rules, then by points; ties by key, so that the same
    question always gets the same answer.
    """
    return tuple(sorted((propose(person, job, window, earliest) for person in people), key=_order_of_people))


def quarter_hours(window: Span, earliest: datetime) -> Iterator[datetime]:
    """The quarter hours inside `window` from `earliest` on."""
    start = snap_up(max(window.start, earliest))
    while start < window.end:
        yield start
        start += STEP


def _points(one: Candidate) -> int:
    return 0 if one.score is None or one.span is None else one.score.total


def _order_of_starts(one: Candidate) -> tuple[int, int, int, datetime | None]:
    return (ORDER[one.grade], len(one.findings), _points(one), one.span.start if one.span else None)


def _order_of_people(one: Candidate) -> tuple[int, int, int, int]:
    return (ORDER[one.grade], len(one.findings), _points(one), one.person)


def _grade(travel: int | None, load: int) -> Grade:
    """Only a drive that is known to be short is recommended."""
    far = travel is None or travel > FAR_MINUTES
    return Grade.POSSIBLE if far or load > FULL_PERCENT else Grade.RECOMMENDED


def why_not(person: Person, job: Job, window: Span, earliest: datetime) -> Finding:
    """Why the technician cannot go inside `window`, where he cannot: what lasts first, else what is with his hours."""
    first = min(snap_up(max(window.start, earliest)), window.end - STEP)
    wanted = Span(first, first + timedelta(minutes=job.minutes))
    for rule in LASTING:
        if rule is not is_short_enough and (finding := rule(person, job, wanted)):
            return finding
    rest = Span(min(snap_up(max(window.start, earliest)), window.end), window.end)
    return _why_hours(person, job, rest)


def _why_hours(person: Person, job: Job, rest: Span) -> Finding:
    """No hours, none long enough, away in them, or no gap; else the rule that is broken when there is one."""
    shifts = [shift for shift in person.hours if rest.start < rest.end and shift.overlaps(rest)]
    if not shifts:
        return Finding("no_shift", True, {"start": rest.start, "end": rest.end})
    longest = max(shift.minutes for shift in shifts)
    if longest + person.overtime < job.minutes:
        off = job.minutes - longest - person.overtime
        return Finding("job_too_long", True, {"minutes": job.minutes, "longest": longest}, off)
    away = sorted((one for one in person.away if one.span.overlaps(rest)), key=lambda one: one.span)
    if not without(clipped(shifts, rest), [one.span for one in away]):
        values = {"reason": away[0].reason, "start": away[0].span.start, "end": away[0].span.end}
        return Finding("absent", True, values)
    pieces = _pieces(person, job, shifts, rest)
    fitting = [one for one in pieces if one.minutes >= job.minutes]
    if not fitting:
        left = max((one.minutes for one in pieces), default=0)
        return Finding("day_full", True, {"minutes": job.minutes, "longest": left}, job.minutes - left)
    start = fitting[0].start
    return broken_hard(person, job, Span(start, start + timedelta(minutes=job.minutes)))[0]


def _pieces(person: Person, job: Job, shifts: list[Span], rest: Span) -> list[Span]:
    """The free time a job may take, from quarter hours of `rest` inside the shifts on, with the overtime allowed."""
    taken = [one.span for one in person.away] + [one.span for one in person.blocking(job.number)]
    found: list[Span] = []
    for shift in shifts:
        hours = Span(shift.start, shift.end + timedelta(minutes=person.overtime))
        for piece in without([hours], taken):
            start = snap_up(max(piece.start, rest.start))
            if start < min(piece.end, shift.end, rest.end):
                found.append(Span(start, piece.end))
    return found
