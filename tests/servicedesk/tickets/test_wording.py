"""The story in words: made when it is read, in the reader's language, without asking the database per line."""

from datetime import timedelta

import pytest
from django.utils import translation

from servicedesk.people.models import Role
from servicedesk.tickets.models import TicketEvent
from servicedesk.tickets.selectors import story_of
from servicedesk.tickets.services import (
    accept_handover,
    add_note,
    cancel_ticket,
    edit_ticket,
    grant_exception,
    pause_clock,
    record_contact,
    record_praise,
    refuse_handover,
    resume_clock,
    send_to_outlet,
)
from servicedesk.tickets.transitions import TICKET_ROWS
from servicedesk.tickets.wording import LOOKS, PLAIN, look_of_line, sentence
from tests.defaults import load_defaults
from tests.make import NOW, make_outlet, make_ticket, make_user

pytestmark = pytest.mark.django_db


def told() -> list[TicketEvent]:
    """The story of a ticket on which nearly everything happened."""
    load_defaults()
    manager, agent = make_user(Role.MANAGER), make_user(Role.AGENT)
    first, second = make_outlet(name_zh="甲网点", name_en="First"), make_outlet(name_zh="乙网点", name_en="Second")
    ticket = make_ticket(actor=agent)
    now = NOW + timedelta(minutes=1)
    record_contact(ticket.pk, reached=True, actor=agent, now=now)
    record_contact(ticket.pk, reached=False, actor=agent, now=now)
    edit_ticket(ticket.pk, {"description": "漏水"}, expected_version=ticket.row_version, actor=agent, now=now)
    send_to_outlet(ticket.pk, first, actor=agent, now=now)
    refuse_handover(ticket.pk, "人手不足", actor=None, now=now)
    send_to_outlet(ticket.pk, second, actor=agent, now=now)
    accept_handover(ticket.pk, actor=None, now=now)
    pause_clock(ticket.pk, "waiting_for_customer", actor=agent, now=now)
    resume_clock(ticket.pk, actor=agent, now=now)
    add_note(ticket.pk, "下午在家", actor=agent, now=now)
    record_praise(ticket.pk, "很好", "phone", actor=agent, now=now)
    grant_exception(ticket.pk, "fee_waived", "久等", actor=manager, now=now)
    cancel_ticket(ticket.pk, "customer_wish", actor=agent, now=now)
    return story_of(ticket)


def test_every_line_has_a_sentence_that_names_what_happened() -> None:
    with translation.override("en"):
        lines = [sentence(event) for event in reversed(told())]
    assert lines[0].startswith("Ticket opened · Phone")
    assert "Called: customer reached" in lines
    assert "Called: customer not reached" in lines
    assert "Changed: what is wrong" in lines
    assert "Sent to First" in lines
    assert "First refused" in lines
    assert "Second accepted" in lines
    assert any(line.startswith("Clocks paused: Waiting for the customer (") for line in lines)
    assert "Exception granted: Fee waived" in lines
    assert lines[-1] == "Ticket cancelled: The customer no longer wants it"


def test_wording_asks_the_database_nothing(django_assert_num_queries: object) -> None:
    lines = told()
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert all(sentence(event) for event in lines)


def test_a_line_of_an_unknown_action_is_worded_by_its_name() -> None:
    assert sentence(TicketEvent(action="something_new", data={})) == "Something new"


def test_each_of_our_actions_has_a_picture_of_its_own() -> None:
    assert {row.action for row in TICKET_ROWS} <= set(LOOKS)
    assert look_of_line("something_new") == PLAIN
