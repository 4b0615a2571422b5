"""The history of a technician in words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from dispatch.models import Absence, TechnicianEvent
from servicedesk.catalogue.models import ProductCategory
from servicedesk.people.models import Outlet
from servicedesk.templatetags.moments import local_text

ACTIONS = {
    "add_technician": gettext_noop("Taken on"),
    "save_profile": gettext_noop("Profile changed"),
    "set_districts": gettext_noop("Districts changed"),
    "put_skill": gettext_noop("Skill entered"),
    "remove_skill": gettext_noop("Skill taken away"),
    "put_certificate": gettext_noop("Certificate entered"),
    "remove_certificate": gettext_noop("Certificate taken away"),
    "suspend_certificate": gettext_noop("Certificate suspended"),
    "lift_suspension": gettext_noop("Suspension lifted"),
    "put_shift": gettext_noop("Shift entered"),
    "remove_shift": gettext_noop("Shift taken away"),
    "repeat_week": gettext_noop("Last week repeated"),
    "copy_week": gettext_noop("Week copied"),
    "put_absence": gettext_noop("Absence entered"),
    "remove_absence": gettext_noop("Absence taken away"),
}
FIELDS = {
    "outlet": gettext_noop("Outlet"),
    "stars": gettext_noop("Star level"),
    "home_lat": gettext_noop("Start latitude"),
    "home_lon": gettext_noop("Start longitude"),
    "overtime": gettext_noop("Overtime, minutes"),
    "active": gettext_noop("Active"),
    "districts": gettext_noop("Districts"),
    "category": gettext_noop("Product category"),
    "level": gettext_noop("Level"),
    "valid_from": gettext_noop("Valid from"),
    "valid_until": gettext_noop("Valid until"),
    "number": gettext_noop("Certificate number"),
    "suspended": gettext_noop("Suspended since"),
    "start": gettext_noop("From time"),
    "end": gettext_noop("Until time"),
    "lunch_from": gettext_noop("Lunch from"),
    "lunch_until": gettext_noop("Lunch until"),
    "lunch_minutes": gettext_noop("Lunch, minutes"),
    "reason": gettext_noop("Reason"),
    "shifts": gettext_noop("Shifts"),
    "weeks": gettext_noop("Weeks"),
}
INSTANTS = frozenset({"start", "end", "lunch_from", "lunch_until", "suspended"})
DAYS = frozenset({"valid_from", "valid_until"})


@dataclass(frozen=True)
class Line:
    """A line of the history: the event, what was done, and what differs."""

    event: TechnicianEvent
    title: str
    details: str


def lines_of(events: list[TechnicianEvent]) -> list[Line]:
    """The events in words; two queries for the names they mention."""
    names = _Names(events)
    return [Line(event, _(ACTIONS.get(event.action, event.action)), _details(event, names)) for event in events]


class _Names:
    """The names of outlets and products the events mention."""

    def __init__(self, events: list[TechnicianEvent]) -> None:
        sides = [side for event in events for side in (event.before, event.after) if side]
        outlets = {side["outlet"] for side in sides if side.get("outlet")}
        categories = {side["category"] for side in sides if side.get("category")}
        self.outlet = {row.pk: str(row) for row in Outlet.objects.filter(pk__in=outlets)} if outlets else {}
        products = ProductCategory.objects.filter(pk__in=categories) if categories else []
        self.category = {row.pk: str(row) for row in products}


def _details(event: TechnicianEvent, names: _Names) -> str:
    before, after = event.before or {}, event.after or {}
    # The database keeps no order of the keys; ours is the one people expect.
    keys = [key for key in FIELDS if key in (after or before)]
    # Of a change what stayed needs no words, but for what says which one it was.
    if event.before and event.after:
        keys = [key for key in keys if before.get(key) != after.get(key) or key in {"category", "number", "start"}]
    parts = []
    for key in keys:
        old, new = _shown(key, before.get(key), names), _shown(key, after.get(key), names)
        changed = bool(event.before and event.after) and old != new
        value = f"{old or '–'} → {new or '–'}" if changed else new or old
        if value:
            parts.append(f"{_(FIELDS[key])}: {value}")
    return " · ".join(parts)


def _shown(key: str, value: Any, names: _Names) -> str:
    if value in (None, "", []):
        return ""
    readers: dict[str, Callable[[Any], str]] = {
        "outlet": lambda one: names.outlet.get(one, str(one)),
        "category": lambda one: names.category.get(one, str(one)),
        "districts": ", ".join,
        "active": lambda one: pgettext("history", "yes") if one else pgettext("history", "no"),
        "reason": lambda one: str(dict(Absence.Reason.choices).get(one, one)),
    }
    if key in INSTANTS:
        return local_text(datetime.fromisoformat(value))
    if key in DAYS:
        return date.fromisoformat(value).isoformat()
    return readers.get(key, str)(value)
