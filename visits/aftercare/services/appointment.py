"""What the customer does about his appointment: another time, or none any more. The system acts for him."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dispatch.rules import Span
from dispatch.windows.changes import change_window, refusal_of
from servicedesk.errors import ActionError, invalid
from servicedesk.tickets.locking import lock_ticket
from servicedesk.tickets.models import Ticket, TicketState
from servicedesk.tickets.services import cancel_ticket
from visits.aftercare.services.attempts import LONGEST_OPINION
from visits.aftercare.services.customer import refuse_ended
from visits.models import Visit, VisitState

CANCELLABLE = frozenset({TicketState.OPEN, TicketState.SCHEDULED})
# Why a customer calls a visit off; the words stand in the story.
CANCEL_WORDS = {
    "works_again": _("It works again"),
    "other_help": _("Somebody else has helped"),
    "no_time": _("No time suits me"),
    "not_needed": _("I do not need it any more"),
}
MOVING = (VisitState.EN_ROUTE, VisitState.ON_SITE, VisitState.WORKING)


def change_time(ticket_id: int, window: tuple[datetime, datetime], *, seen: str, now: datetime) -> Ticket:
    """The ticket with its new promise. Refuses like `dispatch.windows.changes.change_window`, with 409 on_the_way
    while a technician is, and ticket_cancelled and link_ended.
    """
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, None)
        refuse_ended(ticket, now)
        _refuse_moving(ticket)
        return change_window(ticket.pk, Span(*window), seen=seen, now=now)


def cancel_visit(ticket_id: int, reason: str, *, now: datetime, text: str = "") -> Ticket:
    """The cancelled ticket; cancelling twice is done once. Refuses with 422 without a reason of the list, with 409
    on_the_way, not_cancellable and link_ended.
    """
    text = text.strip()
    if reason not in CANCEL_WORDS:
        raise invalid("reason", "reason_missing", _("Choose a reason."))
    if len(text) > LONGEST_OPINION:
        raise invalid("text", "opinion_too_long", _("The opinion is too long."), longest=LONGEST_OPINION)
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, None)
        if ticket.state == TicketState.CANCELLED:
            return ticket
        refuse_ended(ticket, now)
        _refuse_moving(ticket)
        if ticket.state not in CANCELLABLE:
            raise ActionError("not_cancellable", _("The work has begun or is over. Please call us."))
        note = " · ".join([str(CANCEL_WORDS[reason]), *([text] if text else [])])
        return cancel_ticket(ticket.pk, "customer_wish", actor=None, now=now, note=note)


def may_change(ticket: Ticket, now: datetime) -> bool:
    """Whether the page offers another time."""
    return not _is_moving(ticket) and refusal_of(ticket, now) is None


def may_cancel(ticket: Ticket) -> bool:
    """Whether the page offers to call the visit off."""
    return ticket.wants_visit and ticket.state in CANCELLABLE and not _is_moving(ticket)


def _is_moving(ticket: Ticket) -> bool:
    return Visit.objects.filter(ticket=ticket, state__in=MOVING).exists()


def _refuse_moving(ticket: Ticket) -> None:
    if _is_moving(ticket):
        raise ActionError("on_the_way", _("The technician is on the way already. Please call us."))
