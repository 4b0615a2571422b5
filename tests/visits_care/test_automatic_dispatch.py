"""A fresh ticket goes to the outlet of its district by itself, where that outlet takes tickets so."""

import pytest

from servicedesk.people.models import Outlet, ServiceZone
from tests.defaults import load_defaults
from tests.make import make_outlet, make_ticket

pytestmark = pytest.mark.django_db


def serving(**fields: bool) -> Outlet:
    outlet = make_outlet(**fields)
    ServiceZone.objects.create(outlet=outlet, district="涪东区")
    return outlet


def test_the_system_sends_a_fresh_ticket_to_an_outlet_that_takes_them_so() -> None:
    load_defaults()
    outlet = serving(takes_automatically=True)
    ticket = make_ticket()
    handover = ticket.handovers.get()
    assert (handover.outlet, handover.state, handover.sent_by) == (outlet, "sent", None)
    assert ticket.outlet == outlet
    assert ticket.clocks.get(kind="outlet_sent").state == "met"
    assert list(ticket.events.values_list("action", flat=True)) == ["open_ticket", "send_to_outlet"]


@pytest.mark.parametrize("fields", [{"takes_automatically": False}, {"takes_automatically": True, "is_active": False}])
def test_other_outlets_wait_for_the_desk(fields: dict[str, bool]) -> None:
    serving(**fields)
    assert not make_ticket().handovers.exists()


def test_what_wants_no_visit_or_has_no_place_is_sent_nowhere() -> None:
    serving(takes_automatically=True)
    assert not make_ticket(kind="consultation").handovers.exists()
    assert not make_ticket(address=None).handovers.exists()
