"""Queries do not grow with rows: the main pages ask as often for sixty tickets as for five, within their limits."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from servicedesk import clock
from servicedesk.people.models import Outlet, Role
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.selectors import story_of
from tests.defaults import load_defaults
from tests.make import NOW, make_customer, make_handed_over, make_outlet, make_user

pytestmark = pytest.mark.django_db
FEW, MANY = 5, 60
LIMITS = {
    "/tickets/": 12,
    "/tickets/?view=all": 12,
    "/tickets/?view=risk": 12,
    "/tickets/?view=all&text=王芳": 13,
    "/dispatch/": 15,
    "/dashboard/": 22,
}


def fill(outlet: Outlet, count: int) -> None:
    """More tickets in the outlet, each of a household of its own."""
    for _ in range(count):
        make_handed_over(outlet, customer=make_customer(), now=NOW - timedelta(hours=3))


def asked(client: Client, path: str) -> int:
    """How many queries the page asks, warm."""
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_lists_and_boards_ask_no_more_for_sixty_tickets_than_for_five() -> None:
    load_defaults()
    outlet = make_outlet()
    client = Client()
    client.force_login(make_user(Role.DISPATCHER, outlet, make_outlet(), make_outlet()))
    fill(outlet, FEW)
    with clock.at(NOW):
        few = {path: asked(client, path) for path in LIMITS}
        fill(outlet, MANY - FEW)
        many = {path: asked(client, path) for path in LIMITS}
        number = Ticket.objects.values_list("number", flat=True)[0]
        assert asked(client, f"/tickets/{number}/") <= 15
    assert few == many
    # With a set instant the clock itself asks nothing; on a real day every page asks it once.
    over = {path: count + 1 for path, count in many.items() if count + 1 > LIMITS[path]}
    assert not over


def test_the_lines_of_a_story_share_their_ticket_so_that_wording_them_reads_it_once() -> None:
    load_defaults()
    ticket = make_handed_over(make_outlet())
    lines = story_of(ticket)
    with CaptureQueriesContext(connection) as captured:
        assert len(lines) > 2
        assert all(line.ticket is ticket for line in lines)
    assert not captured.captured_queries
