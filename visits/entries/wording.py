"""Words for what phones sent: actions, marks, lines of the story, notices."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext, pgettext_lazy

from servicedesk.notify.wording import NoticeKind, page_of
from visits.entries import timing
from visits.wording import by_name

ACTION_WORDS: Mapping[str, str | Promise] = {
    "depart": pgettext_lazy("entry", "Departed"),
    "arrive": pgettext_lazy("entry", "Arrived"),
    "start_work": pgettext_lazy("entry", "Started work"),
    "record_contact": pgettext_lazy("entry", "Called the customer"),
    "answer_item": pgettext_lazy("entry", "Answered an item"),
    "record_inspection": pgettext_lazy("entry", "Recorded the inspection"),
    "add_photo": pgettext_lazy("entry", "Took a photo"),
    "add_charge": pgettext_lazy("entry", "Charged an item"),
    "remove_charge": pgettext_lazy("entry", "Took a charge off"),
    "sign": pgettext_lazy("entry", "The customer signed"),
    "record_outcome": pgettext_lazy("entry", "Recorded the outcome"),
    "complete_visit": pgettext_lazy("entry", "Completed the visit"),
    "abort_visit": pgettext_lazy("entry", "Broke the visit off"),
    "name_appliance": pgettext_lazy("entry", "Read the nameplate"),
}
# Why work is held for the office, as the office reads it.
HELD_WORDS: Mapping[str, str | Promise] = {
    "called_off": gettext_lazy("The visit was called off while the technician had no network."),
    "ticket_cancelled": gettext_lazy("The ticket was cancelled while the technician had no network."),
    "not_yours": gettext_lazy("The job was given to another while the technician had no network."),
    "ended_by_another": gettext_lazy("Somebody else ended the visit while the technician had no network."),
}
MARK_WORDS: Mapping[str, str | Promise] = {
    timing.SKEWED: gettext_lazy("device clock off by more than two minutes"),
    timing.LATE: gettext_lazy("sent late"),
    timing.FAR: gettext_lazy("far from the address"),
    timing.MOVED: gettext_lazy("time moved to what came before"),
}


def mark_words(marks: Any) -> list[str]:
    """The marks of a step in words; an old one without words is left out."""
    return [str(MARK_WORDS[mark]) for mark in marks or [] if mark in MARK_WORDS]


def sent_moment(data: Mapping[str, Any]) -> datetime | None:
    """When a step told by a phone was received; None for one made on the page."""
    try:
        return datetime.fromisoformat(str(data["received_at"]))
    except (KeyError, ValueError):
        return None


def _taken_over(event: Any) -> str:
    sentence = _("Work sent late was taken over as evidence: %(answers)s, %(photos)s")
    data = event.data
    answers = ngettext("%(n)s answer", "%(n)s answers", data["answers"]) % {"n": data["answers"]}
    photos = ngettext("%(n)s photo", "%(n)s photos", data["photos"]) % {"n": data["photos"]}
    return sentence % {"answers": answers, "photos": photos}


STORY: Mapping[str, Callable[[Any], str]] = {
    "send_late_work": by_name(gettext_noop("%(name)s sent work after the visit had ended; the office looks at it")),
    "take_over_late_work": _taken_over,
    "keep_late_work": by_name(gettext_noop("Work %(name)s sent late is kept as a record")),
}
NOTICES: Mapping[str, NoticeKind] = {
    "late_work": NoticeKind(
        gettext_lazy("Ticket %(number)s: a technician sent work after his visit had ended. Please look at it."),
        "clock-exclamation",
        "warn",
        about=page_of("late_work", "visit"),
    ),
}
