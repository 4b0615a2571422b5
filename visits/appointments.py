"""The next appointment a technician agrees on with the customer at the door: a day and hours, as at intake.

It is a wish of the customer's until a dispatcher has promised it.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from servicedesk.clock import LOCAL
from servicedesk.desk.windows import HOURS, read_window, window_value
from servicedesk.errors import invalid
from servicedesk.people.models import User
from servicedesk.sla.services import move_window
from servicedesk.tickets.locking import save
from servicedesk.tickets.models import Outcome, Ticket

# With these somebody comes again.
RETURNING = frozenset({Outcome.NEEDS_PART, Outcome.NEEDS_ANOTHER_VISIT, Outcome.TAKEN_TO_WORKSHOP})
Times = tuple[datetime | None, datetime | None]


def read_next(value: str) -> Times:
    """Beginning and end of `2026-11-25/8-10`; nothing of an empty value. Refuses (422) anything else."""
    if not value:
        return None, None
    unknown = invalid("next_window", "window_unknown", _("Choose day and hours of the next appointment."))
    try:
        start, end = read_window(value)
    except ValueError:
        raise unknown from None
    if (start.hour, end.hour) not in HOURS:
        raise unknown
    return start, end


def next_value(start: datetime | None, end: datetime | None) -> str:
    """The appointment as forms, phones and the API carry it; empty without one."""
    return window_value(start.astimezone(LOCAL), end.astimezone(LOCAL)) if start and end else ""


def check_next(end: datetime | None, now: datetime) -> None:
    """Refuses (422) an appointment that is over at `now`."""
    if end is not None and end <= now:
        raise invalid("next_window", "window_in_past", _("The next appointment lies in the past."))


def ask_for_next(ticket: Ticket, start: datetime, end: datetime, *, actor: User | None, now: datetime) -> None:
    """Makes the appointment the time the ticket asks for, so that the dispatchers plan by it."""
    ticket.requested_from, ticket.requested_until = start, end
    save(ticket, "requested_from", "requested_until")
    move_window(ticket, at=now, actor=actor)


def hours_choices() -> list[tuple[str, Any]]:
    """The hours one may agree on, as values and words."""
    return [(f"{start}-{end}", f"{start}–{end}") for start, end in HOURS]
