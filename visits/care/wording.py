"""Sentences of units, care events and stories for the story of a ticket."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from servicedesk.templatetags.moments import minutes_text
from visits.models import CareEvent


def _picked_up(_event: Any) -> str:
    return _("Unit picked up; it is with us")


def _returned(event: Any) -> str:
    return _("Unit returned after %(time)s") % {"time": minutes_text(event.data.get("minutes", 0))}


def _found(_event: Any) -> str:
    return _("The care plan asks for a courtesy call")


def _cared(event: Any) -> str:
    return _("Beyond the order: %(what)s") % {"what": dict(CareEvent.Kind.choices).get(event.data.get("kind", ""), "")}


def _proposed(_event: Any) -> str:
    return _("Told a delight story")


def _approved(_event: Any) -> str:
    return _("Delight story approved")


def _published(_event: Any) -> str:
    return _("Delight story published, without the name")


STORY: Mapping[str, Callable[[Any], str]] = {
    "record_pickup": _picked_up,
    "record_return": _returned,
    "find_courtesy_call": _found,
    "record_care_event": _cared,
    "propose_story": _proposed,
    "approve_story": _approved,
    "publish_story": _published,
}
