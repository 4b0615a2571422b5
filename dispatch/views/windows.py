"""The settings of the promise windows: which outlets promise, and how."""

import re
from datetime import time
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from dispatch.models import WindowPlan
from dispatch.models.windows import usual_windows
from dispatch.windows.settings import BOUNDS, EDITORS, change_plan, may_edit
from servicedesk.access import roles_allowed, staff_of
from servicedesk.errors import FORBIDDEN, INVALID, ActionError
from servicedesk.people.models import Outlet, Role, User

READERS = (Role.SUPERVISOR, Role.MANAGER, Role.ADMIN, Role.AUDITOR)
PAIR = re.compile(r"(\d{1,2}):(\d{2})\s*[-–~至]\s*(\d{1,2}):(\d{2})")


def _figure(name: str, label: Any, help_text: Any) -> forms.IntegerField:
    least, most = BOUNDS[name]
    return forms.IntegerField(label=label, min_value=least, max_value=most, help_text=help_text)


class WindowPlanForm(forms.Form):
    """Every field with what it does and an example."""

    expected = forms.IntegerField(widget=forms.HiddenInput, required=False)
    is_open = forms.BooleanField(
        label=gettext_lazy("This outlet promises windows"),
        required=False,
        help_text=gettext_lazy("Without it customers only name a wish, and the intake says so."),
    )
    windows = forms.CharField(
        label=gettext_lazy("Windows"),
        help_text=gettext_lazy("Local times, in order. Example: 08:00-10:00, 10:00-12:00, 14:00-16:00"),
    )
    emergency_percent = _figure(
        "emergency_percent",
        gettext_lazy("Kept for emergencies, percent"),
        gettext_lazy("Of 20 places a window has, 15 percent keeps 3 for requests of priority 1."),
    )
    days_ahead = _figure(
        "days_ahead", gettext_lazy("Days offered"), gettext_lazy("5 offers today and the four days after it.")
    )
    hold_minutes = _figure(
        "hold_minutes",
        gettext_lazy("Minutes a place is held"),
        gettext_lazy("10 keeps a place while the agent talks; typing renews it, for an hour at most."),
    )
    way_minutes = _figure(
        "way_minutes",
        gettext_lazy("Usual minutes between two jobs"),
        gettext_lazy("15 leaves a quarter of an hour on the road before the next job."),
    )
    changes = _figure(
        "changes",
        gettext_lazy("Changes by the customer"),
        gettext_lazy("2 lets a customer move the visit twice by his link; 0 asks him to call."),
    )
    notice_hours = _figure(
        "notice_hours",
        gettext_lazy("Hours before the window"),
        gettext_lazy("2 takes changes until two hours before the promised window begins."),
    )

    def clean_windows(self) -> list[tuple[time, time]]:
        """The pairs of wall times."""
        said = str(self.cleaned_data["windows"]).strip().strip(",，;；")
        pairs = []
        for piece in re.split(r"[,，;；]\s*", said):
            match = PAIR.fullmatch(piece.strip())
            if match is None:
                raise forms.ValidationError(_("Write windows like 08:00-10:00, with commas between them."))
            numbers = [int(one) for one in match.groups()]
            try:
                pairs.append((time(numbers[0], numbers[1]), time(numbers[2], numbers[3])))
            except ValueError as error:
                raise forms.ValidationError(_("There is no such time of day.")) from error
        return pairs


@require_GET
@roles_allowed(*READERS)
def window_plans(request: HttpRequest) -> HttpResponse:
    """The outlets and what they promise."""
    user = staff_of(request)
    plans = {plan.outlet_id: plan for plan in WindowPlan.objects.all()}
    rows = [{"outlet": outlet, "plan": plans.get(outlet.pk)} for outlet in _outlets(user)]
    return render(request, "dispatch/window_plans.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@roles_allowed(*READERS)
def window_plan(request: HttpRequest, outlet_id: int) -> HttpResponse:
    """The plan of one outlet; its supervisors and managers change it."""
    user = staff_of(request)
    outlet = _outlets(user).filter(pk=outlet_id).first()
    if outlet is None:
        raise Http404
    plan = WindowPlan.objects.filter(outlet=outlet).first()
    form = WindowPlanForm(request.POST or None, initial=_initial(plan))
    status = 200
    if request.method == "POST":
        if user.role not in EDITORS:
            raise ActionError("role_not_allowed", _("Your role may not do this."), status=FORBIDDEN)
        status = INVALID
        if form.is_valid():
            try:
                values = form.cleaned_data
                change_plan(outlet, values["windows"], values, expected=values["expected"] or 0, actor=user)
            except ActionError as error:
                form.add_error(error.field if error.field in form.fields else None, str(error.message))
                status = error.status
            else:
                messages.success(request, _("The windows of %(outlet)s are in force.") % {"outlet": outlet})
                return redirect("window_plans")
    context = {"outlet": outlet, "plan": plan, "form": form, "may_edit": may_edit(outlet, user)}
    return render(request, "dispatch/window_plan.html", context, status=status)


def _outlets(user: User) -> Any:
    outlets = Outlet.objects.filter(is_active=True)
    return outlets.filter(pk__in=user.outlet_ids) if user.role == Role.SUPERVISOR else outlets


def _initial(plan: WindowPlan | None) -> dict[str, Any]:
    shown = plan or WindowPlan()
    pairs = shown.windows or usual_windows()
    names = (*BOUNDS, "is_open")
    return {
        **{name: getattr(shown, name) for name in names},
        "windows": ", ".join(f"{start}-{end}" for start, end in pairs),
        "expected": plan.row_version if plan else 0,
    }
