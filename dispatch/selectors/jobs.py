"""A ticket as the rules see it: what has to be done, where, by when, and what is known of technicians there."""

from datetime import datetime, timedelta

from dispatch.rules import Job, Span
from dispatch.selectors.days import zone_of
from dispatch.selectors.known import known_of
from dispatch.selectors.people import place_of
from dispatch.travel.registry import roads_of
from servicedesk.tickets.models import Ticket, TicketKind

# Minutes planned where no symptom says how long it usually takes.
USUAL_MINUTES = {TicketKind.INSTALL: 90, TicketKind.MAINTENANCE: 60}
OTHER_MINUTES = 45
SAFETY_STARS = 2
REPEAT_STARS = 3
# Nobody waits longer because of another one's grade: twice the arrival target of each priority (model, default SLA
# policy), from receipt on.
LONGEST_WAIT = {1: timedelta(hours=4), 2: timedelta(hours=16), 3: timedelta(hours=48)}


def job_of(ticket: Ticket, now: datetime) -> Job:
    """The job of `ticket` as of `now`. Windows that are over and a due time that is broken already bind nobody."""
    fault = ticket.fault
    known = known_of(ticket, now)
    return Job(
        number=ticket.number,
        outlet=ticket.outlet_id or 0,
        category=ticket.category.code if ticket.category else "",
        level=fault.skill_level if fault else 1,
        stars=REPEAT_STARS if known.failed_by else SAFETY_STARS if ticket.priority == 1 else 1,
        # Whoever takes the job over needs as long as it was booked for.
        minutes=known.booked or planned_minutes(ticket),
        place=place_of(ticket.address),
        promised=_living(ticket.promised_from, ticket.promised_until, now),
        requested=_living(ticket.requested_from, ticket.requested_until, now),
        due=known.due,
        failed_by=known.failed_by,
        zone=zone_of(ticket.outlet),
        roads=roads_of(ticket.outlet, zone_of(ticket.outlet)),
        district=ticket.address.district if ticket.address else "",
        grade=ticket.customer.grade,
        floor=ticket.received_at + LONGEST_WAIT[ticket.priority],
        known_by=known.known_by,
        barred=known.wishes.barred,
        not_again=known.wishes.not_again,
        asked_for=known.wishes.asked_for,
        conduct=known.conduct,
    )


def planned_minutes(ticket: Ticket) -> int:
    """How long the work usually takes, in minutes."""
    if ticket.fault:
        return ticket.fault.minutes
    return USUAL_MINUTES.get(TicketKind(ticket.kind), OTHER_MINUTES)


def _living(start: datetime | None, end: datetime | None, now: datetime) -> Span | None:
    return None if start is None or end is None or end <= now else Span(start, end)
