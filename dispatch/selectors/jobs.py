"""A ticket as the rules see it: what has to be done, where, by when, and what is known of technicians there."""

from collections import Counter
from datetime import datetime, timedelta

from django.db.models import Q

from dispatch.models import Assignment, AssignmentState, ConductNote, Technician
from dispatch.rules import Job, Span
from dispatch.selectors.days import zone_of
from dispatch.selectors.pairings import wishes_of
from dispatch.selectors.people import place_of
from dispatch.travel.registry import roads_of
from servicedesk.sla.models import ClockKind, SlaClock
from servicedesk.tickets.models import Outcome, Ticket, TicketFacts, TicketKind

# Minutes planned where no symptom says how long it usually takes.
USUAL_MINUTES = {TicketKind.INSTALL: 90, TicketKind.MAINTENANCE: 60}
OTHER_MINUTES = 45
# A repair of the same appliance within this time means that the one before did not hold (handbook, standard 2).
REPEAT = timedelta(days=30)
SAFETY_STARS = 2
REPEAT_STARS = 3
# Nobody waits longer because of another one's grade: twice the arrival target of each priority (model, default SLA
# policy), from receipt on.
LONGEST_WAIT = {1: timedelta(hours=4), 2: timedelta(hours=16), 3: timedelta(hours=48)}
# Breaches of the conduct norm are held against a technician for this long.
CONDUCT_COUNTS = timedelta(days=180)
# Work at the customer's that is older than this is no acquaintance any more.
KNOWN_FOR = timedelta(days=3 * 365)
# Outcomes after which the trouble should have been over.
CURED = frozenset({Outcome.FIXED, Outcome.REPLACED, Outcome.NO_FAULT_FOUND})


def job_of(ticket: Ticket, now: datetime) -> Job:
    """The job of `ticket` as of `now`. Windows that are over and a due time that is broken already bind nobody."""
    fault = ticket.fault
    failed_by = failed_by_of(ticket)
    wishes = wishes_of([ticket])[ticket.pk]
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
        roads=roads_of(ticket.outlet, zone_of(ticket.outlet)),
        district=ticket.address.district if ticket.address else "",
        grade=ticket.customer.grade,
        floor=ticket.received_at + LONGEST_WAIT[ticket.priority],
        known_by=known_by_of(ticket) - failed_by,
        barred=wishes.barred,
        not_again=wishes.not_again,
        asked_for=wishes.asked_for,
        conduct=conduct_of(ticket, now),
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


def known_by_of(ticket: Ticket) -> frozenset[int]:
    """The technicians whose earlier work at this customer's held: completed, not reopened, within three years."""
    since = ticket.received_at - KNOWN_FOR
    held = TicketFacts.objects.filter(
        ticket__customer=ticket.customer_id, completed_at__gte=since, outcome__in=CURED, reopened=0
    ).exclude(ticket=ticket)
    users = held.filter(technician__isnull=False).values("technician")
    return frozenset(Technician.objects.filter(user__in=users).values_list("pk", flat=True))


def conduct_of(ticket: Ticket, now: datetime) -> dict[int, int]:
    """How many breaches of the conduct norm are noted in the last 180 days with this customer or kind of product."""
    same = Q(customer=ticket.customer_id)
    if ticket.category_id is not None:
        same |= Q(category=ticket.category_id)
    notes = ConductNote.objects.filter(same, at__gt=now - CONDUCT_COUNTS, withdrawn_at=None)
    notes = notes.filter(technician__outlet=ticket.outlet_id)
    return dict(Counter(notes.values_list("technician_id", flat=True)))


def _due(ticket: Ticket, now: datetime) -> datetime | None:
    clocks = SlaClock.objects.filter(ticket=ticket, kind=ClockKind.ARRIVAL, stopped_at=None, due_at__gt=now)
    return clocks.values_list("due_at", flat=True).first()


def _living(start: datetime | None, end: datetime | None, now: datetime) -> Span | None:
    return None if start is None or end is None or end <= now else Span(start, end)
