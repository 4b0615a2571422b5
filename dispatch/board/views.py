"""The board's page, its feed, and what hangs on a block."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from dispatch.access import require_outlet
from dispatch.board.feed import changed_since, feed_of, patch_of, zones_of
from dispatch.board.looked_at import looked_at
from dispatch.board.presence import look
from dispatch.board.saved import delete_view, save_view
from dispatch.board.shown import ALL, Shown, shown_of
from dispatch.board.trays import look_for_concerns
from dispatch.models import BoardView
from dispatch.selectors.moves import moves_of
from dispatch.views.common import PLANNERS, SeeOther, no_store
from servicedesk import clock
from servicedesk.access import roles_allowed, staff_of, ticket_or_404
from servicedesk.errors import OUT_OF_SCOPE, ActionError

LONGEST_LIST = 300
LAYOUTS = ("board", "map", "list")
# Named in the page's head, so that the browser fetches them side by side instead of one behind the other.
MODULES = tuple(
    f"js/board/{name}.js"
    for name in (
        "board",
        "axis",
        "blocks",
        "detail",
        "dialogs",
        "drag",
        "filters",
        "grid",
        "hints",
        "keys",
        "layout",
        "list",
        "live",
        "looks",
        "mover",
        "presence",
        "server",
        "store",
        "time",
        "travel",
        "trays",
    )
)


@require_GET
@roles_allowed(*PLANNERS)
def dispatch_timeline(request: HttpRequest) -> HttpResponse:
    """Technicians against time, with the trays beside them; what is drawn comes from the feed."""
    user, now = staff_of(request), clock.now()
    shown = shown_of(request.GET, user, now)
    context: dict[str, Any] = {
        "now": now,
        "shown": shown,
        "all_outlets": ALL,
        "live_types": "ticket call notification presence",
        "modules": MODULES,
        "first_feed": _first_feed(shown),
        "tiles": settings.MAP_TILES_URL,
        "views": list(BoardView.objects.filter(owner=user)),
        "view": request.GET.get("view", "") if request.GET.get("view", "") in LAYOUTS else "",
    }
    return no_store(render(request, "dispatch/timeline.html", context))


@require_GET
@roles_allowed(*PLANNERS)
def board_feed(request: HttpRequest) -> HttpResponse:
    """The board as figures: all of it, the jobs of the tickets `?numbers=`, or what changed `?since=` a cursor."""
    user, now = staff_of(request), clock.now()
    shown = _shown(request, user, now)
    numbers = _numbers(request)
    since = _since(request)
    if numbers is None and since is not None:
        numbers = changed_since(shown, since)
    body = feed_of(shown, user, now) if numbers is None else patch_of(shown, user, now, numbers)
    return no_store(JsonResponse(body, json_dumps_params={"ensure_ascii": False, "separators": (",", ":")}))


@require_GET
@roles_allowed(*PLANNERS)
def board_zones(request: HttpRequest) -> HttpResponse:
    """The outlines of the districts, for the map."""
    user, now = staff_of(request), clock.now()
    return no_store(JsonResponse({"zones": zones_of(_shown(request, user, now))}))


@require_POST
@roles_allowed(*PLANNERS)
def board_concerns(request: HttpRequest) -> HttpResponse:
    """Looks for booked jobs the rules would refuse by now; the tray shows them from the next answer on."""
    user, now = staff_of(request), clock.now()
    shown = shown_of(request.POST, user, now)
    if shown is None:
        raise no_outlet()
    return no_store(JsonResponse({"n": look_for_concerns([one.pk for one in shown.outlets], now)}))


@require_GET
@roles_allowed(*PLANNERS)
def board_job(request: HttpRequest, number: str) -> HttpResponse:
    """What hangs on a job: whom it is for, why it stands where it stands, and the ledger of its moves."""
    user, now = staff_of(request), clock.now()
    ticket = ticket_or_404(user, number)
    require_outlet(user, ticket.outlet_id)
    context = {"now": now, "ticket": ticket, "looked": looked_at(ticket, now), "moves": moves_of(ticket)}
    return no_store(render(request, "dispatch/_board_job.html", context))


@require_POST
@roles_allowed(*PLANNERS)
def board_presence(request: HttpRequest) -> HttpResponse:
    """Says that somebody looks, and what he has in hand; answers who else does."""
    user, now = staff_of(request), clock.now()
    shown = shown_of(request.POST, user, now)
    if shown is None:
        raise no_outlet()
    others = look(user, [one.pk for one in shown.outlets], shown.day, request.POST.get("job", "")[:20])
    return no_store(JsonResponse({"others": others}))


@require_POST
@roles_allowed(*PLANNERS)
def board_view_save(request: HttpRequest) -> HttpResponse:
    """Keeps what is looked at under a name."""
    view = save_view(request.POST.get("name", ""), request.POST.get("query", ""), actor=staff_of(request))
    messages.success(request, _("The view is kept under “%(name)s”.") % {"name": view.name})
    return SeeOther(f"{reverse('dispatch_timeline')}?{view.query}")


@require_POST
@roles_allowed(*PLANNERS)
def board_view_delete(request: HttpRequest, view_id: int) -> HttpResponse:
    """Deletes a view of one's own."""
    delete_view(view_id, actor=staff_of(request))
    messages.success(request, _("The view is deleted."))
    return SeeOther(reverse("dispatch_timeline"))


def no_outlet() -> ActionError:
    """The refusal for somebody who plans for no outlet."""
    return ActionError("no_outlet", _("You plan for no outlet."), status=OUT_OF_SCOPE)


def _first_feed(shown: Shown | None) -> str:
    """The address the board asks first, letter by letter as `live.js` writes it; nothing where there is no board."""
    if shown is None:
        return ""
    outlet = ALL if len(shown.outlets) > 1 else shown.outlets[0].pk
    return (
        f"{reverse('board_feed')}?{urlencode({'outlet': outlet, 'day': shown.day.isoformat(), 'scale': shown.scale})}"
    )


def _shown(request: HttpRequest, user: Any, now: datetime) -> Shown:
    shown = shown_of(request.GET, user, now)
    if shown is None:
        raise no_outlet()
    return shown


def _numbers(request: HttpRequest) -> list[str] | None:
    named = request.GET.get("numbers")
    if named is None:
        return None
    numbers = sorted({one for one in named.split(",") if one})
    return numbers if len(numbers) <= LONGEST_LIST else None


def _since(request: HttpRequest) -> datetime | None:
    """The cursor in the address; None for none and for nonsense."""
    named = request.GET.get("since", "")
    if not named.isascii() or not named.isdigit() or len(named) > 14:
        return None
    try:
        return datetime.fromtimestamp(int(named) / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return None
