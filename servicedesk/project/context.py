"""What every page shows: the navigation of the role, unread notices, and whether the timers run late."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk import clock
from servicedesk.notify.selectors import unread_count
from servicedesk.notify.stream import events_url
from servicedesk.people.models import Role, User
from servicedesk.project.demo.logins import DEMO_LOGINS, DEMO_PASSWORD
from servicedesk.project.palette import palette_of
from servicedesk.sla.selectors import timers_late

DESK = {Role.AGENT, Role.SUPERVISOR, Role.MANAGER}
DISPATCH = {Role.DISPATCHER, Role.SUPERVISOR, Role.MANAGER}
OFFICE = DESK | DISPATCH | {Role.AUDITOR, Role.ADMIN}
# Who reads what the house runs by.
SETTINGS = {Role.SUPERVISOR, Role.MANAGER, Role.ADMIN, Role.AUDITOR}
# url name, label, icon, key after `g`, roles
PLACES = (
    ("desk", _("Desk"), "headset", "h", DESK),
    ("ticket_list", _("Tickets"), "ticket", "t", OFFICE),
    ("dispatch_queue", _("Dispatch"), "list-check", "d", DISPATCH),
    ("dispatch_timeline", _("Timeline"), "calendar-time", "l", DISPATCH),
    ("visit_today", _("Today"), "calendar-event", "v", {Role.TECHNICIAN}),
    ("callback_queue", _("Callbacks"), "phone-call", "b", {Role.AGENT, Role.MANAGER}),
    ("mismatch_list", _("Mismatches"), "alert-triangle", "x", {Role.SUPERVISOR, Role.AUDITOR}),
    ("story_list", _("Stories"), "book", "y", set(Role.values)),
    ("article_list", _("Knowledge"), "school", "k", set(Role.values)),
    ("dashboard", _("Dashboard"), "chart-histogram", "m", OFFICE),
    ("calendar_list", _("Calendars"), "calendar-stats", "c", SETTINGS),
    ("policy_list", pgettext_lazy("navigation", "Promises"), "stairs-up", "p", SETTINGS),
    ("webhook_list", _("Webhooks"), "webhook", "w", {Role.ADMIN}),
    ("channel_list", _("Channels"), "send", "n", {Role.ADMIN}),
    ("delivery_list", _("Deliveries"), "mail-forward", "e", {Role.MANAGER}),
    ("admin:index", _("Master data"), "database", "s", {Role.ADMIN, Role.MANAGER}),
)


def home_of(user: User) -> str:
    """The address of the page a role starts its day on."""
    by_role = {
        Role.AGENT: "desk",
        Role.DISPATCHER: "dispatch_queue",
        Role.TECHNICIAN: "visit_today",
        Role.SUPERVISOR: "dispatch_queue" if user.outlet_ids else "desk",
    }
    return reverse(by_role.get(Role(user.role), "dashboard"))


def navigation_of(user: User, path: str) -> list[dict[str, Any]]:
    """The places of the role, with the one being looked at marked."""
    places = [
        {"url": reverse(name), "label": label, "icon": icon, "key": key}
        for name, label, icon, key, roles in PLACES
        if user.role in roles and (name != "admin:index" or user.is_staff)
    ]
    # One place may lie inside another's address; the longest one is where the reader is.
    urls = [str(place["url"]) for place in places]
    here = max((url for url in urls if path.startswith(url)), key=len, default="")
    return [{**place, "active": url == here} for place, url in zip(places, urls, strict=True)]


def page(request: HttpRequest) -> dict[str, Any]:
    """Context of every page; a page for nobody in particular gets the empty one."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": [], **demonstration()}
    if request.headers.get("HX-Request") == "true":
        return {}
    navigation = navigation_of(user, request.path)
    return {
        "navigation": navigation,
        "palette": SimpleLazyObject(lambda: palette_of(user, navigation)),
        "show_search": user.role in OFFICE,
        "unread_count": SimpleLazyObject(lambda: unread_count(user)),
        "timers_late": timers_late(clock.expression()),
        "events_url": events_url(user),
        "poll_url": reverse("notifications_poll"),
    }


def demonstration() -> dict[str, Any]:
    """The logins of the demonstration for the sign-in page; nothing outside of it."""
    if not getattr(settings, "DEMO_LOGINS", False):
        return {}
    return {"demo_logins": DEMO_LOGINS, "demo_password": DEMO_PASSWORD}
