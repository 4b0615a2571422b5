"""Outcome, completion and its effects on ticket, clocks and facts; visits that are broken off."""

from datetime import timedelta
from typing import Any

import pytest

from dispatch.models import AssignmentState
from servicedesk import clock
from servicedesk.errors import ActionError
from servicedesk.people.models import Role
from servicedesk.sla.models import ClockKind, ClockState, SlaClock
from servicedesk.tickets.models import Outcome, TicketFacts
from tests.make import NOW, make_category, make_fault, make_user
from tests.make_visits import MINUTE, answer_all, inspect, make_ready, make_visit
from visits.models import Callback, Visit, VisitEvent
from visits.services import Report, abort_visit, complete_visit, record_outcome

pytestmark = pytest.mark.django_db

END = NOW + 99 * MINUTE
FINAL = [Outcome.FIXED, Outcome.NO_FAULT_FOUND, Outcome.REPLACED, Outcome.REFUSED_BY_CUSTOMER]


def fix_clock(visit: Visit) -> SlaClock:
    return SlaClock.objects.get(ticket=visit.ticket_id, kind=ClockKind.FIX, cycle=1)


def complete(visit: Visit, **more: Any) -> Visit:
    return complete_visit(visit.pk, actor=visit.technician.user, now=END, **more)


@pytest.mark.parametrize("outcome", FINAL)
def test_a_final_outcome_ends_the_work_and_asks_for_a_callback(outcome: str) -> None:
    visit = make_ready(make_visit(upto="working"), outcome, now=END)
    complete(visit)
    visit = Visit.objects.select_related("ticket", "assignment").get(pk=visit.pk)
    facts = TicketFacts.objects.get(ticket=visit.ticket_id)
    assert (visit.state, visit.ended_at, visit.ticket.state) == ("completed", END, "awaiting_callback")
    assert visit.assignment.state == AssignmentState.DONE
    assert (fix_clock(visit).elapsed_minutes, fix_clock(visit).state) == (99, ClockState.MET)
    assert (facts.outcome, facts.completed_at, facts.checklist_passed) == (outcome, END, True)
    assert facts.technician == visit.technician.user
    callback = Callback.objects.get(ticket=visit.ticket_id)
    assert (callback.kind, callback.visit, callback.state) == ("completion", visit, "open")
    assert SlaClock.objects.get(ticket=visit.ticket_id, kind=ClockKind.CALLBACK).due_at == callback.due_at


def test_a_missing_part_opens_the_ticket_again_and_the_fix_clock_waits() -> None:
    visit = make_ready(make_visit(upto="working"), Outcome.NEEDS_PART, now=END)
    complete(visit)
    visit.ticket.refresh_from_db()
    facts = TicketFacts.objects.get(ticket=visit.ticket_id)
    assert visit.ticket.state == "open"
    assert fix_clock(visit).state == ClockState.PAUSED
    assert (facts.outcome, facts.completed_at) == ("needs_part", None)
    assert not Callback.objects.filter(ticket=visit.ticket_id).exists()


def test_another_visit_opens_the_ticket_again_and_the_fix_clock_runs_on() -> None:
    visit = make_ready(make_visit(upto="working"), Outcome.NEEDS_ANOTHER_VISIT, now=END)
    complete(visit)
    visit.ticket.refresh_from_db()
    assert (visit.ticket.state, fix_clock(visit).state) == ("open", ClockState.RUNNING)


def test_taking_the_product_away_leaves_the_ticket_in_service_under_the_pick_up_checklist() -> None:
    visit = make_ready(make_visit(upto="working"), Outcome.TAKEN_TO_WORKSHOP, now=END)
    complete(visit)
    visit = Visit.objects.select_related("ticket", "checklist__template").get(pk=visit.pk)
    assert visit.checklist is not None
    assert (visit.ticket.state, str(visit.checklist.template.occasion)) == ("in_service", "pick_up")
    assert fix_clock(visit).state == ClockState.RUNNING


