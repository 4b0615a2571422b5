"""The way to the customer: depart, arrive, start work."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from dispatch.services import seen_at
from servicedesk.people.models import User
from servicedesk.sla.models import ClockKind, ClockState
from servicedesk.sla.services import resume_clocks, stop_clock
from servicedesk.tickets.locking import move
from servicedesk.tickets.models import Ticket, TicketFacts, TicketState
from visits.models import ChecklistTemplate, Visit, VisitState
from visits.selectors import checklist_for
from visits.services.base import DeviceClock, Hand, lock_visit, note_step, save, tell_step
from warranty.models import PartsWait
from warranty.waits import end_waits


def depart(
    visit_id: int, *, actor: User | None, now: datetime, device_at: DeviceClock = None, on_behalf: str = ""
) -> Visit:
    """The visit, on its way."""
    hand = Hand(actor, now, device_at, on_behalf)
    with transaction.atomic():
        visit = lock_visit(visit_id, "depart", hand)
        visit.state, visit.departed_at = VisitState.EN_ROUTE, now
        save(visit, "state", "departed_at")
        note_step(visit, "depart", hand)
        tell_step(visit, "depart", hand, from_state=visit.ticket.state)
    return visit


def arrive(
    visit_id: int, *, actor: User | None, now: datetime, device_at: DeviceClock = None, on_behalf: str = ""
) -> Visit:
    """The visit at the door: the ticket is in service, the arrival clock stops (handbook/visit-norms.md, proof and
    timing), and the checklist in force now is the visit's from here on.

    Whoever stands at the door has also spoken with the customer, and nobody waits any more: the technician's contact
    clock stops too, paused clocks run again.
    """
    hand = Hand(actor, now, device_at, on_behalf)
    with transaction.atomic():
        visit = lock_visit(visit_id, "arrive", hand)
        ticket = visit.ticket
        visit.state, visit.arrived_at = VisitState.ON_SITE, now
        visit.checklist = checklist_for(ticket, ChecklistTemplate.Occasion.ON_SITE, now)
        save(visit, "state", "arrived_at", "checklist")
        before = ticket.state
        if before != TicketState.IN_SERVICE:
            move(ticket, TicketState.IN_SERVICE)
        _keep_time(ticket, hand)
        facts = TicketFacts.objects.filter(ticket=ticket)
        facts.update(visits=F("visits") + 1, first_arrival_at=Coalesce("first_arrival_at", now))
        place = ticket.address
        if place is not None and place.lat is not None and place.lon is not None:
            seen_at(visit.technician, place.lat, place.lon, now=now)
        note_step(visit, "arrive", hand)
        tell_step(visit, "arrive", hand, from_state=before)
    return visit


def _keep_time(ticket: Ticket, hand: Hand) -> None:
    for kind in (ClockKind.TECHNICIAN_CONTACT, ClockKind.ARRIVAL):
        stop_clock(ticket, kind, at=hand.now, actor=hand.actor)
    if ticket.clocks.filter(stopped_at=None, state=ClockState.PAUSED).exists():
        resume_clocks(ticket, at=hand.now, actor=hand.actor)
    # Where no policy lets a clock stand still for parts, nothing but this ends the wait.
    end_waits(ticket, at=hand.now, actor=hand.actor, causes=(PartsWait.Cause.NO_PARTS,))


def start_work(
    visit_id: int, *, actor: User | None, now: datetime, device_at: DeviceClock = None, on_behalf: str = ""
) -> Visit:
    """The visit, with the work begun."""
    hand = Hand(actor, now, device_at, on_behalf)
    with transaction.atomic():
        visit = lock_visit(visit_id, "start_work", hand)
        visit.state, visit.started_at = VisitState.WORKING, now
        save(visit, "state", "started_at")
        note_step(visit, "start_work", hand)
        tell_step(visit, "start_work", hand, from_state=visit.ticket.state)
    return visit
