"""What a story may expect of care: who sent the ticket, exceptions, units, consents, courtesy calls, stories."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from servicedesk.care.services import living_consent, notes_of
from servicedesk.tickets.models import Ticket

Values = Mapping[str, Any]


def sent_by(ticket: Ticket, _values: Values, _now: datetime) -> Any:
    """Who sent the ticket to its outlet first: an employee number, or `system`."""
    first = ticket.handovers.order_by("id").first()
    if first is None:
        return None
    return first.sent_by.employee_no if first.sent_by else "system"


def exception(ticket: Ticket, values: Values, _now: datetime) -> Any:
    """The rule, where an exception from it was granted with a reason."""
    granted = ticket.exceptions.filter(rule=values["exception"]).exclude(reason="").exists()
    return values["exception"] if granted else None


def unit(ticket: Ticket, _values: Values, _now: datetime) -> Any:
    """Whether the customer's unit is `with_us` or `returned`."""
    latest = ticket.custodies.last()
    return latest.state if latest else None


def unit_minutes(ticket: Ticket, _values: Values, _now: datetime) -> Any:
    """How long the unit was with us."""
    latest = ticket.custodies.last()
    if latest is None or latest.returned_at is None:
        return None
    return int((latest.returned_at - latest.picked_up_at).total_seconds() // 60)


def consent(ticket: Ticket, values: Values, _now: datetime) -> Any:
    """The purpose, where the customer's consent to it lives."""
    return values["consent"] if living_consent(ticket.customer_id, values["consent"]) else None


def care_notes(ticket: Ticket, _values: Values, _now: datetime) -> Any:
    """How many sensitive notes are kept."""
    return len(notes_of(ticket))


def courtesy(ticket: Ticket, _values: Values, _now: datetime) -> Any:
    """The day for which the care plan scheduled a courtesy call, like 2003-10-16."""
    call = ticket.care_calls.filter(callback__isnull=False).last()
    return call.due_on.isoformat() if call else None


def courtesy_result(ticket: Ticket, _values: Values, _now: datetime) -> Any:
    """What the customer answered in that call."""
    call = ticket.care_calls.filter(callback__isnull=False).last()
    return call.callback.result if call and call.callback else None


def care_events(ticket: Ticket, _values: Values, _now: datetime) -> Any:
    """How many things were done for the customer beyond the order."""
    return ticket.care_events.count()


def story(ticket: Ticket, _values: Values, _now: datetime) -> Any:
    """The state of the delight story."""
    told = ticket.stories.first()
    return told.state if told else None


CARE_FIGURES: dict[str, Callable[[Ticket, Values, datetime], Any]] = {
    one.__name__: one
    for one in (
        sent_by,
        exception,
        unit,
        unit_minutes,
        consent,
        care_notes,
        courtesy,
        courtesy_result,
        care_events,
        story,
    )
}
