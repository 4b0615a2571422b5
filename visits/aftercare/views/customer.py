"""The customer's own page behind a signed link: no sign-in, one ticket, nothing that could be indexed or kept."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from servicedesk import clock
from servicedesk.errors import ActionError
from servicedesk.tickets.models import Ticket
from visits.aftercare.access import ticket_of_link
from visits.aftercare.forms import CallWishForm, RatingForm
from visits.aftercare.services import ask_for_call, rate_service
from visits.aftercare.services.appointment import may_cancel, may_change
from visits.aftercare.services.customer import LINK_LIVES, LOW_SCORE, link_has_ended
from visits.aftercare.status import status_of
from visits.sheets.selectors import sheets_of_ticket


@login_not_required
@require_GET
def customer_ticket(request: HttpRequest, token: str) -> HttpResponse:
    """How far the request is, and the two things a customer may say about it."""
    ticket, now = ticket_of_link(token), clock.now()
    if ticket is None:
        return unknown_link(request)
    return _page(request, ticket, now)


@login_not_required
@require_POST
def customer_rate(request: HttpRequest, token: str) -> HttpResponse:
    """One to five stars, once for each completion of the work."""
    ticket, now = ticket_of_link(token), clock.now()
    if ticket is None:
        return unknown_link(request)
    form = RatingForm(request.POST)
    if not form.is_valid():
        return _page(request, ticket, now, status=422, rating_form=form)
    score = form.cleaned_data["score"]
    try:
        rate_service(ticket.pk, score, now=now, text=form.cleaned_data["text"])
    except ActionError as refusal:
        return _page(request, ticket, now, status=refusal.status, refusal=refusal, rating_form=form)
    if score <= LOW_SCORE:
        messages.warning(request, _("We are sorry. Somebody will call you soon."))
    else:
        messages.success(request, _("Thank you for your rating."))
    return back_to(token)


@login_not_required
@require_POST
def customer_call(request: HttpRequest, token: str) -> HttpResponse:
    """The customer asks to be called."""
    ticket, now = ticket_of_link(token), clock.now()
    if ticket is None:
        return unknown_link(request)
    form = CallWishForm(request.POST)
    if not form.is_valid():
        return _page(request, ticket, now, status=422, call_form=form)
    try:
        ask_for_call(ticket.pk, now=now, text=form.cleaned_data["text"])
    except ActionError as refusal:
        return _page(request, ticket, now, status=refusal.status, refusal=refusal, call_form=form)
    messages.success(request, _("We will call you, between 9:00 and 20:00."))
    return back_to(token)


def back_to(token: str) -> HttpResponse:
    """The way back to the customer's page."""
    return HttpResponse(status=303, headers={"Location": reverse("customer_ticket", args=[token])})


def _page(request: HttpRequest, ticket: Ticket, now: datetime, *, status: int = 200, **more: Any) -> HttpResponse:
    ended = link_has_ended(ticket, now)
    context: dict[str, Any] = {
        "now": now,
        "ticket": ticket,
        "ended": ended,
        "days": LINK_LIVES.days,
        "rating_form": RatingForm(),
        "call_form": CallWishForm(),
        **more,
    }
    if not ended:
        context["status"], context["sheets"] = status_of(ticket, now), sheets_of_ticket(ticket)
        context["may_change"], context["may_cancel"] = may_change(ticket, now), may_cancel(ticket)
    return private(render(request, "customer/customer_ticket.html", context, status=status))


def unknown_link(request: HttpRequest) -> HttpResponse:
    """What stands behind a link nobody has given out."""
    return private(render(request, "customer/unknown_link.html", status=404))


def private(response: HttpResponse) -> HttpResponse:
    """Keeps the page out of caches and search engines.

    The referrer policy stays `same-origin`: the token leaves for nobody, and unlike with `no-referrer` the browser
    still names the origin of the page's own forms, which the forgery check asks for.
    """
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "same-origin"
    return response
