"""Dispatch over the API: the queue, candidates, assignments and the technician's answers."""

from datetime import datetime
from typing import Any

from rest_framework import serializers

from dispatch.access import assignment_or_404, require_outlet
from dispatch.models import Assignment, AssignmentMove, AssignmentState, Technician
from dispatch.selectors.candidates import staff_for
from dispatch.selectors.queue import CONDITIONS, DEFAULT, page_of, queue_of
from dispatch.services import Why, accept_assignment, assign_technician, reassign_technician, refuse_assignment
from dispatch.services.assign import active_lead
from servicedesk.access import ticket_or_404
from servicedesk.api.bodies import CursorQuery, ReasonBody
from servicedesk.api.cursors import read_cursor, write_cursor
from servicedesk.api.endpoint import Call, Endpoint, operation
from servicedesk.api.fields import Body, Choice, Moment, Text, identity
from servicedesk.api.references import named
from servicedesk.api.shapes import CustomerBriefOut, PersonOut, Shown
from servicedesk.api.tickets import ticket_action
from servicedesk.people.models import Role, User
from servicedesk.tickets.models import Ticket, TicketState

PLANNERS = frozenset({Role.DISPATCHER, Role.SUPERVISOR, Role.MANAGER})
READ, WRITE = "dispatch:read", "dispatch:write"
MOVERS = [one for one in AssignmentMove.Mover.values if one != AssignmentMove.Mover.KEPT]


class AssignmentOut(Shown):
    """A technician bound to a ticket for a span of time."""

    id = serializers.IntegerField()
    version = serializers.IntegerField(source="row_version")
    ticket = serializers.CharField(source="ticket.number")
    technician_id = serializers.IntegerField()
    technician = PersonOut(source="technician.user")
    state = serializers.ChoiceField(AssignmentState.values)
    span_start = serializers.DateTimeField(source="span.lower")
    span_end = serializers.DateTimeField(source="span.upper")
    reason = serializers.CharField(allow_blank=True)
    overridden = serializers.SerializerMethodField()
    score = serializers.DictField(child=serializers.IntegerField(), help_text="Parts of the score it was booked with.")

    def get_overridden(self, assignment: Any) -> list[str]:
        """Codes of the soft rules that were overridden."""
        return [one["code"] for one in assignment.overrides]


class QueueRowOut(Shown):
    """A ticket of the queue."""

    number = serializers.CharField(source="ticket.number")
    version = serializers.IntegerField(source="ticket.row_version")
    kind = serializers.CharField(source="ticket.kind")
    priority = serializers.IntegerField(source="ticket.priority")
    state = serializers.ChoiceField(TicketState.values, source="ticket.state")
    outlet = serializers.CharField(source="ticket.outlet.code", allow_null=True, default=None)
    customer = CustomerBriefOut(source="ticket.customer")
    next_clock = serializers.CharField(source="chip.kind", allow_null=True, default=None)
    next_due_at = serializers.DateTimeField(source="chip.due_at", allow_null=True, default=None)
    waits_for = serializers.CharField(allow_blank=True)
    assignment_id = serializers.IntegerField(source="assignment.id", allow_null=True, default=None)


class QueuePageOut(Shown):
    """A page of the queue, next to break first."""

    items = QueueRowOut(many=True)
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)


class QueueQuery(CursorQuery):
    """Which part of the queue."""

    view = Choice(list(CONDITIONS), required=False, default=DEFAULT)


class AssignBody(Body):
    """Who goes when. A soft rule that is broken needs one line why."""

    technician_id = identity()
    span_start = Moment()
    span_end = Moment()
    override_reason = Text(required=False, default="", allow_blank=True, max_length=200)


class ReassignBody(AssignBody):
    """The same, and why it changes."""

    reason = Text(max_length=300)
    moved_by = Choice(MOVERS, required=False, default="office")


