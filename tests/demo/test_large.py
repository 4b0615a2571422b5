"""The large demonstration: a few played tickets copied over two years, true to the model like the played ones."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from servicedesk.project.demo.build import Summary
from servicedesk.project.demo.large.build import build_large
from servicedesk.project.demo.scale import Scale
from servicedesk.tickets.models import Ticket
from tests.demo.world import AS_OF

pytestmark = pytest.mark.django_db

LITTLE = Scale(tickets=2_000, living=60, days=730, customers=1_200, outlets=4, technicians=24, agents=6, played=45)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[Summary]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_large(LITTLE, AS_OF, 5, lambda _done: None)
        transaction.set_rollback(True)


def test_there_are_as_many_tickets_as_were_asked_for(world: Summary) -> None:
    assert Ticket.objects.count() == world.tickets == LITTLE.tickets
