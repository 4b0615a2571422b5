"""Pages of what visits leave to be done: the list, and one follow-up with its end."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from servicedesk import clock
from servicedesk.access import read_id, roles_allowed, staff_of
from servicedesk.errors import INVALID, ActionError
from servicedesk.tickets.transitions import OFFICE, fits
from servicedesk.undo import Undo, say_done
from visits.followups.access import READERS, follow_up_or_404
from visits.followups.forms import EndForm
from visits.followups.selectors import PAGE, VIEWS, State, follow_up_counts, follow_up_rows, in_words
from visits.followups.services import end_follow_up, reopen_follow_up
from visits.models import FollowUp

# Nobody pages further than this; a larger number in the address is nonsense.
MOST_ROWS = 100_000
MINE = "mine"


@require_GET
@roles_allowed(*READERS)
def follow_up_list(request: HttpRequest) -> HttpResponse:
    """What is to be done after visits, what was done and what was not needed."""
    user = staff_of(request)
    view = request.GET.get("view", "")
    view = view if view in VIEWS else str(State.OPEN)
    mine = request.GET.get("of") == MINE
    start = min(read_id(request.GET.get("after") or request.GET.get("before") or "") or 0, MOST_ROWS)
    rows, counts = follow_up_rows(user, view, start, mine=mine), follow_up_counts(user, mine=mine)
    context = {
        "now": clock.now(),
        "view": view,
        "mine": mine,
        "rows": rows[:PAGE],
        "total": counts[view],
        "before": "0" if start and start <= PAGE else str(start - PAGE) if start else "",
        "after": str(start + PAGE) if len(rows) > PAGE else "",
        "tabs": _tabs(view, counts, mine=mine),
        "active_page": "",
    }
    fragment = request.headers.get("HX-Request") == "true"
    return render(request, "followups/_follow_ups.html" if fragment else "followups/follow_up_list.html", context)


def _tabs(view: str, counts: dict[str, int], *, mine: bool) -> list[dict[str, Any]]:
    of = f"&of={MINE}" if mine else ""
    return [
        {
            "url": f"?view={state}{of}",
            "label": state.label,
            "count": counts[state],
            "active": state == view,
            "tone": "warn" if state == State.OPEN else "",
        }
        for state in VIEWS
    ]


@require_http_methods(["GET", "POST"])
@roles_allowed(*READERS)
def follow_up_detail(request: HttpRequest, follow_up_id: int) -> HttpResponse:
    """One follow-up; a POST ends it."""
    user = staff_of(request)
    follow_up = follow_up_or_404(user, follow_up_id)
    form = EndForm(request.POST or None, initial={"version": follow_up.row_version, "state": State.DONE})
    if request.method == "GET":
        return _page(request, follow_up, form)
    if not form.is_valid():
        return _page(request, follow_up, form, INVALID)
    given = form.cleaned_data
    try:
        end_follow_up(
            follow_up.pk,
            given["state"],
            actor=user,
            now=clock.now(),
            note=given["note"],
            expected_version=given["version"],
        )
    except ActionError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error.message))
        return _page(request, follow_up_or_404(user, follow_up_id), form, error.status)
    say_done(request, _("Recorded."), Undo(reverse("follow_up_reopen", args=[follow_up.pk])))
    return HttpResponse(status=303, headers={"Location": reverse("follow_up_list")})


def _page(request: HttpRequest, follow_up: FollowUp, form: EndForm, status: int = 200) -> HttpResponse:
    user = staff_of(request)
    context = {
        "follow_up": follow_up,
        "words": in_words([follow_up])[0].words,
        "ticket": follow_up.visit.ticket,
        "visit": follow_up.visit,
        "form": form,
        "may_end": fits("end_follow_up", user, follow_up.state),
        "may_reopen": follow_up.ticket_id is None and fits("reopen_follow_up", user, follow_up.state),
        "now": clock.now(),
    }
    return render(request, "followups/follow_up_detail.html", context, status=status)


@require_POST
@roles_allowed(*OFFICE)
def follow_up_reopen(request: HttpRequest, follow_up_id: int) -> HttpResponse:
    """Takes an end back."""
    user = staff_of(request)
    follow_up = follow_up_or_404(user, follow_up_id)
    reopen_follow_up(follow_up.pk, actor=user, now=clock.now())
    messages.success(request, _("It is to be done again."))
    return HttpResponse(status=303, headers={"Location": reverse("follow_up_detail", args=[follow_up.pk])})
