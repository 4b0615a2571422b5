"""The page of the limits of approval: those in force, those planned, those before, and new ones."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from servicedesk import clock
from servicedesk.access import roles_allowed, staff_of
from servicedesk.errors import INVALID, ActionError
from servicedesk.people.models import Role
from servicedesk.tickets.transitions import may, require_role
from warranty.facts_builder import local_day
from warranty.models import ApprovalRule
from warranty.remedies.approvals import SET_LIMITS, limits_on, set_limits
from warranty.remedies.pages import day_field

READERS = (Role.SUPERVISOR, Role.MANAGER, Role.ADMIN, Role.AUDITOR)


def _sum_field(label: Any) -> forms.DecimalField:
    text = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.DecimalField(label=label, max_digits=10, decimal_places=2, widget=text)


class LimitsForm(forms.Form):
    effective_from = day_field(_("In force from"))
    supervisor_limit = _sum_field(_("A supervisor decides up to, in yuan"))
    manager_limit = _sum_field(_("A manager alone decides up to, in yuan"))


@require_http_methods(["GET", "POST"])
@roles_allowed(*READERS)
def approval_limits(request: HttpRequest) -> HttpResponse:
    """Who may approve exchanges, refunds and grants up to what sum; managers and administrators set new limits."""
    user, now = staff_of(request), clock.now()
    today = local_day(now)
    current = limits_on(today)
    initial: dict[str, Any] = {"effective_from": today.isoformat()}
    if current is not None:
        initial |= {"supervisor_limit": current.supervisor_limit, "manager_limit": current.manager_limit}
    form = LimitsForm(request.POST or None, initial=initial)
    form.fields["effective_from"].widget.attrs["min"] = today.isoformat()
    status, refusal = 200, ""
    if request.method == "POST":
        require_role(SET_LIMITS, user)
        status = INVALID
        if form.is_valid():
            try:
                set_limits(**form.cleaned_data, actor=user, now=now)
            except ActionError as error:
                status = error.status
                if error.field in form.fields:
                    form.add_error(error.field, str(error.message))
                else:
                    refusal = str(error.message)
            else:
                messages.success(request, _t("The new limits are kept."))
                return redirect("approval_limits")
    rows = list(ApprovalRule.objects.select_related("set_by"))
    context = {
        "now": now,
        "today": today,
        "in_force": current,
        "limits": rows,
        "form": form if may(SET_LIMITS, user) else None,
        "refusal": refusal,
    }
    return render(request, "remedies/approval_limits.html", context, status=status)
