"""The rules of an assignment, one function each: a Finding where the rule is broken, else None.

Hard rules forbid; some of them a supervisor may allow. Soft ones ask one line why, which is kept with the assignment.
The codes are stable: refusals, pages, tests and the reference table of docs/dispatch.md use them. A finding says by
how much the rule is missed.
"""

from collections.abc import Callable
from datetime import date, timedelta

from dispatch.rules.gaps import clipped, without
from dispatch.rules.values import Finding, Job, Person, Span
from dispatch.rules.way import drive, neighbours

Rule = Callable[[Person, Job, Span], Finding | None]


def is_active(person: Person, job: Job, span: Span) -> Finding | None:
    """Only a technician in active service is sent."""
    return None if person.active else Finding("technician_inactive", hard=True)


def of_the_outlet(person: Person, job: Job, span: Span) -> Finding | None:
    """An outlet sends its own technicians: it is answerable for the ticket."""
    return None if person.outlet == job.outlet else Finding("other_outlet", hard=True)


def is_welcome(person: Person, job: Job, span: Span) -> Finding | None:
    """Nobody is sent whom the customer, or we, ruled out for good."""
    return Finding("barred", hard=True) if person.key in job.barred else None


def is_not_ruled_out(person: Person, job: Job, span: Span) -> Finding | None:
    """“Not this technician again”: somebody else finishes this ticket."""
    return Finding("not_again", hard=True) if person.key in job.not_again else None


def is_the_requested(person: Person, job: Job, span: Span) -> Finding | None:
    """The customer asked for one technician; another one only with a supervisor's word."""
    if job.asked_for is None or job.asked_for == person.key:
        return None
    return Finding("not_requested", hard=True, values={"technician": job.asked_for}, waivable=True)


def has_skill(person: Person, job: Job, span: Span) -> Finding | None:
    """The technician has learned this kind of product, and what he learned holds on the day of the visit."""
    if not job.category:
        return None
    skill, day = person.skills.get(job.category), job.day_of(span.start)
    if skill is None:
        return Finding("skill_missing", hard=True, values={"category": job.category})
    if skill.holds(day):
        return None
    values = {"category": job.category, "day": day, "from": skill.valid_from, "until": skill.valid_until}
    return Finding("skill_lapsed", True, values, _days_off(day, skill.valid_from, skill.valid_until))


def is_certified(person: Person, job: Job, span: Span) -> Finding | None:
    """Without a star service certificate valid on the day of the visit a technician is not dispatched (handbook,
    glossary).
    """
    day = job.day_of(span.start)
    if any(paper.holds(day, span.start) for paper in person.certificates):
        return None
    living = [one for one in person.certificates if one.suspended_at is None or one.suspended_at > span.start]
    nearest = min((_days_off(day, one.valid_from, one.valid_until) for one in living), default=None)
    return Finding("no_certificate", True, {"day": day}, nearest)


def in_his_districts(person: Person, job: Job, span: Span) -> Finding | None:
    """Who keeps to some districts is sent to others only with a supervisor's word."""
    if not person.districts or not job.district or job.district in person.districts:
        return None
    return Finding("out_of_district", hard=True, values={"district": job.district}, waivable=True)


def is_short_enough(person: Person, job: Job, span: Span) -> Finding | None:
    """A job that is longer than every shift round it fits nobody's day: it has to be split or shared."""
    longest = person.longest_hours
    if not longest or span.minutes <= longest + person.overtime:
        return None
    values = {"minutes": span.minutes, "longest": longest}
    return Finding("job_too_long", True, values, span.minutes - longest - person.overtime)


def is_present(person: Person, job: Job, span: Span) -> Finding | None:
    """Nobody is sent while on leave, sick or in training."""
    for away in sorted(person.away, key=lambda each: each.span):
        if away.span.overlaps(span):
            values = {"reason": away.reason, "start": away.span.start, "end": away.span.end}
            return Finding("absent", True, values, _shared(away.span, span))
    return None


def is_on_shift(person: Person, job: Job, span: Span) -> Finding | None:
    """The whole job lies inside the technician's hours and the overtime he may work; shifts that touch are one."""
    allowed = timedelta(minutes=person.overtime)
    shifts = person.hours
    if any(shift.start <= span.start < shift.end and span.end <= shift.end + allowed for shift in shifts):
        return None
    inside = max((_shared(Span(one.start, one.end + allowed), span) for one in shifts), default=0)
    return Finding("outside_shift", True, {"start": span.start, "end": span.end}, span.minutes - inside)


def is_free(person: Person, job: Job, span: Span) -> Finding | None:
    """One technician is at one place: no two active jobs overlap. The other job is named."""
    for other in person.blocking(job.number):
        if other.span.overlaps(span):
            values = {"number": other.number, "start": other.span.start, "end": other.span.end}
            return Finding("double_booked", True, values, _shared(other.span, span))
    return None


