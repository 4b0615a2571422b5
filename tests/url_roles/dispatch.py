"""Routes of dispatch."""

from dispatch.models import TravelProfile
from tests.url_roles import EVERYBODY, Row

PLANNERS = frozenset({"dispatcher", "supervisor", "manager"})
OFFICE = PLANNERS | {"agent"}


def _ticket(world: object) -> dict[str, object]:
    return {"number": world.ticket.number}  # type: ignore[attr-defined]


def _fresh(world: object) -> dict[str, object]:
    return {"number": world.fresh_ticket.number}  # type: ignore[attr-defined]


def _assignment(world: object) -> dict[str, object]:
    return {"assignment_id": world.assignment.pk}  # type: ignore[attr-defined]


def _move(world: object) -> dict[str, object]:
    return {"move_id": world.assignment.ticket.assignment_moves.last().pk}  # type: ignore[attr-defined]


def _outlet(world: object) -> dict[str, object]:
    return {"outlet_id": world.outlet.pk}  # type: ignore[attr-defined]


def _pace(_world: object) -> dict[str, object]:
    pace, _made = TravelProfile.objects.get_or_create(outlet=None, hour_from=0, hour_until=24)
    return {"pace_id": pace.pk}


READERS = frozenset({"supervisor", "manager", "auditor", "admin"})
EDITORS = frozenset({"manager", "admin"})

ROWS = {
    "pace_list": Row(allowed=READERS),
    "pace_new": Row(allowed=EDITORS),
    "pace_edit": Row(_pace, allowed=EDITORS),
    "pace_remove": Row(_pace, method="post", allowed=EDITORS),
    "window_plans": Row(allowed=READERS),
    "window_plan": Row(_outlet, allowed=READERS),
    "dispatch_queue": Row(allowed=PLANNERS),
    "dispatch_timeline": Row(allowed=PLANNERS),
    "board_feed": Row(allowed=PLANNERS),
    "board_concerns": Row(method="post", allowed=PLANNERS),
    "board_presence": Row(method="post", allowed=PLANNERS),
    "board_view_save": Row(method="post", allowed=PLANNERS, data=lambda world: {"name": "x"}),
    "board_view_delete": Row(
        lambda world: {"view_id": 999_999}, method="post", allowed=frozenset(), hidden_from=PLANNERS
    ),
    "board_zones": Row(allowed=PLANNERS),
    "board_job": Row(_ticket, allowed=PLANNERS, scoped=True),
    "queue_accept": Row(_fresh, method="post", allowed=PLANNERS, scoped=True),
    "queue_refuse": Row(_fresh, method="post", allowed=PLANNERS, scoped=True, data=lambda world: {"reason": "x"}),
    "candidate_list": Row(_fresh, allowed=PLANNERS, scoped=True),
    "candidate_reasons": Row(_fresh, allowed=PLANNERS, scoped=True),
    "assignment_create": Row(_fresh, allowed=PLANNERS, scoped=True),
    "assignment_change": Row(_ticket, allowed=PLANNERS, scoped=True),
    "assignment_check": Row(_ticket, allowed=PLANNERS, scoped=True),
    "move_undo": Row(_move, method="post", allowed=PLANNERS, scoped=True),
    "ticket_pair_technician": Row(_ticket, allowed=OFFICE, scoped=True),
    "ticket_end_pairing": Row(_ticket, allowed=OFFICE, scoped=True),
    "assignment_panel": Row(_ticket, allowed=EVERYBODY, scoped=True),
    "assignment_accept": Row(_assignment, method="post", allowed=PLANNERS, scoped=True),
    "assignment_refuse": Row(
        _assignment, method="post", allowed=PLANNERS, scoped=True, data=lambda world: {"reason": "x"}
    ),
}
