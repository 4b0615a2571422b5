"""Care beside a ticket: the unit with us, consents, courtesy, the story; and the notes, shown on request only."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from servicedesk import clock
from servicedesk.access import roles_allowed, staff_of, ticket_or_404
from servicedesk.care.models import Consent
from servicedesk.care.services import is_in_hand, notes_of, read_care_notes
from servicedesk.people.models import Role, User
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.transitions import fits, may, row_of
from visits.care.pages import ROUTES
from visits.custody.services import needs_exception
from visits.models import CareCall, DelightStory, UnitCustody
from visits.stories.access import stories_for

# Who may look at a care note on a ticket in hand (docs/care.md).
NOTE_READERS = (Role.AGENT, Role.SUPERVISOR, Role.MANAGER)


@require_GET
def care_panel(request: HttpRequest, number: str) -> HttpResponse:
    """What is known and done beyond the repair. It tells that care notes exist only to those who may read them."""
    user = staff_of(request)
    ticket = ticket_or_404(user, number)
    unit = UnitCustody.objects.filter(ticket=ticket).select_related("picked_up_by", "returned_by").last()
    consents = list(Consent.objects.filter(customer=ticket.customer_id, withdrawn_at=None))
    story = stories_for(user).filter(ticket=ticket).exclude(state=DelightStory.State.WITHDRAWN).first()
    calls = CareCall.objects.filter(ticket=ticket, callback__isnull=False).select_related("plan", "callback")
    readable = may("read_care_notes", user) and is_in_hand(ticket)
    context = {
        "ticket": ticket,
        "now": clock.now(),
        "unit": unit,
        "exception_needed": unit is None and needs_exception(ticket),
        "exceptions": ticket.exceptions.select_related("granted_by").order_by("id"),
        "consents": consents,
        "notes": len(notes_of(ticket)) if readable else 0,
        "calls": calls,
        "events": ticket.care_events.select_related("by"),
        "story": story,
        "steps": steps_of(ticket, user, unit, consents),
    }
    return render(request, "care/_panel.html", context)


def steps_of(ticket: Ticket, user: User, unit: UnitCustody | None, consents: list[Consent]) -> list[dict[str, Any]]:
    """The actions of care that fit now, as links to their forms."""
    with_us = unit is not None and unit.state == UnitCustody.State.WITH_US
    purposes = {consent.purpose for consent in consents}
    told = DelightStory.objects.filter(ticket=ticket).exclude(state=DelightStory.State.WITHDRAWN).exists()
    possible = {
        "record_return": with_us,
        "record_pickup": not with_us and fits("record_pickup", user, ticket.state) and not needs_exception(ticket),
        "give_consent": len(purposes) < len(Consent.Purpose.values),
        "record_care_note": Consent.Purpose.HEALTH in purposes and is_in_hand(ticket),
        "withdraw_consent": bool(purposes),
        "record_care_event": fits("record_care_event", user, ticket.state),
        "propose_story": not told,
    }
    wanted = [action for action, holds in possible.items() if holds and may(action, user)]
    return [{"url": reverse(name_of(one), args=[ticket.number]), "label": row_of(one).label} for one in wanted]


def name_of(action: str) -> str:
    """The address of an action's form, by name: `ticket_pickup` for `record_pickup`."""
    return f"ticket_{ROUTES[action].replace('/', '_')}"


@require_POST
@roles_allowed(*NOTE_READERS)
@never_cache
def care_notes(request: HttpRequest, number: str) -> HttpResponse:
    """The care notes of a ticket in hand, once it has been written down who looks."""
    user = staff_of(request)
    ticket = ticket_or_404(user, number)
    notes = read_care_notes(ticket.pk, actor=user, now=clock.now())
    context = {"ticket": ticket, "notes": notes}
    fragment = request.headers.get("HX-Request") == "true"
    return render(request, "care/_notes.html" if fragment else "care/notes.html", context)
