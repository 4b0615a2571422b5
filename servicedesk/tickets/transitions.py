"""The table of transitions: what may be done to which thing, from which state, by whom.

One table feeds the buttons, the checks inside the actions, the tests and the diagram in docs/architecture.md. Each app
registers its rows when it is ready.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from servicedesk.errors import FORBIDDEN, ActionError
from servicedesk.people.models import Role

ANY: frozenset[str] = frozenset()
SAME = ""


@dataclass(frozen=True)
class Transition:
    """One row: `action` moves `thing` from one of `sources` to one of `targets` when one of `roles` asks.

    No sources means any state; a target `SAME` leaves the state as it is. `key` is the single key that presses the
    button on a page. `reverse` is the action that takes this one back, where one does.
    """

    action: str
    thing: str
    sources: frozenset[str]
    targets: tuple[str, ...]
    roles: frozenset[str]
    label: str | Promise
    key: str = ""
    guards: tuple[str, ...] = ()
    reverse: str = ""


_rows: dict[str, Transition] = {}


def register(rows: Iterable[Transition]) -> None:
    """Adds rows to the table. Raises ValueError where an action is registered twice with another meaning."""
    for row in rows:
        known = _rows.get(row.action)
        if known is not None and known != row:
            raise ValueError(f"action {row.action} is registered twice")
        _rows[row.action] = row


def table() -> tuple[Transition, ...]:
    """All rows, in the order in which they were registered."""
    return tuple(_rows.values())


def row_of(action: str) -> Transition:
    """The row of an action. Raises KeyError for an unknown one."""
    return _rows[action]


def may(action: str, actor: Any) -> bool:
    """Whether the role of `actor` may do it at all; `None` is the system, which may."""
    return actor is None or actor.role in _rows[action].roles


def fits(action: str, actor: Any, state: str) -> bool:
    """Whether the button belongs on the page of `actor` while the thing is in `state`."""
    row = _rows[action]
    return may(action, actor) and (not row.sources or state in row.sources)


def reverse_of(action: str, actor: Any, state: str) -> str:
    """The action that takes `action` back, where the table has one and `actor` may do it afterwards; else empty.

    `state` is that of the thing; an action with a reverse leaves it as it is.
    """
    back = _rows[action].reverse
    return back if back in _rows and fits(back, actor, state) else ""


def require_role(action: str, actor: Any) -> None:
    """Refuses (403 role_not_allowed) where the role of `actor` may not do it."""
    if not may(action, actor):
        raise ActionError("role_not_allowed", _("Your role may not do this."), status=FORBIDDEN)


def require(action: str, actor: Any, state: str) -> None:
    """Refuses (403 role_not_allowed, 409 wrong_state) unless the row of `action` allows it."""
    require_role(action, actor)
    row = _rows[action]
    if row.sources and state not in row.sources:
        raise ActionError(
            "wrong_state",
            _("This is not possible any more: the state has changed in the meantime."),
            detail={"action": action, "state": state, "allowed": sorted(row.sources)},
        )


DESK = frozenset({Role.AGENT, Role.SUPERVISOR, Role.MANAGER})
OUTLET = frozenset({Role.DISPATCHER, Role.SUPERVISOR, Role.MANAGER})
OFFICE = DESK | OUTLET
EVERY_HAND = OFFICE | {Role.TECHNICIAN}
LIVING = frozenset({"open", "scheduled", "in_service", "awaiting_callback"})

TICKET_ROWS = (
    Transition("open_ticket", "ticket", ANY, ("open", "closed"), OFFICE, _("Open ticket"), "c"),
    Transition("edit_ticket", "ticket", LIVING, (SAME,), OFFICE, _("Edit"), "e"),
    Transition("record_contact", "ticket", LIVING, (SAME,), EVERY_HAND, _("Record contact"), "r"),
    Transition("send_to_outlet", "ticket", frozenset({"open"}), (SAME,), OFFICE, _("Send to outlet"), "s"),
    Transition("pause_clock", "ticket", LIVING, (SAME,), OFFICE, _("Pause clocks"), "p", reverse="resume_clock"),
    Transition("resume_clock", "ticket", LIVING, (SAME,), OFFICE, _("Resume clocks"), "p", reverse="pause_clock"),
    Transition("acknowledge_breach", "ticket", LIVING, (SAME,), OFFICE, _("Take it on"), "q"),
    Transition(
        "close_ticket",
        "ticket",
        frozenset({"open", "awaiting_callback"}),
        ("closed",),
        DESK,
        _("Close"),
        guards=("visit_open", "callback_open", "visit_expected", "unit_with_us"),
    ),
    Transition(
        "reopen_ticket",
        "ticket",
        frozenset({"closed", "awaiting_callback"}),
        ("open",),
        DESK,
        _("Reopen"),
    ),
    Transition(
        "cancel_ticket", "ticket", frozenset({"open", "scheduled"}), ("cancelled",), OFFICE, _("Cancel ticket")
    ),
    Transition("add_note", "ticket", ANY, (SAME,), EVERY_HAND, _("Add note"), "n"),
    Transition("record_praise", "ticket", ANY, (SAME,), EVERY_HAND, _("Record praise")),
    Transition(
        "grant_exception",
        "ticket",
        LIVING,
        (SAME,),
        frozenset({Role.SUPERVISOR, Role.MANAGER}),
        _("Grant exception"),
    ),
    Transition("accept_handover", "handover", frozenset({"sent"}), ("accepted",), OUTLET, _("Accept"), "a"),
    Transition("refuse_handover", "handover", frozenset({"sent"}), ("refused",), OUTLET, _("Refuse")),
)
