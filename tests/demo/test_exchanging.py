"""The demonstration shows an exchange to approve, a refund to carry out, and an exchange that is done."""

from datetime import date, timedelta

import pytest

from servicedesk.people.models import Role
from servicedesk.project.demo.exchanging import add_remedies
from servicedesk.project.demo.staff import Staff
from servicedesk.tickets.models import TicketState
from tests.defaults import load_defaults
from tests.demo.world import AS_OF
from tests.make import make_ticket, make_user
from tests.make_warranty import make_sold
from warranty.models import RemedyCase

pytestmark = pytest.mark.django_db


def test_one_waits_for_approval_one_for_its_unit_and_one_is_done() -> None:
    load_defaults()
    for number in range(4):
        sold = make_sold(invoice_date=date(2025, 8, 1), delivery_date=date(2025, 8, 1), serial=f"D-{number}")
        make_ticket(customer=sold.customer, appliance=sold, now=AS_OF - timedelta(hours=3))
    make_user(Role.MANAGER)

    assert add_remedies(Staff([], {}, agents=[make_user(Role.AGENT)]), AS_OF) == 3

    cases = list(RemedyCase.objects.order_by("pk"))
    assert [case.state for case in cases] == ["chosen", "approved", "done"]
    cases[2].ticket.refresh_from_db()
    assert cases[2].ticket.state == TicketState.AWAITING_CALLBACK
    assert add_remedies(Staff([], {}, agents=[make_user(Role.AGENT)]), AS_OF) == 1
