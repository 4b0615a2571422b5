"""The dispatcher's queue: views, order, scope, limits, and the answer to a hand-over."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dispatch.services import accept_assignment
from servicedesk import clock
from servicedesk.people.models import Outlet, Role, User
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.services import pause_clock, send_to_outlet
from tests.make import NOW, make_customer, make_handed_over, make_outlet, make_ticket, make_user
from tests.make_dispatch import make_assignment, make_technician

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def numbers(client: Client, view: str, **query: Any) -> list[str]:
    """The ticket numbers of a view, in their order."""
    with clock.at(LATER):
        page = client.get(reverse("dispatch_queue"), {"view": view, **query}).context["page"]
    return [row.ticket.number for row in page.rows]


def counts(client: Client) -> dict[str, int]:
    with clock.at(LATER):
        tabs = client.get(reverse("dispatch_queue")).context["tabs"]
    return {tab["url"].removeprefix("?view="): tab["count"] for tab in tabs}


def make_sent(outlet: Outlet, **overrides: Any) -> Ticket:
    ticket = make_ticket(**overrides)
    send_to_outlet(ticket.pk, outlet, actor=None, now=NOW)
    return ticket


def test_each_stage_stands_in_its_view_and_the_counts_agree() -> None:
    technician = make_technician()
    outlet = technician.outlet
    sent = make_sent(outlet)
    accepted = make_handed_over(outlet)
    assigned = make_assignment(technician).ticket
    waiting = make_handed_over(outlet)
    pause_clock(waiting.pk, "waiting_for_customer", actor=None, now=LATER)
    client = signed_in(make_user(Role.DISPATCHER, outlet))
    views = {view: numbers(client, view) for view in ("accept", "assign", "today", "risk", "waiting")}
    assert views == {
        "accept": [sent.number],
        "assign": [accepted.number],
        "today": [assigned.number],
        "risk": [],
        "waiting": [waiting.number],
    }
    assert counts(client) == {view: len(found) for view, found in views.items()}


def test_only_who_sees_every_ticket_has_the_view_of_those_without_outlet() -> None:
    fresh = make_ticket()
    assert numbers(signed_in(make_user(Role.MANAGER)), "handover") == [fresh.number]
    assert "handover" not in counts(signed_in(make_user(Role.DISPATCHER, make_outlet())))


def test_tickets_that_need_no_visit_do_not_stand_in_the_queue() -> None:
    make_ticket(kind="consultation", description="怎么用")
    assert numbers(signed_in(make_user(Role.MANAGER)), "handover") == []


def test_what_breaks_next_stands_first() -> None:
    outlet = make_outlet()
    slow = make_handed_over(outlet, priority=3)
    fast = make_handed_over(outlet, priority=1)
    middle = make_handed_over(outlet, priority=2)
    found = numbers(signed_in(make_user(Role.DISPATCHER, outlet)), "assign")
    assert found == [fast.number, middle.number, slow.number]


def test_a_warned_clock_puts_the_ticket_at_risk() -> None:
    outlet = make_outlet()
    ticket = make_handed_over(outlet, priority=1)
    client = signed_in(make_user(Role.DISPATCHER, outlet))
    with clock.at(NOW + timedelta(minutes=25)):
        rows = client.get(reverse("dispatch_queue"), {"view": "risk"}).context["page"].rows
    assert [row.ticket for row in rows] == [ticket]


def test_a_dispatcher_sees_only_the_tickets_of_his_outlets() -> None:
    mine, other = make_outlet(), make_outlet()
    own = make_handed_over(mine)
    make_handed_over(other)
    client = signed_in(make_user(Role.DISPATCHER, mine))
    assert numbers(client, "assign") == [own.number]
    assert numbers(client, "assign", outlet=other.pk) == [own.number]
    assert counts(client)["assign"] == 1


def test_a_manager_narrows_the_queue_to_an_outlet() -> None:
    first, second = make_outlet(), make_outlet()
    make_handed_over(first)
    wanted = make_handed_over(second)
    assert numbers(signed_in(make_user(Role.MANAGER)), "assign", outlet=second.pk) == [wanted.number]


def test_a_long_queue_is_paged_and_costs_no_more_queries(django_assert_max_num_queries: Any) -> None:
    outlet, customer, agent = make_outlet(), make_customer(), make_user()
    made = [make_handed_over(outlet, customer=customer, actor=agent).number for _ in range(45)]
    client = signed_in(make_user(Role.DISPATCHER, outlet))
    numbers(client, "assign")
    with django_assert_max_num_queries(12):
        first = numbers(client, "assign")
    assert len(first) == 25
    assert sorted(first + numbers(client, "assign", after="25")) == sorted(made)


def test_nonsense_in_the_address_gives_the_first_page() -> None:
    outlet = make_outlet()
    ticket = make_handed_over(outlet)
    client = signed_in(make_user(Role.DISPATCHER, outlet))
    assert numbers(client, "nothing", after="-3", outlet="x") == [ticket.number]


@pytest.mark.parametrize("view", ["accept", "assign", "today", "risk", "waiting"])
def test_an_empty_view_says_why(view: str) -> None:
    answer = signed_in(make_user(Role.DISPATCHER, make_outlet())).get(reverse("dispatch_queue"), {"view": view})
    assert b'class="empty"' in answer.content


def test_the_live_fragment_is_the_list_without_the_page() -> None:
    outlet = make_outlet()
    ticket = make_handed_over(outlet)
    client = signed_in(make_user(Role.DISPATCHER, outlet))
    answer = client.get(reverse("dispatch_queue"), headers={"HX-Request": "true"})
    assert ticket.number in answer.content.decode()
    assert b"<html" not in answer.content
    assert answer.headers["Cache-Control"] == "no-store"


def test_phones_do_not_stand_in_the_list() -> None:
    outlet = make_outlet()
    make_handed_over(outlet, customer=make_customer(phone="13912345678"), contact_phone="13912345678")
    page = signed_in(make_user(Role.DISPATCHER, outlet)).get(reverse("dispatch_queue")).content.decode()
    assert "2345678" not in page


def test_accepting_in_the_list_goes_back_to_it() -> None:
    outlet = make_outlet()
    ticket = make_sent(outlet)
    here = reverse("dispatch_queue") + "?view=accept"
    client = signed_in(make_user(Role.DISPATCHER, outlet))
    with clock.at(LATER):
        answer = client.post(reverse("queue_accept", args=[ticket.number]), {"next": here})
    assert (answer.status_code, answer.headers["Location"]) == (303, here)
    assert ticket.handovers.get().state == "accepted"


def test_a_second_acceptance_is_refused() -> None:
    outlet = make_outlet()
    ticket = make_handed_over(outlet)
    answer = signed_in(make_user(Role.DISPATCHER, outlet)).post(reverse("queue_accept", args=[ticket.number]))
    assert answer.status_code == 409


def test_refusing_in_the_list_needs_a_reason() -> None:
    outlet = make_outlet()
    ticket = make_sent(outlet)
    client = signed_in(make_user(Role.DISPATCHER, outlet))
    address = reverse("queue_refuse", args=[ticket.number])
    with clock.at(LATER):
        assert client.post(address, {"reason": " "}).status_code == 422
        assert ticket.handovers.get().state == "sent"
        assert client.post(address, {"reason": "不在服务范围"}).status_code == 303
    assert ticket.handovers.get().reason == "不在服务范围"


def test_nobody_is_sent_to_a_strange_address_afterwards() -> None:
    outlet = make_outlet()
    ticket = make_sent(outlet)
    client = signed_in(make_user(Role.DISPATCHER, outlet))
    with clock.at(LATER):
        answer = client.post(reverse("queue_accept", args=[ticket.number]), {"next": "https://example.org/"})
    assert answer.headers["Location"].startswith(reverse("dispatch_queue"))


def test_a_desk_supervisor_looks_but_does_not_answer_for_an_outlet() -> None:
    outlet = make_outlet()
    ticket = make_sent(outlet)
    client = signed_in(make_user(Role.SUPERVISOR))
    assert numbers(client, "accept") == [ticket.number]
    assert client.post(reverse("queue_accept", args=[ticket.number])).status_code == 403


def test_an_accepted_job_shows_who_goes_and_when() -> None:
    technician = make_technician(name="李强")
    job = accept_assignment(make_assignment(technician).pk, actor=None, now=LATER)
    client = signed_in(make_user(Role.DISPATCHER, technician.outlet))
    with clock.at(LATER):
        page = client.get(reverse("dispatch_queue"), {"view": "today"})
    assert page.context["page"].rows[0].assignment == job
    assert "李强" in page.content.decode()
