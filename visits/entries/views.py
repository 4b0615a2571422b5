"""Pages of the office: work that came after its visit had ended, what was done, and what becomes of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods

from servicedesk import clock
from servicedesk.access import read_id, roles_allowed, staff_of
from servicedesk.errors import INVALID, ActionError
from servicedesk.people.models import User
from servicedesk.pictures import photo_response
from visits.entries.access import REVIEWERS, kept_picture_or_404, review_or_404
from visits.entries.forms import TAKE_OVER, LateWorkForm
from visits.entries.reviewing import keep_as_record, take_over
from visits.entries.selectors import DONE, OPEN, PAGE, late_counts, late_work_waits, work_of
from visits.entries.selectors import late_work as late_rows
from visits.entries.wording import HELD_WORDS

SEE_OTHER = 303
MOST_ROWS = 100_000


@require_GET
@roles_allowed(*REVIEWERS)
def late_work_list(request: HttpRequest) -> HttpResponse:
    """The visits with work sent late: those to look at, those decided; `?count=1` says how many wait."""
    user = staff_of(request)
    if request.GET.get("count"):
        return render(request, "visits/_late_work_count.html", {"waiting": late_counts(user)[OPEN]})
    view = DONE if request.GET.get("view") == DONE else OPEN
    start = min(read_id(request.GET.get("after") or request.GET.get("before") or "") or 0, MOST_ROWS)
    rows, counts = late_rows(user, view, start), late_counts(user)
    labels = {OPEN: _("To look at"), DONE: _("Decided")}
    tabs = [
        {
            "url": f"?view={name}",
            "label": labels[name],
            "count": counts[name],
            "active": name == view,
            "tone": "warn" if name == OPEN else "",
        }
        for name in (OPEN, DONE)
    ]
    context = {
        "view": view,
        "rows": rows[:PAGE],
        "tabs": tabs,
        "total": counts[view],
        "before": "0" if start and start <= PAGE else str(start - PAGE) if start else "",
        "after": str(start + PAGE) if len(rows) > PAGE else "",
    }
    return render(request, "visits/late_work_list.html", context)


@require_http_methods(["GET", "POST"])
@roles_allowed(*REVIEWERS)
def late_work(request: HttpRequest, visit_id: int) -> HttpResponse:
    """What was done on a visit and came too late; a POST decides what becomes of it."""
    user = staff_of(request)
    visit = review_or_404(user, visit_id)
    form = LateWorkForm(request.POST or None)
    refusal, status = "", 200
    if request.method == "POST":
        status = INVALID
        if form.is_valid():
            try:
                return _decided(request, user, visit_id, form.cleaned_data)
            except ActionError as refused:
                refusal, status = str(refused.message), refused.status
    work = work_of(visit)
    decided = next((one.entry for one in work if one.entry.decision), None)
    context = {
        "visit": visit,
        "ticket": visit.ticket,
        "work": work,
        "held": HELD_WORDS.get(work[0].entry.code, "") if work else "",
        "form": form,
        "refusal": refusal,
        "waits": late_work_waits(visit),
        "decided": decided,
    }
    return render(request, "visits/late_work.html", context, status=status)


def _decided(request: HttpRequest, user: User, visit_id: int, given: dict[str, Any]) -> HttpResponse:
    now = clock.now()
    if given["decision"] == TAKE_OVER:
        take_over(visit_id, given["reason"], actor=user, now=now)
        messages.success(request, _("The work was taken over as evidence."))
    else:
        keep_as_record(visit_id, given["reason"], actor=user, now=now)
        messages.success(request, _("The work is kept as a record."))
    return HttpResponseRedirect(reverse("late_work", args=[visit_id]), status=SEE_OTHER)


@require_GET
@cache_control(private=True, max_age=600)
@roles_allowed(*REVIEWERS)
def late_work_picture(request: HttpRequest, token: UUID) -> HttpResponseBase:
    """A picture of late work, for whoever looks at it."""
    return photo_response(str(kept_picture_or_404(staff_of(request), token).token))
