"""A small demonstration, built through the real actions."""

import json
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from dispatch.models import ACTIVE, Assignment
from servicedesk.people.models import User
from servicedesk.project.demo.build import Summary, build_demo
from servicedesk.project.demo.city import LOCAL
from servicedesk.project.demo.logins import DEMO_LOGINS, DEMO_PASSWORD
from servicedesk.project.demo.scale import Scale
from servicedesk.sla.models import SlaClock
from servicedesk.tickets.models import Handover, Ticket, TicketEvent, TicketState
from tests.make import make_ticket
from visits.models import Callback, Visit, VisitState

AS_OF = datetime(2026, 3, 12, 10, 30, tzinfo=LOCAL)
NIGHT = datetime(2026, 3, 12, 2, 15, tzinfo=LOCAL)
TINY = Scale(tickets=30, living=22, days=6, customers=20, outlets=3, technicians=12, agents=3)

pytestmark = pytest.mark.django_db


def build(as_of: datetime = AS_OF, seed: int = 5) -> Summary:
    return build_demo(TINY, as_of, seed, lambda _done: None)


def told() -> list[Any]:
    """The world as its readers see it, without ids and tokens."""
    tickets = Ticket.objects.order_by("number").values_list(
        "number", "kind", "state", "description", "customer__name", "outlet__code", "received_at"
    )
    events = TicketEvent.objects.order_by("at", "id").values_list("ticket__number", "action", "at", "note")
    return [*tickets, *events]


@pytest.mark.parametrize("as_of", [AS_OF, NIGHT], ids=["morning", "night"])
def test_every_state_is_there_at_whatever_hour(as_of: datetime) -> None:
    build(as_of)
    assert set(Ticket.objects.values_list("state", flat=True)) >= set(TicketState.values) - {"cancelled"}
    assert set(Visit.objects.values_list("state", flat=True)) == set(VisitState.values)
    assert set(Handover.objects.values_list("state", flat=True)) >= {"sent", "accepted", "refused"}
    assert set(Assignment.objects.values_list("state", flat=True)) >= {"offered", "accepted", "done", "refused"}
    assert SlaClock.objects.filter(state="paused").exists()
    assert SlaClock.objects.filter(state="breached").exists()
    assert Callback.objects.filter(state="open").exists()
    assert Callback.objects.filter(result="not_satisfied").exists()


def test_nothing_happens_after_the_moment_asked_for() -> None:
    build()
    assert not TicketEvent.objects.filter(at__gt=AS_OF).exists()
    assert not Ticket.objects.filter(received_at__gt=AS_OF).exists()
    assert TicketEvent.objects.filter(at__gt=AS_OF - timedelta(hours=1)).exists()


def test_the_sweep_has_written_everything_that_was_due() -> None:
    build()
    assert not SlaClock.objects.filter(next_fire_at__lt=AS_OF).exists()


def test_the_same_seed_tells_the_same_stories() -> None:
    worlds = []
    for _time in range(2):
        with transaction.atomic():
            build()
            worlds.append(json.dumps(told(), default=str, ensure_ascii=False))
            transaction.set_rollback(True)
    assert worlds[0] == worlds[1]


def test_everybody_of_the_list_can_sign_in() -> None:
    build()
    for login in DEMO_LOGINS:
        user = User.objects.get(employee_no=login.employee_no)
        assert (user.role, user.name) == (login.role, login.name)
        assert user.check_password(DEMO_PASSWORD)
        assert set(user.outlets.values_list("code", flat=True)) == set(login.outlets)


def test_jobs_lie_within_the_hours_of_their_technician() -> None:
    build()
    for job in Assignment.objects.filter(state__in=ACTIVE).select_related("technician"):
        assert job.technician.shifts.filter(span__overlap=job.span).exists()


def test_the_command_refuses_where_there_are_tickets(settings: Any) -> None:
    settings.DEMO_LOGINS = True
    make_ticket()
    with pytest.raises(CommandError, match="--add"):
        call_command("demo", stdout=StringIO(), stderr=StringIO())
    assert Ticket.objects.count() == 1


def test_the_command_refuses_where_demo_logins_are_off(settings: Any) -> None:
    settings.DEMO_LOGINS = False
    with pytest.raises(CommandError, match="DEMO_LOGINS"):
        call_command("demo", stdout=StringIO(), stderr=StringIO())
    assert not User.objects.exists()


def test_the_command_says_what_it_built_and_adds_more(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEMO_LOGINS = True
    monkeypatch.setattr("servicedesk.project.management.commands.demo.SCALES", {"small": TINY})
    out, err = StringIO(), StringIO()
    call_command("demo", as_of=AS_OF, stdout=out, stderr=err)
    built = Ticket.objects.count()
    assert f"{built} tickets" in out.getvalue()
    assert "demo 10/" in err.getvalue() or "demo " in err.getvalue()
    call_command("demo", as_of=AS_OF + timedelta(hours=5), add=True, stdout=out, stderr=err)
    assert Ticket.objects.count() > built


@pytest.mark.parametrize("text", ["tomorrow", "2026-13-01", "12.3.2026"])
def test_a_day_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(CommandError, match="no date"):
        call_command("demo", f"--as-of={text}")
