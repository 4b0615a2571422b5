"""Plain makers of aftercare: a ticket whose work is over, and the call that is owed for it."""

from datetime import datetime, timedelta
from typing import Any

from dispatch.models import AssignmentState, Technician
from servicedesk.people.models import Role, User
from servicedesk.sla.models import ClockKind
from servicedesk.sla.services import stop_clock
from servicedesk.tickets.locking import move
from servicedesk.tickets.models import Ticket, TicketFacts, TicketState
from tests.make import NOW
from tests.make_visits import make_visit as visit_upto
from visits.aftercare.services import schedule_callback
from visits.defaults import load_defaults
from visits.models import Answer, Callback, ChecklistItem, Mismatch, Visit, VisitState


def make_visit(technician: Technician | None = None, **overrides: Any) -> Visit:
    """A visit at work; the technician came 50 minutes after `now`. Fields of the ticket may be given."""
    if not ChecklistItem.objects.exists():
        load_defaults()
    return visit_upto(technician, "working", **overrides)


def answer(visit: Visit, code: str, value: str = "done", at: datetime = NOW) -> Answer:
    """The technician's answer to an item of his checklist."""
    item = ChecklistItem.objects.get(version=visit.checklist, code=code)
    return Answer.objects.create(visit=visit, item=item, value=value, at=at)


def complete(visit: Visit, at: datetime = NOW + timedelta(hours=1), outcome: str = "fixed") -> Ticket:
    """The ticket, its work over at `at` and its customer waiting to be called."""
    ticket = visit.ticket
    visit.state, visit.outcome, visit.ended_at = VisitState.COMPLETED, outcome, at
    visit.finding, visit.work = "进水阀堵塞", "更换进水阀"
    visit.save()
    visit.assignment.state = AssignmentState.DONE
    visit.assignment.save(update_fields=["state"])
    move(ticket, TicketState.AWAITING_CALLBACK)
    stop_clock(ticket, ClockKind.FIX, at=at, actor=None)
    facts = {"completed_at": at, "outcome": outcome, "technician": visit.technician.user, "checklist_passed": True}
    TicketFacts.objects.filter(ticket=ticket).update(**facts)
    return ticket


def make_completed(technician: Technician | None = None, **overrides: Any) -> Ticket:
    """A ticket awaiting its callback, which is not scheduled yet."""
    return complete(make_visit(technician, **overrides), overrides.get("now", NOW) + timedelta(hours=1))


def make_callback(technician: Technician | None = None, **overrides: Any) -> Callback:
    """The open callback after completion of a fresh ticket, scheduled an hour after `now`."""
    ticket = make_completed(technician, **overrides)
    at = overrides.get("now", NOW) + timedelta(hours=1)
    return schedule_callback(ticket.pk, Callback.Kind.COMPLETION, actor=None, now=at)


def make_mismatch(visit: Visit, code: str = "fee", **overrides: Any) -> Mismatch:
    """A mismatch of the visit to review, as the callback found it."""
    fields = {"sides": {"callback": "more", "checklist": 6000, "sheet": 6000}, "found_at": NOW, **overrides}
    mismatch, _made = Mismatch.objects.get_or_create(
        visit=visit, code=code, response=None, ticket=visit.ticket, technician=visit.technician, defaults=fields
    )
    return mismatch


def make_agent_of(callback: Callback) -> User:
    """The technician of the callback's visit, an agent since: roles change, the visit stays his."""
    assert callback.visit is not None
    user = callback.visit.technician.user
    user.role = Role.AGENT
    user.save(update_fields=["role"])
    return user
