"""The care plan finds whom to call: on the day, once, never twice within the month."""

from datetime import datetime, timedelta

import pytest

from servicedesk.care.services import give_consent, record_care_note, withdraw_consent
from servicedesk.clock import LOCAL
from servicedesk.errors import ActionError
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.services import close_ticket, grant_exception, record_praise
from tests.make import NOW, make_ticket
from tests.make_aftercare import complete, make_visit
from tests.make_care import make_closed
from visits.care.defaults import load_plans
from visits.care.services import find_courtesy_calls, record_care_event, run_daily
from visits.models import Callback, CareCall, CarePlan, DailyRun

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
CLOSED_AT = NOW + timedelta(hours=2)


def morning(days: int, hour: int = 8) -> datetime:
    """That hour, so many days after the ticket was closed."""
    local = CLOSED_AT.astimezone(LOCAL) + days * DAY
    return local.replace(hour=hour, minute=0)


def plan(occasion: str, days: int, code: str = "p") -> CarePlan:
    return CarePlan.objects.create(code=code, name_zh="计划", name_en="Plan", occasion=occasion, days=days)


def make_excepted() -> Ticket:
    """Closed at `CLOSED_AT`, with an exception."""
    visit = make_visit()
    grant_exception(visit.ticket_id, "fee_waived", "困难家庭", actor=None, now=NOW)
    complete(visit)
    return close_ticket(visit.ticket_id, actor=None, now=CLOSED_AT)


def test_an_exceptional_ticket_is_called_on_its_day_and_not_before() -> None:
    plan("exception", 15)
    ticket = make_excepted()
    make_closed()
    assert run_daily(morning(14)) == 0
    assert run_daily(morning(15)) == 1
    call = CareCall.objects.get()
    assert (call.ticket, call.due_on) == (ticket, morning(15).date())
    assert call.callback is not None
    assert (call.callback.kind, call.callback.state) == (Callback.Kind.COURTESY, Callback.State.OPEN)
    assert call.callback.not_before.astimezone(LOCAL).hour == 9
    assert ticket.events.get(action="find_courtesy_call").data == {"care_call": call.pk, "plan": call.plan_id}


def test_a_day_on_which_nothing_ran_is_made_up_for_within_a_week() -> None:
    plan("exception", 15)
    make_excepted()
    assert run_daily(morning(22)) == 1
    make_excepted()
    assert run_daily(morning(23)) == 0


def test_the_search_is_made_once_a_day_from_eight_in_the_morning() -> None:
    plan("exception", 15)
    assert run_daily(morning(15, hour=7)) == 0
    assert not DailyRun.objects.exists()
    assert run_daily(morning(15)) == 0
    make_excepted()
    assert run_daily(morning(15, hour=12)) == 0
    assert DailyRun.objects.get().found == 0


def test_asked_again_the_search_finds_nobody_twice() -> None:
    plan("exception", 15)
    make_excepted()
    assert [find_courtesy_calls(morning(15)) for _time in range(3)] == [1, 0, 0]
    assert Callback.objects.count() == 1


def test_a_customer_two_plans_find_is_called_once() -> None:
    plan("exception", 15, "a")
    plan("praise", 15, "b")
    ticket = make_excepted()
    record_praise(ticket.pk, "谢谢", "phone", actor=None, now=CLOSED_AT)
    assert run_daily(morning(15)) == 1
    assert CareCall.objects.filter(callback=None).count() == 1


def test_praise_is_thanked_for_counting_from_the_latest_word() -> None:
    plan("praise", 10)
    ticket = make_closed()
    for at in (CLOSED_AT, CLOSED_AT + 2 * DAY):
        record_praise(ticket.pk, "谢谢", "phone", actor=None, now=at)
    assert run_daily(morning(9)) == 0
    assert run_daily(morning(12)) == 1
    assert CareCall.objects.get().ticket == ticket


def test_a_named_day_is_counted_from_before_or_after_and_forgotten_with_the_consent() -> None:
    plan("known_day", -1)
    visit = make_visit()
    give_consent(visit.ticket_id, "health", "phone", actor=None, now=NOW)
    day = (CLOSED_AT.astimezone(LOCAL) + 5 * DAY).date()
    record_care_note(visit.ticket_id, "surgery", "手术", actor=None, now=NOW, known_day=day)
    complete(visit)
    ticket = close_ticket(visit.ticket_id, actor=None, now=CLOSED_AT)
    assert run_daily(morning(3)) == 0
    assert run_daily(morning(4)) == 1
    withdraw_consent(ticket.pk, "health", actor=None, now=morning(4, hour=10))
    assert not CareCall.objects.exists()
    assert run_daily(morning(5)) == 0


def test_neither_a_living_ticket_nor_a_sleeping_plan_finds_anybody() -> None:
    plan("exception", 1)
    living = make_ticket()
    grant_exception(living.pk, "other", "x", actor=None, now=NOW)
    CarePlan.objects.create(code="off", name_zh="停", name_en="Off", occasion="praise", days=1, is_active=False)
    record_praise(make_closed().pk, "谢谢", "phone", actor=None, now=CLOSED_AT)
    assert run_daily(morning(1)) == 0


def test_what_was_done_beyond_the_order_is_kept_with_its_hour() -> None:
    ticket = make_closed()
    event = record_care_event(ticket.pk, "visit", " 带水果看望 ", actor=None, now=NOW + 3 * DAY)
    assert (event.note, event.at) == ("带水果看望", NOW + 3 * DAY)
    for kind, note, field in (("party", "x", "kind"), ("gift", " ", "note"), ("gift", "x" * 301, "note")):
        with pytest.raises(ActionError) as refused:
            record_care_event(ticket.pk, kind, note, actor=None, now=NOW)
        assert (refused.value.status, refused.value.field) == (422, field)


def test_the_plans_of_an_installation_stay_as_somebody_made_them() -> None:
    load_plans()
    CarePlan.objects.filter(code="after-praise").update(days=7)
    load_plans()
    assert CarePlan.objects.get(code="after-praise").days == 7
