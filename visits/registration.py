"""What visits register with the shared model: transitions, panel, buttons, sentences, guard, defaults, receivers."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dispatch.signals import assignment_accepted, assignment_released
from servicedesk import ports
from servicedesk.notify import wording as notices
from servicedesk.people.models import Role
from servicedesk.tickets import transitions
from servicedesk.tickets.models import Ticket
from visits.access import VISIT_READERS
from visits.defaults import load_defaults
from visits.followups.transitions import FOLLOW_UP_ROWS
from visits.followups.wording import NOTICES
from visits.followups.wording import STORY as FOLLOW_UP_STORY
from visits.guards import visit_open
from visits.models import Visit, VisitState
from visits.receivers import on_assignment_accepted, on_assignment_released, on_remedy_done
from visits.transitions import UNFINISHED, VISIT_ROWS
from visits.wording import STORY
from warranty.signals import remedy_done

PANEL = ports.Panel("visit", "visit_panel", _("Visit and checklist"), position=30)
HISTORY = ports.Panel("history", "history_panel", _("History of the appliance"), position=15)


def register() -> None:
    """Called once, when the app is ready."""
    transitions.register(VISIT_ROWS)
    ports.ticket_panels.extend([PANEL, HISTORY])
    ports.ticket_actions.append(buttons_of)
    transitions.register(FOLLOW_UP_ROWS)
    ports.story_words.update({**STORY, **FOLLOW_UP_STORY})
    notices.register(NOTICES)
    ports.close_guards.append(visit_open)
    ports.defaults.append(load_defaults)
    ports.findings_sources.append(findings_of)
    assignment_accepted.connect(on_assignment_accepted, dispatch_uid="visits.plan")
    remedy_done.connect(on_remedy_done, dispatch_uid="visits.remedy_done")
    assignment_released.connect(on_assignment_released, dispatch_uid="visits.call_off")


def buttons_of(ticket: Ticket, user: Any) -> list[ports.Button]:
    """The way to the living visit: for its technician, and for a supervisor who may step in."""
    if user.role not in VISIT_READERS or user.role not in {Role.TECHNICIAN, Role.SUPERVISOR}:
        return []
    visits = Visit.objects.filter(ticket=ticket, state__in=UNFINISHED)
    if user.role == Role.TECHNICIAN:
        visits = visits.filter(technician__user=user)
    visit = visits.first()
    if visit is None:
        return []
    label = _("Go to the visit") if user.role == Role.TECHNICIAN else _("Act on behalf of the technician")
    return [ports.Button("visit", label, reverse("visit_detail", args=[visit.pk]), key="v")]


def findings_of(ticket: Ticket) -> ports.Findings | None:
    """What the technician of the last completed visit found and did; None where there was none yet."""
    last = Visit.objects.filter(ticket=ticket, state=VisitState.COMPLETED).order_by("-pk").first()
    return ports.Findings(last.finding, last.work) if last else None
