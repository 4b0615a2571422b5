"""The technicians of a ticket's outlet as candidates for it, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dispatch.models import Technician
from dispatch.rules import Candidate, Finding, Grade, Job, Person, Span, findings_of, free_gaps, rank, snap_up
from dispatch.selectors.days import day_of, day_span, zone_of
from dispatch.selectors.jobs import job_of
from dispatch.selectors.people import people_of, person_of
from dispatch.wording import grade_word, words_of
from servicedesk.tickets.models import Ticket

# Days the list looks ahead by itself until somebody can go.
AHEAD = 3
GRADE_LOOKS = {
    Grade.RECOMMENDED: ("circle-check", "ok"),
    Grade.POSSIBLE: ("circle-dot", "info"),
    Grade.STRETCH: ("alert-triangle", "warn"),
    Grade.NO: ("circle-x", "neutral"),
}


@dataclass(frozen=True)
class Row:
    """A candidate with the technician behind it."""

    technician: Technician
    candidate: Candidate

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
    def can_go(self) -> bool:
        """Whether there is a time to assign."""
        return self.candidate.span is not None

    @property
    def wants_reason(self) -> bool:
        """Whether a soft rule has to be overridden."""
        return self.candidate.grade == Grade.STRETCH


@dataclass(frozen=True)
class Shortlist:
    """The candidates of a ticket on a day."""

    job: Job
    day: date
    rows: list[Row]


def shortlist_of(ticket: Ticket, now: datetime, day: date | None = None) -> Shortlist:
    """The candidates on `day`; without one, on the first day from the customer's window on that somebody can go."""
    job = job_of(ticket, now)
    crew = crew_of(ticket)
    first = day or day_of(max(now, job.window.start) if job.window else now, job.zone)
    days = [first] if day else [first + timedelta(days=more) for more in range(AHEAD)]
    window = Span(day_span(days[0], job.zone).start, day_span(days[-1], job.zone).end)
    people = people_of(crew, window)
    chosen, ranked = first, _ranked(people.values(), job, first, now)
    for other in days[1:]:
        if any(one.span for one in ranked):
            break
        later = _ranked(people.values(), job, other, now)
        if any(one.span for one in later):
            chosen, ranked = other, later
    by_id = {one.pk: one for one in crew}
    return Shortlist(job, chosen, [Row(by_id[one.person], one) for one in ranked])


def crew_of(ticket: Ticket) -> list[Technician]:
    """The active technicians of the ticket's outlet."""
    crew = Technician.objects.filter(outlet=ticket.outlet_id, is_active=True, user__is_active=True)
    return list(crew.select_related("user", "outlet"))


def check_of(ticket: Ticket, technician: Technician, span: Span, now: datetime) -> tuple[Finding, ...]:
    """The rules this assignment would break, hard ones first; changes nothing."""
    return findings_of(person_of(technician, span), job_of(ticket, now), span)


def gaps_of(ticket: Ticket, technician: Technician, day: date, now: datetime) -> tuple[Span, ...]:
    """What is left of the technician's free time on `day`, not counting this ticket's own booking."""
    window = day_span(day, zone_of(ticket.outlet))
    rest = Span(min(max(window.start, now), window.end), window.end)
    return free_gaps(person_of(technician, window), rest, ticket.number)


def _ranked(people: Iterable[Person], job: Job, day: date, now: datetime) -> tuple[Candidate, ...]:
    window = day_span(day, job.zone)
    return rank(people, job, window, snap_up(max(now, window.start)))
