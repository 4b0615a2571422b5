"""The panel beside a ticket: who comes and when."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dispatch.access import assignments_for, require_outlet
from dispatch.models import Assignment
from dispatch.registration import buttons_of
from dispatch.selectors.moves import moves_of
from dispatch.selectors.pairings import pairings_of
from dispatch.telling import score_kept
from dispatch.views.common import no_store
from servicedesk import clock
from servicedesk.access import staff_of, ticket_or_404
from servicedesk.errors import ActionError
from servicedesk.people.models import Role
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.transitions import fits


@require_GET
def assignment_panel(request: HttpRequest, number: str) -> HttpResponse:
    """Appointment and technician, for the page of a ticket."""
    user, now = staff_of(request), clock.now()
    ticket = ticket_or_404(user, number)
    assignments = list(assignments_for(user).filter(ticket=ticket).order_by("-pk"))
    lead = next((one for one in assignments if one.is_active and one.part == Assignment.Part.LEAD), None)
    context = {
        "now": now,
        "ticket": ticket,
        "lead": lead,
        "buttons": buttons_of(ticket, user),
        "moves": moves_of(ticket),
        "pairings": list(pairings_of(ticket)),
        "may_pair": fits("pair_technician", user, ticket.state),
        "score": score_kept(lead) if lead is not None else None,
        "may_answer": lead is not None and _may_answer(user, ticket, lead),
    }
    return no_store(render(request, "dispatch/_panel.html", context))


def _may_answer(user: Any, ticket: Ticket, lead: Assignment) -> bool:
    """Whether the office writes the technician's answer down here; he himself answers on his own pages."""
    if user.role == Role.TECHNICIAN or not fits("accept_assignment", user, lead.state):
        return False
    try:
        require_outlet(user, ticket.outlet_id)
    except ActionError:
        return False
    return True
