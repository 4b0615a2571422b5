"""What the customer does himself: rates the service once, asks to be called; nothing of it is lost."""

from datetime import timedelta

import pytest

from servicedesk.errors import ActionError
from servicedesk.notify.models import Notification
from servicedesk.people.models import Role
from servicedesk.sla.models import ClockKind
from servicedesk.tickets.services import cancel_ticket, close_ticket, reopen_ticket
from tests.defaults import load_defaults
from tests.make import NOW, make_ticket, make_user
from tests.make_aftercare import make_callback, make_completed, make_visit
from tests.make_sla import clock_of, local
from visits.aftercare.services import ask_for_call, rate_service, record_attempt
from visits.aftercare.services.base import call_asked_at
from visits.aftercare.services.customer import link_has_ended
from visits.models import Callback, SurveyResponse

LATER = NOW + timedelta(hours=2)


@pytest.fixture(autouse=True)
def _defaults(db: None) -> None:
    load_defaults()


def code_of(refused: pytest.ExceptionInfo[ActionError]) -> str:
    return refused.value.code


def test_a_rating_is_the_tickets_satisfaction_until_a_callback_asks_again() -> None:
    ticket = make_completed()
    rate_service(ticket.pk, 4, now=LATER, text="师傅很好")
    ticket.facts.refresh_from_db()
    assert ticket.facts.satisfaction == 4
    response = SurveyResponse.objects.get(ticket=ticket)
    assert (response.source, response.text) == ("link", "师傅很好")


def test_the_service_is_rated_once() -> None:
    ticket = make_completed()
    rate_service(ticket.pk, 5, now=LATER)
    with pytest.raises(ActionError) as refused:
        rate_service(ticket.pk, 1, now=LATER)
    assert code_of(refused) == "rated_already"
    assert SurveyResponse.objects.count() == 1


def test_work_done_again_may_be_rated_again() -> None:
    ticket = make_completed()
    rate_service(ticket.pk, 2, now=LATER)
    reopen_ticket(ticket.pk, "又坏了", actor=None, now=LATER)
    type(ticket).objects.filter(pk=ticket.pk).update(state="awaiting_callback")
    type(ticket.facts).objects.filter(ticket=ticket).update(completed_at=LATER + timedelta(hours=3))
    assert rate_service(ticket.pk, 5, now=LATER + timedelta(hours=4)).score == 5


@pytest.mark.parametrize("score", [1, 2])
def test_a_low_rating_brings_the_call_forward_and_alarms(score: int) -> None:
    callback, manager = make_callback(), make_user(Role.MANAGER)
    rate_service(callback.ticket_id, score, now=LATER)
    callback.refresh_from_db()
    assert callback.due_at == LATER + timedelta(hours=2)
    assert Notification.objects.filter(kind="low_rating", recipient=manager).exists()


def test_a_low_rating_of_a_closed_ticket_makes_a_new_call() -> None:
    ticket = make_completed()
    close_ticket(ticket.pk, actor=None, now=LATER)
    rate_service(ticket.pk, 1, now=LATER + timedelta(days=3))
    assert Callback.objects.get(ticket=ticket).state == "open"
    assert clock_of(ticket, ClockKind.CALLBACK).is_open


def test_a_middling_rating_leaves_the_call_where_it_was() -> None:
    callback = make_callback()
    rate_service(callback.ticket_id, 3, now=LATER)
    before, callback = callback.due_at, Callback.objects.get()
    assert callback.due_at == before


@pytest.mark.parametrize("score", [0, 6])
def test_a_score_that_is_none_is_refused(score: int) -> None:
    with pytest.raises(ActionError) as refused:
        rate_service(make_completed().pk, score, now=LATER)
    assert code_of(refused) == "score_missing"


def test_nothing_is_rated_before_the_work_is_completed() -> None:
    with pytest.raises(ActionError) as refused:
        rate_service(make_visit().ticket_id, 5, now=LATER)
    assert code_of(refused) == "rating_not_open"


