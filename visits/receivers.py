"""What visits do when something happens in dispatch or to the guarantee; each calls one action."""

from datetime import datetime
from typing import Any

from dispatch.models import Assignment
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from visits.services import call_off_visit, plan_visit
from visits.services.ending import end_by_remedy


def on_assignment_accepted(sender: Any, *, assignment: Assignment, now: datetime, **_facts: Any) -> None:
    """A technician said yes: his visit is planned."""
    plan_visit(assignment, now=now)


def on_assignment_released(
    sender: Any, *, assignment: Assignment, actor: User | None, now: datetime, **_facts: Any
) -> None:
    """A technician no longer goes: his visit is called off."""
    call_off_visit(assignment, actor=actor, now=now)


def on_remedy_done(sender: Any, *, ticket: Ticket, actor: User | None, now: datetime, **_facts: Any) -> None:
    """The customer has his new unit or his money: the work is over."""
    end_by_remedy(ticket, actor=actor, now=now)
