"""Assigning: what it changes, and every refusal leaves the database as it was."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from dispatch.models import AssignmentState, Technician
from dispatch.rules import Span
from dispatch.services import accept_assignment, assign_technician
from dispatch.services.booking import Passed, book
from servicedesk.errors import ActionError
from servicedesk.people.models import Role
from servicedesk.sla.models import ClockKind
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.services import send_to_outlet
from tests.dispatch.snapshots import snapshot
from tests.make import NOW, make_fault, make_handed_over, make_outlet, make_ticket, make_user
from tests.make_dispatch import make_absence, make_assignment, make_technician

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)
NOON = NOW + timedelta(hours=2)
HOUR = timedelta(hours=1)


def refused(ticket: Ticket, technician: Technician, **overrides: Any) -> ActionError:
    """The refusal of an assignment at noon; the database is as it was."""
    before = snapshot()
    fields: dict[str, Any] = {"start": NOON, "end": NOON + HOUR, "actor": None, "now": LATER, "override_reason": ""}
    fields.update(overrides)
    with pytest.raises(ActionError) as caught:
        assign_technician(ticket.pk, technician, fields.pop("start"), fields.pop("end"), **fields)
    assert snapshot() == before
    return caught.value


def test_assigning_offers_the_job_and_schedules_the_ticket() -> None:
    technician = make_technician()
    dispatcher = make_user(Role.DISPATCHER, technician.outlet)
    ticket = make_handed_over(technician.outlet)
    assignment = assign_technician(ticket.pk, technician, NOON, NOON + HOUR, actor=dispatcher, now=LATER)
    ticket.refresh_from_db()
    assert (assignment.state, assignment.offered_by, assignment.offered_at) == ("offered", dispatcher, LATER)
    assert (ticket.state, ticket.promised_from, ticket.promised_until) == ("scheduled", NOON, NOON + HOUR)
    assert ticket.facts.technician == technician.user
    assert ticket.parties.get(part="technician", until=None).user == technician.user
    assert ticket.clocks.get(kind=ClockKind.DISPATCH).stopped_at == LATER
    assert technician.user.notifications.get().kind == "assignment_offered"


def test_the_story_tells_who_when_and_for_which_time() -> None:
    assignment = make_assignment(make_technician())
    event = assignment.ticket.events.get(action="assign_technician")
    assert (event.from_state, event.to_state) == ("open", "scheduled")
    assert event.data["assignment"] == assignment.pk
    assert event.data["start"] == (NOW + HOUR).isoformat()


def test_the_technician_sees_the_ticket_from_now_on() -> None:
    technician = make_technician()
    ticket = make_handed_over(technician.outlet)
    assert not Ticket.objects.visible_to(technician.user).exists()
    make_assignment(technician, ticket=ticket)
    assert Ticket.objects.visible_to(technician.user).get() == ticket


def test_a_promise_the_start_keeps_stays_as_it_was_told() -> None:
    technician = make_technician()
    ticket = make_handed_over(technician.outlet)
    window = (NOON, NOON + 2 * HOUR)
    Ticket.objects.filter(pk=ticket.pk).update(promised_from=window[0], promised_until=window[1])
    assign_technician(ticket.pk, technician, NOON + HOUR, NOON + 2 * HOUR, actor=None, now=LATER)
    ticket.refresh_from_db()
    assert (ticket.promised_from, ticket.promised_until) == window


def test_a_ticket_without_accepted_hand_over_is_refused() -> None:
    technician = make_technician()
    ticket = make_ticket()
    assert refused(ticket, technician).code == "handover_not_accepted"
    send_to_outlet(ticket.pk, technician.outlet, actor=None, now=NOW)
    refusal = refused(ticket, technician)
    assert (refusal.code, refusal.status) == ("handover_not_accepted", 409)


def test_a_second_assignment_is_refused() -> None:
    technician = make_technician()
    ticket = make_assignment(technician).ticket
    refusal = refused(ticket, technician)
    assert (refusal.code, refusal.status) == ("wrong_state", 409)


def test_an_overlap_is_refused_and_names_the_other_job_and_the_free_gaps() -> None:
    technician = make_technician()
    other = make_assignment(technician, NOON + timedelta(minutes=30))
    refusal = refused(make_handed_over(technician.outlet), technician)
    assert (refusal.code, refusal.status) == ("double_booked", 409)
    assert refusal.detail["number"] == other.ticket.number
    assert refusal.detail["start"] == (NOON + timedelta(minutes=30)).isoformat()
    begin, end = NOW - 2 * HOUR, NOW + 8 * HOUR
    taken = [NOON + timedelta(minutes=30), NOON + timedelta(minutes=90)]
    local = [[begin, taken[0]], [taken[1], end]]
    assert refusal.detail["free_gaps"] == [[first.isoformat(), last.isoformat()] for first, last in local]
    assert other.ticket.number in str(refusal.message)


def test_an_accepted_job_blocks_the_time_as_well() -> None:
    technician = make_technician()
    accept_assignment(make_assignment(technician, NOON).pk, actor=technician.user, now=LATER)
    assert refused(make_handed_over(technician.outlet), technician).code == "double_booked"


def test_jobs_that_touch_do_not_overlap() -> None:
    technician = make_technician()
    make_assignment(technician, NOON - HOUR)
    make_assignment(technician, NOON + HOUR)
    ticket = make_handed_over(technician.outlet)
    assert assign_technician(ticket.pk, technician, NOON, NOON + HOUR, actor=None, now=LATER).pk


def test_each_hard_rule_refuses_with_its_code() -> None:
    outlet = make_outlet()
    ticket = make_handed_over(outlet)
    away = make_technician(outlet)
    make_absence(away, NOON - HOUR, NOON + HOUR, "sick")
    unskilled = make_technician(outlet)
    unskilled.skills.all().delete()
    uncertified = make_technician(outlet)
    uncertified.certificates.update(suspended_at=NOW)
    inactive = make_technician(outlet, is_active=False)
    off = make_technician(outlet)
    off.shifts.all().delete()
    expected = {
        away: "absent",
        unskilled: "skill_missing",
        uncertified: "no_certificate",
        inactive: "technician_inactive",
        off: "outside_shift",
        make_technician(): "other_outlet",
    }
    for technician, code in expected.items():
        refusal = refused(ticket, technician)
        assert (refusal.code, refusal.status) == (code, 409)


def test_an_account_that_is_locked_makes_the_technician_inactive() -> None:
    technician = make_technician()
    technician.user.is_active = False
    technician.user.save(update_fields=["is_active"])
    assert refused(make_handed_over(technician.outlet), technician).code == "technician_inactive"


def test_a_soft_rule_asks_for_a_reason_and_tells_which() -> None:
    technician = make_technician(level=1)
    ticket = make_handed_over(technician.outlet, fault=make_fault(skill_level=3))
    refusal = refused(ticket, technician)
    assert (refusal.code, refusal.status, refusal.field) == ("override_reason_missing", 422, "override_reason")
    assert [one["code"] for one in refusal.detail["findings"]] == ["skill_level_low"]
    assert refused(ticket, technician, override_reason="  ").code == "override_reason_missing"


def test_the_reason_for_an_override_is_kept_with_the_rule() -> None:
    technician = make_technician(level=1)
    ticket = make_handed_over(technician.outlet, fault=make_fault(skill_level=3))
    assignment = assign_technician(
        ticket.pk, technician, NOON, NOON + HOUR, actor=None, now=LATER, override_reason=" 只有他在附近 "
    )
    assignment.refresh_from_db()
    values = {"level": 1, "needed": 3}
    assert assignment.overrides == [{"code": "skill_level_low", "why": "只有他在附近", "values": values}]
    assert ticket.events.get(action="assign_technician").note == "只有他在附近"


def test_a_reason_that_is_not_needed_is_not_kept() -> None:
    technician = make_technician()
    ticket = make_handed_over(technician.outlet)
    assignment = assign_technician(
        ticket.pk, technician, NOON, NOON + HOUR, actor=None, now=LATER, override_reason="x"
    )
    assert assignment.overrides == []


def test_a_start_after_the_due_arrival_asks_for_a_reason() -> None:
    technician = make_technician()
    ticket = make_handed_over(technician.outlet, priority=1)
    technician.stars = 1
    technician.save(update_fields=["stars"])
    refusal = refused(ticket, technician, start=NOW + 3 * HOUR, end=NOW + 4 * HOUR)
    assert [one["code"] for one in refusal.detail["findings"]] == ["stars_low", "arrival_late"]


def test_a_start_outside_the_requested_window_asks_for_a_reason() -> None:
    technician = make_technician()
    window = {"requested_from": NOW + 4 * HOUR, "requested_until": NOW + 6 * HOUR}
    ticket = make_handed_over(technician.outlet, **window)
    assert [one["code"] for one in refused(ticket, technician).detail["findings"]] == ["outside_requested_window"]


SPANS = [
    ("span_upside_down", NOON, NOON),
    ("span_upside_down", NOON, NOON - HOUR),
    ("span_too_long", NOON, NOON + 13 * HOUR),
    ("span_in_past", NOW - HOUR, LATER),
]


@pytest.mark.parametrize(("code", "start", "end"), SPANS)
def test_a_bad_span_is_refused(code: str, start: Any, end: Any) -> None:
    technician = make_technician()
    refusal = refused(make_handed_over(technician.outlet), technician, start=start, end=end)
    assert (refusal.code, refusal.status) == (code, 422)


def test_who_may_assign() -> None:
    technician = make_technician()
    ticket = make_handed_over(technician.outlet)
    elsewhere = make_outlet()
    refusals = {
        make_user(Role.AGENT): ("role_not_allowed", 403),
        make_user(Role.AUDITOR): ("role_not_allowed", 403),
        make_user(Role.SUPERVISOR): ("not_your_outlet", 403),
        make_user(Role.DISPATCHER, elsewhere): ("ticket_not_found", 404),
        make_user(Role.SUPERVISOR, elsewhere): ("ticket_not_found", 404),
        technician.user: ("ticket_not_found", 404),
    }
    for actor, (code, status) in refusals.items():
        refusal = refused(ticket, technician, actor=actor)
        assert (refusal.code, refusal.status) == (code, status)
    manager = make_user(Role.MANAGER)
    assert assign_technician(ticket.pk, technician, NOON, NOON + HOUR, actor=manager, now=LATER).offered_by == manager


def test_the_outlets_supervisor_may_assign() -> None:
    technician = make_technician()
    supervisor = make_user(Role.SUPERVISOR, technician.outlet)
    assert make_assignment(technician, actor=supervisor).state == AssignmentState.OFFERED


def test_the_database_has_the_last_word_on_double_booking() -> None:
    technician = make_technician()
    first = make_assignment(technician, NOON)
    ticket = make_handed_over(technician.outlet)
    for other, code in ((ticket, "double_booked"), (first.ticket, "already_assigned")):
        free = Span(NOON, NOON + HOUR) if code == "double_booked" else Span(NOON + 2 * HOUR, NOON + 3 * HOUR)
        before = snapshot()
        with pytest.raises(ActionError) as caught, transaction.atomic():
            book(other, technician, free, Passed([], {}), actor=None, now=LATER)
        assert (caught.value.code, caught.value.status) == (code, 409)
        assert snapshot() == before


def test_others_wait_for_a_technician_for_few_questions() -> None:
    technician = make_technician()
    tickets = [make_handed_over(technician.outlet) for _ in range(2)]
    kept = []
    for ticket in tickets:
        with CaptureQueriesContext(connection) as asked, suppress(ActionError):
            assign_technician(ticket.pk, technician, NOON, NOON + HOUR, actor=None, now=LATER)
        sent = [one["sql"] for one in asked.captured_queries]
        kept.append(len(sent) - 1 - next(n for n, sql in enumerate(sent) if sql.endswith("FOR NO KEY UPDATE")))
    # Who comes second reads the technician and lets him go (a savepoint ends in two steps); he is told after that.
    assert kept[0] <= 21
    assert kept[1] <= 6 + 2


def test_a_product_in_the_workshop_is_brought_back_by_one_technician() -> None:
    technician = make_technician()
    ticket = make_handed_over(technician.outlet)
    Ticket.objects.filter(pk=ticket.pk).update(state="in_service")
    make_assignment(technician, NOON, ticket=ticket)
    ticket.refresh_from_db()
    assert ticket.state == "scheduled"
    Ticket.objects.filter(pk=ticket.pk).update(state="in_service")
    assert refused(ticket, technician, start=NOON + 2 * HOUR, end=NOON + 3 * HOUR).code == "already_assigned"
