"""The rows of the table of transitions that move a visit (docs/visits.md draws them)."""

from django.utils.translation import gettext_lazy as _

from servicedesk.people.models import Role
from servicedesk.tickets.transitions import ANY, SAME, Transition
from visits.models import VisitState

# A technician works his own visits; a supervisor steps in for him and says why.
HANDS = frozenset({Role.TECHNICIAN, Role.SUPERVISOR})
NOBODY: frozenset[str] = frozenset()

PLANNED, EN_ROUTE, ON_SITE, WORKING = (
    VisitState.PLANNED,
    VisitState.EN_ROUTE,
    VisitState.ON_SITE,
    VisitState.WORKING,
)
AT_HOME = frozenset({ON_SITE, WORKING})
UNFINISHED = frozenset({PLANNED, EN_ROUTE, ON_SITE, WORKING})

VISIT_ROWS = (
    Transition("plan_visit", "visit", ANY, (PLANNED,), NOBODY, _("Plan visit")),
    Transition("depart", "visit", frozenset({PLANNED}), (EN_ROUTE,), HANDS, _("Depart")),
    Transition("arrive", "visit", frozenset({EN_ROUTE}), (ON_SITE,), HANDS, _("Arrive")),
    Transition("start_work", "visit", frozenset({ON_SITE}), (WORKING,), HANDS, _("Start work")),
    Transition("answer_item", "visit", AT_HOME, (SAME,), HANDS, _("Answer checklist item")),
    Transition("add_photo", "visit", AT_HOME, (SAME,), HANDS, _("Add photo")),
    Transition("add_charge", "visit", AT_HOME, (SAME,), HANDS, _("Add charge")),
    Transition("remove_charge", "visit", AT_HOME, (SAME,), HANDS, _("Remove charge")),
    Transition("record_inspection", "visit", frozenset({WORKING}), (SAME,), HANDS, _("Record inspection")),
    Transition("sign", "visit", frozenset({WORKING}), (SAME,), HANDS, _("Sign")),
    Transition("record_outcome", "visit", frozenset({WORKING}), (SAME,), HANDS, _("Record outcome")),
    Transition(
        "complete_visit",
        "visit",
        frozenset({WORKING}),
        (VisitState.COMPLETED,),
        HANDS,
        _("Complete visit"),
        guards=("checklist_incomplete",),
    ),
    Transition(
        "correct_sheet",
        "visit",
        frozenset({VisitState.COMPLETED}),
        (SAME,),
        frozenset({Role.SUPERVISOR, Role.MANAGER}),
        _("Correct record sheet"),
    ),
    Transition("abort_visit", "visit", UNFINISHED, (VisitState.ABORTED,), HANDS, _("Break off visit")),
)
