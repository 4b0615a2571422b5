"""The desk itself: the call at hand, the one box, what needs the agent next."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from servicedesk import clock
from servicedesk.access import customers_for, read_id, roles_allowed, staff_of
from servicedesk.desk.calls import Call, answer, call_of, hang_up, ring
from servicedesk.desk.chips import with_chips
from servicedesk.desk.search import find
from servicedesk.errors import ActionError
from servicedesk.people.models import Customer, Role, User
from servicedesk.people.phones import place_and_carrier
from servicedesk.people.selectors import customers_of_number
from servicedesk.tickets.drafts import drafts_of
from servicedesk.tickets.models import Draft, Ticket
from servicedesk.tickets.selectors import SAME_REQUEST_WITHIN, next_to_break_of, view_counts

DESK = (Role.AGENT, Role.SUPERVISOR, Role.MANAGER)
OFFICE = (*DESK, Role.DISPATCHER, Role.AUDITOR, Role.ADMIN)


@require_GET
@roles_allowed(*DESK)
def desk(request: HttpRequest) -> HttpResponse:
    """The start of an agent's day."""
    user, now = staff_of(request), clock.now()
    context = {
        "now": now,
        "call": call_facts(user, call_of(user, now)),
        "rows": with_chips(next_to_break_of(user, now), now),
        "counts": view_counts(user, now),
        "drafts": half_typed(user),
    }
    return render(request, "desk/desk.html", context)


def half_typed(user: User) -> list[dict[str, Any]]:
    """The person's unfinished requests, with the customer each is about."""
    drafts: list[Draft] = list(drafts_of(user, "intake:")[:5])
    ids = {draft.pk: read_id(draft.key.removeprefix("intake:")) for draft in drafts}
    named = [number for number in ids.values() if number]
    names = {customer.pk: customer.name for customer in customers_for(user).filter(pk__in=named)} if named else {}
    rows = []
    for draft in drafts:
        number = ids[draft.pk] or 0
        url = f"{reverse('intake')}?customer={number}" if number else reverse("intake")
        name = names.get(number, draft.data.get("fields", {}).get("name", ""))
        rows.append({"url": url, "name": name, "saved_at": draft.saved_at, "key": draft.key})
    return rows


def call_facts(user: User, call: Call | None) -> dict[str, Any] | None:
    """What the call bar says about the call at hand: who it may be, from where, since when."""
    if call is None:
        return None
    callers = customers_of_number(call.raw, customers_for(user))
    return {
        "phone": call.number or call.raw,
        "place": place_and_carrier(call.number, get_language() or "zh"),
        "readable": bool(call.number),
        "at": call.at,
        "answered": call.answered,
        "callers": callers,
    }


@require_GET
@roles_allowed(*DESK)
def call_bar(request: HttpRequest) -> HttpResponse:
    """The bar alone, for open pages that heard of a call."""
    user, now = staff_of(request), clock.now()
    return render(request, "desk/_call_bar.html", {"now": now, "call": call_facts(user, call_of(user, now))})


@require_POST
@roles_allowed(*DESK)
def call_simulate(request: HttpRequest) -> HttpResponse:
    """Lets a call ring at the person's own desk, as a telephone system would."""
    user, now = staff_of(request), clock.now()
    try:
        ring(user, request.POST.get("number", ""), now=now)
    except ActionError as error:
        context = {
            "now": now,
            "refusal": error.message,
            "rows": with_chips(next_to_break_of(user, now), now),
            "counts": view_counts(user, now),
            "drafts": half_typed(user),
        }
        return render(request, "desk/desk.html", context, status=error.status)
    return redirect("desk", permanent=False)


@require_POST
@roles_allowed(*DESK)
def call_answer(request: HttpRequest) -> HttpResponse:
    """Takes the call and pops the screen: the household when a ticket moved lately, else a new request with the
    customer set; a stranger's number goes into a new request.
    """
    user, now = staff_of(request), clock.now()
    call = answer(user, now=now)
    if call is None:
        return redirect("desk")
    callers = customers_of_number(call.raw, customers_for(user))
    if not callers:
        return redirect(f"{reverse('intake')}?call=1")
    if len(callers) > 1:
        return redirect(f"{reverse('search')}?call=1")
    return redirect(screen_pop(user, callers[0], now))


def screen_pop(user: User, customer: Customer, now: Any) -> str:
    """The address a known caller opens."""
    lately = now - SAME_REQUEST_WITHIN
    if Ticket.objects.visible_to(user).filter(customer=customer, events__at__gte=lately).exists():
        return reverse("customer_detail", args=[customer.pk])
    return f"{reverse('intake')}?customer={customer.pk}"


@require_POST
@roles_allowed(*DESK)
def call_end(request: HttpRequest) -> HttpResponse:
    """Puts the call at hand away."""
    hang_up(staff_of(request))
    if request.headers.get("HX-Request") == "true":
        return render(request, "desk/_call_bar.html", {"call": None})
    return redirect("desk")


@require_GET
@roles_allowed(*OFFICE)
def search(request: HttpRequest) -> HttpResponse:
    """What the one box found: a fragment while typing, a page after Enter; a single find is opened at once."""
    user, now = staff_of(request), clock.now()
    text = request.GET.get("q", "").strip()
    call = call_of(user, now) if request.GET.get("call") else None
    found = find(user, call.raw if call else text, now)
    context = {"now": now, "found": found, "text": text, "search_text": text, "rows": with_chips(found.tickets, now)}
    if request.headers.get("HX-Request") == "true":
        return render(request, "desk/_search_results.html", {**context, "small": True})
    if found.count == 1 and found.first:
        return redirect(found.first)
    return render(request, "desk/search.html", context)
