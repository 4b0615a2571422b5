"""What visits do when something happens in dispatch; each calls one action."""

from datetime import datetime
from typing import Any

from dispatch.models import Assignment
from servicedesk.people.models import User
from visits.services import call_off_visit, plan_visit


def on_assignment_accepted(sender: Any, *, assignment: Assignment, now: datetime, **_facts: Any) -> None:
    """A technician said yes: his visit is planned."""
    plan_visit(assignment, now=now)


def on_assignment_released(
    sender: Any, *, assignment: Assignment, actor: User | None, now: datetime, **_facts: Any
) -> None:
    """A technician no longer goes: his visit is called off."""
    call_off_visit(assignment, actor=actor, now=now)
