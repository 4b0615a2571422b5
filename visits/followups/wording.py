"""Sentences for follow-ups: on pages, in the story, in notices and in the tickets they become."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from servicedesk.notify.wording import NoticeKind
from visits.inspection import CHECKS
from visits.models import ChecklistItem, FollowUp
from visits.selectors import Line


def told_of_item(line: Line) -> str:
    """ "Found on a visit: S2 Work at height – Without protection": the item, what was answered, what was noted."""
    note = line.answer.note if line.answer is not None else ""
    said = " – ".join(part for part in (str(line.item), line.told, note) if part)
    return _("Found on a visit: %(what)s") % {"what": said}


def told_of(follow_up: FollowUp, item: ChecklistItem | None) -> str:
    """What is to be done, in the language being spoken: what it came from, and the technician's words."""
    if follow_up.source == FollowUp.Source.INSPECTION:
        return told_of_check(follow_up.code, follow_up.text)
    said = " – ".join(part for part in (str(item) if item is not None else follow_up.code, follow_up.text) if part)
    return said if follow_up.source == FollowUp.Source.ITEM else follow_up.text


def told_of_check(code: str, reading: str) -> str:
    """A check of the inspection that was not in order, with what was measured."""
    label = str(CHECKS[code].label) if code in CHECKS else code
    words = _("Not in order: %(check)s") % {"check": label}
    return f"{words} ({reading})" if reading else words


def _made(event: Any) -> str:
    n = event.data.get("made", 0)
    return ngettext("The visit leaves %(n)s thing to be done", "The visit leaves %(n)s things to be done", n) % {
        "n": n
    }


def _ended(event: Any) -> str:
    done = event.data.get("state") == "done"
    return _("Follow-up done") if done else _("Follow-up not needed")


def _reopened(_event: Any) -> str:
    return _("Follow-up taken up again")


STORY: Mapping[str, Callable[[Any], str]] = {
    "make_follow_ups": _made,
    "end_follow_up": _ended,
    "reopen_follow_up": _reopened,
}
NOTICES: Mapping[str, NoticeKind] = {
    "follow_ups_made": NoticeKind(
        gettext_lazy("The visit of ticket %(number)s leaves something to be done."), "list-check", "warn"
    ),
}
