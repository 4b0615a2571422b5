"""The data of the engine's bench: a tenth of the clocks is open and due within two days, the others have ended."""

import secrets
from dataclasses import dataclass
from typing import Any

from django.db import connection

from servicedesk import clock
from servicedesk.catalogue.defaults import load_catalogue
from servicedesk.people.models import Customer, Outlet, Region, Role, User, UserOutlet
from servicedesk.sla.defaults import load_policies
from servicedesk.sla.escalation.defaults import load_ladders
from servicedesk.sla.models import SlaTarget
from servicedesk.tickets.models import Ticket
from servicedesk.worktime.defaults import load_calendars

KINDS = ("dispatch", "technician_contact", "arrival", "fix")
OPEN_SHARE = 10
# Of these columns every ticket has its own.
OWN = {
    "number": "'B' || n",
    "token": "'bench' || n",
    "state": "CASE WHEN n <= %(open)s THEN 'open' ELSE 'closed' END",
    "closed_at": "CASE WHEN n > %(open)s THEN t.received_at END",
}

_CLOCKS = """
INSERT INTO servicedesk_slaclock (ticket_id, kind, cycle, target_id, target_minutes, started_at, stopped_at, state,
    warn_at, due_at, elapsed_minutes, next_fire_at, next_level, parked_reason, row_version)
SELECT t.id, k.kind, 1, %(target)s, 2880, s.at, CASE WHEN NOT o.open THEN s.at + interval '1 hour' END,
    CASE WHEN o.open THEN 'running' ELSE 'met' END, s.at + interval '2160 minutes', s.at + interval '2880 minutes',
    CASE WHEN NOT o.open THEN 60 END, CASE WHEN o.open THEN s.at + interval '2160 minutes' END,
    CASE WHEN o.open THEN 'warn' ELSE '' END, '', 1
FROM servicedesk_ticket t CROSS JOIN unnest(%(kinds)s::text[]) AS k (kind)
CROSS JOIN LATERAL (SELECT t.state = 'open' AS open) o
CROSS JOIN LATERAL (SELECT %(now)s - make_interval(mins => (t.id %% 600)::int,
    days => CASE WHEN o.open THEN 0 ELSE 10 END) AS at) s
WHERE t.number LIKE 'B%%'
"""
_LINES = """
INSERT INTO servicedesk_slasegment (clock_id, kind, at, reason, note)
SELECT id, 'running', started_at, '', '' FROM servicedesk_slaclock WHERE stopped_at IS NULL
"""


@dataclass(frozen=True)
class Filled:
    """Who may sign in, and how many clocks are open."""

    employee_no: str
    password: str
    open_clocks: int


def fill(clocks: int) -> Filled:
    """An outlet with its people and `clocks` clocks on a quarter as many tickets; takes a minute a million."""
    load_calendars()
    load_policies()
    load_ladders()
    load_catalogue()
    password = secrets.token_urlsafe(16)
    manager = _people(password)
    ticket = _first_ticket(manager)
    tickets = clocks // len(KINDS)
    still_open = tickets // OPEN_SHARE
    target = SlaTarget.objects.get(policy__code="default-p3", clock="fix")
    with connection.cursor() as cursor:
        names = [str(field.column) for field in Ticket._meta.concrete_fields if field.column != "id"]
        values = ", ".join(OWN.get(name, f"t.{name}") for name in names)
        cursor.execute(
            f"INSERT INTO servicedesk_ticket ({', '.join(names)}) SELECT {values} "  # noqa: S608 - our own columns
            "FROM servicedesk_ticket t, generate_series(1, %(all)s) AS n WHERE t.id = %(first)s",
            {"open": still_open, "all": tickets, "first": ticket.pk},
        )
        wanted: dict[str, Any] = {"target": target.pk, "kinds": list(KINDS), "now": clock.now()}
        cursor.execute(_CLOCKS, wanted)
        cursor.execute(_LINES)
        cursor.execute("ANALYZE")
    return Filled(manager.employee_no, password, still_open * len(KINDS))


def _people(password: str) -> User:
    manager = User(employee_no="BENCH-M", name="测量员", role=Role.MANAGER)
    manager.set_password(password)
    manager.save()
    names = {"code": "BENCH", "name_zh": "测量", "name_en": "Bench"}
    outlet = Outlet.objects.create(region=Region.objects.create(**names), **names)
    for role in (Role.DISPATCHER, Role.SUPERVISOR):
        user = User.objects.create(employee_no=f"BENCH-{role.value}", name="测量员", role=role)
        UserOutlet.objects.create(user=user, outlet=outlet)
    return manager


def _first_ticket(owner: User) -> Ticket:
    customer = Customer.objects.create(name="测量客户")
    return Ticket.objects.create(
        number="A1",
        kind="repair",
        channel="phone",
        priority=3,
        state="open",
        contact_name=customer.name,
        description="脱水时跳动",
        received_at=clock.now(),
        customer=customer,
        outlet=Outlet.objects.get(code="BENCH"),
        owner=owner,
    )