def test_completing_is_refused_with_everything_that_is_missing() -> None:
    visit = make_visit(upto="working")
    record_outcome(visit.pk, Report(Outcome.FIXED, None, "堵塞", "清理"), actor=visit.technician.user, now=END)
    with pytest.raises(ActionError) as refusal:
        complete(visit)
    missing = refusal.value.detail["missing"]
    assert (refusal.value.code, refusal.value.status) == ("checklist_incomplete", 409)
    assert len(missing) == 17
    assert {"code": "2.2", "lack": "signature_missing"} in missing
    assert Visit.objects.get(pk=visit.pk).state == "working"


def test_completing_without_an_outcome_is_refused() -> None:
    visit = make_visit(upto="working")
    with pytest.raises(ActionError) as refusal:
        complete(visit)
    assert refusal.value.code == "outcome_missing"


def test_a_part_that_is_missing_asks_for_less() -> None:
    visit = make_visit(upto="working")
    record_outcome(visit.pk, Report(Outcome.NEEDS_PART, None, "缺排水泵"), actor=visit.technician.user, now=END)
    with pytest.raises(ActionError) as refusal:
        complete(visit)
    codes = {one["code"] for one in refusal.value.detail["missing"]}
    assert codes.isdisjoint({"3.2", "3.3", "5.5"})
    assert "2.2" in codes


def test_a_customer_who_refuses_need_not_sign() -> None:
    visit = make_visit(upto="working")
    report = Report(Outcome.REFUSED_BY_CUSTOMER, None, "嫌贵")
    record_outcome(visit.pk, report, actor=visit.technician.user, now=END)
    answer_all(visit, END)
    complete(visit)
    assert Visit.objects.get(pk=visit.pk).state == "completed"


def test_one_violation_completes_the_visit_and_fails_its_quality() -> None:
    visit = make_ready(make_visit(upto="working"), now=END, c4_1="喝了一杯水")
    complete(visit)
    facts = TicketFacts.objects.get(ticket=visit.ticket_id)
    event = VisitEvent.objects.get(visit=visit, step="complete_visit")
    assert facts.checklist_passed is False
    assert (event.data["kept"], event.data["counted"], event.data["failing"]) == (16, 17, ["4.1"])


def test_a_second_completion_is_refused_and_counts_nothing_twice() -> None:
    # A technician sees his finished visit for a day by the real clock.
    came_in = clock.now() - timedelta(hours=3)
    end = came_in + 99 * MINUTE
    visit = make_ready(make_visit(upto="working", now=came_in), now=end)
    complete_visit(visit.pk, actor=visit.technician.user, now=end)
    with pytest.raises(ActionError) as refusal:
        complete_visit(visit.pk, actor=visit.technician.user, now=end)
    assert refusal.value.code == "wrong_state"
    assert Callback.objects.filter(ticket=visit.ticket_id).count() == 1


def test_completing_what_was_changed_meanwhile_is_refused() -> None:
    visit = make_ready(make_visit(upto="working"), now=END)
    with pytest.raises(ActionError) as refusal:
        complete(visit, expected_version=visit.row_version - 1)
    assert refusal.value.code == "edited_meanwhile"


def test_the_outcome_may_be_changed_until_the_visit_is_completed() -> None:
    visit = make_visit(upto="working")
    actor = visit.technician.user
    record_outcome(visit.pk, Report(Outcome.TAKEN_TO_WORKSHOP, None, "拆机"), actor=actor, now=END)
    changed = record_outcome(visit.pk, Report(Outcome.FIXED, None, "堵塞", "清理"), actor=actor, now=END)
    assert changed.checklist is not None
    assert (changed.outcome, str(changed.checklist.template.occasion)) == ("fixed", "on_site")


def test_the_same_outcome_twice_is_one_step() -> None:
    visit = make_visit(upto="working")
    report = Report(Outcome.FIXED, None, "堵塞", "清理")
    first = record_outcome(visit.pk, report, actor=visit.technician.user, now=END, expected_version=visit.row_version)
    second = record_outcome(visit.pk, report, actor=visit.technician.user, now=END, expected_version=visit.row_version)
    assert first.row_version == second.row_version
    assert VisitEvent.objects.filter(visit=visit, step="record_outcome").count() == 1


