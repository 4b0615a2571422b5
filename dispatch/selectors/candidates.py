"""The technicians of an outlet as candidates for its ticket: who is best, when, and why the others are not."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from dispatch.models import Technician
from dispatch.rules import Candidate, Change, Grade, Job, Person, Span, free_gaps, judge
from dispatch.rules.ranking import weigh, why_not
from dispatch.rules.seek import Best, Found, Window, seek
from dispatch.selectors.days import day_of, day_span, zone_of
from dispatch.selectors.jobs import job_of
from dispatch.selectors.people import people_of, person_of
from dispatch.selectors.seek_rows import crew_of_job
from dispatch.telling import score_told
from dispatch.travel.haversine import HaversineProfile
from dispatch.travel.port import TravelMatrix
from dispatch.wording import change_words, grade_word, reason_label, words_of
from servicedesk.tickets.models import Ticket

# Days that are looked at together, technicians shown with a time, and others told one by one without being asked for.
DAYS = 5
TOP = 10
FEW = 12
# So many are told at once of those who cannot go for one reason.
MOST = 100
# Of a technician's user nobody looks at these here.
NOT_SHOWN = ("user__password", "user__last_login", "user__email", "user__created_at", "user__name_pinyin")
GRADE_LOOKS = {
    Grade.RECOMMENDED: ("circle-check", "ok"),
    Grade.POSSIBLE: ("circle-dot", "info"),
    Grade.STRETCH: ("alert-triangle", "warn"),
    Grade.NO: ("circle-x", "neutral"),
}


@dataclass(frozen=True)
class Row:
    """A candidate with the technician behind it; `change` is what would have to be different where he cannot go."""

    technician: Technician
    candidate: Candidate
    quality: str = ""
    change: str = ""

    @property
    def word(self) -> str:
        """The word of the grade."""
        return grade_word(self.candidate.grade)

    @property
    def icon(self) -> str:
        """The shape of the grade."""
        return GRADE_LOOKS[self.candidate.grade][0]

    @property
    def tone(self) -> str:
        """The colour of the grade."""
        return GRADE_LOOKS[self.candidate.grade][1]

    @property
    def sentences(self) -> list[str]:
        """The broken rules in words."""
        return [words_of(finding) for finding in self.candidate.findings]

    @property
    def score(self) -> dict[str, Any] | None:
        """The parts of the score in words with the total they add up to; None for who cannot go."""
        return None if self.candidate.score is None else score_told(self.candidate.score)

    @property
    def can_go(self) -> bool:
        """Whether there is a time to assign."""
        return self.candidate.span is not None

    @property
    def wants_reason(self) -> bool:
        """Whether a soft rule has to be overridden."""
        return self.candidate.grade == Grade.STRETCH

    @property
    def may_be_allowed(self) -> bool:
        """Whether only rules are broken that a supervisor may allow."""
        return not self.can_go and all(one.waivable for one in self.candidate.findings)


@dataclass(frozen=True)
class DayTab:
    """A day that was looked at, and how many can go on it."""

    day: date
    count: int


@dataclass(frozen=True)
class Excluded:
    """Those who cannot go for one reason."""

    code: str
    keys: tuple[int, ...]

    @property
    def label(self) -> str:
        """The reason in a few words."""
        return reason_label(self.code)

    @property
    def count(self) -> int:
        """How many they are."""
        return len(self.keys)


@dataclass(frozen=True)
class FreeWindow:
    """Two hours in which somebody could begin, with the best one."""

    technician: Technician
    window: Window

    @property
    def end(self) -> datetime:
        """When it ends."""
        return self.window.start + timedelta(hours=2)

    @property
    def tone(self) -> str:
        """The colour of the best one's grade."""
        return GRADE_LOOKS[self.window.best.grade][1]


@dataclass(frozen=True)
class Shortlist:
    """The candidates of a ticket on a day: the best with their times, the others by reason, the windows of five days.

    `told` are those who cannot go, one by one, where they are few.
    """

    job: Job
    day: date
    days: tuple[DayTab, ...]
    best: list[Row]
    told: list[Row]
    excluded: tuple[Excluded, ...]
    windows: tuple[tuple[date, tuple[FreeWindow, ...]], ...]
    found: Found

    @cached_property
    def rows(self) -> list[Row]:
        """The best and those who are told beside them."""
        return self.best + self.told

    @property
    def all_windows(self) -> list[FreeWindow]:
        """The windows of all days."""
        return [each for _day, windows in self.windows for each in windows]

    @property
    def more(self) -> int:
        """How many can go beside those who are shown."""
        return len(self.found.ranked[self.found.day(self.day)]) - len(self.best)

    @property
    def out(self) -> int:
        """How many cannot go."""
        return sum(one.count for one in self.excluded)

    @property
    def quality(self) -> str:
        """How the times on the road came about."""
        return roads_of_job(self.job).quality

    @property
    def place_known(self) -> bool:
        """Whether it is known where the job is."""
        return self.job.place is not None


