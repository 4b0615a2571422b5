"""How a ticket ends, and how it comes back: close, cancel, reopen."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from servicedesk import ports
from servicedesk.errors import ActionError, invalid
from servicedesk.people.models import User
from servicedesk.sla.models import ClockKind
from servicedesk.sla.services import restart_clock, stop_clocks, void_clocks
from servicedesk.tickets.locking import lock_ticket, move
from servicedesk.tickets.models import Handover, Ticket, TicketFacts, TicketParty, TicketState
from servicedesk.tickets.story import tell
from servicedesk.tickets.transitions import require

# Closing is itself the answer that these promise: they are judged then, in time or late, and never dropped.
KEPT_BY_CLOSING = (
    ClockKind.FIRST_ANSWER,
    ClockKind.CONTACT,
    ClockKind.COMPLAINT_ANSWER,
    ClockKind.COMPLAINT_DECISION,
)
CANCEL_REASONS = {
    "customer_wish": _("The customer no longer wants it"),
    "solved_by_phone": _("Solved on the phone"),
    "duplicate": _("Opened twice"),
    "other_party": _("Somebody else is responsible"),
}


def closing_blockers(ticket: Ticket) -> list[ports.Blocker]:
    """What still keeps the ticket from being closed, in words; empty when it may be closed."""
    blockers = []
    if ticket.wants_visit and ticket.state == TicketState.OPEN:
        blockers.append(ports.Blocker("visit_expected", _("The visit has not been completed.")))
    return blockers + ports.blockers_of(ticket)


def close_ticket(ticket_id: int, *, actor: User | None, now: datetime, note: str = "") -> Ticket:
    """The closed ticket. It closes only when the checks are complete, the customer was heard and no promise is open
    (handbook/service-standards.md, one ticket to the end); refuses with 409 and the first blocker's code.
    """
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        require("close_ticket", actor, ticket.state)
        blockers = closing_blockers(ticket)
        if blockers:
            detail = {"blockers": [blocker.code for blocker in blockers]}
            raise ActionError(blockers[0].code, blockers[0].message, detail=detail)
        before = ticket.state
        ticket.closed_at = now
        move(ticket, TicketState.CLOSED, "closed_at")
        stop_clocks(ticket, KEPT_BY_CLOSING, at=now, actor=actor)
        void_clocks(ticket, at=now, actor=actor)
        _end_parts(ticket, now)
        tell(ticket, "close_ticket", actor=actor, now=now, from_state=before, note=note.strip())
    return ticket


def cancel_ticket(ticket_id: int, reason: str, *, actor: User | None, now: datetime, note: str = "") -> Ticket:
    """The cancelled ticket: its clocks void, its hand-over withdrawn, its bookings released by the apps above."""
    if reason not in CANCEL_REASONS:
        raise invalid("reason", "reason_missing", _("Say why the ticket is cancelled."))
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        require("cancel_ticket", actor, ticket.state)
        before = ticket.state
        ports.ticket_cancelled.send(Ticket, ticket=ticket, actor=actor, now=now, reason=reason)
        move(ticket, TicketState.CANCELLED)
        void_clocks(ticket, at=now, actor=actor)
        living = [Handover.State.SENT, Handover.State.ACCEPTED]
        ticket.handovers.filter(state__in=living).update(
            state=Handover.State.WITHDRAWN, answered_by=actor, answered_at=now
        )
        _end_parts(ticket, now)
        data = {"reason": reason}
        tell(ticket, "cancel_ticket", actor=actor, now=now, from_state=before, note=note.strip(), data=data)
    return ticket


def reopen_ticket(ticket_id: int, reason: str, *, actor: User | None, now: datetime) -> Ticket:
    """The ticket, open again under its number: a new fix clock starts, contact and arrival stay as they were met."""
    reason = reason.strip()
    if not reason:
        raise invalid("reason", "reason_missing", _("Say why the ticket is reopened."))
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        require("reopen_ticket", actor, ticket.state)
        before = ticket.state
        ticket.closed_at = None
        move(ticket, TicketState.OPEN, "closed_at")
        TicketFacts.objects.filter(ticket=ticket).update(reopened=F("reopened") + 1)
        part = TicketParty.Part.OWNER
        TicketParty.objects.get_or_create(
            ticket=ticket, user=ticket.owner, part=part, until=None, defaults={"since": now}
        )
        if ticket.wants_visit:
            restart_clock(ticket, ClockKind.FIX, at=now, actor=actor)
        void_clocks(ticket, at=now, actor=actor, kinds=[ClockKind.CALLBACK])
        ports.ticket_reopened.send(Ticket, ticket=ticket, actor=actor, now=now, reason=reason)
        tell(ticket, "reopen_ticket", actor=actor, now=now, from_state=before, note=reason)
    return ticket


def _end_parts(ticket: Ticket, now: datetime) -> None:
    ticket.parties.filter(until=None).update(until=now)
