"""The pages of the policies: all of them, one with its versions, a new version, withdrawing and bringing back."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from servicedesk import clock
from servicedesk.access import read_id, roles_allowed, staff_of
from servicedesk.errors import INVALID, ActionError
from servicedesk.people.models import Role
from servicedesk.promises import services
from servicedesk.promises.forms import PolicyForm, policy_initial
from servicedesk.promises.selectors import (
    PolicyLine,
    authors_of,
    open_clocks_of,
    policy_line,
    policy_lines,
    rivals_of,
)
from servicedesk.promises.values import wanted_of
from servicedesk.promises.wording import criteria_words, differences, policy_words, target_lines
from servicedesk.sla.models import ClockKind, SlaPolicy
from servicedesk.sla.wording import clock_label
from servicedesk.templatetags.ui import listed
from servicedesk.undo import Undo, say_done
from servicedesk.worktime.defaults import SINCE

SEE_OTHER = 303
READERS = (Role.SUPERVISOR, Role.MANAGER, Role.ADMIN, Role.AUDITOR)
EDITORS = tuple(services.EDITORS)


@require_GET
@roles_allowed(*READERS)
def policy_list(request: HttpRequest) -> HttpResponse:
    """Every policy, the most specific first, with what it promises now and what waits."""
    now, chosen = clock.now(), request.GET.get("clock", "")
    chosen = chosen if chosen in ClockKind.values else ""
    lines = policy_lines(now, clock=chosen)
    context = {
        "now": now,
        "rows": [_row(line) for line in lines],
        "clocks": ClockKind.choices,
        "clock": chosen,
        "always": SINCE,
        "may_edit": may_edit(request),
    }
    return render(request, "promises/policy_list.html", context)


def _row(line: PolicyLine) -> dict[str, Any]:
    return {
        "line": line,
        "policy": line.shown,
        "fits": criteria_words(line.shown),
        "targets": target_lines(line.shown),
        "next": next(iter(line.planned), None),
    }


@require_GET
@roles_allowed(*READERS)
def policy_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One policy: what it promises, its versions with who recorded them, and equals that win over it."""
    now = clock.now()
    line = _line_or_404(code, now)
    authors = authors_of(line.versions)
    versions = [
        {
            "policy": version,
            "fits": criteria_words(version),
            "targets": target_lines(version),
            "author": authors.get(version.pk, ""),
            "state": _state(version, line),
        }
        for version in sorted(line.versions, key=lambda row: (row.effective_from, row.version), reverse=True)
    ]
    context = {
        "now": now,
        "line": line,
        **_row(line),
        "versions": versions,
        "rivals": _rivals(line.shown, now),
        "always": SINCE,
        "may_edit": may_edit(request),
    }
    return render(request, "promises/policy_detail.html", context)


def _state(version: SlaPolicy, line: PolicyLine) -> str:
    if line.current is not None and version.pk == line.current.pk:
        return "current"
    overtaken = any(
        other.effective_from == version.effective_from and other.version > version.version for other in line.versions
    )
    return "planned" if version.effective_from > line.now and not overtaken else "earlier"


def _rivals(policy: SlaPolicy, now: datetime) -> list[tuple[SlaPolicy, list[str]]]:
    if policy.is_withdrawn:
        return []
    return [(other, [clock_label(kind) for kind in shared]) for other, shared in rivals_of(policy, policy_lines(now))]


