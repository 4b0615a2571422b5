"""Recording calls: what each outcome does to callback, clock, facts and ticket, and what is refused."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from servicedesk.errors import ActionError
from servicedesk.notify.models import Notification
from servicedesk.people.models import Role, User
from servicedesk.sla.models import ClockKind, ClockState
from servicedesk.tickets.models import TicketState
from servicedesk.tickets.services import close_ticket
from tests.defaults import load_defaults
from tests.make import NOW, make_outlet, make_user
from tests.make_aftercare import complete, make_agent_of, make_callback, make_visit
from tests.make_dispatch import make_technician
from tests.make_sla import clock_of, local
from visits.aftercare.services import CustomerAnswer, claim_callback, record_attempt, schedule_callback
from visits.models import Callback, CallbackAttempt, SurveyResponse

pytestmark = pytest.mark.django_db
# The call is made three hours after the work was completed: 14:00 in Shanghai.
CALLED = NOW + timedelta(hours=4)
HAPPY = CustomerAnswer("satisfied", 5, {"punctuality": "on_time"}, "很好")
UNHAPPY = CustomerAnswer("not_satisfied", 1, {}, "还是不转")


@pytest.fixture(autouse=True)
def _defaults(db: None) -> None:
    load_defaults()


@pytest.fixture
def agent() -> User:
    return make_user(Role.AGENT)


def call(callback: Callback, outcome: str = "reached", **given: Any) -> CallbackAttempt:
    fields = {"actor": None, "now": CALLED, **given}
    if outcome == "reached":
        fields.setdefault("answer", HAPPY)
    return record_attempt(callback.pk, outcome, **fields)


def refusal_of(callback: Callback, outcome: str = "reached", **given: Any) -> ActionError:
    before = Callback.objects.get(pk=callback.pk).row_version
    with pytest.raises(ActionError) as refused:
        call(callback, outcome, **given)
    assert Callback.objects.get(pk=callback.pk).row_version == before
    assert not CallbackAttempt.objects.filter(callback=callback, at=given.get("now", CALLED)).exists()
    return refused.value


def test_a_satisfied_customer_ends_the_callback_and_its_clock() -> None:
    callback = make_callback()
    call(callback)
    callback.refresh_from_db()
    assert (callback.state, callback.result, callback.ended_at) == ("done", "satisfied", CALLED)
    clock = clock_of(callback.ticket, ClockKind.CALLBACK)
    assert (clock.state, clock.stopped_at) == (ClockState.MET, CALLED)
    callback.ticket.facts.refresh_from_db()
    assert callback.ticket.facts.satisfaction == 5


def test_what_the_customer_said_is_kept() -> None:
    callback = make_callback()
    call(callback)
    response = SurveyResponse.objects.get(callback=callback)
    assert (response.source, response.score, response.text) == ("callback", 5, "很好")
    assert response.answers == {"punctuality": "on_time"}


def test_the_ticket_may_be_closed_once_the_customer_was_heard() -> None:
    callback = make_callback()
    call(callback, answer=CustomerAnswer("partly", 3))
    assert close_ticket(callback.ticket_id, actor=None, now=CALLED).state == TicketState.CLOSED


def test_an_unhappy_customer_reopens_the_ticket_and_alarms_those_answerable() -> None:
    outlet = make_outlet()
    owner, manager = make_user(Role.AGENT), make_user(Role.MANAGER)
    desk, own = make_user(Role.SUPERVISOR), make_user(Role.SUPERVISOR, outlet)
    foreign = make_user(Role.SUPERVISOR, make_outlet())
    callback = make_callback(make_technician(outlet))
    callback.ticket.owner = owner
    callback.ticket.save()
    call(callback, answer=UNHAPPY)
    callback.ticket.refresh_from_db()
    assert callback.ticket.state == TicketState.OPEN
    assert callback.ticket.events.get(action="reopen_ticket").note == "还是不转"
    told = set(Notification.objects.filter(kind="unhappy_customer").values_list("recipient", flat=True))
    assert {owner.pk, manager.pk, desk.pk, own.pk} <= told
    assert foreign.pk not in told
    assert clock_of(callback.ticket, ClockKind.FIX, cycle=2).is_open
    callback.ticket.facts.refresh_from_db()
    assert (callback.ticket.facts.reopened, callback.ticket.facts.satisfaction) == (1, 1)


def test_an_unhappy_answer_while_the_visit_goes_on_leaves_the_visit_and_alarms() -> None:
    visit = make_visit()
    callback = schedule_callback(visit.ticket_id, "courtesy", actor=None, now=NOW + timedelta(minutes=31))
    make_user(Role.MANAGER)
    call(callback, answer=UNHAPPY, now=NOW + timedelta(minutes=40))
    visit.ticket.refresh_from_db()
    visit.refresh_from_db()
    assert (visit.ticket.state, visit.state) == (TicketState.IN_SERVICE, "working")
    assert Notification.objects.filter(kind="unhappy_courtesy").exists()


def test_a_courtesy_call_neither_stops_the_callback_clock_nor_sets_the_satisfaction() -> None:
    visit = make_visit()
    courtesy = schedule_callback(visit.ticket_id, "courtesy", actor=None, now=NOW)
    claim_callback(courtesy.pk, actor=make_user(Role.AGENT), now=NOW + timedelta(minutes=59))
    complete(visit)
    schedule_callback(visit.ticket_id, "completion", actor=None, now=NOW + timedelta(hours=1))
    record_attempt(courtesy.pk, "reached", actor=None, now=NOW + timedelta(hours=2), answer=HAPPY)
    visit.ticket.facts.refresh_from_db()
    assert visit.ticket.facts.satisfaction is None
    assert clock_of(visit.ticket, ClockKind.CALLBACK).is_open


@pytest.mark.parametrize("outcome", ["no_answer", "wrong_number"])
def test_an_attempt_in_vain_waits_for_another_part_of_the_day(outcome: str) -> None:
    callback = make_callback()
    call(callback, outcome, note="响铃无人接")
    callback.refresh_from_db()
    assert (callback.state, callback.not_before) == ("open", local("2026-03-10 18:30"))
    assert callback.claimed_by is None


def test_a_customer_who_asks_for_another_time_gets_it_without_using_up_the_ladder() -> None:
    callback = make_callback()
    wish = local("2026-03-11 11:15")
    for hours in range(4):
        call(callback, "later", now=CALLED + timedelta(hours=hours), later_at=wish)
    callback.refresh_from_db()
    assert (callback.state, callback.not_before) == ("open", wish)


def test_three_attempts_in_vain_end_the_callback_and_the_ticket_may_be_closed() -> None:
    callback = make_callback()
    for at in ("2026-03-10 15:00", "2026-03-10 18:30", "2026-03-11 10:00"):
        call(callback, "no_answer", now=local(at))
    callback.refresh_from_db()
    assert callback.state == "exhausted"
    assert Notification.objects.filter(kind="callback_exhausted", recipient=callback.ticket.owner).exists()
    assert clock_of(callback.ticket, ClockKind.CALLBACK).state == ClockState.MET
    assert close_ticket(callback.ticket_id, actor=None, now=CALLED + timedelta(days=2)).state == TicketState.CLOSED


def test_the_caller_is_never_the_rated_person() -> None:
    callback = make_callback()
    refusal = refusal_of(callback, actor=make_agent_of(callback))
    assert (refusal.code, refusal.status) == ("own_visit", 403)


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.TECHNICIAN, Role.SUPERVISOR, Role.AUDITOR, Role.ADMIN])
def test_other_roles_record_no_call(role: str) -> None:
    outlet = make_outlet()
    callback = make_callback(make_technician(outlet))
    refusal = refusal_of(callback, actor=make_user(role, outlet))
    assert refusal.status in {403, 404}


def test_a_callback_in_other_hands_is_not_recorded(agent: User) -> None:
    callback = make_callback()
    claim_callback(callback.pk, actor=make_user(Role.AGENT), now=CALLED - timedelta(minutes=5))
    assert refusal_of(callback, actor=agent).code == "claimed_by_other"


def test_a_second_click_records_no_second_call(agent: User) -> None:
    callback = make_callback()
    seen = callback.row_version
    call(callback, "no_answer", actor=agent, expected_version=seen)
    refusal = refusal_of(callback, "no_answer", actor=agent, expected_version=seen, now=CALLED + timedelta(seconds=1))
    assert refusal.code == "edited_meanwhile"


def test_an_ended_callback_takes_no_more_calls() -> None:
    callback = make_callback()
    call(callback)
    assert refusal_of(callback, now=CALLED + timedelta(hours=1)).code == "wrong_state"


@pytest.mark.parametrize(
    ("outcome", "given", "code", "field"),
    [
        ("shouted", {}, "outcome_unknown", "outcome"),
        ("reached", {"answer": None}, "result_missing", "result"),
        ("reached", {"answer": CustomerAnswer("", 5)}, "result_missing", "result"),
        ("reached", {"answer": CustomerAnswer("satisfied", 0)}, "score_missing", "score"),
        ("reached", {"answer": CustomerAnswer("satisfied", 6)}, "score_missing", "score"),
        ("reached", {"answer": CustomerAnswer("not_satisfied", 1, {}, "  ")}, "reason_missing", "opinion"),
        ("reached", {"answer": CustomerAnswer("partly", 3, {}, "长" * 2001)}, "opinion_too_long", "opinion"),
        ("later", {}, "later_missing", "later_at"),
        ("later", {"later_at": CALLED}, "later_missing", "later_at"),
        ("no_answer", {"note": "长" * 301}, "note_too_long", "note"),
    ],
)
def test_a_call_that_says_too_little_is_refused(outcome: str, given: dict[str, Any], code: str, field: str) -> None:
    callback = make_callback()
    refusal = refusal_of(callback, outcome, **given)
    assert (refusal.code, refusal.field, refusal.status) == (code, field, 422)


def test_a_callback_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(ActionError) as refused:
        record_attempt(987654, "no_answer", actor=None, now=CALLED)
    assert refused.value.status == 404


@pytest.mark.parametrize("model", [CallbackAttempt, SurveyResponse])
def test_attempts_and_answers_are_append_only(model: Any) -> None:
    call(make_callback())
    row = model.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.update(**({"note": "anders"} if model is CallbackAttempt else {"score": 2}))
    assert model.objects.get().pk == row.pk


def test_a_late_call_breaches_the_callback_clock() -> None:
    callback = make_callback()
    late: datetime = local("2026-03-12 09:30")
    call(callback, now=late)
    assert clock_of(callback.ticket, ClockKind.CALLBACK).state == ClockState.BREACHED
