"""The customer's appointment behind his link: another time that holds, or none any more."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from dispatch.windows.changes import refusal_of, seen_of
from dispatch.windows.offering import offers_of
from dispatch.windows.services import ask_of
from servicedesk import clock
from servicedesk.desk.offered import offered_of
from servicedesk.desk.windows import promise_value, read_promise
from servicedesk.errors import INVALID, ActionError
from servicedesk.tickets.models import Ticket, TicketState
from visits.aftercare.access import ticket_of_link
from visits.aftercare.services.appointment import CANCEL_WORDS, cancel_visit, change_time, may_cancel
from visits.aftercare.services.attempts import LONGEST_OPINION
from visits.aftercare.services.customer import link_has_ended
from visits.aftercare.views.customer import back_to, private, unknown_link


class CancelForm(forms.Form):
    """Why, in one tap, and a line if the customer likes."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why do you call the visit off?"),
        choices=list(CANCEL_WORDS.items()),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose a reason."),
            "invalid_choice": gettext_lazy("Choose a reason."),
        },
    )
    text = forms.CharField(
        label=gettext_lazy("Anything to add? (optional)"), required=False, max_length=LONGEST_OPINION
    )


@login_not_required
@require_http_methods(["GET", "POST"])
def customer_time(request: HttpRequest, token: str) -> HttpResponse:
    """The times that hold; choosing one changes the appointment."""
    ticket, now = ticket_of_link(token), clock.now()
    if ticket is None:
        return unknown_link(request)
    if link_has_ended(ticket, now):
        return back_to(token)
    if request.method == "GET":
        return _time_page(request, ticket, refusal_of(ticket, now))
    try:
        window = read_promise(request.POST.get("window", ""))
    except ValueError:
        return _time_page(request, ticket, None, status=INVALID, missing=_("Choose one of the times."))
    try:
        change_time(ticket.pk, window, seen=request.POST.get("seen", ""), now=now)
    except ActionError as refusal:
        ticket.refresh_from_db()
        return _time_page(request, ticket, refusal, status=refusal.status)
    messages.success(request, _("The time has been changed."))
    return back_to(token)


@login_not_required
@require_http_methods(["GET", "POST"])
def customer_cancel(request: HttpRequest, token: str) -> HttpResponse:
    """Calling the visit off, with a reason."""
    ticket, now = ticket_of_link(token), clock.now()
    if ticket is None:
        return unknown_link(request)
    if link_has_ended(ticket, now) or ticket.state == TicketState.CANCELLED:
        return back_to(token)
    form = CancelForm(request.POST or None)
    refusal, status = None, 200
    if request.method == "POST":
        status = INVALID
        if form.is_valid():
            try:
                cancel_visit(ticket.pk, form.cleaned_data["reason"], now=now, text=form.cleaned_data["text"])
            except ActionError as error:
                refusal, status = error, error.status
            else:
                messages.success(request, _("The visit has been called off."))
                return back_to(token)
    context = {"ticket": ticket, "form": form, "refusal": refusal, "may_cancel": may_cancel(ticket)}
    return private(render(request, "customer/customer_cancel.html", context, status=status))


def _time_page(
    request: HttpRequest, ticket: Ticket, refusal: ActionError | None, *, status: int = 200, missing: str = ""
) -> HttpResponse:
    now = clock.now()
    blocked = refusal_of(ticket, now)
    found = None if blocked is not None else offered_of(offers_of(ask_of(ticket), now), None, now)
    current = ""
    if ticket.promised_from is not None and ticket.promised_until is not None:
        current = promise_value(ticket.promised_from, ticket.promised_until)
    context: dict[str, Any] = {
        "ticket": ticket,
        "offered": found,
        "current": current,
        "seen": seen_of(ticket),
        "refusal": refusal or blocked,
        "missing": missing,
    }
    return private(render(request, "customer/customer_time.html", context, status=status))
