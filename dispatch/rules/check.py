"""The rules of an assignment, one function each: a Finding where the rule is broken, else None.

Hard rules forbid; soft ones ask one line why, which is kept with the assignment. The codes are stable: refusals,
pages, tests and the reference table of docs/dispatch.md use them.
"""

from collections.abc import Callable
from datetime import timedelta

from dispatch.rules.gaps import merged
from dispatch.rules.travel import travel_minutes
from dispatch.rules.values import Booking, Finding, Job, Person, Span

Rule = Callable[[Person, Job, Span], Finding | None]


def is_active(person: Person, job: Job, span: Span) -> Finding | None:
    """Only a technician in active service is sent."""
    return None if person.active else Finding("technician_inactive", hard=True)


def of_the_outlet(person: Person, job: Job, span: Span) -> Finding | None:
    """An outlet sends its own technicians: it is answerable for the ticket."""
    return None if person.outlet == job.outlet else Finding("other_outlet", hard=True)


def is_certified(person: Person, job: Job, span: Span) -> Finding | None:
    """Without a star service certificate valid on the day a technician is not dispatched (handbook, glossary)."""
    day = span.start.astimezone(job.zone).date()
    for paper in person.certificates:
        suspended = paper.suspended_at is not None and paper.suspended_at <= span.start
        if paper.valid_from <= day <= paper.valid_until and not suspended:
            return None
    return Finding("no_certificate", hard=True, values={"day": day})


def has_skill(person: Person, job: Job, span: Span) -> Finding | None:
    """The technician has learned this kind of product."""
    if not job.category or job.category in person.skills:
        return None
    return Finding("skill_missing", hard=True, values={"category": job.category})


def is_present(person: Person, job: Job, span: Span) -> Finding | None:
    """Nobody is sent while on leave, sick or in training."""
    for away in sorted(person.away, key=lambda one: one.span):
        if away.span.overlaps(span):
            values = {"reason": away.reason, "start": away.span.start, "end": away.span.end}
            return Finding("absent", hard=True, values=values)
    return None


def is_on_shift(person: Person, job: Job, span: Span) -> Finding | None:
    """The whole job lies inside the technician's hours; shifts that touch count as one."""
    if any(shift.holds(span) for shift in merged(person.shifts)):
        return None
    return Finding("outside_shift", hard=True, values={"start": span.start, "end": span.end})


def is_free(person: Person, job: Job, span: Span) -> Finding | None:
    """One technician is at one place: no two active jobs overlap. The other job is named."""
    for other in person.blocking(job.number):
        if other.span.overlaps(span):
            values = {"number": other.number, "start": other.span.start, "end": other.span.end}
            return Finding("double_booked", hard=True, values=values)
    return None


def is_skilled_enough(person: Person, job: Job, span: Span) -> Finding | None:
    """The level of skill reaches what the symptom usually asks for."""
    level = person.skills.get(job.category, job.level)
    if level >= job.level:
        return None
    return Finding("skill_level_low", hard=False, values={"level": level, "needed": job.level})


def has_stars(person: Person, job: Job, span: Span) -> Finding | None:
    """Safety jobs and repeated repairs ask for experience."""
    if person.stars >= job.stars:
        return None
    return Finding("stars_low", hard=False, values={"stars": person.stars, "needed": job.stars})


def keeps_window(person: Person, job: Job, span: Span) -> Finding | None:
    """The customer's time is the yardstick: the job starts inside the promised, else the requested window."""
    window = job.window
    if window is None or window.start <= span.start <= window.end:
        return None
    code = "outside_promised_window" if job.promised else "outside_requested_window"
    return Finding(code, hard=False, values={"start": window.start, "end": window.end})


def keeps_due_time(person: Person, job: Job, span: Span) -> Finding | None:
    """The arrival promised by the policy is still kept."""
    if job.due is None or span.start <= job.due:
        return None
    late = int((span.start - job.due).total_seconds() // 60)
    return Finding("arrival_late", hard=False, values={"due": job.due, "minutes": late})


def has_time_to_drive(person: Person, job: Job, span: Span) -> Finding | None:
    """There is time for the road from the job before and to the job after."""
    before, after = neighbours(person, job, span)
    if before is not None:
        drive = travel_minutes(before.place, job.place)
        if drive is not None and before.span.end + timedelta(minutes=drive) > span.start:
            gap = Span(before.span.end, span.start).minutes
            return Finding("travel_tight", False, {"number": before.number, "minutes": drive, "gap": gap})
    if after is not None:
        drive = travel_minutes(job.place, after.place)
        if drive is not None and span.end + timedelta(minutes=drive) > after.span.start:
            gap = Span(span.end, after.span.start).minutes
            return Finding("travel_tight", False, {"number": after.number, "minutes": drive, "gap": gap})
    return None


def is_new_hand(person: Person, job: Job, span: Span) -> Finding | None:
    """A repeat repair does not go quietly to the same hands (handbook/service-standards.md, standard 2)."""
    return Finding("failed_before", hard=False) if person.key in job.failed_by else None


def neighbours(person: Person, job: Job, span: Span) -> tuple[Booking | None, Booking | None]:
    """The bookings next before and next after `span` on the technician's way, within 12 hours."""
    reach = timedelta(hours=12)
    others = person.blocking(job.number)
    earlier = [one for one in others if one.span.end <= span.start and span.start - one.span.end <= reach]
    later = [one for one in others if one.span.start >= span.end and one.span.start - span.end <= reach]
    return (earlier[-1] if earlier else None, later[0] if later else None)


# The first broken one names the refusal, so what lasts longest stands first.
HARD: tuple[Rule, ...] = (
    is_active,
    of_the_outlet,
    has_skill,
    is_certified,
    is_present,
    is_on_shift,
    is_free,
)
SOFT: tuple[Rule, ...] = (
    is_new_hand,
    is_skilled_enough,
    has_stars,
    keeps_window,
    keeps_due_time,
    has_time_to_drive,
)


def broken_hard(person: Person, job: Job, span: Span) -> tuple[Finding, ...]:
    """Every hard rule that forbids this assignment, in the order in which they are told."""
    return tuple(finding for rule in HARD if (finding := rule(person, job, span)))


def broken_soft(person: Person, job: Job, span: Span) -> tuple[Finding, ...]:
    """Every soft rule that wants a reason."""
    return tuple(finding for rule in SOFT if (finding := rule(person, job, span)))


def findings_of(person: Person, job: Job, span: Span) -> tuple[Finding, ...]:
    """All broken rules, the hard ones first."""
    return broken_hard(person, job, span) + broken_soft(person, job, span)
