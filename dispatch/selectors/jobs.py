"""A ticket as the rules see it: what has to be done, where, by when, and whose repair did not hold."""

from datetime import datetime, timedelta

from dispatch.models import Assignment, AssignmentState, Technician
from dispatch.rules import Job, Span
from dispatch.selectors.days import zone_of
from dispatch.selectors.people import place_of
from servicedesk.sla.models import ClockKind, SlaClock
from servicedesk.tickets.models import Ticket, TicketFacts, TicketKind

# Minutes planned where no symptom says how long it usually takes.
USUAL_MINUTES = {TicketKind.INSTALL: 90, TicketKind.MAINTENANCE: 60}
OTHER_MINUTES = 45
# A repair of the same appliance within this time means that the one before did not hold (handbook, standard 2).
REPEAT = timedelta(days=30)
SAFETY_STARS = 2
REPEAT_STARS = 3


def job_of(ticket: Ticket, now: datetime) -> Job:
    """The job of `ticket` as of `now`. Windows that are over and a due time that is broken already bind nobody."""
    fault = ticket.fault
    failed_by = failed_by_of(ticket)
    return Job(
        number=ticket.number,
        outlet=ticket.outlet_id or 0,
        category=ticket.category.code if ticket.category else "",
        level=fault.skill_level if fault else 1,
        stars=REPEAT_STARS if failed_by else SAFETY_STARS if ticket.priority == 1 else 1,
        minutes=planned_minutes(ticket),
        place=place_of(ticket.address),
        promised=_living(ticket.promised_from, ticket.promised_until, now),
        requested=_living(ticket.requested_from, ticket.requested_until, now),
        due=_due(ticket, now),
        failed_by=failed_by,
        zone=zone_of(ticket.outlet),
    )


def planned_minutes(ticket: Ticket) -> int:
    """How long the work usually takes, in minutes."""
    if ticket.fault:
        return ticket.fault.minutes
    return USUAL_MINUTES.get(TicketKind(ticket.kind), OTHER_MINUTES)


def failed_by_of(ticket: Ticket) -> frozenset[int]:
    """The technicians whose repair of this appliance did not hold.

    That is: of a ticket completed within the 30 days before this one came in, or of this ticket where it was reopened.
    """
    failed: set[int] = set()
    if ticket.appliance_id:
        earlier = TicketFacts.objects.filter(
            ticket__appliance=ticket.appliance_id,
            ticket__kind=TicketKind.REPAIR,
            completed_at__range=(ticket.received_at - REPEAT, ticket.received_at),
            technician__isnull=False,
        ).exclude(ticket=ticket)
        failed |= set(Technician.objects.filter(user__in=earlier.values("technician")).values_list("pk", flat=True))
    own = Assignment.objects.filter(
        ticket=ticket, ticket__facts__reopened__gt=0, state=AssignmentState.DONE, part=Assignment.Part.LEAD
    )
    return frozenset(failed | set(own.values_list("technician_id", flat=True)))


def _due(ticket: Ticket, now: datetime) -> datetime | None:
    clocks = SlaClock.objects.filter(ticket=ticket, kind=ClockKind.ARRIVAL, stopped_at=None, due_at__gt=now)
    return clocks.values_list("due_at", flat=True).first()


def _living(start: datetime | None, end: datetime | None, now: datetime) -> Span | None:
    return None if start is None or end is None or end <= now else Span(start, end)
