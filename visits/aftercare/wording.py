"""Sentences of aftercare for the story of a ticket, and the words of its answers."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from servicedesk.notify.wording import NoticeKind
from visits.models import Callback, CallbackAttempt


def _scheduled(event: Any) -> str:
    if event.data.get("kind") == Callback.Kind.COURTESY:
        return _("Courtesy check due")
    return _("Callback after completion due")


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
    "call_asked": NoticeKind(
        gettext_lazy("The customer of ticket %(number)s asked to be called."), "phone-call", "warn"
    ),
}
