"""Routes of dispatch."""

from tests.url_roles import EVERYBODY, Row

PLANNERS = frozenset({"dispatcher", "supervisor", "manager"})


def _ticket(world: object) -> dict[str, object]:
    return {"number": world.ticket.number}  # type: ignore[attr-defined]


def _fresh(world: object) -> dict[str, object]:
    return {"number": world.fresh_ticket.number}  # type: ignore[attr-defined]


def _assignment(world: object) -> dict[str, object]:
    return {"assignment_id": world.assignment.pk}  # type: ignore[attr-defined]


ROWS = {
    "dispatch_queue": Row(allowed=PLANNERS),
    "dispatch_timeline": Row(allowed=PLANNERS),
    "queue_accept": Row(_fresh, method="post", allowed=PLANNERS, scoped=True),
    "queue_refuse": Row(_fresh, method="post", allowed=PLANNERS, scoped=True, data=lambda world: {"reason": "x"}),
    "candidate_list": Row(_fresh, allowed=PLANNERS, scoped=True),
    "assignment_create": Row(_fresh, allowed=PLANNERS, scoped=True),
    "assignment_change": Row(_ticket, allowed=PLANNERS, scoped=True),
    "assignment_check": Row(_ticket, allowed=PLANNERS, scoped=True),
    "assignment_panel": Row(_ticket, allowed=EVERYBODY, scoped=True),
    "assignment_accept": Row(_assignment, method="post", allowed=PLANNERS, scoped=True),
    "assignment_refuse": Row(
        _assignment, method="post", allowed=PLANNERS, scoped=True, data=lambda world: {"reason": "x"}
    ),
}
