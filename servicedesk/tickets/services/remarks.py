"""What is said about a ticket: notes, praise, and exceptions to a rule with their reason."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.errors import invalid
from servicedesk.notify.services import notify
from servicedesk.people.models import User
from servicedesk.tickets.locking import lock_ticket
from servicedesk.tickets.models import IntakeChannel, Praise, TicketEvent, TicketException
from servicedesk.tickets.story import tell
from servicedesk.tickets.transitions import require


def add_note(ticket_id: int, text: str, *, actor: User | None, now: datetime) -> TicketEvent:
    """The note as a line of the story. Refuses with 422 an empty one."""
    text = text.strip()
    if not text:
        raise invalid("note", "note_empty", _("The note is empty."))
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        require("add_note", actor, ticket.state)
        return tell(ticket, "add_note", actor=actor, now=now, note=text)


def record_praise(ticket_id: int, text: str, channel: str, *, actor: User | None, now: datetime) -> Praise:
    """The customer's praise, linked to the ticket it is about; its owner is told."""
    text = text.strip()
    if not text:
        raise invalid("text", "praise_empty", _("Write down what the customer said."))
    if channel not in IntakeChannel.values:
        raise invalid("channel", "channel_unknown", _("Choose how the praise came in."))
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        require("record_praise", actor, ticket.state)
        praise = Praise.objects.create(ticket=ticket, channel=channel, text=text, received_at=now, recorded_by=actor)
        tell(ticket, "record_praise", actor=actor, now=now, data={"praise": praise.pk, "channel": channel})
        notify(f"praise:{praise.pk}", [ticket.owner], "praise", ticket=ticket)
    return praise


def grant_exception(ticket_id: int, rule: str, reason: str, *, actor: User | None, now: datetime) -> TicketException:
    """The approved exception to a rule. Refuses with 422 an unknown rule or a missing reason."""
    reason = reason.strip()
    if rule not in TicketException.Rule.values:
        raise invalid("rule", "rule_unknown", _("Choose the rule the exception is from."))
    if not reason:
        raise invalid("reason", "reason_missing", _("Give a reason for the exception."))
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        require("grant_exception", actor, ticket.state)
        granted = TicketException.objects.create(
            ticket=ticket, rule=rule, reason=reason, granted_by=actor, granted_at=now
        )
        data = {"exception": granted.pk, "rule": rule}
        tell(ticket, "grant_exception", actor=actor, now=now, note=reason, data=data)
    return granted
