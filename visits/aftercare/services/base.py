"""What every action of a callback begins and ends with."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from servicedesk.errors import FORBIDDEN, OUT_OF_SCOPE, ActionError
from servicedesk.people.models import User
from servicedesk.tickets.locking import lock_ticket
from servicedesk.tickets.models import Ticket, TicketEvent
from visits.models import Callback

NOT_TO_BE_CALLED = _("This customer does not want to be called.")


def lock_callback(callback_id: int, actor: User | None) -> tuple[Ticket, Callback]:
    """The ticket and its callback, both locked, the ticket first. Refuses with 404 what `actor` may not see."""
    ticket_id = Callback.objects.filter(pk=callback_id).values_list("ticket_id", flat=True).first()
    if ticket_id is None:
        raise ActionError("callback_not_found", _("There is no such callback."), status=OUT_OF_SCOPE)
    ticket = lock_ticket(ticket_id, actor)
    return ticket, Callback.objects.select_for_update().get(pk=callback_id)


def call_asked_at(callback: Callback) -> datetime | None:
    """When the customer asked for this call himself; None where he did not."""
    asked = TicketEvent.objects.filter(ticket=callback.ticket_id, action="ask_for_call", data__callback=callback.pk)
    at: datetime | None = asked.order_by("at").values_list("at", flat=True).first()
    return at


def save(callback: Callback, *fields: str) -> None:
    """Saves `fields` and counts the version up."""
    callback.row_version += 1
    callback.save(update_fields=[*fields, "row_version"])


def was_there(ticket: Ticket, actor: User) -> bool:
    """Whether `actor` is somebody the customer is asked about: he went on a visit of this ticket."""
    return ticket.visits.filter(technician__user=actor).exists()


def refuse_own_visit(ticket: Ticket, actor: User | None) -> None:
    """Refuses with 403 own_visit the caller who would ask about himself."""
    if actor is not None and was_there(ticket, actor):
        raise ActionError("own_visit", _("You were there yourself: somebody else must call."), status=FORBIDDEN)


def held_by_other(callback: Callback, actor: User | None, now: datetime) -> User | None:
    """The colleague who has the callback in hand as of `now`, if one has."""
    held = callback.claimed_until is not None and callback.claimed_until > now
    return callback.claimed_by if held and callback.claimed_by != actor else None


def refuse_foreign_claim(callback: Callback, actor: User | None, now: datetime) -> None:
    """Refuses with 409 claimed_by_other and the colleague's name."""
    other = held_by_other(callback, actor, now)
    if other is not None:
        raise ActionError(
            "claimed_by_other",
            _("%(name)s is calling this customer right now.") % {"name": other.name},
            detail={"by": other.employee_no},
        )
