"""The settings of the callers: hours and ladder, the rules of sampling, and what the draws gave."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from servicedesk import clock
from servicedesk.access import roles_allowed, staff_of
from servicedesk.errors import FORBIDDEN, INVALID, ActionError
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from visits.aftercare.access import SETTINGS_READERS
from visits.aftercare.calling import rules_in_force
from visits.aftercare.ladder import Hours, Ladder
from visits.aftercare.reasons import reason_words
from visits.aftercare.services.settings import SETTERS, change_call_rules, change_sampling_rules
from visits.aftercare.settings_forms import CallRulesForm, SamplingForm
from visits.models import CallRules, QualitySample, SamplingRules

PAGE = 40
# As many earlier versions as a page shows.
EARLIER = 10


def _require_setter(user: User) -> None:
    if user.role not in SETTERS:
        raise ActionError("role_not_allowed", _("Your role may not do this."), status=FORBIDDEN)


@require_http_methods(["GET", "POST"])
@roles_allowed(*SETTINGS_READERS)
def call_settings(request: HttpRequest) -> HttpResponse:
    """Calling hours and ladder, with the versions before; managers and administrators change them."""
    user, rules = staff_of(request), rules_in_force()
    form = CallRulesForm(request.POST or None, initial=_initial(rules))
    if request.method == "POST":
        _require_setter(user)
        if form.is_valid():
            given = form.cleaned_data
            ladder = Ladder(
                Hours(given["opens"], given["closes"]),
                given["attempts"],
                given["days"],
                timedelta(hours=given["rest_hours"]),
            )
            try:
                change_call_rules(ladder, actor=user, now=clock.now(), note=given["note"], expected=given["expected"])
            except ActionError as error:
                return _call_page(request, form, rules, error)
            messages.success(request, _("The new hours and attempts are in force."))
            return _to("call_settings")
    return _call_page(request, form, rules)


def _initial(rules: CallRules | None) -> dict[str, Any]:
    if rules is None:
        return {}
    names = ("opens", "closes", "attempts", "days", "rest_hours")
    return {**{name: getattr(rules, name) for name in names}, "expected": rules.pk}


def _call_page(
    request: HttpRequest, form: CallRulesForm, rules: CallRules | None, error: ActionError | None = None
) -> HttpResponse:
    status = _status(form, error)
    context = {
        "form": form,
        "rules": rules,
        "earlier": CallRules.objects.select_related("changed_by")[1 : EARLIER + 1],
        "may_set": staff_of(request).role in SETTERS,
        "tabs": _tabs("call_settings"),
        "now": clock.now(),
    }
    return render(request, "callbacks/call_settings.html", context, status=status)


def _status(form: Any, error: ActionError | None) -> int:
    if error is not None:
        form.add_error(error.field if error.field in form.fields else None, str(error.message))
        return error.status
    return INVALID if form.is_bound else 200


@require_http_methods(["GET", "POST"])
@roles_allowed(*SETTINGS_READERS)
def sampling_settings(request: HttpRequest) -> HttpResponse:
    """The rules of sampling, with the versions before; managers and administrators change them."""
    user = staff_of(request)
    rules = SamplingRules.objects.select_related("changed_by").first()
    form = SamplingForm(request.POST or None, rules=rules)
    error = None
    if request.method == "POST":
        _require_setter(user)
        if form.is_valid():
            given = form.cleaned_data
            try:
                change_sampling_rules(
                    given["daily_cap"],
                    form.wanted(),
                    actor=user,
                    now=clock.now(),
                    note=given["note"],
                    expected=given["expected"],
                )
            except ActionError as refused:
                error = refused
            else:
                messages.success(request, _("The new rules hold from the next draw on."))
                return _to("sampling_settings")
    status = _status(form, error)
    context = {
        "form": form,
        "rules": rules,
        "earlier": SamplingRules.objects.select_related("changed_by")[1 : EARLIER + 1],
        "may_set": user.role in SETTERS,
        "tabs": _tabs("sampling_settings"),
        "now": clock.now(),
    }
    return render(request, "callbacks/sampling_settings.html", context, status=status)


@require_GET
@roles_allowed(*SETTINGS_READERS)
def sample_list(request: HttpRequest) -> HttpResponse:
    """What the draws gave, the newest first: which ticket, why, and its call or why it was left out."""
    user = staff_of(request)
    samples = QualitySample.objects.filter(ticket__in=Ticket.objects.visible_to(user)).select_related(
        "ticket__outlet", "ticket__category", "callback"
    )
    page = Paginator(samples, PAGE).get_page(request.GET.get("page"))
    rows = [{"sample": one, "why": reason_words(one.reasons)} for one in page.object_list]
    context = {"page": page, "rows": rows, "tabs": _tabs("sample_list"), "now": clock.now()}
    return render(request, "callbacks/sample_list.html", context)


def _tabs(active: str) -> list[dict[str, Any]]:
    labels = {
        "call_settings": _("Hours and attempts"),
        "sampling_settings": _("Rules of sampling"),
        "sample_list": _("Draws"),
    }
    return [
        {"url": reverse(name), "label": label, "count": None, "active": name == active}
        for name, label in labels.items()
    ]


def _to(name: str) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": reverse(name)})
