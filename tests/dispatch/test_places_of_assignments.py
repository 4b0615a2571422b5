"""The place beside an assignment's time is its ticket's address, whoever changes what."""

import pytest

from dispatch.models import Assignment
from servicedesk.people.models import Address
from servicedesk.tickets.models import Ticket
from tests.make import NOW
from tests.make_dispatch import make_assignment, make_technician

pytestmark = pytest.mark.django_db
OLD, NEW = (31.5, 104.7), (31.6, 104.8)


@pytest.fixture
def assignment() -> Assignment:
    """An assignment at OLD."""
    made = make_assignment(make_technician(), NOW, 60)
    Address.objects.filter(customer=made.ticket.customer).update(lat=OLD[0], lon=OLD[1])
    return made


def place_of(assignment: Assignment) -> tuple[float | None, float | None]:
    return Assignment.objects.values_list("lat", "lon").get(pk=assignment.pk)


def test_an_address_whose_point_is_mended_takes_its_assignments_along(assignment: Assignment) -> None:
    assert place_of(assignment) == OLD
    Address.objects.filter(customer=assignment.ticket.customer).update(lat=NEW[0])
    assert place_of(assignment) == (NEW[0], OLD[1])
    Address.objects.filter(customer=assignment.ticket.customer).update(lat=None, lon=None)
    assert place_of(assignment) == (None, None)


def test_a_ticket_that_moves_to_another_address_takes_its_assignments_along(assignment: Assignment) -> None:
    customer = assignment.ticket.customer
    other = Address.objects.create(
        customer=customer, city="绵城市", district="涪东区", detail="1号", lat=NEW[0], lon=NEW[1]
    )
    Ticket.objects.filter(pk=assignment.ticket_id).update(address=other)
    assert place_of(assignment) == NEW
    Ticket.objects.filter(pk=assignment.ticket_id).update(address=None)
    assert place_of(assignment) == (None, None)


def test_a_new_assignment_is_at_its_tickets_address_and_nobody_writes_another_one(assignment: Assignment) -> None:
    assignment.lat, assignment.lon = 1.0, 2.0
    assignment.save()
    assert place_of(assignment) == OLD
    assignment.pk = None
    assignment.state = "released"
    assignment.save()
    assert place_of(assignment) == OLD
