"""The command palette (Ctrl+K): what this person may go to or switch, with the words it is found by.

The steps of the page that is open are added in the browser from its own buttons, so that they are never others.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.people.models import Role, User
from servicedesk.people.names import initials_of, pinyin_of
from visits.aftercare.access import SETTINGS_READERS

OPENERS = frozenset({Role.AGENT, Role.DISPATCHER, Role.SUPERVISOR, Role.MANAGER})


@dataclass(frozen=True)
class Command:
    """One line of the palette: it follows `url`, or presses what `press` selects on the page."""

    label: str | Promise
    icon: str
    url: str = ""
    press: str = ""
    keys: str = ""
    language: str = ""

    @property
    def words(self) -> str:
        """What it is found by besides its label: the English of it, pinyin and initials."""
        label = str(self.label)
        with translation.override("en"):
            english = str(self.label)
        return f"{english} {_pinyin(label)}".lower()


@dataclass(frozen=True)
class Group:
    """Lines that belong together."""

    key: str
    label: str | Promise
    commands: tuple[Command, ...]


@lru_cache(maxsize=512)
def _pinyin(label: str) -> str:
    return "" if label.isascii() else f"{pinyin_of(label)} {initials_of(label)}"


def palette_of(user: User, navigation: list[dict[str, Any]]) -> list[Group]:
    """The groups of the palette for `user`; `navigation` are the places of the role."""
    return [
        Group("places", _("Go to"), (*_places(user, navigation),)),
        Group("switches", _("Settings on this device"), (*_switches(),)),
    ]


def _places(user: User, navigation: list[dict[str, Any]]) -> list[Command]:
    places = [
        Command(place["label"], place["icon"], place["url"], keys=f"G {place['key'].upper()}") for place in navigation
    ]
    if user.role in OPENERS:
        places.insert(0, Command(_("New request"), "plus", reverse("intake")))
    places.append(Command(_("Improvement ideas"), "bulb", reverse("idea_list")))
    if user.role == Role.MANAGER:
        places.append(Command(_("Mismatches"), "alert-triangle", reverse("mismatch_list")))
    if user.role in SETTINGS_READERS:
        places.append(Command(_("Settings of the callbacks"), "settings", reverse("call_settings")))
    if user.role == Role.ADMIN:
        places.append(Command(_("API documentation"), "api", reverse("api_docs")))
    return [*places, Command(_("Notifications"), "bell", reverse("notifications"))]


def _switches() -> list[Command]:
    languages = [
        Command(
            translation.get_language_info(code)["name_local"],
            "language",
            press=f"button[name=language][value={code}]",
            language=code,
        )
        for code, _name in settings.LANGUAGES
    ]
    return [
        *languages,
        Command(_("Theme: as the device"), "device-desktop", press="[data-set-theme=auto]"),
        Command(_("Theme: light"), "sun", press="[data-set-theme=light]"),
        Command(_("Theme: dark"), "moon", press="[data-set-theme=dark]"),
        Command(_("Compact rows on or off"), "baseline-density-small", press="[data-toggle-density]"),
        Command(_("Keyboard shortcuts"), "keyboard", press="[data-open-dialog=key-sheet]", keys="?"),
        Command(_("Print this page"), "printer", press="[data-print]"),
        Command(pgettext_lazy("command", "Sign out"), "logout", press="[data-sign-out]"),
    ]
