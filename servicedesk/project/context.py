"""What every page shows: the places of the role, unread notices, and whether the timers run late."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from servicedesk import clock
from servicedesk.notify.selectors import unread_count
from servicedesk.notify.stream import events_url
from servicedesk.people.models import Role, User
from servicedesk.project.demo.logins import DEMO_LOGINS, DEMO_PASSWORD
from servicedesk.project.palette import palette_of
from servicedesk.project.places import OFFICE, WORK, Place
from servicedesk.project.setting_cards import SETTINGS, cards_of
from servicedesk.sla.selectors import timers_late


def home_of(user: User) -> str:
    """The address of the page a role starts its day on."""
    by_role = {
        Role.AGENT: "desk",
        Role.DISPATCHER: "dispatch_queue",
        Role.TECHNICIAN: "visit_today",
        Role.SUPERVISOR: "dispatch_queue" if user.outlet_ids else "desk",
    }
    return reverse(by_role.get(Role(user.role), "dashboard"))


def way_of(user: User, path: str) -> dict[str, Any]:
    """Where `user` may go and where he is: the places of the bar, the sign of the settings, and the way back to them.

    One place may lie inside another's address; the longest one is where the reader is.
    """
    work, cards = [place for place in WORK if place.is_open_to(user)], cards_of(user)
    urls = {place: place.url for place in (*work, *cards)}
    here = max(
        (place for place in urls if path.startswith(urls[place])), key=lambda place: len(urls[place]), default=None
    )
    settings_url = SETTINGS.url
    return {
        "navigation": [
            {"url": urls[place], "label": place.label, "icon": place.icon, "key": place.key, "active": place is here}
            for place in work
        ],
        "settings_place": cards and {"place": SETTINGS, "active": here in cards or path == settings_url},
        "crumbs": _crumbs(here, path) if here in cards else [],
    }


def _crumbs(card: Place, path: str) -> list[Place]:
    return [SETTINGS] if path == card.url else [SETTINGS, card]


def page(request: HttpRequest) -> dict[str, Any]:
    """Context of every page; a page for nobody in particular gets the empty one."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": [], **demonstration()}
    if request.headers.get("HX-Request") == "true":
        return {}
    return {
        **way_of(user, request.path),
        "palette": SimpleLazyObject(lambda: palette_of(user)),
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