def shortlist_of(ticket: Ticket, now: datetime, day: date | None = None) -> Shortlist:
    """The candidates on `day`; without one, on the first day from the customer's window on that somebody can go."""
    job = job_of(ticket, now)
    found = _sought(job, now, day)
    chosen = day or _first_possible(found, day_of(_wanted_from(job, now), job.zone))
    place = found.day(chosen)
    best = found.ranked[place][:TOP]
    excluded = _excluded(found.reasons[place])
    out = [key for one in excluded for key in one.keys]
    few = out if len(out) <= FEW else []
    windows = [window for each in found.windows for window in each]
    staff = _staff(ticket, {one.person for one in best} | {*few} | {window.best.person for window in windows})
    people = people_of([staff[one.person] for one in best] + [staff[key] for key in few], day_span(chosen, job.zone))
    return Shortlist(
        job=job,
        day=chosen,
        days=tuple(DayTab(found.first + timedelta(days=n), len(each)) for n, each in enumerate(found.ranked)),
        best=[_best_row(staff[one.person], people[one.person], job, one, now) for one in best],
        told=[_out_row(staff[key], people[key], job, (found, chosen), now) for key in few],
        excluded=excluded,
        windows=tuple(
            (
                found.first + timedelta(days=n),
                tuple(FreeWindow(staff[window.best.person], window) for window in each),
            )
            for n, each in enumerate(found.windows)
        ),
        found=found,
    )


def excluded_of(ticket: Ticket, now: datetime, day: date, code: str) -> list[Row]:
    """Those who cannot go on `day` for the reason `code`, one by one, a hundred at most."""
    job = job_of(ticket, now)
    found = _sought(job, now, day)
    keys = [key for key, reason in found.reasons[found.day(day)].items() if reason == code][:MOST]
    staff = _staff(ticket, set(keys))
    people = people_of(staff.values(), day_span(day, job.zone))
    return [_out_row(staff[key], people[key], job, (found, day), now) for key in keys]


def roads_of_job(job: Job) -> TravelMatrix:
    """The source of travel times of a job."""
    return job.roads if isinstance(job.roads, TravelMatrix) else HaversineProfile()


def _sought(job: Job, now: datetime, day: date | None) -> Found:
    """Five days from today on, or from a later day that is asked for, or on which the customer's window lies."""
    today = day_of(now, job.zone)
    wanted = day or day_of(_wanted_from(job, now), job.zone)
    first = today if today <= wanted < today + timedelta(days=DAYS) else wanted
    window = Span(day_span(first, job.zone).start, day_span(first + timedelta(days=DAYS - 1), job.zone).end)
    return seek(crew_of_job(job, window), job, roads_of_job(job), first, DAYS, now)


def _wanted_from(job: Job, now: datetime) -> datetime:
    return max(now, job.window.start) if job.window else now


def _first_possible(found: Found, wanted: date) -> date:
    """The first day from `wanted` on that somebody can go, else `wanted` itself."""
    from_there = range(found.day(wanted), len(found.ranked))
    return found.first + timedelta(days=next((n for n in from_there if found.ranked[n]), found.day(wanted)))


def _staff(ticket: Ticket, keys: set[int]) -> dict[int, Technician]:
    """Technicians of the ticket's outlet by id, with as much of their users as the rules and a list of names need."""
    rows = Technician.objects.filter(pk__in=keys).select_related("user").defer(*NOT_SHOWN)
    outlet = ticket.outlet
    for row in rows:
        if outlet is not None and row.outlet_id == outlet.pk:
            row.outlet = outlet
    return {row.pk: row for row in rows}


def _excluded(reasons: dict[int, str]) -> tuple[Excluded, ...]:
    """By reason, the most frequent first."""
    keys: dict[str, list[int]] = {}
    for key, code in reasons.items():
        keys.setdefault(code, []).append(key)
    order = Counter(reasons.values()).most_common()
    return tuple(Excluded(code, tuple(keys[code])) for code, _count in order)


def _best_row(technician: Technician, person: Person, job: Job, best: Best, now: datetime) -> Row:
    """Told by the rules that judge every proposal: what was sought and what is shown are one."""
    start = best.start.astimezone(job.zone)
    span = Span(start, start + timedelta(minutes=job.minutes))
    return Row(technician, weigh(person, job, span, now), roads_of_job(job).quality)


def _out_row(technician: Technician, person: Person, job: Job, sought: tuple[Found, date], now: datetime) -> Row:
    found, day = sought
    window = day_span(day, job.zone)
    finding = why_not(person, job, window, now)
    level = person.level_on(job.category, day)
    candidate = Candidate(person.key, Grade.NO, None, (finding,), level=level)
    return Row(technician, candidate, "", _change_of(person, job, window, found, now))


def _change_of(person: Person, job: Job, window: Span, found: Found, now: datetime) -> str:
    """The smallest change that fits: another day of those looked at, else what beside time would have to change."""
    others = [one for each in found.ranked if (one := each.of(person.key)) is not None]
    if others:
        nearest = min(others, key=lambda one: abs(one.start - max(window.start, now)))
        return change_words(Change("start", {"start": nearest.start}))
    start = max(window.start, now)
    change = judge(person, job, Span(start, start + timedelta(minutes=job.minutes)), now).change
    return change_words(change) if change is not None and change.kind != "start" else ""


def crew_of(ticket: Ticket) -> list[Technician]:
    """The technicians of the ticket's outlet to choose from: those in active service."""
    return list(staff_for(ticket).filter(is_active=True, user__is_active=True))


def staff_for(ticket: Ticket) -> QuerySet[Technician]:
    """Every technician of the ticket's outlet; whether one may go is for the rules to say."""
    return Technician.objects.filter(outlet=ticket.outlet_id).select_related("user", "outlet")


def gaps_of(ticket: Ticket, technician: Technician, day: date, now: datetime) -> tuple[Span, ...]:
    """What is left of the technician's free time on `day`, not counting this ticket's own booking."""
    window = day_span(day, zone_of(ticket.outlet))
    rest = Span(min(max(window.start, now), window.end), window.end)
    return free_gaps(person_of(technician, window), rest, ticket.number)
