"""What the pages of the technicians show."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from dispatch.models import (
    ACTIVE,
    Absence,
    Assignment,
    Certification,
    Shift,
    Technician,
    TechnicianEvent,
    TechnicianSkill,
)
from dispatch.people.access import technicians_for
from dispatch.rules import Span
from dispatch.selectors.days import day_of, day_span, zone_of
from servicedesk.clock import LOCAL
from servicedesk.people.models import User

PAGE = 50
HISTORY = 30
WEEK = timedelta(days=7)
# A certificate that ends within this time wants to be renewed.
RENEW = timedelta(days=30)


@dataclass(frozen=True)
class Narrowing:
    """What the list is narrowed to; `mark` is paper (no certificate valid for the next 30 days), roster (no shift next
    week) or inactive.
    """

    text: str = ""
    outlet: int | None = None
    category: int | None = None
    mark: str = ""


@dataclass(frozen=True)
class Day:
    """A local day of a technician's week: shifts, absences and booked jobs that begin or go on in it."""

    day: date
    shifts: list[Shift]
    absences: list[Absence]
    jobs: list[Assignment]


def technician_rows(user: User, narrowing: Narrowing, now: datetime) -> QuerySet[Technician]:
    """The technicians `user` may look at, narrowed, by name, each with `has_paper` and `has_roster`."""
    today = day_of(now, LOCAL)
    monday = monday_of(today) + WEEK
    papers = Certification.objects.filter(
        technician=OuterRef("pk"), valid_from__lte=today, valid_until__gte=today + RENEW, suspended_at=None
    )
    week = (day_span(monday, LOCAL).start, day_span(monday + WEEK, LOCAL).start)
    shifts = Shift.objects.filter(technician=OuterRef("pk"), span__overlap=week)
    found = technicians_for(user).annotate(has_paper=Exists(papers), has_roster=Exists(shifts))
    found = found.filter(is_active=narrowing.mark != "inactive")
    if narrowing.text:
        text = narrowing.text
        found = found.filter(
            Q(user__name__icontains=text) | Q(user__name_pinyin__icontains=text) | Q(user__employee_no__iexact=text)
        )
    if narrowing.outlet is not None:
        found = found.filter(outlet=narrowing.outlet)
    if narrowing.category is not None:
        found = found.filter(skills__category=narrowing.category)
    if narrowing.mark == "paper":
        found = found.filter(has_paper=False)
    if narrowing.mark == "roster":
        found = found.filter(has_roster=False)
    skills = TechnicianSkill.objects.select_related("category").order_by("category__code")
    papers_of = Certification.objects.order_by("-valid_until")
    rows: QuerySet[Technician] = found.order_by("user__name_pinyin", "pk").prefetch_related(
        Prefetch("skills", queryset=skills), Prefetch("certificates", queryset=papers_of)
    )
    return rows


def monday_of(day: date) -> date:
    """The Monday of the week of `day`."""
    return day - timedelta(days=day.weekday())


def week_of(technician: Technician, monday: date) -> list[Day]:
    """The seven local days from `monday` on; three queries."""
    zone = zone_of(technician.outlet)
    bounds = (day_span(monday, zone).start, day_span(monday + WEEK, zone).start)
    shifts = list(technician.shifts.filter(span__overlap=bounds).order_by("span"))
    absences = list(technician.absences.filter(span__overlap=bounds).order_by("span"))
    jobs = technician.assignments.filter(state__in=ACTIVE, span__overlap=bounds).select_related("ticket__customer")
    booked = list(jobs.order_by("span"))
    days = []
    for number in range(7):
        day = monday + timedelta(days=number)
        span = day_span(day, zone)
        days.append(
            Day(
                day,
                # A night shift belongs to the day it begins on.
                [row for row in shifts if day_of(row.span.lower, zone) == day],
                [row for row in absences if _shares(row, span)],
                [row for row in booked if day_of(row.span.lower, zone) == day],
            )
        )
    return days


def coming_absences(technician: Technician, now: datetime) -> list[Absence]:
    """The absences that are not over, the soonest first."""
    return list(technician.absences.filter(span__endswith__gt=now).order_by("span"))


def history_of(technician: Technician) -> list[TechnicianEvent]:
    """The last lines of the history, the newest first."""
    return list(technician.events.select_related("actor")[:HISTORY])


def _shares(row: Any, span: Span) -> bool:
    return bool(row.span.lower < span.end and span.start < row.span.upper)
