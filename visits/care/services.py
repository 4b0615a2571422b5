"""The daily search for courtesy calls, and what was done for a customer beyond the order."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from servicedesk.care.models import Consent
from servicedesk.clock import LOCAL
from servicedesk.errors import invalid
from servicedesk.people.models import Customer, User
from servicedesk.people.services import lock_customer
from servicedesk.tickets.locking import lock_ticket
from servicedesk.tickets.models import Ticket, TicketState
from servicedesk.tickets.story import tell
from servicedesk.tickets.transitions import require
from visits.aftercare.services import schedule_callback
from visits.daily import once_a_day
from visits.models import Callback, CareCall, CareEvent, CarePlan

JOB = "courtesy_calls"
# The day's search is made in the morning, so that its calls are in the queue when calling hours begin.
RUNS_FROM = time(8)
# A day on which the house stood still is made up for, up to this many days.
CATCH_UP = timedelta(days=7)
# Nobody is called for courtesy twice within this time, whatever the plans say.
REST = timedelta(days=30)
LONGEST_NOTE = 300


def run_daily(now: datetime) -> int:
    """How many customers today's search found; 0 before its hour and when it has run today.

    A step of the timers.
    """
    return once_a_day(JOB, RUNS_FROM, find_courtesy_calls, now)


def find_courtesy_calls(now: datetime) -> int:
    """How many customers the active plans found as of `now`. Asked again it finds nobody twice."""
    today = now.astimezone(LOCAL).date()
    found = 0
    for plan in CarePlan.objects.filter(is_active=True):
        for ticket_id, due_on in list(_due(plan, today)):
            found += _take_up(plan, ticket_id, due_on, now)
    return found


def _due(plan: CarePlan, today: date) -> Iterator[tuple[int, date]]:
    """Ticket and due day of everybody the plan finds whose day has come within the last week."""
    shift = timedelta(days=plan.days)
    found = _occasions(plan, today - CATCH_UP - shift, today - shift)
    for ticket_id, day in found:
        its_day = day.astimezone(LOCAL).date() if isinstance(day, datetime) else day
        yield ticket_id, its_day + shift


def _occasions(plan: CarePlan, first: date, last: date) -> Iterable[tuple[int, date | datetime]]:
    """Closed tickets with the latest instant or day of the plan's occasion, from `first` to `last`, both included."""
    start = datetime.combine(first, time(0), tzinfo=LOCAL)
    end = datetime.combine(last + timedelta(days=1), time(0), tzinfo=LOCAL)
    closed = Ticket.objects.filter(state=TicketState.CLOSED, excluded_from_measures=False)
    closed = closed.exclude(care_calls__plan=plan).order_by("pk")
    if plan.occasion == CarePlan.Occasion.EXCEPTION:
        fitting = closed.filter(closed_at__gte=start, closed_at__lt=end, exceptions__isnull=False)
        return list(fitting.distinct().values_list("pk", "closed_at"))
    if plan.occasion == CarePlan.Occasion.PRAISE:
        fitting = closed.filter(praises__received_at__gte=start, praises__received_at__lt=end)
        return list(fitting.annotate(day=Max("praises__received_at")).values_list("pk", "day"))
    named = {"care_notes__known_day__range": (first, last), "care_notes__consent__withdrawn_at": None}
    return list(closed.filter(**named).annotate(day=Max("care_notes__known_day")).values_list("pk", "day"))


def _take_up(plan: CarePlan, ticket_id: int, due_on: date, now: datetime) -> int:
    """1 where a call was scheduled; 0 where the customer is called or was called for courtesy anyway."""
    ticket = lock_ticket(ticket_id, None)
    # Two plans that find two tickets of one customer must not both call him.
    customer = lock_customer(ticket.customer_id)
    called = CareCall.objects.filter(customer=customer, callback__isnull=False, made_at__gt=now - REST).exists()
    callback = None
    if not called:
        callback = schedule_callback(ticket_id, Callback.Kind.COURTESY, actor=None, now=now)
    call = CareCall.objects.create(
        plan=plan, ticket=ticket, customer=customer, due_on=due_on, callback=callback, made_at=now
    )
    if callback is not None:
        tell(ticket, "find_courtesy_call", actor=None, now=now, data={"care_call": call.pk, "plan": plan.pk})
    return int(callback is not None)


def record_care_event(ticket_id: int, kind: str, note: str, *, actor: User | None, now: datetime) -> CareEvent:
    """What was done for the ticket's customer beyond the order. Refuses with 422 an unknown kind or an empty note."""
    note = note.strip()
    if kind not in CareEvent.Kind.values:
        raise invalid("kind", "care_kind_unknown", _("Choose what was done for the customer."))
    if not note:
        raise invalid("note", "note_empty", _("The note is empty."))
    if len(note) > LONGEST_NOTE:
        raise invalid("note", "note_too_long", _("The note is too long."), longest=LONGEST_NOTE)
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        require("record_care_event", actor, ticket.state)
        event = CareEvent.objects.create(ticket=ticket, kind=kind, note=note, at=now, by=actor)
        tell(ticket, "record_care_event", actor=actor, now=now, data={"care_event": event.pk, "kind": kind})
    return event


def on_consent_withdrawn(sender: Any, *, customer: Customer, purpose: str, **_facts: Any) -> None:
    """With the health notes go the days that were counted from them; calls already in the queue stay."""
    if purpose == Consent.Purpose.HEALTH:
        CareCall.objects.filter(customer=customer, plan__occasion=CarePlan.Occasion.KNOWN_DAY).delete()
