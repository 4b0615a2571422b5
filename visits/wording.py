"""Sentences for the codes of visits: lines of the story, and what a checklist item lacks."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from dispatch.models import Technician
from servicedesk.templatetags.moments import local_text
from servicedesk.tickets.models import Outcome
from visits import completion
from visits.inspection import CHECKS
from visits.models import AbortReason

LACKS: Mapping[str, str | Promise] = {
    completion.UNANSWERED: gettext_lazy("not answered yet"),
    completion.PROOF_MISSING: gettext_lazy("the proof is missing"),
    completion.PROOF_INVALID: gettext_lazy("the proof is not valid on the day of the visit"),
    completion.SIGNATURE_MISSING: gettext_lazy("signature and opinion are missing"),
    completion.INSPECTION_MISSING: gettext_lazy("the inspection has not been recorded"),
    completion.PHOTO_MISSING: gettext_lazy("the photo is missing"),
    completion.OUTCOME_MISSING: gettext_lazy("say how the visit ended"),
}


def _name(event: Any) -> str:
    """The technician's name behind a line; the ticket's technicians are read once however many lines ask."""
    names: dict[int, str] | None = getattr(event.ticket, "visiting_names", None)
    if names is None:
        rows = Technician.objects.filter(visits__ticket=event.ticket_id).values_list("pk", "user__name")
        names = event.ticket.visiting_names = dict(rows)
    return names.get(event.data.get("technician", 0), "")


def _sent(event: Any, sentence: str) -> str:
    """The sentence, with when it was received where a phone told it late or oddly."""
    try:
        received = datetime.fromisoformat(event.data["received_at"])
    except (KeyError, ValueError):
        return sentence
    return _("%(sentence)s (sent %(at)s)") % {"sentence": sentence, "at": local_text(received)}


def _behind(event: Any, sentence: str) -> str:
    sentence = _sent(event, sentence)
    if event.data.get("on_behalf"):
        return _("%(sentence)s (recorded on behalf)") % {"sentence": sentence}
    return sentence


def by_name(sentence: str) -> Callable[[Any], str]:
    """Tells a line by a sentence with the `%(name)s` of the technician."""

    def words(event: Any) -> str:
        return _behind(event, _(sentence) % {"name": _name(event)})

    return words


def _completed(event: Any) -> str:
    values = {"name": _name(event), "outcome": Outcome(event.data["outcome"]).label}
    failing = event.data.get("failing") or []
    words = _("%(name)s completed the visit: %(outcome)s") % values
    if failing:
        values["codes"] = ", ".join(failing)
        words = _("%(name)s completed the visit: %(outcome)s; norm not kept: %(codes)s") % values
    if event.data.get("next"):
        agreed = _("next appointment agreed: %(times)s") % {"times": event.data["next"].replace("/", " ")}
        words = f"{words} · {agreed}"
    return _behind(event, words)


def _aborted(event: Any) -> str:
    values = {"name": _name(event), "reason": AbortReason(event.data["reason"]).label}
    return _behind(event, _("%(name)s broke off the visit: %(reason)s") % values)


def _inspected(event: Any) -> str:
    wrong = [str(CHECKS[code].label) for code in event.data.get("wrong", []) if code in CHECKS]
    if wrong:
        return _behind(event, _("Inspection, not in order: %(checks)s") % {"checks": " · ".join(wrong)})
    return _behind(event, _("Inspection recorded, with a remark"))


def _corrected(event: Any) -> str:
    values = {"number": event.data.get("number", ""), "replaces": event.data.get("replaces", "")}
    return _("Record sheet %(replaces)s corrected; %(number)s holds now") % values


STORY: Mapping[str, Callable[[Any], str]] = {
    "plan_visit": by_name(gettext_noop("Visit of %(name)s planned")),
    "depart": by_name(gettext_noop("%(name)s is on the way")),
    "arrive": by_name(gettext_noop("%(name)s arrived")),
    "start_work": by_name(gettext_noop("%(name)s started work")),
    "sign": by_name(gettext_noop("The customer signed the record sheet of %(name)s")),
    "record_inspection": _inspected,
    "complete_visit": _completed,
    "abort_visit": _aborted,
    "correct_sheet": _corrected,
}
