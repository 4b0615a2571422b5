"""The script: which questions are asked, what the record says to each, which answers contradict it."""

from copy import copy
from datetime import timedelta

import pytest

from tests.defaults import load_defaults
from tests.make import NOW, make_ticket
from tests.make_aftercare import answer, complete, make_visit
from visits.aftercare.forms import CallForm
from visits.aftercare.script import contradictions, script_of
from visits.aftercare.services import schedule_callback
from visits.models import Callback, Visit
from visits.selectors import standing_of


@pytest.fixture(autouse=True)
def _defaults(db: None) -> None:
    load_defaults()


@pytest.fixture
def visit() -> Visit:
    visit = make_visit()
    for code in ("3.1", "3.3", "4.1", "4.2", "4.3", "4.4", "5.1", "5.2", "5.3", "5.4"):
        answer(visit, code)
    return visit


def codes_of(callback: Callback, visit: Visit | None, paid: int = 0) -> list[str]:
    lines = standing_of(visit, NOW).lines if visit else []
    return [question.code for question in script_of(callback, visit, lines, paid)]


def after_completion(visit: Visit, number: int = 0) -> Callback:
    ticket = copy(visit.ticket)
    ticket.number = f"260310-{number:04d}"
    return Callback(pk=1, kind="completion", ticket=ticket, visit=visit)


def test_the_call_goes_from_punctuality_over_the_norm_to_the_repair(visit: Visit) -> None:
    complete(visit)
    codes = codes_of(after_completion(visit), visit)
    assert codes[:3] == ["punctuality", "item.1.1", "item.2.1"]
    assert codes[-3:] == ["took", "fee", "repair"]
    assert len(codes) == 9


def test_in_turn_every_item_of_the_norm_is_asked_about(visit: Visit) -> None:
    complete(visit)
    asked = {code for number in range(1, 12) for code in codes_of(after_completion(visit, number), visit)}
    assert {
        f"item.{code}" for code in ("1.1", "2.1", "2.2", "3.1", "3.2", "3.3", "5.1", "5.2", "5.3", "5.4", "5.5")
    } <= asked


def test_a_courtesy_check_asks_only_about_the_door(visit: Visit) -> None:
    callback = Callback(pk=1, kind="courtesy", ticket=visit.ticket, visit=visit)
    assert codes_of(callback, visit) == ["punctuality", "item.1.1", "item.2.1", "item.5.2"]


def test_without_a_visit_nothing_is_asked_about_one() -> None:
    ticket = make_ticket()
    callback = schedule_callback(ticket.pk, "courtesy", actor=None, now=NOW)
    assert codes_of(callback, None) == []


def test_a_no_to_what_the_technician_ticked_contradicts_his_record(visit: Visit) -> None:
    complete(visit)
    lines = standing_of(visit, NOW).lines
    script = [q for number in range(11) for q in script_of(after_completion(visit, number), visit, lines, 0)]
    said = {"item.5.2": "no", "item.1.1": "no", "took": "yes", "repair": "no", "fee": "more", "punctuality": "late"}
    # 1.1 was never answered by the technician: a no is news, not a contradiction.
    assert set(contradictions(script, said)) == {"item.5.2", "took", "repair", "fee", "punctuality"}


def test_a_late_arrival_on_record_is_not_contradicted_by_the_customer(visit: Visit) -> None:
    promised = visit.ticket.promised_until
    assert promised is not None
    visit.arrived_at = promised + timedelta(minutes=1)
    script = script_of(after_completion(visit), visit, [], 0)
    assert contradictions(script, {"punctuality": "late"}) == []


def test_a_gift_on_record_is_not_contradicted_by_the_customer(visit: Visit) -> None:
    answer(visit, "4.4", "not_done", NOW + timedelta(minutes=50))
    script = script_of(after_completion(visit), visit, standing_of(visit, NOW).lines, 0)
    assert contradictions(script, {"took": "yes"}) == []


def test_the_answers_are_kept_with_the_version_of_the_script_and_what_contradicts(visit: Visit) -> None:
    complete(visit)
    script = script_of(after_completion(visit), visit, standing_of(visit, NOW).lines, 0)
    typed = {
        "version": "1",
        "outcome": "reached",
        "result": "partly",
        "score": "3",
        "q_fee": "more",
        "q_repair": "yes",
    }
    form = CallForm(typed, script=script)
    assert form.is_valid()
    given = form.answer()
    assert given is not None
    assert given.answers == {"fee": "more", "repair": "yes", "version": "2", "contradicts": "fee"}
