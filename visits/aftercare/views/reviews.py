"""Pages of those who review: where checklist, callback and signed sheet do not agree, and how often."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from servicedesk import clock
from servicedesk.access import read_id, roles_allowed, staff_of
from servicedesk.errors import INVALID, ActionError
from servicedesk.people.models import User
from servicedesk.tickets.transitions import fits
from servicedesk.undo import Undo, say_done
from visits.aftercare.access import MISMATCH_READERS, mismatch_or_404
from visits.aftercare.forms import DecisionForm
from visits.aftercare.reviews import (
    PAGE,
    PERIODS,
    VIEWS,
    ReviewFilter,
    in_words,
    rates_by_outlet,
    rates_by_technician,
    review_counts,
    reviews_of,
)
from visits.aftercare.services import decide_mismatch, reopen_mismatch
from visits.aftercare.services.mismatches import State, is_about
from visits.aftercare.transitions import REVIEWERS
from visits.models import Mismatch, SurveyResponse

# Nobody pages further than this; a larger number in the address is nonsense.
MOST_ROWS = 100_000


@require_GET
@roles_allowed(*MISMATCH_READERS)
def mismatch_list(request: HttpRequest) -> HttpResponse:
    """The mismatches to review, the confirmed and the explained ones."""
    user, now = staff_of(request), clock.now()
    view = request.GET.get("view", "")
    view = view if view in VIEWS else str(State.OPEN)
    narrow = _filter_of(request)
    start = min(read_id(request.GET.get("after") or request.GET.get("before") or "") or 0, MOST_ROWS)
    rows, counts = reviews_of(user, view, now, start, narrow), review_counts(user, now, narrow)
    context = {
        "now": now,
        "view": view,
        "rows": rows[:PAGE],
        "total": counts[view],
        "before": "0" if start and start <= PAGE else str(start - PAGE) if start else "",
        "after": str(start + PAGE) if len(rows) > PAGE else "",
        "tabs": _tabs(view, counts, narrow),
        "narrowed": narrow != ReviewFilter(),
        "narrow": narrow,
        "active_page": "",
    }
    fragment = request.headers.get("HX-Request") == "true"
    return render(request, "callbacks/_mismatches.html" if fragment else "callbacks/mismatch_list.html", context)


def _filter_of(request: HttpRequest) -> ReviewFilter:
    days = read_id(request.GET.get("days", "")) or 0
    return ReviewFilter(
        technician=read_id(request.GET.get("technician", "")),
        outlet=read_id(request.GET.get("outlet", "")),
        days=days if days in PERIODS else 0,
    )


def _address(view: str, narrow: ReviewFilter) -> str:
    given = {"view": view, "technician": narrow.technician, "outlet": narrow.outlet, "days": narrow.days}
    return "?" + urlencode({name: value for name, value in given.items() if value})


def _tabs(view: str, counts: dict[str, int], narrow: ReviewFilter) -> list[dict[str, Any]]:
    return [
        {
            "url": _address(str(state), narrow),
            "label": state.label,
            "count": counts[state],
            "active": state == view,
            "tone": "warn" if state == State.OPEN else "",
        }
        for state in VIEWS
    ]


@require_http_methods(["GET", "POST"])
@roles_allowed(*MISMATCH_READERS)
def mismatch_detail(request: HttpRequest, mismatch_id: int) -> HttpResponse:
    """One mismatch: what each side says, and the decision; a POST decides."""
    user, now = staff_of(request), clock.now()
    mismatch = mismatch_or_404(user, mismatch_id)
    form = DecisionForm(request.POST or None, initial={"version": mismatch.row_version})
    if request.method == "GET":
        return _page(request, mismatch, form, now)
    if not form.is_valid():
        return _page(request, mismatch, form, now, status=INVALID)
    given = form.cleaned_data
    try:
        decide_mismatch(
            mismatch.pk,
            given["state"],
            actor=user,
            now=now,
            reason=given["reason"],
            expected_version=given["version"],
        )
    except ActionError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error.message))
        mismatch.refresh_from_db()
        return _page(request, mismatch, form, now, status=error.status)
    say_done(request, _("Your decision is recorded."), Undo(reverse("mismatch_reopen", args=[mismatch.pk])))
    return HttpResponse(status=303, headers={"Location": reverse("mismatch_list")})


def _page(
    request: HttpRequest, mismatch: Mismatch, form: DecisionForm, now: datetime, status: int = 200
) -> HttpResponse:
    user = staff_of(request)
    about_me = is_about(mismatch, user)
    context = {
        "now": now,
        "mismatch": mismatch,
        "ticket": mismatch.ticket,
        "sides": in_words([mismatch])[0].sides,
        "answer": mismatch.response,
        "others": _others_of(mismatch, user),
        "form": form,
        "own": about_me and user.role in REVIEWERS,
        "may_decide": fits("decide_mismatch", user, mismatch.state) and not about_me,
        "may_reopen": fits("reopen_mismatch", user, mismatch.state) and not about_me,
        "history": mismatch.ticket.events.filter(
            action__in=["decide_mismatch", "reopen_mismatch"], data__mismatch=mismatch.pk
        ).select_related("actor"),
        "response_source": SurveyResponse.Source.CALLBACK,
    }
    return render(request, "callbacks/mismatch_detail.html", context, status=status)


def _others_of(mismatch: Mismatch, user: User) -> list[Any]:
    others = Mismatch.objects.filter(visit=mismatch.visit_id).exclude(pk=mismatch.pk).order_by("id")
    return in_words(list(others))


@require_POST
@roles_allowed(*REVIEWERS)
def mismatch_reopen(request: HttpRequest, mismatch_id: int) -> HttpResponse:
    """Takes a decision back; the mismatch is reviewed again."""
    user = staff_of(request)
    mismatch = mismatch_or_404(user, mismatch_id)
    reopen_mismatch(mismatch.pk, actor=user, now=clock.now())
    messages.success(request, _("The mismatch is to be reviewed again."))
    return HttpResponse(status=303, headers={"Location": reverse("mismatch_detail", args=[mismatch.pk])})


@require_GET
@roles_allowed(*MISMATCH_READERS)
def mismatch_figures(request: HttpRequest) -> HttpResponse:
    """How often the records do not agree, by technician and by outlet, with the rows behind each number."""
    user, now = staff_of(request), clock.now()
    days = read_id(request.GET.get("days", "")) or 0
    days = days if days in PERIODS else PERIODS[1]
    context = {
        "now": now,
        "days": days,
        "periods": PERIODS,
        "technicians": rates_by_technician(user, now, days),
        "outlets": rates_by_outlet(user, now, days),
    }
    return render(request, "callbacks/mismatch_figures.html", context)
