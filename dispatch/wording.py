"""Sentences for the codes of the rules and for dispatch's lines of the story."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext, pgettext

from dispatch.models import Absence, Assignment
from dispatch.rules import Finding, Grade
from servicedesk.templatetags.moments import local_text

SENTENCES = {
    "technician_inactive": gettext_noop("No longer in active service."),
    "other_outlet": gettext_noop("Works for another outlet."),
    "no_certificate": gettext_noop("Has no valid certificate on %(day)s."),
    "skill_missing": gettext_noop("Has not learned this kind of product."),
    "absent": gettext_noop("Away (%(reason)s) %(start)s to %(end)s."),
    "outside_shift": gettext_noop("Not at work during %(start)s to %(end)s."),
    "no_shift": gettext_noop("Does not work any more on this day."),
    "day_full": gettext_noop("No gap of %(minutes)s min on this day; the longest is %(longest)s min."),
    "double_booked": gettext_noop("Has ticket %(number)s from %(start)s to %(end)s."),
    "skill_level_low": gettext_noop("Skill level %(level)s, the symptom asks for %(needed)s."),
    "stars_low": gettext_noop("Star level %(stars)s, this job asks for %(needed)s."),
    "outside_promised_window": gettext_noop("Starts outside the time promised to the customer, %(start)s to %(end)s."),
    "outside_requested_window": gettext_noop("Starts outside the time the customer asked for, %(start)s to %(end)s."),
    "arrival_late": gettext_noop("Starts %(minutes)s min after the arrival is due (%(due)s)."),
    "travel_tight": gettext_noop("The way to or from %(number)s takes about %(minutes)s min, there are %(gap)s min."),
    "failed_before": gettext_noop("The last repair by the same technician did not hold."),
}


def words_of(finding: Finding) -> str:
    """The sentence that tells a broken rule."""
    return _(SENTENCES[finding.code]) % {name: _shown(value) for name, value in finding.values.items()}


def grade_word(grade: str) -> str:
    """The word of a candidate's grade."""
    words = {
        Grade.RECOMMENDED: pgettext("candidate", "Recommended"),
        Grade.POSSIBLE: pgettext("candidate", "Possible"),
        Grade.STRETCH: pgettext("candidate", "A stretch"),
        Grade.NO: pgettext("candidate", "Not possible"),
    }
    return words[Grade(grade)]


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a finding as JSON can carry them; instants in ISO form."""
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}


def span_words(start: str, end: str) -> str:
    """A span given in ISO form, as `03-10 14:00–15:30`."""
    first, last = datetime.fromisoformat(start), datetime.fromisoformat(end)
    style = "time" if local_text(first, "date") == local_text(last, "date") else "short"
    return f"{local_text(first)}–{local_text(last, style)}"


def _shown(value: Any) -> str:
    if isinstance(value, datetime):
        return local_text(value)
    if value in Absence.Reason.values:
        return str(Absence.Reason(value).label)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _technician_name(event: Any, assignment_id: int) -> str:
    """The name behind an assignment; the ticket's assignments are read once however many lines ask."""
    names: dict[int, str] | None = getattr(event.ticket, "technician_names", None)
    if names is None:
        rows = Assignment.objects.filter(ticket=event.ticket).values_list("pk", "technician__user__name")
        names = event.ticket.technician_names = dict(rows)
    return names.get(assignment_id, "")


def _named(sentence: str) -> Callable[[Any], str]:
    def words(event: Any) -> str:
        data = event.data
        name = _technician_name(event, data.get("assignment", 0))
        said = _(sentence) % {"name": name, "span": span_words(data["start"], data["end"])}
        times = data.get("came_back", 0)
        if not times:
            return said
        warned = ngettext("warned: came back %(n)d time", "warned: came back %(n)d times", times) % {"n": times}
        return f"{said} · {warned}"

    return words


STORY = {
    "assign_technician": _named(gettext_noop("Assigned to %(name)s, %(span)s")),
    "reassign_technician": _named(gettext_noop("Reassigned to %(name)s, %(span)s")),
    "accept_assignment": _named(gettext_noop("%(name)s accepted the job, %(span)s")),
    "refuse_assignment": _named(gettext_noop("%(name)s refused the job, %(span)s")),
}
