"""Sentences of aftercare for the story of a ticket, and the words of its answers."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from servicedesk.notify.wording import NoticeKind, page_of
from servicedesk.templatetags.ui import listed
from visits.aftercare.sides import subject_of
from visits.models import Callback, CallbackAttempt, CallWish, Mismatch


def _scheduled(event: Any) -> str:
    kind = event.data.get("kind")
    if kind == Callback.Kind.COURTESY:
        return _("Courtesy check due")
    if kind == Callback.Kind.QUALITY:
        return _("Quality call due")
    return _("Callback after completion due")


def _spared(_event: Any) -> str:
    return _("No call: the customer does not want to be called")


def _wished(event: Any) -> str:
    contact = event.data.get("contact", "")
    if contact != CallWish.Contact.CALL:
        how = CallWish.Contact(contact).label if contact in CallWish.Contact.values else contact
        return _("How to reach the customer: %(how)s") % {"how": how}
    hours = f"{event.data.get('earliest', '')}–{event.data.get('latest', '')}"
    return _("How to reach the customer: may be called %(hours)s") % {"hours": hours if hours != "–" else ""}


def _mismatch_found(event: Any) -> str:
    about = listed([subject_of(code) for code in event.data.get("codes", [])])
    return _("Checklist, callback and signed sheet do not agree: %(about)s") % {"about": about}


def _mismatch_decided(event: Any) -> str:
    state = event.data.get("state", "")
    word = Mismatch.State(state).label if state in Mismatch.State.values else state
    return _("Mismatch on %(about)s: %(state)s") % {"about": subject_of(event.data.get("code", "")), "state": word}


def _mismatch_reopened(event: Any) -> str:
    return _("Mismatch on %(about)s is reviewed again") % {"about": subject_of(event.data.get("code", ""))}


def _claimed(_event: Any) -> str:
    return _("Took the callback in hand and saw the full number")


def _attempted(event: Any) -> str:
    outcome = event.data.get("outcome", "")
    if outcome != CallbackAttempt.Outcome.REACHED:
        word = CallbackAttempt.Outcome(outcome).label if outcome in CallbackAttempt.Outcome.values else outcome
        return _("Callback: %(outcome)s") % {"outcome": word}
    result = Callback.Result(event.data["result"]).label
    return _("Callback: customer reached, %(result)s, %(score)s of 5") % {
        "result": result,
        "score": event.data.get("score", "–"),
    }


def _rated(event: Any) -> str:
    stars = int(event.data.get("score", 0))
    return ngettext(
        "Customer rated the service: %(n)s star", "Customer rated the service: %(n)s stars", stars
    ) % {"n": stars}  # fmt: skip


def _asked(_event: Any) -> str:
    return _("Customer asked to be called")


STORY: Mapping[str, Callable[[Any], str]] = {
    "schedule_callback": _scheduled,
    "claim_callback": _claimed,
    "record_attempt": _attempted,
    "rate_service": _rated,
    "ask_for_call": _asked,
    "spare_callback": _spared,
    "record_call_wish": _wished,
    "find_mismatch": _mismatch_found,
    "decide_mismatch": _mismatch_decided,
    "reopen_mismatch": _mismatch_reopened,
}

NOTICES: Mapping[str, NoticeKind] = {
    "unhappy_courtesy": NoticeKind(
        gettext_lazy("The customer of ticket %(number)s is not satisfied so far. The work goes on."),
        "mood-sad",
        "danger",
    ),
    "low_rating": NoticeKind(
        gettext_lazy("The customer of ticket %(number)s gave a low rating. A call has been brought forward."),
        "mood-sad",
        "danger",
    ),
    "mismatch_found": NoticeKind(
        gettext_lazy("Ticket %(number)s: checklist, callback and signed sheet do not agree. Please review."),
        "alert-triangle",
        "warn",
        about=page_of("mismatch_detail", "mismatch"),
    ),
    "call_asked": NoticeKind(
        gettext_lazy("The customer of ticket %(number)s asked to be called."), "phone-call", "warn"
    ),
}