@require_http_methods(["GET", "POST"])
@roles_allowed(*EDITORS)
def policy_new(request: HttpRequest) -> HttpResponse:
    """A new policy with its first version."""
    now = clock.now()
    form = PolicyForm(request.POST if request.method == "POST" else None, initial={"base": 0}, new=True)
    context = {"title": _("New policy"), "back_url": reverse("policy_list"), "form": form}
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if _only_looks(request):
                return _looked_at(request, context, given["code"], now)
            made = services.add_policy(
                given["code"], form.wanted(), given["effective_from"], actor=staff_of(request), now=now
            )
        except ActionError as error:
            return _refused(request, context, error)
        return _saved(request, made, now)
    return render(request, "promises/policy_form.html", context, status=INVALID if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@roles_allowed(*EDITORS)
def policy_version(request: HttpRequest, code: str) -> HttpResponse:
    """The next version of a policy, begun from the newest; what somebody else saved meanwhile is shown beside it."""
    now = clock.now()
    line = _line_or_404(code, now)
    initial = policy_initial(wanted_of(line.newest), line.newest.version)
    form = PolicyForm(request.POST if request.method == "POST" else None, initial=initial)
    context = {
        "title": _("New version: %(code)s") % {"code": code},
        "back_url": reverse("policy_detail", args=[code]),
        "form": form,
        "planned": line.planned,
    }
    if request.method == "POST" and form.is_valid():
        since, base = form.cleaned_data["effective_from"], form.cleaned_data["base"]
        try:
            if _only_looks(request):
                return _looked_at(request, context, code, now, line.newest)
            made = services.add_version(code, form.wanted(), since, base, actor=staff_of(request), now=now)
        except ActionError as error:
            return _refused(request, context, error, code=code)
        return _saved(request, made, now)
    return render(request, "promises/policy_form.html", context, status=INVALID if form.is_bound else 200)


def _only_looks(request: HttpRequest) -> bool:
    """Whether the reader wants to see first what saving would change."""
    return "look" in request.POST


def _looked_at(
    request: HttpRequest, context: dict[str, Any], code: str, now: datetime, newest: SlaPolicy | None = None
) -> HttpResponse:
    """The form with what saving would change above it; refused is what saving would refuse."""
    form: PolicyForm = context["form"]
    wanted, given = form.wanted(), form.cleaned_data
    made = services.try_version(code, wanted, given["effective_from"], given["base"], actor=staff_of(request), now=now)
    standing = policy_words(wanted_of(newest)) if newest is not None else {}
    context["preview"] = {
        "version": made,
        "newest": newest,
        "changes": differences(policy_words(wanted), standing),
        "clocks": open_clocks_of(code),
        "at_once": made.effective_from <= now,
    }
    return render(request, "promises/policy_form.html", context)


def _refused(request: HttpRequest, context: dict[str, Any], error: ActionError, *, code: str = "") -> HttpResponse:
    """The form once more with what was typed; after somebody else's version, with both side by side."""
    form: PolicyForm = context["form"]
    if error.code == "version_changed":
        line = _line_or_404(code, clock.now())
        yours, theirs = policy_words(form.wanted()), policy_words(wanted_of(line.newest))
        context |= {
            "differences": differences(yours, theirs),
            "who": authors_of([line.newest]).get(line.newest.pk, ""),
        }
        # Saving again puts the values of this form in place of the others.
        typed = request.POST.copy()
        typed["base"] = str(line.newest.version)
        form.data = typed
    if error.field in form.fields and error.field != "base":
        form.add_error(error.field, str(error.message))
    else:
        context["refusal"] = error.message
    return render(request, "promises/policy_form.html", context, status=error.status)


def _saved(request: HttpRequest, made: SlaPolicy, now: datetime) -> HttpResponseRedirect:
    messages.success(request, _("The version is saved. Clocks that run already keep theirs."))
    for other, clocks in _rivals(made, now):
        words = _("%(other)s fits the same tickets and wins by its code: %(clocks)s.")
        messages.warning(request, words % {"other": other.code, "clocks": listed(clocks)})
    return _to(made.code)


@require_POST
@roles_allowed(*EDITORS)
def policy_withdraw(request: HttpRequest, code: str) -> HttpResponseRedirect:
    """Takes a policy back from now on; the message offers the way back."""
    made = services.withdraw_policy(code, _base(request), actor=staff_of(request), now=clock.now())
    undo = Undo(reverse("policy_bring_back", args=[code]), {"base": str(made[-1].version)})
    say_done(request, _("The policy is withdrawn. Less specific ones decide from now on."), undo)
    return _to(code)


@require_POST
@roles_allowed(*EDITORS)
def policy_bring_back(request: HttpRequest, code: str) -> HttpResponseRedirect:
    """Puts a withdrawn policy in force again."""
    services.bring_back_policy(code, _base(request), actor=staff_of(request), now=clock.now())
    messages.success(request, _("The policy is in force again."))
    return _to(code)


def _base(request: HttpRequest) -> int:
    return read_id(request.POST.get("base", "")) or 0


def _line_or_404(code: str, now: datetime) -> PolicyLine:
    line = policy_line(code, now)
    if line is None:
        raise Http404
    return line


def may_edit(request: HttpRequest) -> bool:
    """Whether the reader may change policies and ladders."""
    return staff_of(request).role in services.EDITORS


def _to(code: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("policy_detail", args=[code]), status=SEE_OTHER)
