"""The command palette (Ctrl+K): what this person may go to or switch, with the words it is found by.

The steps of the page that is open are added in the browser from its own buttons, so that they are never others.
"""

from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.people.models import Role, User
from servicedesk.people.names import initials_of, pinyin_of
from servicedesk.project.places import BESIDE, WORK, Place
from servicedesk.project.setting_cards import SETTINGS, cards_of

OPENERS = frozenset({Role.AGENT, Role.DISPATCHER, Role.SUPERVISOR, Role.MANAGER})


@dataclass(frozen=True)
class Command:
    """One line of the palette: it follows `url`, or presses what `press` selects on the page.

    `go` is the letter that follows `url` after G, whether the palette is open or not.
    """

    label: str | Promise
    icon: str
    url: str = ""
    press: str = ""
    keys: str = ""
    language: str = ""
    go: str = ""

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


def palette_of(user: User) -> list[Group]:
    """The groups of the palette for `user`."""
    return [
        Group("places", _("Go to"), tuple(_places(user))),
        *([Group("settings", SETTINGS.label, tuple(_settings(user)))] if SETTINGS.is_open_to(user) else []),
        Group("switches", _("Settings on this device"), tuple(_switches())),
    ]


def _places(user: User) -> list[Command]:
    places = [_to(place) for place in (*WORK, *BESIDE) if place.is_open_to(user)]
    if user.role in OPENERS:
        places.insert(0, Command(_("New request"), "plus", reverse("intake")))
    return places


def _settings(user: User) -> list[Command]:
    return [_to(SETTINGS), *map(_to, cards_of(user))]


def _to(place: Place) -> Command:
    return Command(place.label, place.icon, place.url, keys=place.keys, go=place.key)


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
