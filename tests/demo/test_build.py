"""A small demonstration, built through the real actions."""

import json
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket, TicketEvent
from tests.demo.world import AS_OF, NIGHT, TINY, assert_every_state, build
from tests.make import make_ticket

pytestmark = pytest.mark.django_db


def told() -> list[Any]:
    """The world as its readers see it, without ids and tokens."""
    tickets = Ticket.objects.order_by("number").values_list(
        "number", "kind", "state", "description", "customer__name", "outlet__code", "received_at"
    )
    events = TicketEvent.objects.order_by("at", "id").values_list("ticket__number", "action", "at", "note")
    return [*tickets, *events]


def test_every_state_is_there_in_the_middle_of_the_night() -> None:
    build(NIGHT)
    assert_every_state()


def test_the_same_seed_tells_the_same_stories() -> None:
    worlds = []
    for _time in range(2):
        with transaction.atomic():
            build()
            worlds.append(json.dumps(told(), default=str, ensure_ascii=False))
            transaction.set_rollback(True)
    assert worlds[0] == worlds[1]


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
    tiniest = replace(TINY, tickets=8, living=5)
    monkeypatch.setattr("servicedesk.project.management.commands.demo.SCALES", {"small": tiniest})
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
