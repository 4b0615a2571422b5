"""The timeline of an outlet's day, and the panel beside a ticket."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dispatch.access import assignments_for, require_outlet
from dispatch.models import Assignment
from dispatch.registration import buttons_of
from dispatch.selectors.board import board_of
from dispatch.selectors.days import day_of, read_day, zone_of
from dispatch.selectors.queue import CONDITIONS, page_of, queue_of
from dispatch.views.common import PLANNERS, chosen_outlet, is_fragment, no_store
from servicedesk import clock
from servicedesk.access import roles_allowed, staff_of, ticket_or_404
from servicedesk.clock import LOCAL
from servicedesk.errors import ActionError
from servicedesk.people.models import Role
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.transitions import fits


@require_GET
@roles_allowed(*PLANNERS)
def dispatch_timeline(request: HttpRequest) -> HttpResponse:
    """Technicians against the hours of a day, and beside them the tickets that wait for one."""
    user, now = staff_of(request), clock.now()
    outlet, outlets = chosen_outlet(request, user)
    outlet = outlet or next(iter(outlets), None)
    today = day_of(now, zone_of(outlet) if outlet else LOCAL)
    day = read_day(request.GET.get("day", "")) or today
    context: dict[str, Any] = {
        "now": now,
        "outlet": outlet,
        "outlets": outlets if len(outlets) > 1 else [],
        "day": day,
        "today": today,
        "yesterday": day - timedelta(days=1),
        "tomorrow": day + timedelta(days=1),
        "here": request.get_full_path(),
    }
    if outlet is not None:
        queue = queue_of(user, now, outlet.pk)
        total = queue.filter(CONDITIONS["assign"]).count()
        context["board"] = board_of(outlet, day, now)
        context["tray"] = page_of(queue, "assign", now, 0, total)
    template = "dispatch/_board.html" if is_fragment(request) else "dispatch/timeline.html"
    return no_store(render(request, template, context))


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
        "earlier": [one for one in assignments if one != lead],
        "buttons": buttons_of(ticket, user),
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
