"""Pages of the callers: the queue, one card at a time, the calls of a ticket beside it."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from servicedesk import clock
from servicedesk.access import read_id, roles_allowed, staff_of, ticket_or_404
from servicedesk.errors import CONFLICT, ActionError
from servicedesk.people.models import Role, User
from servicedesk.templatetags.moments import local_text
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.services import close_ticket
from servicedesk.tickets.transitions import may, reverse_of
from servicedesk.undo import Undo, say_done
from visits.aftercare.access import MISMATCH_READERS, SETTINGS_READERS, callback_or_404
from visits.aftercare.calling import wish_of
from visits.aftercare.cards import ENDED, IN_OTHER_HANDS, OWN_VISIT, Card, card_of, numbers_of
from visits.aftercare.forms import CallForm
from visits.aftercare.reasons import reason_words
from visits.aftercare.reviews import mismatches_of, review_counts
from visits.aftercare.selectors import (
    PAGE,
    VIEWS,
    QueueFilter,
    calls_of,
    filter_counts,
    next_card,
    queue_counts,
    queue_of,
)
from visits.aftercare.services import (
    claim_callback,
    record_attempt,
    release_callback,
    schedule_callback,
    take_incoming_call,
)
from visits.aftercare.services.attempts import Outcome, Result
from visits.aftercare.services.scheduling import WORK_OVER
from visits.models import Callback

CALLERS = (Role.AGENT, Role.MANAGER)
# Whose panel keeps the customer's words to itself: the one who is rated.
RATED = frozenset({Role.TECHNICIAN})


@require_GET
@roles_allowed(*CALLERS)
def callback_queue(request: HttpRequest) -> HttpResponse:
    """The callbacks to make now, those that wait for their hour, those ended today."""
    user, now = staff_of(request), clock.now()
    view = request.GET.get("view", VIEWS[0])
    view = view if view in VIEWS else VIEWS[0]
    start = _start(request.GET.get("after") or request.GET.get("before") or "")
    narrow = _filter_of(request)
    rows, counts = queue_of(user, view, now, start, narrow), queue_counts(user, now, narrow)
    context = {
        "now": now,
        "view": view,
        "rows": rows[:PAGE],
        "total": counts[view],
        "before": "0" if start and start <= PAGE else str(start - PAGE) if start else "",
        "after": str(start + PAGE) if len(rows) > PAGE else "",
        "tabs": _tabs(view, counts, narrow),
        "chips": _chips(view, filter_counts(user, view, now), narrow),
        "narrowed": narrow != QueueFilter(),
        "next": next_card(user, now, narrow=narrow) if view == VIEWS[0] and rows else None,
        "reads_settings": user.role in SETTINGS_READERS,
        "reviews": review_counts(user, now)["open"] if user.role in MISMATCH_READERS else None,
    }
    fragment = request.headers.get("HX-Request") == "true"
    return render(request, "callbacks/_queue.html" if fragment else "callbacks/callback_queue.html", context)


# Nobody pages further than this; a larger number in the address is nonsense.
MOST_ROWS = 100_000


def _start(text: str) -> int:
    return min(read_id(text) or 0, MOST_ROWS)


def _filter_of(request: HttpRequest) -> QueueFilter:
    kind = request.GET.get("kind", "")
    return QueueFilter(
        kind=kind if kind in Callback.Kind.values else "",
        mine=request.GET.get("mine") == "1",
        overdue=request.GET.get("overdue") == "1",
    )


def _address(view: str, narrow: QueueFilter) -> str:
    given = {"view": view, "kind": narrow.kind, "mine": narrow.mine and "1", "overdue": narrow.overdue and "1"}
    return "?" + urlencode({name: value for name, value in given.items() if value})


def _tabs(view: str, counts: dict[str, int], narrow: QueueFilter) -> list[dict[str, Any]]:
    labels = {"now": _("To call now"), "later": _("Later"), "done": _("Ended today")}
    return [
        {"url": _address(name, narrow), "label": labels[name], "count": counts[name], "active": name == view}
        for name in VIEWS
    ]


def _chips(view: str, counts: dict[str, int], narrow: QueueFilter) -> list[dict[str, Any]]:
    """The filters as chips that switch on and off, each with what it would show."""
    kinds = [
        (kind.label, replace(narrow, kind="" if narrow.kind == kind else str(kind)), counts[kind], narrow.kind == kind)
        for kind in Callback.Kind
    ]
    more = [(_("In my hands"), replace(narrow, mine=not narrow.mine), counts["mine"], narrow.mine)]
    if view != "done":
        late = replace(narrow, overdue=not narrow.overdue)
        more.append((_("Past due"), late, counts["overdue"], narrow.overdue))
    return [
        {"label": label, "url": _address(view, target), "count": count, "active": active}
        for label, target, count, active in kinds + more
    ]


@require_http_methods(["GET", "POST"])
@roles_allowed(*CALLERS)
def callback_detail(request: HttpRequest, callback_id: int) -> HttpResponse:
    """One card: why called, the visit's facts, the script; a POST records the call and goes to the next card."""
    user, now = staff_of(request), clock.now()
    callback = callback_or_404(user, callback_id)
    card = card_of(callback, user, now)
    start = {"version": callback.row_version, "later_at": card.next_at}
    form = CallForm(request.POST or None, script=card.script, initial=start)
    if request.method == "GET":
        return _card_page(request, card, form, now)
    if not form.is_valid():
        return _card_page(request, card, form, now, status=422)
    data = form.cleaned_data
    try:
        record_attempt(
            callback.pk,
            data["outcome"],
            actor=user,
            now=now,
            note=data["note"],
            later_at=data["later_at"],
            answer=form.answer(),
            expected_version=data["version"],
        )
    except ActionError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error.message))
        return _card_page(request, card, form, now, status=error.status)
    _say_what_follows(request, callback, data, user, now)
    return _to_next(user, callback, now)


