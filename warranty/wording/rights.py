"""Waits and rights on their way in words: notices, and lines of the story."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.notify.models import Notification
from servicedesk.notify.wording import NoticeKind, number_of
from servicedesk.templatetags.moments import NOTHING, local_text
from warranty.wording.answers import GROUNDS

# What the customer may then ask for (R458 arts 12 and 13; local law).
RIGHTS: Mapping[str, str | Promise] = {
    "parts_wait": gettext_lazy("an exchange, or the price back less a charge for use"),
    "repairer_delay": gettext_lazy("an exchange, or the price back less a charge for use"),
    "long_repair": gettext_lazy("an exchange, or the whole price back"),
}
CAUSES: Mapping[str, str | Promise] = {
    "no_parts": gettext_lazy("no parts"),
    "repairer": gettext_lazy("the repairer's own delay"),
}


def day_words(text: Any) -> str:
    """A day among stored values as local text, a dash where it cannot be read."""
    try:
        return local_text(date.fromisoformat(str(text)), "date")
    except ValueError:
        return NOTHING


def _values(values: Mapping[str, Any]) -> dict[str, str]:
    kind = str(values.get("kind"))
    return {
        "day": day_words(values.get("arises")),
        "since": day_words(values.get("since")),
        "ground": str(GROUNDS.get(kind, NOTHING)),
        "right": str(RIGHTS.get(kind, NOTHING)),
    }


def _coming(values: Mapping[str, Any]) -> str:
    return _("%(ground)s since %(since)s: from %(day)s on the customer may ask for %(right)s.") % _values(values)


def _there(values: Mapping[str, Any]) -> str:
    return _("%(ground)s since %(since)s: since %(day)s the customer may ask for %(right)s.") % _values(values)


def _warned(notice: Notification) -> str:
    if notice.ticket is None:
        return _coming(notice.values)
    words = _("Ticket %(number)s, %(ground)s: from %(day)s on the customer may ask for %(right)s.")
    return words % {"number": number_of(notice), **_values(notice.values)}


def _arose(notice: Notification) -> str:
    if notice.ticket is None:
        return _there(notice.values)
    words = _("Ticket %(number)s, %(ground)s: since %(day)s the customer may ask for %(right)s.")
    return words % {"number": number_of(notice), **_values(notice.values)}


def _page(notice: Notification) -> str:
    appliance = notice.values.get("appliance")
    return reverse("warranty_appliance", args=[appliance]) if isinstance(appliance, int) else ""


NOTICES = {
    "right_warned": NoticeKind(_warned, "hourglass-high", "warn", _page),
    "right_arose": NoticeKind(_arose, "scale", "danger", _page),
}


def _story_warned(event: Any) -> str:
    return _coming(event.data)


def _story_arose(event: Any) -> str:
    return _there(event.data)


def _wait(words: str | Promise) -> Callable[[Any], str]:
    def said(event: Any) -> str:
        return str(words) % {"cause": CAUSES.get(event.data.get("cause"), NOTHING)}

    return said


STORY: Mapping[str, Callable[[Any], str]] = {
    "right_warned": _story_warned,
    "right_arose": _story_arose,
    "open_wait": _wait(gettext_lazy("The repair waits: %(cause)s")),
    "end_wait": _wait(gettext_lazy("The wait is over: %(cause)s")),
    "strike_wait": _wait(gettext_lazy("A wait was recorded by mistake: %(cause)s")),
}
