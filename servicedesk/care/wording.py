"""Sentences of consent and care notes for the story of a ticket; none says what a note says."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from servicedesk.care.models import Consent


def _purpose(event: Any) -> str:
    return str(dict(Consent.Purpose.choices).get(event.data.get("purpose", ""), ""))


def _given(event: Any) -> str:
    return _("Consent given: %(purpose)s") % {"purpose": _purpose(event)}


def _withdrawn(event: Any) -> str:
    return _("Consent withdrawn: %(purpose)s. What was kept by it is erased.") % {"purpose": _purpose(event)}


def _noted(_event: Any) -> str:
    return _("Care note kept")


def _read(_event: Any) -> str:
    return _("Looked at the care notes")


STORY: Mapping[str, Callable[[Any], str]] = {
    "give_consent": _given,
    "withdraw_consent": _withdrawn,
    "record_care_note": _noted,
    "read_care_notes": _read,
}
