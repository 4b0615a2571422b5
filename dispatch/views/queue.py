"""The dispatcher's queue and the outlet's answer to a hand-over."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dispatch.access import require_outlet
from dispatch.selectors.queue import DEFAULT, counts_of, page_of, queue_of, views_for
from dispatch.views.common import PLANNERS, SeeOther, back_to, chosen_outlet, is_fragment, no_store, queue_url
from servicedesk import clock
from servicedesk.access import roles_allowed, staff_of, ticket_or_404
from servicedesk.tickets.services import accept_handover, refuse_handover

# Views whose name says the stage of every ticket in them.
STAGE_IS_CLEAR = frozenset({"handover", "accept", "assign"})


@require_GET
@roles_allowed(*PLANNERS)
def dispatch_queue(request: HttpRequest) -> HttpResponse:
    """The queue, one view at a time, next to break first."""
    user, now = staff_of(request), clock.now()
    outlet, outlets = chosen_outlet(request, user)
    queue = queue_of(user, now, outlet.pk if outlet else None)
    counts = counts_of(queue)
    views = views_for(user)
    view = request.GET.get("view", "")
    if view not in {one.key for one in views}:
        view = DEFAULT
    context: dict[str, Any] = {
        "now": now,
        "view": view,
        "tabs": [_tab(one, view, counts, outlet) for one in views],
        "shows_stage": view not in STAGE_IS_CLEAR,
        "page": page_of(queue, view, now, _place(request), counts[view]),
        "outlet": outlet,
        "outlets": outlets if len(outlets) > 1 else [],
        "own_outlets": user.outlet_ids if user.role != "manager" else None,
        "here": request.get_full_path(),
    }
    template = "dispatch/_queue.html" if is_fragment(request) else "dispatch/queue.html"
    return no_store(render(request, template, context))


def _tab(one: Any, view: str, counts: dict[str, int], outlet: Any) -> dict[str, Any]:
    url = f"?view={one.key}" + (f"&outlet={outlet.pk}" if outlet else "")
    return {"url": url, "label": one.label, "count": counts[one.key], "active": one.key == view, "tone": one.tone}


def _place(request: HttpRequest) -> int:
    given = request.GET.get("after") or request.GET.get("before") or ""
    return int(given) if given.isdecimal() and len(given) < 7 else 0


@require_POST
@roles_allowed(*PLANNERS)
def queue_accept(request: HttpRequest, number: str) -> HttpResponse:
    """Accepts the hand-over of a ticket and goes back to the queue."""
    user = staff_of(request)
    ticket = ticket_or_404(user, number)
    require_outlet(user, ticket.outlet_id)
    accept_handover(ticket.pk, actor=user, now=clock.now())
    messages.success(request, _("%(number)s accepted; now assign a technician.") % {"number": number})
    return SeeOther(back_to(request, queue_url("accept")))


@require_POST
@roles_allowed(*PLANNERS)
def queue_refuse(request: HttpRequest, number: str) -> HttpResponse:
    """Refuses the hand-over of a ticket with a reason and goes back to the queue."""
    user = staff_of(request)
    ticket = ticket_or_404(user, number)
    require_outlet(user, ticket.outlet_id)
    refuse_handover(ticket.pk, request.POST.get("reason", "")[:300], actor=user, now=clock.now())
    messages.success(request, _("%(number)s sent back to its owner.") % {"number": number})
    return SeeOther(back_to(request, queue_url("accept")))