def test_a_wish_for_a_call_brings_the_open_callback_forward_even_past_the_ladder() -> None:
    callback = make_callback()
    record_attempt(callback.pk, "no_answer", actor=None, now=LATER)
    ask_for_call(callback.ticket_id, now=LATER + timedelta(minutes=5), text="请尽快回电")
    callback.refresh_from_db()
    assert callback.not_before <= LATER + timedelta(minutes=5)
    assert callback.due_at == LATER + timedelta(hours=2, minutes=5)
    assert call_asked_at(callback) == LATER + timedelta(minutes=5)


def test_a_wish_at_night_is_due_in_the_morning() -> None:
    ticket = make_ticket()
    callback = ask_for_call(ticket.pk, now=local("2026-03-10 23:00"))
    assert (callback.kind, callback.due_at) == ("courtesy", local("2026-03-11 11:00"))


def test_asking_twice_makes_one_call_and_one_notice() -> None:
    ticket = make_ticket()
    first = ask_for_call(ticket.pk, now=LATER)
    assert ask_for_call(ticket.pk, now=LATER + timedelta(minutes=1)) == first
    assert Notification.objects.filter(kind="call_asked").count() == 1
    assert ticket.events.filter(action="ask_for_call").count() == 1


def test_a_cancelled_request_takes_no_wish() -> None:
    ticket = make_ticket()
    cancel_ticket(ticket.pk, "customer_wish", actor=None, now=NOW)
    with pytest.raises(ActionError) as refused:
        ask_for_call(ticket.pk, now=LATER)
    assert code_of(refused) == "ticket_cancelled"


def test_thirty_days_after_closing_the_link_has_ended() -> None:
    ticket = make_completed()
    closed = close_ticket(ticket.pk, actor=None, now=LATER)
    assert not link_has_ended(closed, LATER + timedelta(days=30))
    assert link_has_ended(closed, LATER + timedelta(days=30, seconds=1))
    for action in (lambda now: rate_service(ticket.pk, 5, now=now), lambda now: ask_for_call(ticket.pk, now=now)):
        with pytest.raises(ActionError) as refused:
            action(LATER + timedelta(days=31))
        assert code_of(refused) == "link_ended"


def test_words_that_are_too_long_are_refused() -> None:
    ticket = make_completed()
    for action in (
        lambda: rate_service(ticket.pk, 5, now=LATER, text="长" * 2001),
        lambda: ask_for_call(ticket.pk, now=LATER, text="长" * 2001),
    ):
        with pytest.raises(ActionError) as refused:
            action()
        assert refused.value.status == 422


def test_a_link_in_wrong_hands_cannot_flood_the_ticket() -> None:
    ticket = make_completed()
    for number in range(5):
        ask_for_call(ticket.pk, now=LATER + number * timedelta(minutes=1), text=f"第{number}次")
    with pytest.raises(ActionError) as caught:
        ask_for_call(ticket.pk, now=LATER + timedelta(hours=1), text="再来一次")
    assert caught.value.code == "asked_often"
    ask_for_call(ticket.pk, now=LATER + timedelta(days=2), text="第二天")


def test_asking_again_leaves_the_card_somebody_has_open_as_it_is() -> None:
    ticket = make_completed()
    first = ask_for_call(ticket.pk, now=LATER)
    again = ask_for_call(ticket.pk, now=LATER + timedelta(minutes=1), text="急")
    assert (again.pk, again.row_version) == (first.pk, first.row_version)


def test_the_link_of_a_cancelled_ticket_ends_too() -> None:
    ticket = make_ticket()
    cancel_ticket(ticket.pk, "customer_wish", actor=None, now=LATER)
    ticket.refresh_from_db()
    assert not link_has_ended(ticket, LATER + timedelta(days=29))
    assert link_has_ended(ticket, LATER + timedelta(days=31))