def is_new_hand(person: Person, job: Job, span: Span) -> Finding | None:
    """A repeat repair does not go quietly to the same hands (handbook/service-standards.md, standard 2)."""
    return Finding("failed_before", hard=False) if person.key in job.failed_by else None


def is_skilled_enough(person: Person, job: Job, span: Span) -> Finding | None:
    """The level of skill reaches what the symptom usually asks for."""
    level = person.level_on(job.category, job.day_of(span.start))
    if level is None or level >= job.level:
        return None
    return Finding("skill_level_low", False, {"level": level, "needed": job.level}, job.level - level)


def has_stars(person: Person, job: Job, span: Span) -> Finding | None:
    """Safety jobs and repeated repairs ask for experience."""
    if person.stars >= job.stars:
        return None
    return Finding("stars_low", False, {"stars": person.stars, "needed": job.stars}, job.stars - person.stars)


def keeps_window(person: Person, job: Job, span: Span) -> Finding | None:
    """The customer's time is the yardstick: the job starts inside the promised, else the requested window."""
    window = job.window
    if window is None or window.start <= span.start <= window.end:
        return None
    code = "outside_promised_window" if job.promised else "outside_requested_window"
    off = window.start - span.start if span.start < window.start else span.start - window.end
    return Finding(code, False, {"start": window.start, "end": window.end}, _minutes(off))


def keeps_due_time(person: Person, job: Job, span: Span) -> Finding | None:
    """The arrival promised by the policy is still kept."""
    if job.due is None or span.start <= job.due:
        return None
    late = _minutes(span.start - job.due)
    return Finding("arrival_late", False, {"due": job.due, "minutes": late}, late)


def has_time_to_drive(person: Person, job: Job, span: Span) -> Finding | None:
    """There is time for the road from the job before and to the job after."""
    before, after = neighbours(person, job, span)
    if before is not None:
        road = drive(job, before.place, job.place, before.span.end)
        gap = Span(before.span.end, span.start).minutes
        if road is not None and road > gap:
            return Finding("travel_tight", False, {"number": before.number, "minutes": road, "gap": gap}, road - gap)
    if after is not None:
        road = drive(job, job.place, after.place, span.end)
        gap = Span(span.end, after.span.start).minutes
        if road is not None and road > gap:
            return Finding("travel_tight", False, {"number": after.number, "minutes": road, "gap": gap}, road - gap)
    return None


def ends_on_time(person: Person, job: Job, span: Span) -> Finding | None:
    """Work behind the end of a shift is overtime, also where it is allowed; beyond what is allowed it is forbidden."""
    for shift in person.hours:
        over = _minutes(span.end - shift.end)
        if shift.start <= span.start < shift.end and 0 < over <= person.overtime:
            return Finding("overtime", False, {"end": shift.end, "minutes": over}, over)
    return None


def leaves_lunch(person: Person, job: Job, span: Span) -> Finding | None:
    """Within the hours of lunch there stays a pause; lunch that is lost already is not this job's fault."""
    for lunch in person.lunches:
        if not lunch.span.overlaps(span):
            continue
        taken = [other.span for other in person.blocking(job.number)]
        if _longest(lunch.span, taken) < lunch.minutes:
            continue
        left = _longest(lunch.span, [*taken, span])
        if left < lunch.minutes:
            values = {"start": lunch.span.start, "end": lunch.span.end, "minutes": lunch.minutes, "left": left}
            return Finding("lunch_lost", False, values, lunch.minutes - left)
    return None


# The first broken one names the refusal, so what lasts longest stands first.
LASTING: tuple[Rule, ...] = (
    is_active,
    of_the_outlet,
    is_welcome,
    is_not_ruled_out,
    is_the_requested,
    has_skill,
    is_certified,
    in_his_districts,
    is_short_enough,
)
TIMELY: tuple[Rule, ...] = (is_present, is_on_shift, is_free)
HARD: tuple[Rule, ...] = LASTING + TIMELY
SOFT: tuple[Rule, ...] = (
    is_new_hand,
    is_skilled_enough,
    has_stars,
    keeps_window,
    keeps_due_time,
    has_time_to_drive,
    ends_on_time,
    leaves_lunch,
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


def _days_off(day: date, first: date | None, last: date | None) -> int:
    """How many days `day` lies outside of the days from `first` to `last`; 0 inside."""
    if first is not None and day < first:
        return (first - day).days
    return (day - last).days if last is not None and day > last else 0


def _shared(span: Span, other: Span) -> int:
    """The minutes two spans share, begun ones counted whole."""
    return max(0, _minutes(min(span.end, other.end) - max(span.start, other.start)))


def _minutes(length: timedelta) -> int:
    """Whole minutes, rounded up: a second too much is a minute too much."""
    return -int(-length.total_seconds() // 60)


def _longest(window: Span, taken: list[Span]) -> int:
    """The longest free time inside `window`, in minutes."""
    return max((piece.minutes for piece in without([window], clipped(taken, window))), default=0)