def _card_page(
    request: HttpRequest, card: Card, form: CallForm, now: datetime, status: int = 200, refusal: str = ""
) -> HttpResponse:
    user = staff_of(request)
    elsewhere = card.block in {IN_OTHER_HANDS, OWN_VISIT, ENDED}
    context = {
        "now": now,
        "card": card,
        "callback": card.callback,
        "ticket": card.ticket,
        "visit": card.visit,
        "form": form,
        "numbers": numbers_of(card.ticket),
        "writing": card.mine or form.is_bound,
        "active_page": "b",
        "may_wish": may("record_call_wish", user),
        "why": reason_words(card.callback.reasons),
        "refusal": refusal,
        "following": next_card(user, now, after=card.callback.pk) if elsewhere else None,
    }
    return render(request, "callbacks/callback_detail.html", context, status=status)


def _say_what_follows(
    request: HttpRequest, callback: Callback, data: dict[str, Any], user: User, now: datetime
) -> None:
    callback.refresh_from_db()
    number = callback.ticket.number
    if data["outcome"] != Outcome.REACHED:
        if callback.state == Callback.State.EXHAUSTED:
            messages.warning(
                request, _("%(n)s: not reached in all attempts. The owner has been told.") % {"n": number}
            )
        else:
            again = local_text(callback.not_before)
            messages.success(request, _("%(n)s: next attempt %(at)s.") % {"n": number, "at": again})
    elif data["result"] == Result.NOT_SATISFIED:
        callback.ticket.refresh_from_db()
        if callback.ticket.state == "open":
            text = _("%(n)s is open again. Supervisors and managers have been told.")
        else:
            text = _("%(n)s: supervisors and managers have been told.")
        messages.warning(request, text % {"n": number})
    elif data["close"]:
        _close(request, callback.ticket, user, now)
    else:
        messages.success(request, _("%(n)s: the customer has been heard.") % {"n": number})