def test_two_people_recording_different_outcomes_are_told() -> None:
    visit = make_visit(upto="working")
    supervisor = make_user(Role.SUPERVISOR, visit.technician.outlet)
    mine, theirs = Report(Outcome.FIXED, None, "堵塞", "清理"), Report(Outcome.NEEDS_PART, None, "缺件")
    seen = visit.row_version
    record_outcome(visit.pk, theirs, actor=supervisor, now=END, on_behalf="电话", expected_version=seen)
    with pytest.raises(ActionError) as refusal:
        record_outcome(visit.pk, mine, actor=visit.technician.user, now=END, expected_version=seen)
    assert refusal.value.code == "edited_meanwhile"
    assert Visit.objects.get(pk=visit.pk).outcome == "needs_part"


@pytest.mark.parametrize(
    ("report", "code"),
    [
        (Report("vanished", None, "x", "y"), "outcome_unknown"),
        (Report(Outcome.FIXED, None, "  ", "y"), "finding_missing"),
        (Report(Outcome.FIXED, None, "x", " "), "work_missing"),
        (Report(Outcome.REPLACED, None, "x"), "work_missing"),
        (Report(Outcome.FIXED, None, "x" * 501, "y"), "finding_too_long"),
        (Report(Outcome.FIXED, None, "x", "y" * 1001), "work_too_long"),
    ],
)
def test_a_report_with_gaps_is_refused(report: Report, code: str) -> None:
    visit = make_visit(upto="working")
    with pytest.raises(ActionError) as refusal:
        record_outcome(visit.pk, report, actor=visit.technician.user, now=END)
    assert (refusal.value.code, refusal.value.status) == (code, 422)


def test_a_fault_of_another_kind_of_product_is_refused() -> None:
    visit = make_visit(upto="working")
    fridge = make_fault(category=make_category("refrigerator", name_zh="冰箱", name_en="Refrigerator"))
    with pytest.raises(ActionError) as refusal:
        record_outcome(visit.pk, Report(Outcome.FIXED, fridge, "x", "y"), actor=visit.technician.user, now=END)
    assert refusal.value.code == "fault_of_other_category"


@pytest.mark.parametrize("upto", ["planned", "en_route", "on_site", "working"])
@pytest.mark.parametrize("reason", ["nobody_home", "unsafe"])
def test_a_visit_broken_off_opens_the_ticket_and_frees_the_technician(upto: str, reason: str) -> None:
    visit = make_visit(upto=upto)
    abort_visit(visit.pk, reason, actor=visit.technician.user, now=END, note="敲门无人应答")
    visit = Visit.objects.select_related("ticket", "assignment").get(pk=visit.pk)
    assert (visit.state, visit.abort_reason, visit.ticket.state) == ("aborted", reason, "open")
    assert visit.assignment.state == AssignmentState.RELEASED
    assert fix_clock(visit).state == ClockState.RUNNING
    assert visit.ticket.events.get(action="abort_visit").note == "敲门无人应答"


def test_a_visit_that_never_got_in_keeps_the_no_entry_checklist() -> None:
    visit = make_visit(upto="on_site")
    abort_visit(visit.pk, "refused", actor=visit.technician.user, now=END)
    checklist = Visit.objects.select_related("checklist__template").get(pk=visit.pk).checklist
    assert checklist is not None
    assert str(checklist.template.occasion) == "no_entry"


@pytest.mark.parametrize("reason", ["", "tired", "called_off"])
def test_an_unknown_reason_to_break_off_is_refused(reason: str) -> None:
    visit = make_visit()
    with pytest.raises(ActionError) as refusal:
        abort_visit(visit.pk, reason, actor=visit.technician.user, now=END)
    assert (refusal.value.code, refusal.value.status) == ("reason_unknown", 422)


def test_a_second_visit_after_a_missing_part_runs_on_the_same_ticket() -> None:
    visit = make_ready(make_visit(upto="working"), Outcome.NEEDS_PART, now=END)
    complete(visit)
    again = make_visit(
        visit.technician,
        upto="working",
        ticket=visit.ticket,
        now=END + timedelta(hours=1),
        start=END + timedelta(hours=2),
    )
    assert TicketFacts.objects.get(ticket=visit.ticket_id).visits == 2
    assert fix_clock(again).state == ClockState.RUNNING


def test_an_inspection_that_found_something_stands_in_the_story() -> None:
    visit = make_visit(upto="working")
    inspect(visit, END, leaks="渗水")
    event = visit.ticket.events.get(action="record_inspection")
    assert event.data["wrong"] == ["leaks"]
