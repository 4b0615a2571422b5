"""The small world in which every route is tried: two outlets, every role, one ticket in the middle of its life."""

from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from dispatch.models import Assignment, Technician
from dispatch.services import accept_assignment, assign_technician
from servicedesk import clock
from servicedesk.notify.services import notify
from servicedesk.people.models import Outlet, Role, User
from servicedesk.tickets.models import Ticket
from tests.defaults import load_defaults
from tests.make import make_appliance, make_customer, make_handed_over, make_outlet, make_ticket, make_user
from tests.make_dispatch import make_technician
from visits.aftercare.services import schedule_callback
from visits.models import Callback, Visit


@dataclass(frozen=True)
class World:
    """What the rows of the table draw their arguments from."""

    people: dict[str, User]
    outlet: Outlet
    technician: Technician
    ticket: Ticket
    fresh_ticket: Ticket
    assignment: Assignment
    visit: Visit
    callback: Callback
    more: SimpleNamespace


def _people(outlet: Outlet, other: Outlet) -> dict[str, User]:
    roles = {
        role: make_user(role, *([outlet] if role in {"dispatcher", "supervisor"} else [])) for role in Role.values
    }
    admin = roles["admin"]
    admin.is_staff = admin.is_superuser = True
    admin.save(update_fields=["is_staff", "is_superuser"])
    return {**roles, "other_dispatcher": make_user(Role.DISPATCHER, other)}


def build_world() -> World:
    """A ticket of `outlet`, assigned to its technician, with a visit, a callback and a notice; all by real actions."""
    load_defaults()
    outlet, other = make_outlet(), make_outlet()
    people = _people(outlet, other)
    now = clock.now()
    technician = make_technician(outlet, user=people["technician"])
    people["other_technician"] = make_technician(other).user
    customer = make_customer()
    appliance = make_appliance(customer)
    ticket = make_handed_over(outlet, customer=customer, actor=people["agent"], now=now - timedelta(hours=1))
    start = now + timedelta(hours=1)
    assignment = assign_technician(
        ticket.pk,
        technician,
        start,
        start + timedelta(hours=1),
        actor=people["dispatcher"],
        now=now,
        override_reason="test",
    )
    accept_assignment(assignment.pk, actor=people["technician"], now=now)
    callback = schedule_callback(ticket.pk, "courtesy", actor=people["agent"], now=now)
    notify("test", [people["agent"]], "praise", ticket=ticket)
    fresh = make_handed_over(outlet, actor=people["agent"], now=now - timedelta(minutes=30))
    more: dict[str, Any] = {"appliance": appliance, "customer": customer, "unsent": make_ticket(actor=people["agent"])}
    ticket.refresh_from_db()
    return World(
        people=people,
        outlet=outlet,
        technician=technician,
        ticket=ticket,
        fresh_ticket=fresh,
        assignment=assignment,
        visit=Visit.objects.get(ticket=ticket),
        callback=callback,
        more=SimpleNamespace(**more),
    )
