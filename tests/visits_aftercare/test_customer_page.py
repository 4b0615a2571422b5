"""The customer's page: what it tells at each stage, what it never tells, and what it refuses."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from dispatch.services import accept_assignment
from servicedesk import clock
from servicedesk.people.models import Role
from servicedesk.sla.models import PauseReason
from servicedesk.sla.services import pause_clocks
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.services import cancel_ticket, close_ticket
from tests.defaults import load_defaults
from tests.make import NOW, make_appliance, make_customer, make_outlet, make_ticket, make_user
from tests.make_aftercare import make_callback, make_completed
from tests.make_dispatch import make_assignment, make_technician
from tests.make_visits import make_visit
from visits.aftercare.status import status_of, title_of
from visits.models import SurveyResponse
from visits.services import depart
from warranty.models import Decision
from warranty.services import decide_for

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)


@pytest.fixture(autouse=True)
def _defaults(db: None) -> None:
    load_defaults()


def look(ticket: Ticket, now: datetime = LATER, language: str = "en") -> Any:
    client = Client()
    client.cookies["django_language"] = language
    with clock.at(now):
        return client.get(reverse("customer_ticket", args=[ticket.token]))


def send(ticket: Ticket, name: str, now: datetime = LATER, **data: str) -> Any:
    client = Client()
    client.cookies["django_language"] = "en"
    with clock.at(now):
        return client.post(reverse(name, args=[ticket.token]), data)


def body(response: Any) -> str:
    return str(response.content.decode())


def stages_of(ticket: Ticket, now: datetime = LATER) -> list[str]:
    ticket = Ticket.objects.select_related("facts", "category", "outlet", "appliance").get(pk=ticket.pk)
    return [step.state for step in status_of(ticket, now).steps]


def test_the_stages_follow_the_work_from_call_to_completion() -> None:
    technician = make_technician()
    ticket = make_ticket()
    assert stages_of(ticket) == ["current", "todo", "todo", "todo", "todo"]
    assignment = make_assignment(technician)
    assert stages_of(assignment.ticket) == ["done", "current", "todo", "todo", "todo"]
    accept_assignment(assignment.pk, actor=technician.user, now=NOW)
    depart(assignment.visit.pk, actor=technician.user, now=NOW + timedelta(minutes=10))
    assert stages_of(assignment.ticket) == ["done", "done", "current", "todo", "todo"]
    assert stages_of(make_visit(upto="working").ticket) == ["done", "done", "done", "current", "todo"]
    assert stages_of(make_completed()) == ["done"] * 5


def test_a_question_has_two_stages() -> None:
    ticket = make_ticket(kind="consultation")
    assert stages_of(ticket) == ["current", "todo"]
    close_ticket(ticket.pk, actor=None, now=LATER)
    assert stages_of(ticket) == ["done", "done"]


def test_a_cancelled_request_stops() -> None:
    ticket = make_ticket()
    cancel_ticket(ticket.pk, "customer_wish", actor=None, now=NOW)
    assert stages_of(ticket) == ["done", "stopped"]
    assert "has been cancelled" in body(look(ticket))


def test_the_promised_time_and_the_technicians_title_are_shown() -> None:
    assignment = make_assignment(make_technician(name="欧阳明"))
    page = body(look(assignment.ticket, NOW))
    assert "03-10 11:00–12:00" in page
    assert "Technician 欧阳" in page
    assert "欧阳明" not in page


def test_without_a_booking_the_time_asked_for_or_the_latest_time_is_shown() -> None:
    wished = make_ticket(requested_from=NOW + timedelta(hours=6), requested_until=NOW + timedelta(hours=8))
    assert "the time you asked for" in body(look(wished))
    assert "by 03-10 18:00 at the latest" in body(look(make_ticket()))


def test_waiting_and_lateness_are_told_with_their_reason() -> None:
    ticket = make_ticket()
    assert "later than we promised" in body(look(ticket, NOW + timedelta(hours=9)))
    until = NOW + timedelta(days=2)
    pause_clocks(ticket, PauseReason.WAITING_FOR_PARTS, at=NOW, actor=None, expected_end_at=until)
    page = body(look(ticket))
    assert "waiting for a spare part" in page
    assert "Expected to end on 03-12" in page


def test_nothing_on_the_page_gives_anybody_away() -> None:
    ticket = make_completed(make_technician(name="李强"))
    page = body(look(ticket, language="zh-hans"))
    customer = ticket.customer
    for secret in (customer.name, customer.phones.get().raw, customer.addresses.get().detail, "李强", ticket.number):
        assert secret not in page
    assert "涪东区" in page


def test_the_page_is_kept_out_of_caches_and_search_engines() -> None:
    page = look(make_ticket())
    assert page["Cache-Control"] == "no-store, private"
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert page["Referrer-Policy"] == "same-origin"
    assert '<meta name="robots" content="noindex">' in body(page)


@pytest.mark.parametrize("name", ["customer_ticket", "customer_rate", "customer_call"])
def test_a_wrong_link_is_told_in_words(name: str) -> None:
    url = reverse(name, args=["not-a-token"])
    client = Client()
    client.cookies["django_language"] = "en"
    page = client.get(url) if name == "customer_ticket" else client.post(url)
    assert page.status_code == 404
    assert "We do not know this link" in body(page)


def test_a_month_after_closing_the_page_only_says_goodbye() -> None:
    ticket = make_completed()
    close_ticket(ticket.pk, actor=None, now=LATER)
    assert "How was our service?" in body(look(ticket, LATER + timedelta(days=29)))
    page = body(look(ticket, LATER + timedelta(days=31)))
    assert "This request has been closed." in page
    assert "How was our service?" not in page


def test_before_the_visit_the_page_says_what_to_prepare() -> None:
    page = body(look(make_ticket()))
    assert "Take the laundry out" in page
    assert "invoice" in page
    assert "Before the visit" not in body(look(make_completed()))


def test_the_guarantees_answer_is_shown_where_one_was_recorded() -> None:
    customer = make_customer()
    appliance = make_appliance(customer, invoice_date=date(2025, 12, 1))
    ticket = make_ticket(customer=customer, appliance=appliance)
    assert "What you are entitled to" not in body(look(ticket))
    decide_for(appliance.pk, ticket=ticket, actor=make_user(Role.AGENT), now=NOW)
    assert Decision.objects.exists()
    assert "What you are entitled to" in body(look(ticket))


def test_a_rating_is_two_taps_and_is_thanked_for_once() -> None:
    ticket = make_completed()
    assert send(ticket, "customer_rate", score="5", text="很及时").status_code == 303
    page = body(look(ticket))
    assert "You gave us 5 stars" in page
    assert "Send rating" not in page
    again = send(ticket, "customer_rate", score="1")
    assert again.status_code == 409
    assert "we already have your rating" in body(again)
    assert SurveyResponse.objects.get().score == 5


def test_a_rating_without_stars_keeps_the_words() -> None:
    page = send(make_completed(), "customer_rate", text="师傅迟到了")
    assert page.status_code == 422
    assert "Choose one to five stars." in body(page)
    assert "师傅迟到了" in body(page)


def test_a_rating_before_completion_is_refused_in_words() -> None:
    page = send(make_ticket(), "customer_rate", score="5")
    assert page.status_code == 409
    assert "once the work is completed" in body(page)


def test_who_asks_for_a_call_is_told_by_when() -> None:
    callback = make_callback()
    assert send(callback.ticket, "customer_call", text="还有一个问题").status_code == 303
    callback.refresh_from_db()
    assert callback.due_at == LATER + timedelta(hours=2)
    assert "We will call you by 03-10 14:00" in body(look(callback.ticket))


def test_words_too_long_are_named_and_kept() -> None:
    page = send(make_completed(), "customer_call", text="长" * 2001)
    assert page.status_code == 422
    assert "长长长" in body(page)


def test_forms_are_guarded_against_forgery() -> None:
    ticket = make_completed()
    client = Client(enforce_csrf_checks=True)
    with clock.at(LATER):
        assert client.post(reverse("customer_rate", args=[ticket.token]), {"score": "1"}).status_code == 403
    assert not SurveyResponse.objects.exists()


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("李强", "Technician 李"),
        ("欧阳明", "Technician 欧阳"),
        ("令狐冲", "Technician 令狐"),
        ("Anna Ray", "Technician Ray"),
    ],
)
def test_a_technician_is_known_by_surname_and_title(name: str, title: str) -> None:
    with translation.override("en"):
        assert title_of(name) == title


def test_the_page_costs_a_fixed_number_of_queries(django_assert_max_num_queries: Any) -> None:
    callback = make_callback(make_technician(make_outlet()))
    look(callback.ticket)
    with django_assert_max_num_queries(14):
        look(callback.ticket)