def _close(request: HttpRequest, ticket: Ticket, user: User, now: datetime) -> None:
    try:
        close_ticket(ticket.pk, actor=user, now=now)
    except ActionError as refusal:
        text = _("%(n)s: the call is saved; the ticket stays open: %(why)s")
        messages.warning(request, text % {"n": ticket.number, "why": refusal.message})
    else:
        messages.success(
            request, _("%(n)s: the customer has been heard, the ticket is closed.") % {"n": ticket.number}
        )


def _to_next(user: User, callback: Callback, now: datetime) -> HttpResponse:
    following = next_card(user, now, after=callback.pk)
    target = reverse("callback_detail", args=[following.pk]) if following else reverse("callback_queue")
    return HttpResponse(status=303, headers={"Location": target})


@require_POST
@roles_allowed(*CALLERS)
def callback_claim(request: HttpRequest, callback_id: int) -> HttpResponse:
    """Takes the callback in hand; `incoming` says that the customer rings himself, so that no hour is too early."""
    user, now = staff_of(request), clock.now()
    callback = callback_or_404(user, callback_id)
    take = take_incoming_call if request.POST.get("incoming") else claim_callback
    undo = _way_back(callback, user)
    try:
        take(callback.pk, actor=user, now=now)
    except ActionError as error:
        if error.status != CONFLICT:
            raise
        # The card as it stands now: it says who has it, or when, and leads on.
        card = card_of(callback_or_404(user, callback_id), user, now)
        return _card_page(request, card, CallForm(script=card.script), now, error.status, str(error.message))
    say_done(request, _("The callback is yours for 15 minutes."), undo)
    return HttpResponse(status=303, headers={"Location": reverse("callback_detail", args=[callback.pk])})


def _way_back(callback: Callback, user: User) -> Undo | None:
    """Giving back takes a taking back, unless the callback was in the same hands before."""
    if callback.claimed_by_id == user.pk or not reverse_of("claim_callback", user, callback.state):
        return None
    return Undo(reverse("callback_release", args=[callback.pk]))


@require_POST
@roles_allowed(*CALLERS)
def callback_release(request: HttpRequest, callback_id: int) -> HttpResponse:
    """Gives the callback back to the queue."""
    user = staff_of(request)
    callback = callback_or_404(user, callback_id)
    release_callback(callback.pk, actor=user, now=clock.now())
    messages.success(request, _("Given back to the queue."))
    return HttpResponse(status=303, headers={"Location": reverse("callback_queue")})


@require_GET
def callback_panel(request: HttpRequest, number: str) -> HttpResponse:
    """The calls of a ticket, beside it."""
    user, now = staff_of(request), clock.now()
    ticket = ticket_or_404(user, number)
    calls = calls_of(ticket, user, now)
    context = {
        "now": now,
        "ticket": ticket,
        "calls": calls,
        "calls_back": user.role in CALLERS,
        "may_schedule": _may_schedule(ticket, user, has_open=any(row.callback.state == "open" for row in calls)),
        "words_shown": user.role not in RATED,
        "mismatches": mismatches_of(ticket, user),
        "wish": wish_of(ticket.customer_id),
        "may_wish": may("record_call_wish", user),
    }
    return render(request, "callbacks/_panel.html", context)


def _may_schedule(ticket: Ticket, user: User, *, has_open: bool) -> bool:
    return may("schedule_callback", user) and ticket.state != "cancelled" and not has_open


@require_POST
@roles_allowed(*CALLERS)
def callback_create(request: HttpRequest, number: str) -> HttpResponse:
    """Puts a call into the queue: after completion when the work is over, else a courtesy check."""
    user, now = staff_of(request), clock.now()
    ticket = ticket_or_404(user, number)
    kind = Callback.Kind.COMPLETION if ticket.state in WORK_OVER else Callback.Kind.COURTESY
    callback = schedule_callback(ticket.pk, kind, actor=user, now=now)
    messages.success(request, _("The callback is in the queue, due %(at)s.") % {"at": local_text(callback.due_at)})
    return redirect("ticket_detail", number=ticket.number)
