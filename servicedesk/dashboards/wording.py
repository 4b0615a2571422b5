"""The figures in words: what each one counts, and what it means that a stage was missed first."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from servicedesk.sla.models import ClockKind

DEFINITIONS: dict[str, str | Promise] = {
    ClockKind.CONTACT: _("Requests whose customer was reached in time, over those judged by now"),
    ClockKind.OUTLET_ACCEPT: _("Tickets an outlet accepted in time, over those judged by now"),
    ClockKind.DISPATCH: _("Tickets with a technician assigned in time, over those judged by now"),
    ClockKind.TECHNICIAN_CONTACT: _("Tickets whose technician reached the customer in time, over those judged by now"),
    ClockKind.ARRIVAL: _("Tickets with the technician at the door in time, over those judged by now"),
    ClockKind.FIX: _("Tickets fixed in time, over those judged by now"),
    ClockKind.CALLBACK: _("Callbacks made in time, over those judged by now"),
}
FIRST_VISIT = _(
    "Closed repairs with exactly one visit, never reopened, and no repeat of the same appliance and fault within"
    " 30 days, over all closed repairs"
)
REPEAT = _("Closed repairs with a new repair of the same appliance within 30 days, over all closed repairs")
SATISFACTION = _("Mean score from 1 to 5 of the tickets completed in the period whose customer answered")
SATISFACTION_LABEL = _("Satisfaction")
CONDUCT = _(
    "Tickets completed in the period on whose visits every counted item of the checklist was kept, over those judged;"
    " one item that was not kept fails the ticket"
)
RISK = _("Clocks of living tickets that run past their warning")

CAUSES: dict[str, str | Promise] = {
    ClockKind.OUTLET_SENT: _("Waited for the desk to choose an outlet"),
    ClockKind.OUTLET_ACCEPT: _("Waited for the outlet to accept"),
    ClockKind.DISPATCH: _("Waited for a technician"),
    ClockKind.TECHNICIAN_CONTACT: _("Technician called late"),
    ClockKind.ARRIVAL: _("Technician came late"),
    ClockKind.FIX: _("Work took too long"),
}


def title_of(figure: str) -> str | Promise:
    """What the rows of a figure are, for the head of their page."""
    family, _dash, rest = figure.partition("-")
    if family == "clock":
        kind, _dash, result = rest.partition("-")
        words = {"met": _("%(clock)s: in time"), "missed": _("%(clock)s: missed"), "all": _("%(clock)s: all judged")}
        return words[result] % {"clock": ClockKind(kind).label}
    if family == "cause":
        return CAUSES[rest]
    return TITLES[figure]


TITLES: dict[str, str | Promise] = {
    "risk": _("At risk now"),
    "repairs-all": _("Closed repairs"),
    "repairs-first": _("Fixed at the first visit"),
    "repairs-notfirst": _("Not fixed at the first visit"),
    "repairs-repeat": _("Repeated within 30 days"),
    "conduct-all": _("Conduct at the customer's, all judged"),
    "conduct-passed": _("Quality passed"),
    "conduct-failed": _("Quality failed"),
    "rated-all": _("All scores"),
    "rated-low": _("Scores of 1 and 2"),
    "rated-1": _("Score 1"),
    "rated-2": _("Score 2"),
    "rated-3": _("Score 3"),
    "rated-4": _("Score 4"),
    "rated-5": _("Score 5"),
}