class Queue(Endpoint):
    """The dispatcher's queue."""

    tag = "dispatch"

    @operation("read_queue", READ, QueuePageOut, roles=PLANNERS, query=QueueQuery)
    def get(self, call: Call) -> dict[str, Any]:
        """Lists a view of the queue, next to break first, 40 a page."""
        asked = call.asked
        place = read_cursor(asked["cursor"], asked)
        start = int(next(iter(place.values()), "0"))
        queue = queue_of(call.user, call.now)
        total = queue.filter(CONDITIONS[asked["view"]]).count()
        page = page_of(queue, asked["view"], call.now, start, total)
        return {
            "items": page.rows,
            "next": write_cursor(page.after, "after", asked),
            "previous": write_cursor(page.before, "before", asked),
        }


def planned_ticket_or_404(user: User, number: str) -> Ticket:
    """The ticket, if `user` plans for its outlet. Raises Http404, ActionError (403 not_your_outlet)."""
    ticket = ticket_or_404(user, number)
    require_outlet(user, ticket.outlet_id)
    return ticket


class AssignTechnician(Endpoint):
    """The second stage of dispatch."""

    tag = "dispatch"

    @ticket_action("assign_technician", AssignmentOut, scope=WRITE, body=AssignBody, status=201)
    def post(self, call: Call) -> Any:
        """Offers the ticket to a technician for a time; refused where a hard rule is broken."""
        technician, start, end, why = _wanted(call)
        return assign_technician(
            call.found.pk, technician, start, end, actor=call.user, now=call.now, override_reason=why
        )


class ReassignTechnician(Endpoint):
    """A change of technician or time."""

    tag = "dispatch"

    @ticket_action("reassign_technician", AssignmentOut, scope=WRITE, body=ReassignBody, status=201)
    def post(self, call: Call) -> Any:
        """Gives the ticket to another technician or moves its time, with a reason."""
        technician, start, end, why = _wanted(call)
        given = Why(call.given["reason"], why, call.given["moved_by"])
        return reassign_technician(call.found.pk, technician, start, end, given, actor=call.user, now=call.now)


def one_of_staff(ticket: Ticket, technician_id: int) -> Technician:
    """The technician of the ticket's outlet with that id. Refuses with 422 technician_unknown."""
    return named("technician_id", lambda: staff_for(ticket).filter(pk=technician_id).first())


def _wanted(call: Call) -> tuple[Technician, datetime, datetime, str]:
    given = call.given
    technician = one_of_staff(call.found, given["technician_id"])
    return technician, given["span_start"], given["span_end"], given["override_reason"]


class TicketAssignment(Endpoint):
    """Who has the ticket now."""

    tag = "dispatch"

    @operation("read_assignments", READ, AssignmentOut, roles=PLANNERS, many=True, find=ticket_or_404)
    def get(self, call: Call) -> list[Any]:
        """Lists the assignments of a ticket, the active one first, then the newest."""
        lead = active_lead(call.found)
        rows = Assignment.objects.filter(ticket=call.found).select_related("ticket", "technician__user")
        return sorted(rows, key=lambda one: (lead is None or one.pk != lead.pk, -one.pk))


class OneAssignment(Endpoint):
    """One assignment."""

    tag = "dispatch"

    @operation("read_assignment", READ, AssignmentOut, roles=PLANNERS | {Role.TECHNICIAN}, find=assignment_or_404)
    def get(self, call: Call) -> Any:
        """Reads an assignment."""
        return call.found


class AcceptAssignment(Endpoint):
    """The technician's answer."""

    tag = "dispatch"

    @operation("accept_assignment", WRITE, AssignmentOut, find=assignment_or_404)
    def post(self, call: Call) -> Any:
        """Accepts the job; the visit is planned."""
        return accept_assignment(call.found.pk, actor=call.user, now=call.now)


class RefuseAssignment(Endpoint):
    """The technician's answer."""

    tag = "dispatch"

    @operation("refuse_assignment", WRITE, AssignmentOut, body=ReasonBody, find=assignment_or_404)
    def post(self, call: Call) -> Any:
        """Refuses the job with a reason; the ticket is to be assigned again."""
        return refuse_assignment(call.found.pk, call.given["reason"], actor=call.user, now=call.now)
