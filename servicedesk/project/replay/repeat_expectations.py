"""What a story expects where a fault comes back: warnings, the proposal, and the appliance's history."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dispatch.models import Assignment
from dispatch.selectors.repeats import proposal_of, repeat_of
from servicedesk.project.replay.line import Line
from servicedesk.project.replay.world import StoryError, World
from servicedesk.tickets.models import Ticket
from visits.history import appliance_history

Values = Mapping[str, Any]
REPEAT_REPAIR = "repeat_repair"
WARNINGS = frozenset({REPEAT_REPAIR})


def assignment_of(ticket: Ticket, values: Values) -> Assignment:
    """The assignment of the n-th visit (`visit: n`, from 1), else the last. Raises StoryError where there is none."""
    led = list(ticket.assignments.filter(part=Assignment.Part.LEAD).order_by("offered_at", "pk"))
    number = int(values.get("visit", len(led)))
    if not 1 <= number <= len(led):
        raise StoryError(f"the ticket has no visit {number}")
    one: Assignment = led[number - 1]
    return one


def warning(ticket: Ticket, values: Values) -> Any:
    """`repeat_repair` where the dispatcher was warned when he assigned, as it was written down then."""
    one = assignment_of(ticket, values)
    lines = ticket.events.filter(action__in=["assign_technician", "reassign_technician"], data__assignment=one.pk)
    warned = any(line.data.get("came_back", 0) for line in lines)
    return REPEAT_REPAIR if warned else None


def seen_at(ticket: Ticket, values: Values) -> tuple[datetime, Any]:
    """When the pages were looked at, and with which outlet: at the n-th assignment; `visit: 0` is the intake."""
    if values.get("visit") == 0:
        return ticket.received_at, None
    one = assignment_of(ticket, values)
    return one.offered_at, one.technician.outlet


def came_back(ticket: Ticket, values: Values, _now: datetime) -> Any:
    """How often the fault had come back by then: what dispatcher and technician were shown."""
    return repeat_of(ticket, seen_at(ticket, values)[0]).times


def first_repair_by(ticket: Ticket, values: Values, _now: datetime) -> Any:
    """The employee number of the technician whose repair failed first, as the warning names him."""
    first = repeat_of(ticket, seen_at(ticket, values)[0]).first
    return first.technician.user.employee_no if first else None


def proposal(ticket: Ticket, values: Values, _now: datetime) -> Any:
    """What was proposed by then, to the outlet of that moment."""
    at, ticket.outlet = seen_at(ticket, values)
    return proposal_of(ticket, repeat_of(ticket, at)).kinds


def history(world: World, values: Values) -> Line:
    """Who came to the appliance, in order, by employee number."""
    appliance = world.find("appliances", values["appliance"])
    entries = reversed(appliance_history(appliance))
    came = [visit.technician.user.employee_no for entry in entries for visit in entry.visits]
    return Line(f"{values['appliance']} history", [str(one) for one in values["history"]], came)
