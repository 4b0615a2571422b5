"""The customer moves the appointment by his link: within limits, to a window that holds, and never silently."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dispatch.models import Assignment, WindowPlan
from dispatch.rules import Span, judge, snap_up
from dispatch.selectors.jobs import job_of
from dispatch.selectors.proposals import person_round
from dispatch.services import Why, reassign_technician, release_assignment
from dispatch.services.assign import active_lead
from dispatch.services.ledger import Mover, promise_of
from dispatch.windows.plans import seller_of
from dispatch.windows.services import ask_of, promised_span, take_place
from servicedesk.errors import ActionError
from servicedesk.notify.services import notify
from servicedesk.people.models import Role, User
from servicedesk.sla.services import move_window
from servicedesk.tickets.locking import lock_ticket, move, save
from servicedesk.tickets.models import Ticket, TicketState
from servicedesk.tickets.story import tell

CHANGEABLE = frozenset({TicketState.OPEN, TicketState.SCHEDULED})
STEP = timedelta(minutes=15)
WHY = _("The customer changed the time by the link")


def change_window(ticket_id: int, window: Span, *, seen: str, now: datetime) -> Ticket:
    """The ticket with its new promise; the place before is given back in the same transaction.

    `seen` is what `seen_of` gave when the page was shown. The technician stays where the new time suits him; else he
    is released, the ticket is open again and the dispatchers are told. The same change sent twice is done once.
    Refuses with 409 not_changeable, changed_meanwhile, changed_often, too_late_to_change, windows_not_promised and
    window_gone.
    """
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, None)
        if promised_span(ticket) == window:
            return ticket
        _refuse(ticket, seen, now)
        before, promised = ticket.requested_until, promise_of(ticket)
        take_place(ticket, uuid4(), window, actor=None, now=now)
        ticket.requested_from, ticket.requested_until = window.start, window.end
        save(ticket, "requested_from", "requested_until")
        if before != ticket.requested_until:
            move_window(ticket, at=now, actor=None)
        data = {"start": window.start.isoformat(), "end": window.end.isoformat()}
        tell(ticket, "change_window", actor=None, now=now, data=data)
        why = Why(str(WHY), moved_by=Mover.CUSTOMER, promise_before=promised)
        _keep_or_free(ticket, window, why, now)
    ticket.refresh_from_db()
    return ticket


def refusal_of(ticket: Ticket, now: datetime) -> ActionError | None:
    """Why the customer cannot change the time himself now; None where he can."""
    if ticket.state not in CHANGEABLE or not ticket.wants_visit:
        return ActionError("not_changeable", _("The time can no longer be changed here. Please call us."))
    seller = seller_of(ask_of(ticket))
    if seller is None:
        return ActionError("windows_not_promised", _("Times are arranged by phone here. Please call us."))
    if ticket.events.filter(action="change_window").count() >= seller.plan.changes:
        return ActionError(
            "changed_often", _("The time has been changed as often as is possible here. Please call us.")
        )
    if ticket.promised_from is not None and now > ticket.promised_from - _notice(seller.plan):
        return ActionError("too_late_to_change", _("It is too late to change the time here. Please call us."))
    return None


def seen_of(ticket: Ticket) -> str:
    """What the customer is promised, as a form carries it."""
    return "" if ticket.promised_from is None else ticket.promised_from.astimezone(UTC).isoformat()


def _refuse(ticket: Ticket, seen: str, now: datetime) -> None:
    if seen != seen_of(ticket):
        words = _("The time has been changed in the meantime, perhaps in another window. Look at it again.")
        raise ActionError("changed_meanwhile", words)
    refusal = refusal_of(ticket, now)
    if refusal is not None:
        raise refusal


def _keep_or_free(ticket: Ticket, window: Span, why: Why, now: datetime) -> None:
    """The technician goes at the new time where no rule speaks against it; else somebody has to look for another."""
    lead = active_lead(ticket)
    if lead is None or window.start <= lead.span.lower < window.end:
        return
    start = _start_for(ticket, lead, window, now)
    if start is not None:
        end = start + (lead.span.upper - lead.span.lower)
        reassign_technician(ticket.pk, lead.technician, start, end, why, actor=None, now=now)
        return
    lead.ticket = ticket
    release_assignment(lead, why.reason, actor=None, now=now, moved=why)
    ticket.refresh_from_db()
    if ticket.state == TicketState.SCHEDULED:
        move(ticket, TicketState.OPEN)
    dispatchers = User.objects.filter(role=Role.DISPATCHER, outlets=ticket.outlet_id, is_active=True)
    key = f"ticket:{ticket.pk}:window:{window.start:%Y%m%d%H%M}:{ticket.row_version}"
    notify(key, dispatchers, "window_changed", ticket=ticket)


def _start_for(ticket: Ticket, lead: Assignment, window: Span, now: datetime) -> datetime | None:
    length = lead.span.upper - lead.span.lower
    ticket.refresh_from_db()
    job = job_of(ticket, now)
    person = person_round(lead.technician, Span(window.start, window.start + length))
    start = snap_up(max(window.start, now))
    while start < window.end:
        if not judge(person, job, Span(start, start + length), now).findings:
            return start
        start += STEP
    return None


def _notice(plan: WindowPlan) -> timedelta:
    return timedelta(hours=plan.notice_hours)
