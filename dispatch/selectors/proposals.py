"""One technician, one time, one ticket: what the rules say. Whoever asks gets this answer."""

from datetime import datetime

from dispatch.models import Technician
from dispatch.rules import Person, Span, Verdict, judge
from dispatch.selectors.days import day_of, day_span, zone_of
from dispatch.selectors.jobs import job_of
from dispatch.selectors.people import person_of
from servicedesk.tickets.models import Ticket


def verdict_of(ticket: Ticket, technician: Technician, span: Span, now: datetime) -> Verdict:
    """What the rules say to sending `technician` in `span`; changes nothing."""
    return judge(person_round(technician, span), job_of(ticket, now), span, now)


def person_round(technician: Technician, span: Span) -> Person:
    """The technician with all that concerns the local days of `span`."""
    day = days_round(technician, span)
    return person_of(technician, Span(min(day.start, span.start), max(day.end, span.end)))


def days_round(technician: Technician, span: Span) -> Span:
    """The local day of the technician's outlet in which `span` begins."""
    zone = zone_of(technician.outlet)
    return day_span(day_of(span.start, zone), zone)
