"""The appliance's history as a page and beside the ticket, with the warning where a fault comes back."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dispatch.selectors.repeats import proposal_of, repeat_of
from servicedesk import clock
from servicedesk.access import base_of, roles_allowed, staff_of, ticket_or_404
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.transitions import fits
from visits.history import appliance_history
from warranty.access import READERS, appliance_or_404


@require_GET
@roles_allowed(*READERS)
def appliance_history_page(request: HttpRequest, appliance_id: int) -> HttpResponse:
    """Everything that was done to the appliance, and the household's other appliances."""
    user = staff_of(request)
    appliance = appliance_or_404(user, appliance_id)
    others = appliance.customer.appliances.exclude(pk=appliance.pk).select_related("category", "model")
    context = {
        "now": clock.now(),
        "base_template": base_of(user),
        "appliance": appliance,
        "entries": appliance_history(appliance, user),
        "others": list(others) if user.role != "technician" else [],
        "opens_customer": user.role != "technician",
    }
    return render(request, "visits/appliance_history.html", context)


@require_GET
def history_panel(request: HttpRequest, number: str) -> HttpResponse:
    """Fragment beside the ticket: the appliance's other tickets, and the warning where its fault came back."""
    user = staff_of(request)
    ticket = ticket_or_404(user, number)
    entries = appliance_history(ticket.appliance, user) if ticket.appliance else []
    context = {
        "now": clock.now(),
        "ticket": ticket,
        "entries": [entry for entry in entries if entry.ticket.pk != ticket.pk][:3],
        **warning_of(ticket, user),
    }
    return render(request, "visits/_history_panel.html", context)


def warning_of(ticket: Ticket, user: User) -> dict[str, Any]:
    """The context of the warning: what failed, what is proposed, and whether this person may send it elsewhere."""
    now = clock.now()
    repeat = repeat_of(ticket, now)
    return {
        "repeat": repeat,
        "proposal": proposal_of(ticket, repeat),
        "may_send": fits("send_to_outlet", user, ticket.state),
    }
