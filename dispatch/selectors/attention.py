"""Booked jobs that would be refused today: what is known about the technician has changed since they were booked.

Leave that contains a job, a shift removed under it, a certificate or skill that ends before the visit, somebody made
inactive or moved to another outlet, a customer who does not want him any more. Nothing is moved by itself; a person
decides.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from dispatch.models import ACTIVE, Assignment, Technician
from dispatch.rules import Finding, Job, Person, Span, broken_hard
from dispatch.selectors.days import zone_of
from dispatch.selectors.pairings import wishes_of
from dispatch.selectors.people import people_of
from servicedesk.tickets.models import Ticket

# More than this nobody reads; the soonest are shown.
MOST = 500


@dataclass(frozen=True)
class Concern:
    """A booked job with the hard rules it breaks as things stand; those that were allowed when it was booked are left
    out.
    """

    assignment: Assignment
    findings: tuple[Finding, ...]


def attention_of_outlets(outlet_ids: Iterable[int], now: datetime) -> list[Concern]:
    """The concerns of these outlets' tickets, the soonest job first; eleven queries at most."""
    return concerns(_booked(now).filter(ticket__outlet__in=list(outlet_ids)), now)


def attention_of_technician(technician: Technician, now: datetime) -> list[Concern]:
    """The concerns about one technician's jobs, the soonest first."""
    return concerns(_booked(now).filter(technician=technician), now)


def concerns(booked: QuerySet[Assignment], now: datetime) -> list[Concern]:
    """Which of the booked jobs break a hard rule as things stand at `now`."""
    rows = list(booked[:MOST])
    if not rows:
        return []
    window = Span(now, max(row.span.upper for row in rows))
    technicians = {row.technician_id: row.technician for row in rows}
    people = people_of(technicians.values(), window)
    jobs = _jobs([row.ticket for row in rows])
    found = [Concern(row, _broken(row, people[row.technician_id], jobs[row.ticket_id])) for row in rows]
    return [concern for concern in found if concern.findings]


def _booked(now: datetime) -> QuerySet[Assignment]:
    found = Assignment.objects.filter(state__in=ACTIVE, span__endswith__gt=now)
    return found.select_related(
        "technician__user",
        "technician__outlet",
        "ticket__outlet",
        "ticket__customer",
        "ticket__category",
        "ticket__address",
    ).order_by("span", "pk")


def _broken(assignment: Assignment, person: Person, job: Job) -> tuple[Finding, ...]:
    allowed = {str(one.get("code", "")) for one in assignment.overrides}
    span = Span(assignment.span.lower, assignment.span.upper)
    return tuple(finding for finding in broken_hard(person, job, span) if finding.code not in allowed)


def _jobs(tickets: list[Ticket]) -> dict[int, Job]:
    """The jobs as far as the hard rules look, by ticket; one query."""
    wishes = wishes_of(tickets)
    return {
        ticket.pk: Job(
            number=ticket.number,
            outlet=ticket.outlet_id or 0,
            category=ticket.category.code if ticket.category else "",
            zone=zone_of(ticket.outlet),
            district=ticket.address.district if ticket.address else "",
            barred=wishes[ticket.pk].barred,
            not_again=wishes[ticket.pk].not_again,
            asked_for=wishes[ticket.pk].asked_for,
        )
        for ticket in tickets
    }
