"""The draw of quality calls: which rules take a ticket, the same ones every time, up to the cap, with the reason."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from servicedesk.errors import ActionError
from servicedesk.people.models import Role
from servicedesk.tickets.models import Ticket, TicketState
from servicedesk.tickets.services import close_ticket, reopen_ticket
from tests.defaults import load_defaults
from tests.make import NOW, make_user
from tests.make_aftercare import answer, complete, make_agent_of, make_completed, make_mismatch, make_visit
from tests.make_sla import local
from visits.aftercare.sampling import Rule
from visits.aftercare.services import CustomerAnswer, Wish, claim_callback, record_attempt, record_call_wish
from visits.aftercare.services.quality import draw_daily, draw_quality_calls
from visits.aftercare.services.settings import change_sampling_rules
from visits.models import Callback, Charge, PriceItem, QualitySample, SamplingRules

MORNING = local("2026-03-11 08:00")
ALL = [Rule("random", 100, 5)]


def every(code: str, threshold: int = 0) -> list[Rule]:
    return [Rule(code, 100, 10, threshold)]


@pytest.fixture(autouse=True)
def _rules(db: None) -> None:
    load_defaults()
    change_sampling_rules(20, ALL, actor=None, now=NOW)


def make_closed(**overrides: Any) -> Ticket:
    ticket = make_completed(**overrides)
    close_ticket(ticket.pk, actor=None, now=NOW + timedelta(hours=3))
    ticket.refresh_from_db()
    return ticket


def call_of(ticket: Ticket) -> Callback:
    return Callback.objects.get(ticket=ticket, kind=Callback.Kind.QUALITY)


def test_a_drawn_ticket_gets_a_quality_call_that_says_why() -> None:
    ticket = make_closed()
    assert draw_quality_calls(MORNING) == 1
    callback = call_of(ticket)
    assert callback.reasons == [{"code": "random", "value": 100}]
    assert callback.due_at == local("2026-03-12 20:00")
    assert callback.not_before == local("2026-03-11 09:00")
    sample = QualitySample.objects.get()
    assert (sample.callback, sample.left_out, sample.rules) == (callback, "", SamplingRules.objects.first())


def test_a_second_draw_draws_nobody_twice() -> None:
    make_closed()
    assert [draw_quality_calls(MORNING), draw_quality_calls(MORNING + timedelta(minutes=1))] == [1, 0]
    assert QualitySample.objects.count() == 1


def test_the_draw_runs_once_a_day_from_eight_on() -> None:
    make_closed()
    assert draw_daily(local("2026-03-11 07:59")) == 0
    assert [draw_daily(MORNING), draw_daily(MORNING)] == [1, 0]


def test_what_was_closed_today_waits_for_tomorrows_draw() -> None:
    ticket = make_closed()
    assert draw_daily(local("2026-03-10 23:00")) == 0
    assert draw_daily(MORNING) == 1
    assert call_of(ticket).state == Callback.State.OPEN


def test_days_on_which_the_house_stood_still_are_made_up_for() -> None:
    draw_daily(local("2026-03-09 08:00"))
    make_closed()
    assert draw_daily(local("2026-03-14 08:00")) == 1


def test_the_days_cap_leaves_the_lighter_ones_out_and_says_so() -> None:
    change_sampling_rules(1, [*ALL, *every("no_fault")], actor=None, now=NOW)
    light = make_closed()
    heavy = complete(make_visit(), outcome="no_fault_found")
    close_ticket(heavy.pk, actor=None, now=NOW + timedelta(hours=3))
    assert draw_quality_calls(MORNING) == 1
    assert call_of(heavy).reasons[0]["code"] == "no_fault"
    left = QualitySample.objects.get(ticket=light)
    assert (left.left_out, left.callback) == ("cap", None)


def test_who_wants_no_calls_is_left_out() -> None:
    ticket = make_closed()
    record_call_wish(ticket.pk, Wish("never"), actor=None, now=NOW + timedelta(hours=4))
    assert draw_quality_calls(MORNING) == 0
    assert QualitySample.objects.get().left_out == "wish"


def test_the_rules_read_charges_checklist_and_earlier_mismatches() -> None:
    rules = [Rule(code, 100, 10, figure) for code, figure in (("charge", 100), ("fee", 0), ("conduct", 0))]
    rules += [Rule("contradictions", 100, 10, 1), Rule("new_technician", 100, 10, 90), Rule("parts", 100, 10)]
    change_sampling_rules(20, rules, actor=None, now=NOW)
    visit = make_visit()
    answer(visit, "5.2", "not_done")
    motor, labour = PriceItem.objects.get(code="P14"), PriceItem.objects.get(code="L10")
    Charge.objects.create(visit=visit, item=motor, quantity=1, fen=22_000)
    Charge.objects.create(visit=visit, item=labour, quantity=1, fen=0, free_reason="保修期内")
    make_mismatch(visit)
    close_ticket(complete(visit).pk, actor=None, now=NOW + timedelta(hours=3))
    draw_quality_calls(MORNING)
    assert {reason["code"]: reason["value"] for reason in call_of(visit.ticket).reasons} == {
        "charge": 22_000,
        "fee": 1,
        "conduct": "5.2",
        "contradictions": 1,
        "new_technician": 0,
        "parts": 1,
    }


def test_a_repeat_repair_of_the_appliance_is_drawn() -> None:
    first = make_closed()
    change_sampling_rules(20, every("repeat", 30), actor=None, now=NOW)
    again = make_completed(customer=first.customer, appliance=first.appliance, now=NOW + timedelta(hours=4))
    close_ticket(again.pk, actor=None, now=NOW + timedelta(hours=6))
    draw_quality_calls(MORNING)
    assert [sample.ticket_id for sample in QualitySample.objects.all()] == [again.pk]
    assert QualitySample.objects.get().reasons == [{"code": "repeat", "value": 0}]


def test_the_draw_asks_as_many_questions_for_ten_tickets_as_for_two(django_assert_max_num_queries: Any) -> None:
    change_sampling_rules(0, ALL, actor=None, now=NOW)
    for _ in range(4):
        make_closed()
    # Beside the four tickets' own lock, wish and row.
    with django_assert_max_num_queries(14 + 4 * 6):
        draw_quality_calls(MORNING)


def test_the_rated_person_makes_no_quality_call() -> None:
    ticket = make_closed()
    draw_quality_calls(MORNING)
    with pytest.raises(ActionError) as refused:
        claim_callback(call_of(ticket).pk, actor=make_agent_of(call_of(ticket)), now=local("2026-03-11 10:00"))
    assert refused.value.code == "own_visit"


def test_an_unhappy_quality_call_reopens_the_closed_ticket_and_leaves_the_satisfaction() -> None:
    ticket = make_closed()
    draw_quality_calls(MORNING)
    unhappy = CustomerAnswer("not_satisfied", 1, {}, "又漏水了")
    called = local("2026-03-11 10:00")
    record_attempt(call_of(ticket).pk, "reached", actor=make_user(Role.AGENT), now=called, answer=unhappy)
    ticket.refresh_from_db()
    ticket.facts.refresh_from_db()
    assert (ticket.state, ticket.facts.satisfaction) == (TicketState.OPEN, None)


def test_reopening_calls_the_quality_call_off_and_the_next_closing_may_be_drawn_again() -> None:
    ticket = make_closed()
    draw_quality_calls(MORNING)
    reopen_ticket(ticket.pk, "又不转了", actor=None, now=MORNING + timedelta(hours=1))
    assert call_of(ticket).state == Callback.State.CANCELLED


def test_draws_are_append_only() -> None:
    make_closed()
    draw_quality_calls(MORNING)
    with pytest.raises(DatabaseError), transaction.atomic():
        QualitySample.objects.update(weight=1)


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR, Role.AUDITOR])
def test_only_managers_and_administrators_set_the_rules(role: str) -> None:
    with pytest.raises(ActionError) as refused:
        change_sampling_rules(5, ALL, actor=make_user(role), now=NOW)
    assert refused.value.status == 403


@pytest.mark.parametrize(
    ("cap", "rules", "code"),
    [
        (501, ALL, "daily_cap_out_of_range"),
        (5, [Rule("weather", 1, 1)], "rule_unknown"),
        (5, [*ALL, *ALL], "rule_unknown"),
        (5, [Rule("random", 101, 1)], "rule_out_of_range"),
    ],
)
def test_rules_out_of_bounds_are_refused(cap: int, rules: list[Rule], code: str) -> None:
    with pytest.raises(ActionError) as refused:
        change_sampling_rules(cap, rules, actor=make_user(Role.MANAGER), now=NOW)
    assert (refused.value.code, refused.value.status) == (code, 422)


def test_of_two_who_set_at_once_the_second_is_told() -> None:
    seen = SamplingRules.objects.first()
    assert seen is not None
    change_sampling_rules(5, ALL, actor=make_user(Role.MANAGER), now=NOW, expected=seen.pk)
    with pytest.raises(ActionError) as refused:
        change_sampling_rules(6, ALL, actor=make_user(Role.MANAGER), now=NOW, expected=seen.pk)
    assert refused.value.code == "edited_meanwhile"
