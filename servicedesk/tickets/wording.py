"""The words of the story. A line holds ids, codes and numbers; the sentence is made when it is read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from servicedesk.ports import story_words
from servicedesk.sla.models import ClockKind, PauseReason
from servicedesk.tickets.models import IntakeChannel, TicketException
from servicedesk.tickets.services.ending import CANCEL_REASONS
from servicedesk.tickets.transitions import row_of

FIELD_NAMES: dict[str, str | Promise] = {
    "contact_name": gettext_lazy("contact person"),
    "contact_phone_raw": gettext_lazy("contact phone"),
    "address": gettext_lazy("place of service"),
    "category": gettext_lazy("category"),
    "appliance": gettext_lazy("appliance"),
    "fault": gettext_lazy("symptom"),
    "description": gettext_lazy("what is wrong"),
    "requested_from": gettext_lazy("requested from"),
    "requested_until": gettext_lazy("requested until"),
}


@dataclass(frozen=True)
class Look:
    """How a kind of line is drawn."""

    icon: str
    tone: str = "neutral"


# What is not listed is drawn as a plain point.
LOOKS = {
    "open_ticket": Look("ticket", "special"),
    "edit_ticket": Look("pencil"),
    "record_contact": Look("phone", "info"),
    "send_to_outlet": Look("send", "info"),
    "accept_handover": Look("building-store", "ok"),
    "refuse_handover": Look("arrow-back-up", "danger"),
    "assign_technician": Look("user-plus", "info"),
    "reassign_technician": Look("arrows-exchange", "warn"),
    "accept_assignment": Look("user-check", "ok"),
    "refuse_assignment": Look("user-x", "danger"),
    "record_verdict": Look("shield-check"),
    "plan_visit": Look("calendar-event", "info"),
    "depart": Look("truck", "active"),
    "arrive": Look("map-pin", "active"),
    "start_work": Look("tool", "active"),
    "record_inspection": Look("checklist", "info"),
    "sign": Look("signature", "ok"),
    "complete_visit": Look("circle-check", "ok"),
    "abort_visit": Look("circle-x", "danger"),
    "record_outcome": Look("clipboard-check", "info"),
    "pause_clock": Look("player-pause", "warn"),
    "resume_clock": Look("player-play", "info"),
    "acknowledge_breach": Look("hand-stop", "ok"),
    "close_ticket": Look("circle-check", "ok"),
    "reopen_ticket": Look("refresh", "danger"),
    "cancel_ticket": Look("circle-minus"),
    "add_note": Look("note"),
    "record_praise": Look("heart", "ok"),
    "grant_exception": Look("rosette", "warn"),
    "reveal_phone": Look("eye"),
    "record_pickup": Look("package", "warn"),
    "record_return": Look("package-import", "ok"),
    "give_consent": Look("shield-check", "info"),
    "withdraw_consent": Look("shield-x", "warn"),
    "record_care_note": Look("lock"),
    "read_care_notes": Look("eye"),
    "find_courtesy_call": Look("phone-call", "warn"),
    "record_care_event": Look("heart-handshake", "ok"),
    "propose_story": Look("book"),
    "approve_story": Look("book", "info"),
    "publish_story": Look("book", "ok"),
    "propose_idea": Look("bulb", "special"),
    "link_idea": Look("bulb"),
    "route_idea": Look("bulb", "info"),
    "accept_idea": Look("bulb", "ok"),
    "decline_idea": Look("bulb-off"),
    "ship_idea": Look("rocket", "ok"),
    "answer_idea": Look("message-check", "ok"),
    "propose_article": Look("school"),
    "publish_article": Look("school", "ok"),
    "schedule_callback": Look("phone-call", "warn"),
    "record_attempt": Look("phone-check", "info"),
    "claim_callback": Look("eye"),
    "ask_for_call": Look("phone-incoming", "warn"),
    "rate_service": Look("star", "info"),
}
PLAIN = Look("point")


def look_of_line(action: str) -> Look:
    """How the line of an action is drawn."""
    return LOOKS.get(action, PLAIN)


def sentence(event: Any) -> str:
    """The line in the language being spoken: the words of the app that wrote it, ours, else the action's label."""
    worded = story_words.get(event.action) or _WORDS.get(event.action)
    if worded is not None:
        return worded(event)
    try:
        return str(row_of(event.action).label)
    except KeyError:
        return str(event.action).replace("_", " ").capitalize()


