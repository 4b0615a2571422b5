"""The list of tickets and the ticket itself."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from servicedesk import clock
from servicedesk.access import may_read_contact, roles_allowed, staff_of, ticket_or_404
from servicedesk.desk.buttons import MORE, PAGES, buttons_of
from servicedesk.desk.chips import with_chips
from servicedesk.desk.reveal import may_reveal, reveal_contact_phone
from servicedesk.desk.views.customers import shown_phone
from servicedesk.people.models import Outlet, Role, User
from servicedesk.people.phones import place_and_carrier
from servicedesk.ports import ticket_panels
from servicedesk.sla.selectors import chips
from servicedesk.templatetags.moments import masked_phone
from servicedesk.tickets.models import Ticket, TicketKind, TicketState
from servicedesk.tickets.selectors import STORY_KINDS, VIEWS, Filters, page_of, story_of, view_counts
from servicedesk.tickets.wording import KIND_LABELS

LISTERS = (Role.AGENT, Role.DISPATCHER, Role.SUPERVISOR, Role.MANAGER, Role.AUDITOR, Role.ADMIN)
READERS = (*LISTERS, Role.TECHNICIAN)
SHARERS = frozenset({Role.AGENT, Role.DISPATCHER, Role.SUPERVISOR, Role.MANAGER})
VIEW_LABELS = {
    "mine": pgettext_lazy("ticket view", "Mine"),
    "open": pgettext_lazy("ticket view", "Living"),
    "risk": pgettext_lazy("ticket view", "At risk"),
    "pauses": pgettext_lazy("ticket view", "Pauses to check"),
    "unsent": pgettext_lazy("ticket view", "Without outlet"),
    "callback": pgettext_lazy("ticket view", "Awaiting callback"),
    "closed": pgettext_lazy("ticket view", "Ended"),
    "all": pgettext_lazy("ticket view", "All"),
}


@require_GET
@roles_allowed(*LISTERS)
def ticket_list(request: HttpRequest) -> HttpResponse:
    """Saved views as tabs, filters in the address, rows by keys."""
    user, now = staff_of(request), clock.now()
    filters = filters_of(request, user)
    page = page_of(user, filters, now, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    counts = view_counts(user, now)
    tabs = [
        {
            "url": f"?view={view}",
            "label": VIEW_LABELS[view],
            "count": counts[view],
            "active": view == filters.view,
            "tone": "warn" if view in {"risk", "pauses"} else "",
        }
        for view in VIEWS
    ]
    context = {
        "now": now,
        "filters": filters,
        "tabs": tabs,
        "rows": with_chips(page.rows, now),
        "page": page,
        "outlets": outlets_of(user),
        "states": TicketState.values,
        "kinds": TicketKind.choices,
        "narrowed": filters != Filters(view=filters.view),
        "may_export": user.role != Role.AUDITOR,
        "may_open": user.role in {Role.AGENT, Role.DISPATCHER, Role.SUPERVISOR, Role.MANAGER},
    }
    template = (
        "tickets/_ticket_rows.html" if request.headers.get("HX-Request") == "true" else "tickets/ticket_list.html"
    )
    return render(request, template, context)


def filters_of(request: HttpRequest, user: User) -> Filters:
    """The filters in the address; what is no filter is left out."""
    view = request.GET.get("view", "")
    outlet, priority = request.GET.get("outlet", ""), request.GET.get("priority", "")
    return Filters(
        view=view if view in VIEWS else ("mine" if user.role == Role.AGENT else "open"),
        state=request.GET.get("state", ""),
        kind=request.GET.get("kind", ""),
        outlet=int(outlet) if outlet.isdecimal() and len(outlet) < 10 else None,
        priority=int(priority) if priority in {"1", "2", "3"} else None,
        text=request.GET.get("text", "")[:60],
    )


def outlets_of(user: User) -> list[Outlet]:
    """The outlets whose tickets the person may meet."""
    outlets = Outlet.objects.all() if user.sees_all_tickets else user.own_outlets
    return [outlet for outlet in outlets if outlet.is_active]


@require_GET
@roles_allowed(*READERS)
def ticket_detail(request: HttpRequest, number: str) -> HttpResponse:
    """One ticket: what is promised, what may be done now, what happened, and the panels of the other apps."""
    user = staff_of(request)
    ticket = ticket_or_404(user, number)
    return render(request, "tickets/ticket_detail.html", ticket_facts(request, ticket, user))


@require_GET
@roles_allowed(*READERS)
def ticket_live(request: HttpRequest, number: str) -> HttpResponse:
    """The parts of the page that change by others' hands: header, facts and story."""
    user = staff_of(request)
    ticket = ticket_or_404(user, number)
    return render(request, "tickets/_ticket_live.html", ticket_facts(request, ticket, user))


def ticket_facts(request: HttpRequest, ticket: Ticket, user: User) -> dict[str, Any]:
    """The context of a ticket's page."""
    now = clock.now()
    clocks = chips([ticket], now)[ticket.pk]
    handover = ticket.handovers.select_related("outlet").order_by("-id").first()
    buttons = buttons_of(ticket, user, clocks, handover)
    kind = request.GET.get("story", "")
    facts = getattr(ticket, "facts", None)
    ended_at = (facts.completed_at if facts is not None else None) or ticket.closed_at
    parts = ticket.parties.filter(until=None).exclude(part="owner").select_related("user")
    return {
        "now": now,
        "ticket": ticket,
        "clocks": clocks,
        "handover": handover,
        "front": [button for button in buttons if button.action not in MORE],
        "more": [button for button in buttons if button.action in MORE],
        "workers": [part.user for part in parts],
        "facts": facts,
        # What the customer really waits, whatever clock stands still.
        "waits": ended_at is None,
        "waited": ((ended_at or now) - ticket.received_at).total_seconds() / 60,
        "story": story_of(ticket, kind),
        "story_kind": kind if kind in STORY_KINDS or kind == "work" else "",
        "story_kinds": list(KIND_LABELS.items()),
        "panels": panels_of(ticket),
        "phone_masked": shown_masked(ticket),
        "phone_place": place_and_carrier(str(ticket.contact_phone), get_language() or "zh"),
        "full": may_read_contact(user),
        "may_reveal": may_reveal(user, ticket),
        "may_share": user.role in SHARERS,
        "own_actions": PAGES,
        "customer_url": request.build_absolute_uri(reverse("customer_ticket", args=[ticket.token])),
        "opens_customer": user.role != Role.TECHNICIAN,
    }


def shown_masked(ticket: Ticket) -> str:
    """The contact number before anybody asks for the whole of it; empty without one."""
    number = str(ticket.contact_phone) or ticket.contact_phone_raw
    return masked_phone(number) if number else ""


def panels_of(ticket: Ticket) -> list[dict[str, Any]]:
    """The panels of the other apps with their addresses, in their order."""
    ordered = sorted(ticket_panels, key=lambda panel: panel.position)
    return [
        {"key": panel.key, "title": panel.title, "url": reverse(panel.url_name, args=[ticket.number])}
        for panel in ordered
    ]


@require_POST
@roles_allowed(Role.AGENT, Role.DISPATCHER, Role.TECHNICIAN, Role.SUPERVISOR, Role.MANAGER, Role.ADMIN)
def ticket_phone(request: HttpRequest, number: str) -> HttpResponse:
    """The full contact number, once it has been written down who looked."""
    user = staff_of(request)
    ticket = ticket_or_404(user, number)
    shown = reveal_contact_phone(ticket.pk, actor=user, now=clock.now())
    return shown_phone(request, shown, reverse("ticket_detail", args=[ticket.number]))
