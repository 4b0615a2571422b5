"""The undo of a message: only where a true reverse exists and is allowed, and it is the real action."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from servicedesk import clock
from servicedesk.desk.wayback import way_back
from servicedesk.notify.models import Notification
from servicedesk.notify.services import notify
from servicedesk.people.models import Role, User
from servicedesk.sla.models import SlaClock
from servicedesk.tickets import transitions
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.services import pause_clock
from servicedesk.undo import UNDOING, undo_of
from tests.defaults import load_defaults
from tests.make import NOW, make_handed_over, make_outlet, make_user

MINUTE = timedelta(minutes=1)


@pytest.fixture
def supervisor(db: None) -> User:
    load_defaults()
    return make_user(Role.SUPERVISOR, name="郑凯")


@pytest.fixture
def ticket(supervisor: User) -> Ticket:
    return make_handed_over(make_outlet(), now=clock.now())


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def states(ticket: Ticket) -> dict[str, str]:
    """The state of each open clock."""
    return dict(SlaClock.objects.filter(ticket=ticket, stopped_at=None).values_list("kind", "state"))


def offered(client: Client, ticket: Ticket) -> Any:
    """The undo in the messages of the next page, or None."""
    messages = list(client.get(reverse("ticket_detail", args=[ticket.number])).context["messages"])
    assert len(messages) == 1
    return undo_of(messages[0])


def test_a_pause_is_taken_back_by_the_real_resume(supervisor: User, ticket: Ticket) -> None:
    client, before = browser_of(supervisor), states(ticket)
    client.post(
        reverse("ticket_pause", args=[ticket.number]),
        {"reason": "waiting_for_customer", "note": "出差", "proof": "短信"},
    )
    assert "paused" in states(ticket).values()
    undo = offered(client, ticket)
    assert undo.url == reverse("ticket_resume", args=[ticket.number])
    client.post(undo.url, dict(undo.fields))
    assert states(ticket) == before
    # The story tells both, as it happened; an undo has no undo of its own.
    assert list(ticket.events.order_by("id").values_list("action", flat=True))[-2:] == ["pause_clock", "resume_clock"]
    assert offered(client, ticket) is None


def test_a_resume_is_taken_back_by_the_same_pause(supervisor: User, ticket: Ticket) -> None:
    pause_clock(ticket.pk, "waiting_for_customer", actor=supervisor, now=clock.now(), note="客户出差")
    client, before = browser_of(supervisor), states(ticket)
    client.post(reverse("ticket_resume", args=[ticket.number]), {})
    assert "paused" not in states(ticket).values()
    undo = offered(client, ticket)
    assert (undo.fields["reason"], undo.fields["note"]) == ("waiting_for_customer", "客户出差")
    client.post(undo.url, dict(undo.fields))
    assert states(ticket) == before


def test_a_second_pause_offers_no_undo_since_a_resume_would_end_both(supervisor: User, ticket: Ticket) -> None:
    now = clock.now()
    pause_clock(ticket.pk, "waiting_for_parts", actor=supervisor, now=now)
    assert way_back("pause_clock", ticket, supervisor, now + MINUTE) is None
    pause_clock(ticket.pk, "waiting_for_customer", actor=supervisor, now=now + MINUTE)
    assert way_back("resume_clock", ticket, supervisor, now + MINUTE) is None


def test_only_actions_with_a_reverse_in_the_table_offer_an_undo(supervisor: User, ticket: Ticket) -> None:
    reverses = {row.action: row.reverse for row in transitions.table() if row.reverse}
    assert reverses["pause_clock"] == "resume_clock"
    assert reverses["claim_callback"] == "release_callback"
    for action in ("accept_handover", "add_note", "close_ticket", "record_contact", "cancel_ticket", "send_to_outlet"):
        assert way_back(action, ticket, supervisor, NOW) is None
    for action, back in reverses.items():
        # The reverse is a row of the same thing that the same roles may use from the same states.
        row, other = transitions.row_of(action), transitions.row_of(back)
        assert (row.thing, row.roles, row.sources) == (other.thing, other.roles, other.sources)


def test_who_may_not_do_the_reverse_is_offered_none(supervisor: User, ticket: Ticket) -> None:
    assert transitions.reverse_of("pause_clock", supervisor, "open") == "resume_clock"
    assert transitions.reverse_of("pause_clock", make_user(Role.AUDITOR), "open") == ""
    assert transitions.reverse_of("pause_clock", supervisor, "closed") == ""


def test_an_undo_that_comes_too_late_is_refused_in_words(supervisor: User, ticket: Ticket) -> None:
    answer = browser_of(supervisor).post(reverse("ticket_resume", args=[ticket.number]), {UNDOING: "1"})
    assert answer.status_code == 409
    assert "没有暂停" in answer.content.decode()


def test_notices_marked_read_become_unread_again_and_no_others(supervisor: User) -> None:
    for key in ("a", "b"):
        notify(key, [supervisor], "sla_warned")
    Notification.objects.filter(event_key="a").update(read_at=NOW)
    client = browser_of(supervisor)
    client.post(reverse("notifications_read_all"))
    assert not Notification.objects.filter(read_at=None).exists()
    page = client.get(reverse("notifications"))
    undo = undo_of(next(iter(page.context["messages"])))
    assert undo is not None
    client.post(undo.url, dict(undo.fields))
    assert [notice.event_key for notice in Notification.objects.filter(read_at=None)] == ["b"]
    assert client.post(undo.url, {"read_at": "no moment"}).status_code == 303
