"""How long a technician keeps sight of a ticket, measured by the clock port."""

from datetime import timedelta

import pytest

from servicedesk import clock
from servicedesk.people.models import Role
from servicedesk.tickets.models import Ticket, TicketParty
from tests.defaults import load_defaults
from tests.make import NOW, make_ticket, make_user

pytestmark = pytest.mark.django_db


def test_a_technician_keeps_sight_of_a_ticket_for_a_day_after_his_part_ended_by_the_set_clock() -> None:
    load_defaults()
    technician = make_user(role=Role.TECHNICIAN)
    ticket = make_ticket()
    part = TicketParty.Part.TECHNICIAN
    TicketParty.objects.create(ticket=ticket, user=technician, part=part, since=NOW, until=NOW + timedelta(hours=2))
    seen = []
    for hours in (1, 25, 27):
        with clock.at(NOW + timedelta(hours=hours)):
            seen.append(Ticket.objects.visible_to(technician).exists())
    assert seen == [True, True, False]
