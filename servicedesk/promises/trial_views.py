"""The page on which a ticket is tried out: policies, reasons, and the way up the ladder."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET

from servicedesk import clock
from servicedesk.access import roles_allowed
from servicedesk.calendars.forms import STAMP, MomentField
from servicedesk.errors import INVALID
from servicedesk.people.models import Grade
from servicedesk.promises.forms import CriteriaForm
from servicedesk.promises.tester import Candidate, Moment, Way, candidates, clocks_promised, moments
from servicedesk.promises.views import READERS
from servicedesk.promises.wording import (
    channel_words,
    criteria_words,
    criterion_words,
    moment_words,
    recipient_words,
    target_line,
)
from servicedesk.sla.calendars import calendars
from servicedesk.sla.escalation.ladders import ladders
from servicedesk.sla.escalation.models import Ladder, LadderStep
from servicedesk.sla.policy import Traits, all_targets, in_force
from servicedesk.sla.strip import strip_context
from servicedesk.sla.wording import clock_label
from servicedesk.templatetags.ui import listed
from servicedesk.tickets.models import IntakeChannel, TicketKind
from servicedesk.worktime.selectors import calendar_book

LOOKS = {
    "start": ("player-play", "neutral"),
    "warn": ("alert-triangle", "warn"),
    "due": ("alert-octagon", "danger"),
    "step": ("stairs-up", "danger"),
    "repeat": ("repeat", "danger"),
}


class TicketTrialForm(CriteriaForm):
    """What a ticket is, and when it comes in."""

    start = MomentField(label=pgettext_lazy("of a ticket", "Received"))
    empty_label = gettext_lazy("None")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("kind", "priority", "channel", "grade"):
            field: Any = self.fields[name]
            field.required, field.choices = True, list(field.choices)[1:]

    def traits(self) -> Traits:
        """The ticket's traits, once the form is valid."""
        asked = self.criteria()
        held = frozenset({asked.membership} if asked.membership else ())
        return Traits(asked.channel, asked.kind, asked.priority or 0, asked.region_id, asked.grade, held)


@require_GET
@roles_allowed(*READERS)
def promise_test(request: HttpRequest) -> HttpResponse:
    """A ticket tried out; the address holds all that was asked, nothing is saved. What is not asked is the usual."""
    start = clock.now().astimezone(clock.LOCAL).replace(second=0, microsecond=0)
    usual = {
        "kind": TicketKind.REPAIR.value,
        "priority": "2",
        "channel": IntakeChannel.PHONE.value,
        "grade": Grade.C.value,
        "start": start.strftime(STAMP),
    }
    form = TicketTrialForm({**usual, **request.GET.dict()})
    valid = form.is_valid()
    context = {
        "form": form,
        "now": clock.now(),
        "asked": bool(request.GET),
        "start": form.cleaned_data.get("start"),
        "clocks": _clocks(form) if valid else [],
    }
    return render(request, "promises/promise_test.html", context, status=200 if valid else INVALID)


def _clocks(form: TicketTrialForm) -> list[dict[str, Any]]:
    traits, start = form.traits(), form.cleaned_data["start"]
    targets, book, hours = in_force(all_targets(), start), ladders(), calendars()
    steps, names = LadderStep.objects.in_bulk(), Ladder.objects.in_bulk()
    found = []
    for kind in clocks_promised(targets):
        ranked = candidates(targets, kind, traits)
        winner = next((one for one in ranked if one.wins), None)
        climb = book.climb_of(kind, traits.priority)
        line = {
            "kind": kind,
            "label": clock_label(kind),
            "winner": _candidate(winner, winner) if winner is not None else None,
            "candidates": [_candidate(one, winner) for one in ranked],
            "ladder": names.get(climb.ladder_id) if climb is not None else None,
        }
        if winner is not None:
            way = Way(winner.target, start, hours)
            line |= {"moments": [_moment(moment, steps) for moment in moments(way, climb, book.rules)], **_strip(way)}
        found.append(line)
    return found


def _strip(way: Way) -> dict[str, Any]:
    """The due time with what `sla/_strip.html` and `sla/_arithmetic.html` need."""
    found = way.explain()
    days = calendar_book().days_of(way.target.calendar_id)
    marks = {"warn": way.at(way.target.warn_percent)}
    return {"due": found.reading.due_at, "strip": strip_context(found, days, marks)}


def _candidate(one: Candidate, winner: Candidate | None) -> dict[str, Any]:
    policy = one.target.policy
    return {
        "policy": policy,
        "fits": criteria_words(policy),
        "target": target_line(one.target),
        "wins": one.wins,
        "why": _why(one, winner),
    }


def _why(one: Candidate, winner: Candidate | None) -> str:
    """Why a policy wins or loses."""
    policy = one.target.policy
    if one.misses:
        asked = listed(criterion_words(policy, name) for name in one.misses)
        return _("does not fit: it asks for %(criteria)s") % {"criteria": asked}
    if one.wins or winner is None:
        return _("wins: the most specific one that fits")
    if policy.specificity == winner.target.policy.specificity:
        return _("fits as well, but its code comes later")
    return _("fits, but is less specific")


def _moment(moment: Moment, steps: dict[int, LadderStep]) -> dict[str, Any]:
    icon, tone = LOOKS[moment.kind]
    step = steps.get(moment.step_id) if moment.step_id is not None else None
    words = {
        "start": _("Starts"),
        "warn": _("Warning at %(percent)d %%") % {"percent": moment.percent or 0},
        "due": _("Due; later is a breach"),
        "step": moment_words(LadderStep.Moment.PERCENT, moment.percent),
        "repeat": _("Told again"),
    }
    return {
        "at": moment.at,
        "icon": icon,
        "tone": tone,
        "words": words[moment.kind],
        "who": recipient_words(step.recipients) if step is not None else "",
        "how": channel_words(step.channels) if step is not None else "",
        "rests_from": moment.rests_from,
        "tells": moment.kind != "start",
    }
