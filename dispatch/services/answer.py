"""The technician's answer to an offered job; the office may write it down for him when he says it on the phone."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dispatch.access import require_outlet
from dispatch.models import Assignment, AssignmentState
from dispatch.services.booking import story_data
from dispatch.services.ending import let_go, note_end
from dispatch.services.ledger import Why
from dispatch.signals import assignment_accepted
from servicedesk.errors import OUT_OF_SCOPE, ActionError, invalid
from servicedesk.notify.services import notify
from servicedesk.people.models import Role, User
from servicedesk.tickets.locking import lock_ticket, move
from servicedesk.tickets.models import TicketState
from servicedesk.tickets.story import tell
from servicedesk.tickets.transitions import require

LONGEST_REASON = 300


def accept_assignment(assignment_id: int, *, actor: User | None, now: datetime) -> Assignment:
    """The accepted assignment; the visit is planned by whoever listens.

    Refuses with 404 another technician's, with 409 wrong_state one that is no longer offered.
    """
    with transaction.atomic():
        assignment = _answerable(assignment_id, "accept_assignment", actor)
        _answer(assignment, AssignmentState.ACCEPTED, now)
        data = story_data(assignment)
        assignment_accepted.send(Assignment, ticket=assignment.ticket, assignment=assignment, actor=actor, now=now)
        tell(assignment.ticket, "accept_assignment", actor=actor, now=now, data=data)
    return assignment


def refuse_assignment(assignment_id: int, reason: str, *, actor: User | None, now: datetime) -> Assignment:
    """The refused assignment; the ticket is open again and the outlet's dispatchers are told.

    The clocks run on, the promise to the customer stands. Refuses like `accept_assignment`, with 422 without a reason
    and for one that is too long.
    """
    reason = reason.strip()
    if not reason:
        raise invalid("reason", "reason_missing", _("Give a reason for the refusal."))
    if len(reason) > LONGEST_REASON:
        raise invalid("reason", "reason_too_long", _("The reason is too long."))
    with transaction.atomic():
        assignment = _answerable(assignment_id, "refuse_assignment", actor)
        ticket = assignment.ticket
        _answer(assignment, AssignmentState.REFUSED, now)
        let_go(ticket, assignment, AssignmentState.REFUSED, reason, actor=actor, now=now)
        note_end(assignment, Why(reason), actor=actor, now=now)
        before = ticket.state
        if ticket.state == TicketState.SCHEDULED:
            move(ticket, TicketState.OPEN)
        data = story_data(assignment)
        tell(ticket, "refuse_assignment", actor=actor, now=now, from_state=before, note=reason, data=data)
        dispatchers = User.objects.filter(role=Role.DISPATCHER, outlets=ticket.outlet_id, is_active=True)
        values = {"assignment": assignment.pk}
        notify(f"assignment:{assignment.pk}:refused", dispatchers, "assignment_refused", ticket=ticket, values=values)
    return assignment


def _answerable(assignment_id: int, action: str, actor: User | None) -> Assignment:
    ticket_id = Assignment.objects.filter(pk=assignment_id).values_list("ticket_id", flat=True).first()
    ticket = lock_ticket(ticket_id or 0, actor)
    assignment = Assignment.objects.select_related("technician__user").get(pk=assignment_id)
    if actor is not None and actor.role == Role.TECHNICIAN and assignment.technician.user_id != actor.pk:
        raise ActionError("assignment_not_found", _("There is no such job."), status=OUT_OF_SCOPE)
    assignment.ticket = ticket
    require(action, actor, assignment.state)
    require_outlet(actor, ticket.outlet_id)
    return assignment


def _answer(assignment: Assignment, state: str, now: datetime) -> None:
    assignment.state, assignment.answered_at = state, now
    assignment.row_version += 1
    assignment.save(update_fields=["state", "answered_at", "row_version"])
