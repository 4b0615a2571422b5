"""The times an agent may promise while the customer is on the line: offered, held, renewed, let go."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from servicedesk import clock
from servicedesk.access import customers_for, roles_allowed, staff_of
from servicedesk.desk.forms.intake import IntakeForm, customers_for_form
from servicedesk.desk.offered import Offered, offered_of
from servicedesk.errors import ActionError
from servicedesk.people.models import Role, User
from servicedesk.ports import WindowOffers, window_source
from servicedesk.tickets.models import VISIT_KINDS

OPENERS = (Role.AGENT, Role.DISPATCHER, Role.SUPERVISOR, Role.MANAGER)


def offered_for(form: IntakeForm, now: datetime, refusal: str = "") -> Offered:
    """The times that hold for what the form says so far; none where place or product are not known yet."""
    source, ask, key = window_source(), form.ask, form.key
    if source is None or ask.kind not in VISIT_KINDS:
        return offered_of(WindowOffers(False), None, now)
    if not ask.district or ask.category is None:
        note = _("Times that hold appear here once place and product are known.")
        return offered_of(WindowOffers(False, note=note), None, now)
    held = source.held(key, now) if key is not None else None
    found = offered_of(source.offers(ask, now, key), held, now, refusal)
    if refusal or not form.wants_promise or form.chosen_window in found.values:
        return found
    taken = _("The time chosen before is not free any more. Choose another one.")
    return replace(found, refusal=taken)


def let_go_of(submission: str, now: datetime) -> None:
    """Gives back what is held for a form that is thrown away."""
    source = window_source()
    try:
        key = UUID(submission)
    except ValueError:
        return
    if source is not None:
        source.release(key, now=now)


@require_POST
@roles_allowed(*OPENERS)
def intake_windows(request: HttpRequest) -> HttpResponse:
    """The times that hold now; the one that is marked is held from here on, any other one is let go."""
    user, now = staff_of(request), clock.now()
    form = reading(request, user, now)
    refusal = ""
    try:
        _hold(form, user, now)
    except ActionError as error:
        refusal = str(error.message)
    context = {"form": form, "offered": offered_for(form, now, refusal), "quiet": True}
    return render(request, "desk/_intake_windows.html", context)


@require_POST
@roles_allowed(*OPENERS)
def intake_hold(request: HttpRequest) -> HttpResponse:
    """Renews the hold while somebody types; answers until when it holds, or why it does not any more."""
    user, now = staff_of(request), clock.now()
    form = reading(request, user, now)
    try:
        _hold(form, user, now)
    except ActionError as error:
        return JsonResponse(error.as_dict(), status=error.status)
    source = window_source()
    held = source.held(form.key, now) if source is not None and form.key is not None else None
    return JsonResponse({"expires_at": held.expires_at.isoformat() if held else None})


@require_POST
@roles_allowed(*OPENERS)
def intake_release(request: HttpRequest) -> HttpResponse:
    """Lets the held place go when the page is left."""
    let_go_of(request.POST.get("submission", ""), clock.now())
    return HttpResponse(status=204)


def _hold(form: IntakeForm, user: User, now: datetime) -> None:
    source, key, times = window_source(), form.key, form.times
    if source is None or key is None:
        return
    if form.wants_promise and times[0] is not None and times[1] is not None:
        source.hold(key, form.ask, (times[0], times[1]), actor=user, now=now)
    else:
        source.release(key, now=now)


def reading(request: HttpRequest, user: User, now: datetime) -> IntakeForm:
    """The form as it stands, with whatever in it can be understood; nothing is refused while typing."""
    customer = customers_for_form(customers_for(user), request.POST.get("customer", ""))
    form = IntakeForm(request.POST, customer=customer, now=now)
    form.full_clean()
    return form