def _opened(event: Any) -> str:
    channels = dict(IntakeChannel.choices)
    channel = channels.get(event.data.get("channel", ""), "")
    return _("Ticket opened · %(channel)s") % {"channel": channel} if channel else _("Ticket opened")


def _edited(event: Any) -> str:
    names = [str(FIELD_NAMES.get(name, name)) for name in event.data.get("fields", [])]
    return _("Changed: %(fields)s") % {"fields": _(", ").join(names)}


def _contact(event: Any) -> str:
    return _("Called: customer reached") if event.data.get("reached") else _("Called: customer not reached")


def _outlet(event: Any) -> str:
    outlet = getattr(event, "outlets", {}).get(event.data.get("outlet"))
    return str(outlet) if outlet is not None else _("an outlet")


def _sent(event: Any) -> str:
    return _("Sent to %(outlet)s") % {"outlet": _outlet(event)}


def _accepted(event: Any) -> str:
    return _("%(outlet)s accepted") % {"outlet": _outlet(event)}


def _refused(event: Any) -> str:
    return _("%(outlet)s refused") % {"outlet": _outlet(event)}


def _clocks(event: Any) -> str:
    kinds = dict(ClockKind.choices)
    return _(", ").join(str(kinds.get(kind, kind)) for kind in event.data.get("clocks", []))


def _paused(event: Any) -> str:
    reason = dict(PauseReason.choices).get(event.data.get("reason", ""), "")
    return _("Clocks paused: %(reason)s (%(clocks)s)") % {"reason": reason, "clocks": _clocks(event)}


def _resumed(event: Any) -> str:
    return _("Clocks run again (%(clocks)s)") % {"clocks": _clocks(event)}


def _taken_on(event: Any) -> str:
    return _("Overdue promises taken on (%(clocks)s)") % {"clocks": _clocks(event)}


def _cancelled(event: Any) -> str:
    reason = CANCEL_REASONS.get(event.data.get("reason", ""), "")
    return _("Ticket cancelled: %(reason)s") % {"reason": reason}


def _excepted(event: Any) -> str:
    rule = dict(TicketException.Rule.choices).get(event.data.get("rule", ""), "")
    return _("Exception granted: %(rule)s") % {"rule": rule}


_WORDS: dict[str, Callable[[Any], str]] = {
    "open_ticket": _opened,
    "acknowledge_breach": _taken_on,
    "edit_ticket": _edited,
    "record_contact": _contact,
    "send_to_outlet": _sent,
    "accept_handover": _accepted,
    "refuse_handover": _refused,
    "pause_clock": _paused,
    "resume_clock": _resumed,
    "close_ticket": lambda event: _("Ticket closed"),
    "reopen_ticket": lambda event: _("Ticket reopened"),
    "cancel_ticket": _cancelled,
    "add_note": lambda event: _("Note"),
    "record_praise": lambda event: _("Praise recorded"),
    "grant_exception": _excepted,
    "reveal_phone": lambda event: _("Full phone number looked at"),
}

KIND_LABELS: dict[str, str | Promise] = {
    "": pgettext_lazy("story", "Everything"),
    "work": pgettext_lazy("story", "Steps"),
    "calls": pgettext_lazy("story", "Calls"),
    "notes": pgettext_lazy("story", "Notes"),
    "clocks": pgettext_lazy("story", "Pauses"),
}
