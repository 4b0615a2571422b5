"""A technician's days: what is offered, what is next, what is done; and the history of a job in three lines."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.db.models import Q

from dispatch.models import ACTIVE, Assignment, AssignmentState, Technician
from servicedesk.sla.models import ClockKind
from servicedesk.sla.selectors import Chip, chips
from servicedesk.tickets.models import Ticket
from visits.models import AbortReason, Visit
from visits.selectors import local_day

DAYS_SHOWN = 3
HISTORY_LINES = 3
BEFORE_THE_DOOR = (ClockKind.TECHNICIAN_CONTACT, ClockKind.ARRIVAL)


@dataclass(frozen=True)
class Job:
    """An assignment on the day sheet, with its visit once it is accepted and the promise that breaks next."""

    assignment: Assignment
    visit: Visit | None
    chip: Chip | None

    @property
    def ticket(self) -> Ticket:
        """The ticket behind it."""
        return self.assignment.ticket


@dataclass(frozen=True)
class DaySheet:
    """Jobs to answer, accepted jobs by local day in the order of time, and the visits that ended today."""

    offers: list[Job]
    days: list[tuple[date, list[Job]]]
    done: list[Visit]


def day_sheet(technician: Technician, now: datetime) -> DaySheet:
    """Today with what is still open from before, and the next two days; three queries."""
    zone = ZoneInfo(technician.outlet.time_zone)
    midnight = datetime.combine(now.astimezone(zone).date(), time(), zone)
    active = Assignment.objects.filter(technician=technician, state__in=ACTIVE).select_related(
        "visit", "ticket__customer", "ticket__address", "ticket__category", "ticket__fault", "ticket__appliance__model"
    )
    rows = list(active.filter(span__startswith__lt=midnight + timedelta(days=DAYS_SHOWN)).order_by("span", "pk"))
    clocks = chips([row.ticket for row in rows], now)
    jobs = [Job(row, _visit_of(row), _next_chip(clocks[row.ticket_id])) for row in rows]
    offered = AssignmentState.OFFERED
    accepted = [job for job in jobs if job.assignment.state != offered]
    return DaySheet(
        offers=[job for job in jobs if job.assignment.state == offered],
        days=_by_day(accepted, now, technician.outlet.time_zone),
        done=_done_since(technician, midnight),
    )


def _visit_of(assignment: Assignment) -> Visit | None:
    visit: Visit | None = getattr(assignment, "visit", None)
    return visit


def _next_chip(found: Iterable[Chip]) -> Chip | None:
    standing = [chip for chip in found if chip.is_open]
    first = [chip for kind in (*BEFORE_THE_DOOR, ClockKind.FIX) for chip in standing if chip.kind == kind]
    return first[0] if first else None


def _by_day(jobs: list[Job], now: datetime, zone: str) -> list[tuple[date, list[Job]]]:
    today = local_day(now, zone)

    def day(job: Job) -> date:
        # What is left over from yesterday is today's work.
        return max(local_day(job.assignment.span.lower, zone), today)

    found = {key: list(group) for key, group in groupby(sorted(jobs, key=day), key=day)}
    return [(each, found.get(each, [])) for each in (today + timedelta(days=n) for n in range(DAYS_SHOWN))]


def _done_since(technician: Technician, midnight: datetime) -> list[Visit]:
    ended = Visit.objects.filter(technician=technician, ended_at__gte=midnight)
    kept = ended.exclude(abort_reason=AbortReason.CALLED_OFF)
    return list(kept.select_related("ticket__customer", "ticket__category").order_by("ended_at"))


def history_of(ticket: Ticket) -> list[Ticket]:
    """The last three earlier tickets of the same appliance, else of the same kind of product at this customer's."""
    same = Q(appliance=ticket.appliance_id)
    if ticket.appliance_id is None:
        same = Q(customer=ticket.customer_id, category=ticket.category_id)
    earlier = Ticket.objects.filter(same, received_at__lt=ticket.received_at).exclude(pk=ticket.pk)
    return list(earlier.select_related("fault", "facts").order_by("-received_at")[:HISTORY_LINES])
