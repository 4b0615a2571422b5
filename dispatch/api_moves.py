"""Dispatch over the API: what the rules say to a proposal, the ledger of moves, the step back, and wishes."""

from typing import Any

from rest_framework import serializers

from dispatch.api import PLANNERS, READ, WRITE, one_of_staff
from dispatch.models import AssignmentMove, Pairing
from dispatch.rules import Span
from dispatch.selectors.moves import moves_of
from dispatch.selectors.pairings import pairings_of
from dispatch.selectors.proposals import verdict_of
from dispatch.services import undo_move
from dispatch.services.booking import check_span, may_allow
from dispatch.services.pairings import end_pairing, pair_technician
from dispatch.telling import verdict_told
from servicedesk.access import ticket_or_404
from servicedesk.api.endpoint import Call, Endpoint, operation
from servicedesk.api.fields import Body, Choice, Moment, Text, identity
from servicedesk.api.references import named
from servicedesk.api.shapes import PersonOut, Shown
from servicedesk.api.tickets import ticket_action
from servicedesk.people.models import Role
from servicedesk.tickets.models import Ticket

OFFICE = PLANNERS | {Role.AGENT}


class FindingOut(Shown):
    """A rule that is broken."""

    code = serializers.CharField()
    words = serializers.CharField()
    hard = serializers.BooleanField(help_text="It forbids; a soft one asks for a reason.")
    waivable = serializers.BooleanField(help_text="A supervisor or manager may allow it with a reason.")
    margin = serializers.IntegerField(allow_null=True, help_text="How far off, in the unit of the rule.")


class PartOut(Shown):
    """A part of a score, in points; one point is one minute, less is better."""

    name = serializers.CharField()
    title = serializers.CharField(source="label")
    points = serializers.IntegerField()
    words = serializers.CharField()


class ScoreOut(Shown):
    """What a proposal costs; the parts add up to the total."""

    total = serializers.IntegerField()
    parts = PartOut(many=True)


class ChangeOut(Shown):
    """The smallest change that fits."""

    kind = serializers.ChoiceField(["start", "supervisor", "paper", "skill"])
    words = serializers.CharField()
    start = serializers.DateTimeField(allow_null=True, default=None)


class ProposalOut(Shown):
    """What the rules say to a proposal."""

    allowed = serializers.BooleanField()
    needs_reason = serializers.BooleanField()
    findings = FindingOut(many=True)
    score = ScoreOut()
    change = ChangeOut(allow_null=True)


class ProposalQuery(Body):
    """Who would go when."""

    technician_id = identity()
    span_start = Moment()
    span_end = Moment()


class MoveOut(Shown):
    """A line of the ledger of assignments."""

    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    by = PersonOut(allow_null=True)
    from_assignment_id = serializers.IntegerField(source="source_id", allow_null=True)
    to_assignment_id = serializers.IntegerField(source="target_id", allow_null=True)
    reason = serializers.CharField(allow_blank=True)
    moved_by = serializers.ChoiceField(AssignmentMove.Mover.values)
    minutes_held = serializers.IntegerField()
    takes_back = serializers.IntegerField(source="undoes_id", allow_null=True)


class UndoBody(Body):
    """Which step; it has to be the ticket's last."""

    move_id = identity()


class PairingOut(Shown):
    """What holds between a customer and a technician."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(Pairing.Kind.values)
    technician_id = serializers.IntegerField()
    technician = PersonOut(source="technician.user")
    for_this_ticket = serializers.SerializerMethodField()
    reason = serializers.CharField()
    at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)

    def get_for_this_ticket(self, pairing: Any) -> bool:
        """Whether it holds for one ticket only."""
        return pairing.ticket_id is not None


class PairingBody(Body):
    """What holds with whom, and why."""

    technician_id = identity()
    kind = Choice(Pairing.Kind.values)
    reason = Text(max_length=300)


class EndPairingBody(Body):
    """Which one is over."""

    pairing_id = identity()


class Proposal(Endpoint):
    """What the rules say."""

    tag = "dispatch"

    @operation("judge_proposal", READ, ProposalOut, roles=PLANNERS, query=ProposalQuery, find=ticket_or_404)
    def get(self, call: Call) -> dict[str, Any]:
        """Says what an assignment would break and cost, and the smallest change that fits; changes nothing."""
        asked = call.asked
        technician = one_of_staff(call.found, asked["technician_id"])
        span: Span = check_span(asked["span_start"], asked["span_end"], call.now)
        verdict = verdict_of(call.found, technician, span, call.now)
        return verdict_told(verdict, technician, span, may_allow=may_allow(call.user))


class Moves(Endpoint):
    """The ledger of a ticket."""

    tag = "dispatch"

    @operation("read_moves", READ, MoveOut, roles=PLANNERS, many=True, find=ticket_or_404)
    def get(self, call: Call) -> list[AssignmentMove]:
        """Lists who was assigned, moved and released, by whom and why, oldest first."""
        return list(moves_of(call.found).lines)


class UndoMove(Endpoint):
    """The way back."""

    tag = "dispatch"

    @ticket_action("undo_move", MoveOut, scope=WRITE, body=UndoBody, status=201)
    def post(self, call: Call) -> AssignmentMove:
        """Takes the last step of a ticket back, as far as nobody has acted on it."""
        move = named("move_id", lambda: _move_of(call.found, call.given["move_id"]))
        return undo_move(move.pk, actor=call.user, now=call.now)


def _move_of(ticket: Ticket, move_id: int) -> AssignmentMove | None:
    found: AssignmentMove | None = ticket.assignment_moves.filter(pk=move_id).first()
    return found


class PairTechnician(Endpoint):
    """A wish begins."""

    tag = "dispatch"

    @ticket_action("pair_technician", PairingOut, scope=WRITE, body=PairingBody, status=201)
    def post(self, call: Call) -> Pairing:
        """Writes down that a technician is ruled out or asked for."""
        given = call.given
        technician = one_of_staff(call.found, given["technician_id"])
        return pair_technician(
            call.found.pk, technician, given["kind"], given["reason"], actor=call.user, now=call.now
        )


class EndPairing(Endpoint):
    """A wish ends."""

    tag = "dispatch"

    @ticket_action("end_pairing", PairingOut, scope=WRITE, body=EndPairingBody)
    def post(self, call: Call) -> Pairing:
        """Ends what held between the ticket's customer and a technician."""
        held = {one.pk: one for one in pairings_of(call.found)}
        pairing = named("pairing_id", lambda: held.get(call.given["pairing_id"]))
        return end_pairing(call.found.pk, pairing.pk, actor=call.user, now=call.now)


class Pairings(Endpoint):
    """What holds for a ticket."""

    tag = "dispatch"

    @operation("read_pairings", READ, PairingOut, roles=OFFICE, many=True, find=ticket_or_404)
    def get(self, call: Call) -> list[Pairing]:
        """Lists which technicians are ruled out or asked for."""
        return list(pairings_of(call.found))
