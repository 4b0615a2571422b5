"""Sentences for the codes of the rules and for dispatch's lines of the story."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext, pgettext

from dispatch.models import Absence, Assignment, Pairing
from dispatch.rules import Change, Finding, Grade, Part
from servicedesk.templatetags.moments import local_text, stretch_text

SENTENCES = {
    "technician_inactive": gettext_noop("No longer in active service."),
    "other_outlet": gettext_noop("Works for another outlet."),
    "no_certificate": gettext_noop("Has no valid certificate on %(day)s."),
    "skill_missing": gettext_noop("Has not learned this kind of product."),
    "barred": gettext_noop("Is never sent to this customer."),
    "not_again": gettext_noop("The customer does not want the same technician again."),
    "not_requested": gettext_noop("The customer asked for another technician."),
    "skill_lapsed": gettext_noop("What was learned about this product does not hold on %(day)s."),
    "out_of_district": gettext_noop("Does not work in %(district)s."),
    "job_too_long": gettext_noop("%(minutes)s min are longer than any shift; the longest has %(longest)s min."),
    "overtime": gettext_noop("Ends %(minutes)s min after the shift (%(end)s)."),
    "lunch_lost": gettext_noop("Leaves %(left)s min for lunch between %(start)s and %(end)s; %(minutes)s are due."),
    "absent": gettext_noop("Away (%(reason)s) %(span)s."),
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
    values = {name: _shown(value) for name, value in finding.values.items()}
    if finding.code == "absent":
        values["span"] = stretch_text(finding.values["start"], finding.values["end"])
    return _(SENTENCES[finding.code]) % values


REASONS = {
    "technician_inactive": gettext_noop("Not in active service"),
    "other_outlet": gettext_noop("Another outlet"),
    "barred": gettext_noop("Ruled out for this customer"),
    "not_again": gettext_noop("Not wanted again for this ticket"),
    "not_requested": gettext_noop("Another one was asked for"),
    "skill_missing": gettext_noop("Has not learned it"),
    "skill_lapsed": gettext_noop("Skill does not hold"),
    "no_certificate": gettext_noop("No valid certificate"),
    "out_of_district": gettext_noop("Other districts"),
    "no_shift": gettext_noop("Not at work"),
    "job_too_long": gettext_noop("Shift too short"),
    "absent": gettext_noop("Away"),
    "day_full": gettext_noop("Day is full"),
}


def reason_label(code: str) -> str:
    """A reason why somebody cannot go, in a few words."""
    return _(REASONS[code])


CHANGES = {
    "start": gettext_noop("%(start)s would fit."),
    "supervisor": gettext_noop("A supervisor may allow it with a reason."),
    "paper": gettext_noop("It would fit with a certificate valid on %(day)s."),
    "skill": gettext_noop("It would fit if the skill held on %(day)s."),
}


def change_words(change: Change) -> str:
    """The sentence that tells the smallest change that fits."""
    return _(CHANGES[change.kind]) % {name: _shown(value) for name, value in change.values.items()}


PARTS = {
    "travel": gettext_noop("Road"),
    "lateness": gettext_noop("Waiting and lateness"),
    "load": gettext_noop("Load of the day"),
    "skill": gettext_noop("Skill"),
    "continuity": gettext_noop("Same hands"),
    "grade": gettext_noop("Grade and fairness"),
    "conduct": gettext_noop("Conduct"),
}


def part_label(name: str) -> str:
    """The word for a part of the score."""
    return _(PARTS[name])


def part_words(part: Part) -> str:
    """The sentence that tells where the points of a part come from."""
    return _(_part_sentence(part)) % {name: _shown(value) for name, value in part.values.items()}


def _part_sentence(part: Part) -> str:  # noqa: PLR0911 - one sentence a part
    values = part.values
    if part.name == "travel":
        return TRAVEL_KNOWN if values["known"] else TRAVEL_UNKNOWN
    if part.name == "lateness":
        return LATE if values["late"] else WAITS
    if part.name == "load":
        return LOAD
    if part.name == "skill":
        return SKILL
    if part.name == "continuity":
        return CONTINUITY[(bool(values["known"]), bool(values["failed"]))]
    if part.name == "grade":
        return STARVES if values["starving"] else GRADE
    return CONDUCT if values["notes"] else NO_CONDUCT


TRAVEL_KNOWN = gettext_noop("%(to)s min to the job, %(on)s min on to the next, %(saved)s min saved between both.")
TRAVEL_UNKNOWN = gettext_noop("A place is unknown: counted like a drive of half an hour.")
WAITS = gettext_noop("The customer waits %(waiting)s min; a quarter of it counts.")
LATE = gettext_noop("The customer waits %(waiting)s min, of which %(late)s min are too late and count double.")
LOAD = gettext_noop("The day would be %(percent)s %% full; a fifth of it counts.")
SKILL = gettext_noop("Level %(level)s for a job of level %(needed)s; higher skill is kept for harder jobs.")
CONTINUITY = {
    (False, False): gettext_noop("Has not worked for this customer yet."),
    (True, False): gettext_noop("Earlier work for this customer held."),
    (False, True): gettext_noop("The last repair by the same technician did not hold."),
    (True, True): gettext_noop("The last repair by the same technician did not hold."),
}
GRADE = gettext_noop("Customer of grade %(grade)s; the grades A and B make waiting weigh more.")
STARVES = gettext_noop("Waits beyond the limit for everybody: counts like grade A.")
CONDUCT = gettext_noop("Breaches of conduct noted with this customer or kind of product: %(notes)s.")
NO_CONDUCT = gettext_noop("No breach of conduct is noted.")


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
    return stretch_text(datetime.fromisoformat(start), datetime.fromisoformat(end))


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


def _paired(sentence: str) -> Callable[[Any], str]:
    def words(event: Any) -> str:
        found = Pairing.objects.filter(pk=event.data.get("pairing", 0)).select_related("technician__user").first()
        if found is None:
            return _(sentence) % {"what": "", "name": ""}
        return _(sentence) % {"what": found.get_kind_display(), "name": found.technician.user.name}

    return words


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
    "pair_technician": _paired(gettext_noop("%(what)s: %(name)s")),
    "end_pairing": _paired(gettext_noop("No longer holds: %(what)s, %(name)s")),
    "undo_move": _named(gettext_noop("Taken back; with %(name)s, %(span)s")),
    "assign_technician": _named(gettext_noop("Assigned to %(name)s, %(span)s")),
    "reassign_technician": _named(gettext_noop("Reassigned to %(name)s, %(span)s")),
    "accept_assignment": _named(gettext_noop("%(name)s accepted the job, %(span)s")),
    "refuse_assignment": _named(gettext_noop("%(name)s refused the job, %(span)s")),
}
