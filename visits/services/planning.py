"""A visit is planned when its assignment is accepted, and called off when the assignment ends before the door."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dispatch.models import Assignment
from servicedesk.errors import ActionError
from servicedesk.people.models import User
from servicedesk.tickets.locking import lock_ticket
from servicedesk.tickets.story import tell
from servicedesk.tickets.transitions import require
from visits.models import AbortReason, Visit, VisitState
from visits.services.base import Hand, note_step, save

ON_THE_WAY = frozenset({VisitState.PLANNED, VisitState.EN_ROUTE})


def plan_visit(assignment: Assignment, *, now: datetime) -> Visit | None:
    """The planned visit of an accepted assignment, made once; None for a helper, who joins the lead's visit.

    Done by the system, never by a person.
    """
    if assignment.part != Assignment.Part.LEAD:
        return None
    with transaction.atomic():
        ticket = lock_ticket(assignment.ticket_id, None)
        require("plan_visit", None, "")
        technician = assignment.technician
        visit, made = Visit.objects.get_or_create(
            assignment=assignment, defaults={"ticket": ticket, "technician": technician}
        )
        if made:
            note_step(visit, "plan_visit", Hand(None, now))
            tell(ticket, "plan_visit", actor=None, now=now, data={"visit": visit.pk, "technician": technician.pk})
    return visit


def call_off_visit(assignment: Assignment, *, actor: User | None, now: datetime) -> Visit | None:
    """The visit of a released assignment, aborted as called off; None where none was living.

    Refuses with 409 visit_running once the technician is at the door: such a visit is completed or broken off.
    """
    with transaction.atomic():
        lock_ticket(assignment.ticket_id, None)
        visit = Visit.objects.select_for_update().filter(assignment=assignment).first()
        if visit is None or not visit.is_living:
            return None
        if visit.state not in ON_THE_WAY:
            raise ActionError("visit_running", _("The technician is already with the customer. End the visit first."))
        visit.state, visit.abort_reason, visit.ended_at = VisitState.ABORTED, AbortReason.CALLED_OFF, now
        save(visit, "state", "abort_reason", "ended_at")
        note_step(visit, "call_off", Hand(actor, now))
    return visit
