"""Tables that are loaded in bulk: bare meanwhile, and the very same afterwards."""

import pytest
from django.db import IntegrityError, connection, transaction

from servicedesk.project.demo.large.bare import bare
from servicedesk.project.demo.large.build import BESIDE
from servicedesk.project.demo.large.tables import ticket_tables
from servicedesk.tickets.models import Ticket, TicketEvent
from tests.demo.house import house
from tests.make import NOW, make_ticket

pytestmark = pytest.mark.django_db
NAMES = [*(table.name for table in ticket_tables()), *BESIDE]


def nothing(_done: int, _of: int) -> None:
    """Nobody watches."""


def half_of_a_load() -> None:
    with transaction.atomic(), bare(NAMES, nothing):
        Ticket.objects.update(description="half of it")
        raise RuntimeError("the power is gone")


def test_everything_is_there_again() -> None:
    make_ticket()
    before = house()
    with transaction.atomic(), bare(NAMES, nothing):
        assert len(house()) < len(before) - 150
    assert house() == before


def test_a_load_that_fails_leaves_everything_as_it_was() -> None:
    make_ticket()
    before = house()
    with pytest.raises(RuntimeError, match="the power is gone"):
        half_of_a_load()
    assert house() == before
    assert not Ticket.objects.filter(description="half of it").exists()


def test_rows_that_break_a_key_are_found_when_it_comes_back() -> None:
    ticket = make_ticket()
    with pytest.raises(IntegrityError), transaction.atomic(), bare(NAMES, nothing), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO servicedesk_ticketevent (ticket_id, action, at, from_state, to_state, note, data) "
            "VALUES (%s, 'add_note', %s, '', '', '', '{}')",
            [ticket.pk + 1, NOW],
        )
    assert not TicketEvent.objects.filter(ticket_id=ticket.pk + 1).exists()


def test_what_hangs_on_a_ticket_is_found_from_the_models() -> None:
    names = set(NAMES)
    assert {"servicedesk_slasegment", "visits_answer", "visits_callbackattempt", "warranty_decision"} <= names
    assert len(names) == len(NAMES)
