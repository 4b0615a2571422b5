"""A person's own notices, and the fall-back of the event stream."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from servicedesk import clock
from servicedesk.access import staff_of
from servicedesk.notify.models import Notification
from servicedesk.notify.selectors import PAGE, Topic, last_id, newer_than, notices_page, unread_count
from servicedesk.notify.services import mark_all_read, mark_read, mark_unread
from servicedesk.notify.stream import events_url
from servicedesk.notify.wording import kind_of, sentence
from servicedesk.people.models import Role, User
from servicedesk.undo import Undo, say_done

SEE_OTHER = 303


@dataclass(frozen=True)
class Line:
    """A notice as the page shows it."""

    id: int
    text: str
    icon: str
    tone: str
    at: datetime
    number: str


def line_of(notice: Notification) -> Line:
    """The notice in words of the active language."""
    kind = kind_of(notice)
    number = notice.ticket.number if notice.ticket is not None else ""
    return Line(notice.pk, sentence(notice), kind.icon, kind.tone, notice.created_at, number)


@require_GET
def notifications(request: HttpRequest) -> HttpResponse:
    """The reader's notices: unread ones first, read ones behind the second tab, newest on top."""
    user = staff_of(request)
    unread = request.GET.get("view") != "read"
    topic = _topic(request.GET.get("about", ""))
    found = notices_page(user, unread=unread, older_than=_number(request.GET.get("after")), topic=topic)
    lines = [line_of(notice) for notice in found[:PAGE]]
    context = {
        "base": "base_phone.html" if user.role == Role.TECHNICIAN else "base.html",
        "now": clock.now(),
        "lines": lines,
        "unread": unread,
        "tabs": _tabs(user, unread, topic),
        "topic": topic,
        "topics": [("", _("All news")), *Topic.choices],
        "newest": lines[0].id if lines else 0,
        "after": lines[-1].id if len(found) > PAGE else "",
    }
    return render(request, "notify/notification_list.html", context)


def _tabs(user: User, unread: bool, topic: str) -> list[dict[str, Any]]:
    count = unread_count(user)
    shown = "99+" if count > 99 else count
    more = f"about={topic}" if topic else ""
    return [
        {"url": f"?{more}", "label": _("Unread"), "count": shown, "active": unread, "tone": "warn"},
        {"url": f"?view=read{'&' if more else ''}{more}", "label": _("Read"), "count": None, "active": not unread},
    ]


def _topic(text: str) -> str:
    return text if text in Topic.values else ""


@require_GET
def notification_open(request: HttpRequest, notice_id: int) -> HttpResponseRedirect:
    """Leads to what the notice is about; whoever has opened it has read it. Somebody else's notice is 404."""
    user = staff_of(request)
    notice = mark_read(user, notice_id, now=clock.now())
    if notice is None:
        raise Http404
    about = kind_of(notice).about
    if about is not None and (page := about(notice)):
        return redirect(page)
    if user.role == Role.TECHNICIAN:
        return redirect("visit_today")
    if notice.ticket is None:
        return redirect("notifications")
    return redirect("ticket_detail", number=notice.ticket.number)


@require_POST
def notifications_read_all(request: HttpRequest) -> HttpResponseRedirect:
    """Marks read what was on the page; what came in since stays unread."""
    now = clock.now()
    topic = _topic(request.POST.get("about", ""))
    count = mark_all_read(staff_of(request), now=now, up_to=_number(request.POST.get("newest")), topic=topic)
    text = ngettext("%(count)d notice marked as read.", "%(count)d notices marked as read.", count)
    undo = Undo(reverse("notifications_unread"), {"read_at": now.isoformat()}) if count else None
    say_done(request, text % {"count": count}, undo)
    return HttpResponseRedirect(reverse("notifications"), status=SEE_OTHER)


@require_POST
def notifications_unread(request: HttpRequest) -> HttpResponseRedirect:
    """Makes unread again what was marked read at `read_at`; without such notices nothing changes."""
    read_at = _instant(request.POST.get("read_at", ""))
    count = mark_unread(staff_of(request), read_at=read_at) if read_at is not None else 0
    text = ngettext("%(count)d notice is unread again.", "%(count)d notices are unread again.", count)
    say_done(request, text % {"count": count})
    return HttpResponseRedirect(reverse("notifications"), status=SEE_OTHER)


def _instant(text: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.tzinfo is not None else None


@require_GET
@never_cache
def notifications_poll(request: HttpRequest) -> JsonResponse:
    """What a page asks while it has no event stream: the reader's notices since `since`, and a fresh stream address.

    What happened to tickets is not kept for listeners, so every answer but the first asks the page to look again.
    """
    user = staff_of(request)
    since = _number(request.GET.get("since"))
    events: list[dict[str, Any]] = []
    cursor = since
    if cursor is None:
        cursor = last_id(user)
    else:
        fresh = newer_than(user, cursor)
        events = [{"type": "notification", "data": {"id": notice.pk, "kind": notice.kind}} for notice in fresh]
        events.append({"type": "ticket", "data": {"resync": True}})
        cursor = fresh[-1].pk if fresh else cursor
    answer: dict[str, Any] = {"cursor": str(cursor), "events": events}
    if stream := events_url(user):
        answer["stream"] = stream
    return JsonResponse(answer)


def _number(text: str | None) -> int | None:
    """A position in the list as it stands in an address; None for what is no number the database could hold."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 18 else None
