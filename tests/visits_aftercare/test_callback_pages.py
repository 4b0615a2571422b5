"""Pages of the callers: queue, card, panel."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from servicedesk import clock
from servicedesk.people.models import Role, User
from servicedesk.tickets.models import Ticket, TicketState
from tests.defaults import load_defaults
from tests.make import NOW, make_outlet, make_ticket, make_user
from tests.make_aftercare import answer, complete, make_agent_of, make_callback, make_visit
from tests.make_dispatch import make_technician
from visits.aftercare.services import claim_callback, record_attempt, schedule_callback
from visits.models import Callback

pytestmark = pytest.mark.django_db
CALLED = NOW + timedelta(hours=4)


@pytest.fixture(autouse=True)
def _defaults(db: None) -> None:
    load_defaults()


@pytest.fixture
def agent() -> User:
    return make_user(Role.AGENT)


class Browser:
    """A signed-in person at an instant, who reads English."""

    def __init__(self, user: User, now: datetime = CALLED) -> None:
        self.client = Client()
        self.client.force_login(user)
        self.client.cookies["django_language"] = "en"
        self.now = now

    def get(self, name: str, *args: Any, **query: Any) -> Any:
        with clock.at(self.now):
            return self.client.get(reverse(name, args=args), query)

    def post(self, name: str, *args: Any, **data: Any) -> Any:
        with clock.at(self.now):
            return self.client.post(reverse(name, args=args), data)


def body(response: Any) -> str:
    return str(response.content.decode())


def form_of(callback: Callback, **typed: Any) -> dict[str, Any]:
    callback.refresh_from_db()
    return {"version": callback.row_version, **typed}


def test_an_empty_queue_says_why(agent: User) -> None:
    page = Browser(agent).get("callback_queue")
    assert "Nobody is to be called now" in body(page)
    assert "No call has ended today" in body(Browser(agent).get("callback_queue", view="done"))
    assert "Nobody waits for a later hour" in body(Browser(agent).get("callback_queue", view="later"))


def test_the_queue_masks_numbers_and_names_who_has_a_call_in_hand(agent: User) -> None:
    callback, colleague = make_callback(), make_user(Role.AGENT, name="马超")
    claim_callback(callback.pk, actor=colleague, now=CALLED)
    page = body(Browser(agent).get("callback_queue"))
    number = str(callback.ticket.contact_phone or callback.ticket.customer.phones.get().number)
    assert number not in page
    assert callback.ticket.number in page
    assert "马超" in page


def test_an_unknown_view_or_place_shows_the_first_page(agent: User) -> None:
    make_callback()
    page = Browser(agent).get("callback_queue", view="nonsense", after="-3")
    assert page.context["view"] == "now"
    assert len(page.context["rows"]) == 1


def test_a_long_queue_is_read_in_pages(agent: User) -> None:
    ticket = make_ticket()
    fields = {"kind": "courtesy", "not_before": NOW, "due_at": NOW}
    for number in range(45):
        copy = make_ticket(customer=ticket.customer, actor=agent) if number else ticket
        Callback.objects.create(ticket=copy, **fields)
    browser = Browser(agent)
    first = browser.get("callback_queue")
    second = browser.get("callback_queue", after=first.context["after"])
    assert (len(first.context["rows"]), len(second.context["rows"])) == (40, 5)
    assert second.context["before"] == "0"
    seen = {row.callback.pk for row in [*first.context["rows"], *second.context["rows"]]}
    assert len(seen) == 45


def test_the_queue_costs_the_same_however_long(
    agent: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(3):
        make_callback()
    browser = Browser(agent)
    browser.get("callback_queue")
    with django_assert_max_num_queries(10):
        browser.get("callback_queue")


def test_the_full_number_shows_only_in_the_callers_hands(agent: User) -> None:
    callback = make_callback()
    number = callback.ticket.customer.phones.get().raw
    browser = Browser(agent)
    assert number not in body(browser.get("callback_detail", callback.pk))
    answer_ = browser.post("callback_claim", callback.pk)
    assert (answer_.status_code, answer_["Location"]) == (303, reverse("callback_detail", args=[callback.pk]))
    assert number in body(browser.get("callback_detail", callback.pk))
    assert number not in body(Browser(make_user(Role.AGENT)).get("callback_detail", callback.pk))


def test_the_card_says_what_stands_in_the_way(agent: User) -> None:
    callback = make_callback()
    assert "This customer may be called from 09:00" in body(
        Browser(agent, CALLED + timedelta(hours=8)).get("callback_detail", callback.pk)
    )
    record_attempt(callback.pk, "no_answer", actor=agent, now=CALLED)
    page = body(Browser(agent, CALLED + timedelta(minutes=5)).get("callback_detail", callback.pk))
    assert "The next attempt is due" in page
    assert "The customer is calling us" in page


def test_the_own_visit_is_not_offered() -> None:
    callback = make_callback()
    browser = Browser(make_agent_of(callback))
    assert "somebody else must call" in body(browser.get("callback_detail", callback.pk))
    assert browser.post("callback_claim", callback.pk).status_code == 403


def test_a_customer_who_rings_may_be_taken_at_any_hour(agent: User) -> None:
    callback = make_callback()
    browser = Browser(agent, CALLED + timedelta(hours=8))
    assert browser.post("callback_claim", callback.pk).status_code == 409
    assert browser.post("callback_claim", callback.pk, incoming="1").status_code == 303


def test_saving_goes_to_the_next_card_and_at_last_to_the_queue(agent: User) -> None:
    first, second = make_callback(), make_callback()
    browser = Browser(agent)
    saved = browser.post("callback_detail", first.pk, **form_of(first, outcome="no_answer"))
    assert saved["Location"] == reverse("callback_detail", args=[second.pk])
    saved = browser.post("callback_detail", second.pk, **form_of(second, outcome="no_answer"))
    assert saved["Location"] == reverse("callback_queue")


def test_a_happy_call_closes_the_ticket_when_asked_to(agent: User) -> None:
    callback = make_callback()
    typed = form_of(callback, outcome="reached", score="5", result="satisfied", close="on", q_punctuality="on_time")
    assert Browser(agent).post("callback_detail", callback.pk, **typed).status_code == 303
    assert Ticket.objects.get(pk=callback.ticket_id).state == TicketState.CLOSED


def test_an_unhappy_call_is_never_closed_but_reopened(agent: User) -> None:
    callback = make_callback()
    typed = form_of(callback, outcome="reached", score="1", result="not_satisfied", opinion="又漏水", close="on")
    browser = Browser(agent)
    browser.post("callback_detail", callback.pk, **typed)
    assert Ticket.objects.get(pk=callback.ticket_id).state == TicketState.OPEN
    assert "is open again" in body(browser.get("callback_queue"))


def test_what_was_typed_stays_when_something_is_missing(agent: User) -> None:
    callback = make_callback()
    typed = form_of(callback, outcome="reached", score="2", result="not_satisfied", note="语气不好", q_fee="more")
    page = Browser(agent).post("callback_detail", callback.pk, **typed)
    assert page.status_code == 422
    assert "Write down why the customer is not satisfied." in body(page)
    assert "语气不好" in body(page)
    assert 'value="more" checked' in body(page)
    assert not callback.attempts.exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Say how the call went."),
        ({"outcome": "sung"}, "not one of the available choices"),
        ({"outcome": "later", "later_at": "tomorrow"}, "Give a day and a time."),
        ({"outcome": "later", "later_at": "2026-03-10T08:00"}, "Give a time in the future to call again."),
        ({"outcome": "reached", "result": "satisfied"}, "Give the customer"),
    ],
)
def test_a_form_that_cannot_be_meant_names_its_field(agent: User, typed: dict[str, str], words: str) -> None:
    callback = make_callback()
    page = Browser(agent).post("callback_detail", callback.pk, **form_of(callback, **typed))
    assert page.status_code == 422
    assert words in body(page)


def test_a_second_click_is_told_that_the_callback_moved_on(agent: User) -> None:
    callback = make_callback()
    typed = form_of(callback, outcome="no_answer")
    browser = Browser(agent)
    browser.post("callback_detail", callback.pk, **typed)
    again = browser.post("callback_detail", callback.pk, **typed)
    assert again.status_code == 409
    assert "moved on in the meantime" in body(again)
    assert callback.attempts.count() == 1


def test_a_call_in_a_colleagues_hands_keeps_what_was_typed(agent: User) -> None:
    callback, typed = make_callback(), {"outcome": "no_answer", "note": "占线"}
    claim_callback(callback.pk, actor=make_user(Role.AGENT, name="马超"), now=CALLED)
    page = Browser(agent).post("callback_detail", callback.pk, **form_of(callback, **typed))
    assert page.status_code == 409
    assert "马超" in body(page)
    assert "占线" in body(page)


def test_an_answer_against_the_checklist_can_light_up(agent: User) -> None:
    visit = make_visit()
    answer(visit, "5.2")
    ticket = complete(visit)
    callbacks = [schedule_callback(ticket.pk, "completion", actor=None, now=NOW + timedelta(hours=1))]
    claim_callback(callbacks[0].pk, actor=agent, now=CALLED)
    page = body(Browser(agent).get("callback_detail", callbacks[0].pk))
    assert 'value="late" data-contradicts' in page
    assert 'value="on_time" data-contradicts' not in page


def test_the_panel_shows_calls_and_hides_the_words_from_the_rated(agent: User) -> None:
    outlet = make_outlet()
    technician = make_technician(outlet)
    callback = make_callback(technician)
    typed = form_of(callback, outcome="reached", score="3", result="partly", opinion="地面没擦干净", q_fee="more")
    Browser(agent).post("callback_detail", callback.pk, **typed)
    number = callback.ticket.number
    page = body(Browser(make_user(Role.SUPERVISOR, outlet)).get("callback_panel", number))
    assert "地面没擦干净" in page
    assert "contradict the checklist" in page
    assert "地面没擦干净" not in body(Browser(technician.user).get("callback_panel", number))


def test_the_panel_offers_a_callback_to_those_who_call(agent: User) -> None:
    ticket = make_ticket()
    assert "Schedule a callback" in body(Browser(agent).get("callback_panel", ticket.number))
    assert "Schedule a callback" not in body(Browser(make_user(Role.AUDITOR)).get("callback_panel", ticket.number))
    assert Browser(agent).post("callback_create", ticket.number).status_code == 302
    assert Callback.objects.get(ticket=ticket).kind == "courtesy"
    assert "Schedule a callback" not in body(Browser(agent).get("callback_panel", ticket.number))


def test_a_callback_given_back_leads_to_the_queue(agent: User) -> None:
    callback = make_callback()
    claim_callback(callback.pk, actor=agent, now=CALLED)
    assert Browser(agent).post("callback_release", callback.pk)["Location"] == reverse("callback_queue")
    callback.refresh_from_db()
    assert callback.claimed_by is None


def test_an_ended_callback_shows_its_result(agent: User) -> None:
    callback = make_callback()
    typed = form_of(callback, outcome="reached", score="4", result="satisfied", opinion="师傅很专业")
    browser = Browser(agent)
    browser.post("callback_detail", callback.pk, **typed)
    page = body(browser.get("callback_detail", callback.pk))
    assert "师傅很专业" in page
    assert "Save and next" not in page


def test_a_card_costs_a_fixed_number_of_queries(
    agent: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    callback = make_callback()
    claim_callback(callback.pk, actor=agent, now=CALLED)
    browser = Browser(agent)
    browser.get("callback_detail", callback.pk)
    with django_assert_max_num_queries(20):
        browser.get("callback_detail", callback.pk)


def test_a_story_tells_the_calls_in_words(agent: User) -> None:
    callback = make_callback()
    claim_callback(callback.pk, actor=agent, now=CALLED)
    browser = Browser(agent)
    browser.post("callback_detail", callback.pk, **form_of(callback, outcome="reached", score="4", result="satisfied"))
    page = body(browser.get("ticket_detail", callback.ticket.number))
    assert "Callback after completion due" in page
    assert "Took the callback in hand" in page
    assert "customer reached, Satisfied, 4 of 5" in page
