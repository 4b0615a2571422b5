"""Checklist, callback and signed sheet side by side: what is found, who decides, and how it is counted."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from servicedesk.errors import ActionError
from servicedesk.notify.models import Notification
from servicedesk.people.models import Role, User
from tests.defaults import load_defaults
from tests.make import NOW, make_outlet, make_user
from tests.make_aftercare import answer, complete, make_callback, make_completed, make_mismatch
from tests.make_aftercare import make_visit as make_working
from tests.make_dispatch import make_technician
from tests.make_visits import make_ready, make_visit
from visits.aftercare.access import mismatches_for
from visits.aftercare.comparison import Bill, Sheet, against_sheet
from visits.aftercare.reviews import rates_by_outlet, rates_by_technician, review_counts
from visits.aftercare.services import (
    CustomerAnswer,
    decide_mismatch,
    record_attempt,
    reopen_mismatch,
    schedule_callback,
)
from visits.models import Callback, Mismatch, Visit
from visits.services import ChargeLine, Report, add_charge, complete_visit, record_outcome

END = NOW + timedelta(minutes=90)
CALLED = NOW + timedelta(hours=4)


@pytest.fixture(autouse=True)
def _defaults(db: None) -> None:
    load_defaults()


def hear(callback: Callback, **said: str) -> None:
    answers = {code.replace("__", "."): value for code, value in said.items()}
    given = CustomerAnswer("partly", 3, answers)
    record_attempt(callback.pk, "reached", actor=None, now=CALLED, answer=given)


def make_signed() -> Visit:
    """A visit with a part on the sheet its customer signed, completed."""
    visit = make_visit(upto="working")
    line = ChargeLine("P14")
    add_charge(visit.pk, line, actor=visit.technician.user, now=NOW + timedelta(minutes=60))
    make_ready(visit, now=END)
    return complete_visit(visit.pk, actor=visit.technician.user, now=END + timedelta(minutes=1))


def test_an_answer_against_the_record_is_kept_with_what_each_side_says() -> None:
    visit = make_signed()
    hear(Callback.objects.get(ticket=visit.ticket), fee="more", punctuality="on_time")
    found = Mismatch.objects.get()
    assert (found.code, found.visit, found.technician, found.state) == ("fee", visit, visit.technician, "open")
    assert found.sides == {"callback": "more", "checklist": 22_000, "sheet": 22_000}
    assert visit.ticket.events.get(action="find_mismatch").data == {"mismatches": [found.pk], "codes": ["fee"]}


def test_answers_that_agree_leave_nothing_to_review() -> None:
    visit = make_signed()
    hear(Callback.objects.get(ticket=visit.ticket), fee="as_recorded", repair="yes", punctuality="on_time")
    assert not Mismatch.objects.exists()


def test_a_quality_call_asks_about_parts_and_signature() -> None:
    visit = make_signed()
    first = Callback.objects.get(ticket=visit.ticket)
    hear(first, fee="as_recorded")
    quality = schedule_callback(visit.ticket_id, "quality", actor=None, now=CALLED)
    hear(quality, parts="no", sheet="no", old_part="no")
    assert {one.code: one.sides for one in Mismatch.objects.all()} == {
        "parts": {"callback": "no", "checklist": "P14", "sheet": "P14"},
        "sheet": {"callback": "no", "checklist": "done", "sheet": "signed"},
    }


def test_an_outcome_changed_after_the_signature_is_found_without_asking_anybody() -> None:
    visit = make_visit(upto="working")
    make_ready(visit, "no_fault_found", now=END)
    report = Report("fixed", visit.ticket.fault, "排水泵堵塞", "更换排水泵")
    record_outcome(visit.pk, report, actor=visit.technician.user, now=END + timedelta(minutes=1))
    complete_visit(visit.pk, actor=visit.technician.user, now=END + timedelta(minutes=2))
    found = Mismatch.objects.get()
    assert (found.code, found.response) == ("sheet.outcome", None)
    assert found.sides == {"checklist": "fixed", "sheet": "no_fault_found"}


def test_bill_and_parts_are_compared_with_the_signed_sheet() -> None:
    sheet = Sheet(NOW, Bill(6_000, ("P10",)), "fixed")
    found = against_sheet("fixed", Bill(22_000, ("P10", "P14")), sheet)
    assert {one.code: one.sides for one in found} == {
        "sheet.charges": {"checklist": 22_000, "sheet": 6_000},
        "sheet.parts": {"checklist": "P10 P14", "sheet": "P10"},
    }
    assert against_sheet("fixed", Bill(), None) == []


def test_the_supervisors_of_the_outlet_are_told_once_for_a_call() -> None:
    outlet = make_outlet()
    own, foreign = make_user(Role.SUPERVISOR, outlet), make_user(Role.SUPERVISOR, make_outlet())
    visit = make_working(make_technician(outlet))
    for code in ("4.1", "4.2", "4.3", "4.4"):
        answer(visit, code)
    callback = schedule_callback(complete(visit).pk, "completion", actor=None, now=NOW + timedelta(hours=1))
    hear(callback, took="yes", fee="more")
    told = Notification.objects.filter(kind="mismatch_found").values_list("recipient", flat=True)
    assert list(told) == [own.pk]
    assert foreign.pk not in told
    assert Mismatch.objects.count() == 2


def decide(mismatch: Mismatch, state: str = "confirmed", **given: Any) -> Mismatch:
    return decide_mismatch(mismatch.pk, state, **{"actor": None, "now": CALLED, **given})


def found_mismatch() -> Mismatch:
    callback = make_callback()
    assert callback.visit is not None
    return make_mismatch(callback.visit)


def test_a_decision_is_a_line_of_the_story_and_can_be_taken_back() -> None:
    mismatch, manager = found_mismatch(), make_user(Role.MANAGER)
    decide(mismatch, "explained", actor=manager, reason="用户另买了清洗剂")
    mismatch.refresh_from_db()
    assert (mismatch.state, mismatch.decided_by, mismatch.decided_at) == ("explained", manager, CALLED)
    event = mismatch.ticket.events.get(action="decide_mismatch")
    assert (event.note, event.data["state"]) == ("用户另买了清洗剂", "explained")
    reopen_mismatch(mismatch.pk, actor=manager, now=CALLED + timedelta(minutes=1))
    mismatch.refresh_from_db()
    assert (mismatch.state, mismatch.decided_by, mismatch.reason) == ("open", None, "")
    assert mismatch.ticket.events.filter(action="reopen_mismatch", data__before="explained").exists()


@pytest.mark.parametrize(
    ("state", "given", "code"),
    [
        ("explained", {}, "reason_missing"),
        ("confirmed", {"reason": "长" * 501}, "reason_too_long"),
        ("open", {}, "decision_unknown"),
        ("confirmed", {"expected_version": 99}, "edited_meanwhile"),
    ],
)
def test_a_decision_that_says_too_little_is_refused(state: str, given: dict[str, Any], code: str) -> None:
    mismatch = found_mismatch()
    with pytest.raises(ActionError) as refused:
        decide(mismatch, state, **given)
    assert refused.value.code == code
    mismatch.refresh_from_db()
    assert mismatch.state == "open"


def test_what_was_decided_is_not_decided_again() -> None:
    mismatch = found_mismatch()
    decide(mismatch)
    with pytest.raises(ActionError) as refused:
        decide(mismatch, "explained", reason="x")
    assert refused.value.code == "wrong_state"


def test_the_rated_person_never_decides_about_himself() -> None:
    mismatch = found_mismatch()
    user = mismatch.technician.user
    user.role = Role.MANAGER
    user.save(update_fields=["role"])
    with pytest.raises(ActionError) as refused:
        decide(mismatch, actor=user)
    assert (refused.value.code, refused.value.status) == ("own_visit", 403)
    decide(mismatch, actor=make_user(Role.MANAGER))
    with pytest.raises(ActionError) as refused:
        reopen_mismatch(mismatch.pk, actor=user, now=CALLED)
    assert refused.value.code == "own_visit"
    mismatch.refresh_from_db()
    assert mismatch.state == "confirmed"


@pytest.mark.parametrize("role", [Role.AGENT, Role.DISPATCHER, Role.TECHNICIAN, Role.AUDITOR, Role.ADMIN])
def test_other_roles_decide_nothing(role: str) -> None:
    mismatch = found_mismatch()
    outlet = mismatch.ticket.outlet
    assert outlet is not None
    with pytest.raises(ActionError) as refused:
        decide(mismatch, actor=make_user(role, outlet))
    assert refused.value.status in {403, 404}


def test_a_supervisor_sees_and_decides_the_mismatches_of_his_outlet_alone() -> None:
    mine, foreign = found_mismatch(), found_mismatch()
    assert mine.ticket.outlet is not None
    supervisor = make_user(Role.SUPERVISOR, mine.ticket.outlet)
    assert list(mismatches_for(supervisor)) == [mine]
    assert decide(mine, actor=supervisor).state == "confirmed"
    with pytest.raises(ActionError) as refused:
        decide(foreign, actor=supervisor)
    assert refused.value.status == 404


def test_the_facts_of_a_mismatch_stay_as_they_were_found() -> None:
    mismatch = found_mismatch()
    with pytest.raises(DatabaseError), transaction.atomic():
        Mismatch.objects.update(sides={})
    with pytest.raises(DatabaseError), transaction.atomic():
        mismatch.delete()


def make_heard(technician: Any, said: str) -> None:
    ticket = make_completed(technician)
    hear(schedule_callback(ticket.pk, "completion", actor=None, now=NOW + timedelta(hours=1)), fee=said)


def test_the_rate_counts_visits_asked_about_and_leaves_out_what_was_explained() -> None:
    outlet = make_outlet()
    first, second = make_technician(outlet), make_technician(outlet)
    make_heard(first, "more")
    make_heard(second, "as_recorded")
    manager: User = make_user(Role.MANAGER)
    lines = {line.key: line for line in rates_by_technician(manager, CALLED, 30)}
    assert (lines[first.pk].asked, lines[first.pk].against, lines[first.pk].percent) == (1, 1, 100.0)
    assert (lines[second.pk].asked, lines[second.pk].against) == (1, 0)
    assert [(line.asked, line.against, line.percent) for line in rates_by_outlet(manager, CALLED, 30)] == [
        (2, 1, 50.0)
    ]
    decide(Mismatch.objects.get(), "explained", reason="用户记错了")
    assert [line.against for line in rates_by_outlet(manager, CALLED, 30)] == [0]
    assert review_counts(manager, CALLED) == {"open": 0, "confirmed": 0, "explained": 1}
