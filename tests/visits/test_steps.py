"""Planning a visit, and the way to the customer."""

from datetime import timedelta

import pytest

from dispatch.services import Why, accept_assignment, reassign_technician
from servicedesk.errors import ActionError
from servicedesk.people.models import Role
from servicedesk.ports import blockers_of
from servicedesk.sla.models import ClockKind, ClockState, PauseReason, SlaClock
from servicedesk.sla.services import pause_clocks
from servicedesk.tickets.models import Ticket, TicketFacts
from servicedesk.tickets.services import cancel_ticket
from tests.make import NOW, make_outlet, make_user
from tests.make_dispatch import make_assignment, make_technician
from tests.make_visits import MINUTE, make_visit
from visits.models import Visit, VisitEvent
from visits.services import arrive, depart, start_work

pytestmark = pytest.mark.django_db


def clock_of(ticket: Ticket, kind: str) -> SlaClock:
    return SlaClock.objects.get(ticket=ticket, kind=kind, cycle=1)


def test_an_accepted_job_plans_one_visit_and_says_so_in_the_story() -> None:
    visit = make_visit()
    assert (visit.state, visit.technician, visit.checklist) == ("planned", visit.assignment.technician, None)
    assert visit.ticket.events.filter(action="plan_visit", data__visit=visit.pk).count() == 1


def test_an_offered_job_plans_nothing() -> None:
    assignment = make_assignment(make_technician())
    assert not Visit.objects.filter(assignment=assignment).exists()


def test_the_three_steps_move_the_visit_and_keep_their_times() -> None:
    visit = make_visit(upto="working")
    visit.refresh_from_db()
    times = [visit.departed_at, visit.arrived_at, visit.started_at]
    assert times == [NOW + 20 * MINUTE, NOW + 50 * MINUTE, NOW + 55 * MINUTE]
    steps = VisitEvent.objects.filter(visit=visit).values_list("step", flat=True)
    assert list(steps) == ["plan_visit", "depart", "arrive", "start_work"]


def test_arrival_puts_the_ticket_in_service_and_stops_its_clocks() -> None:
    visit = make_visit(upto="on_site")
    ticket = visit.ticket
    facts = TicketFacts.objects.get(ticket=ticket)
    assert ticket.state == "in_service"
    assert clock_of(ticket, ClockKind.ARRIVAL).elapsed_minutes == pytest.approx(50)
    assert clock_of(ticket, ClockKind.TECHNICIAN_CONTACT).elapsed_minutes == pytest.approx(50)
    assert (facts.visits, facts.first_arrival_at) == (1, NOW + 50 * MINUTE)
    assert visit.checklist is not None
    assert str(visit.checklist.template.occasion) == "on_site"


def test_arrival_sets_waiting_clocks_running_again() -> None:
    visit = make_visit(upto="en_route")
    pause_clocks(visit.ticket, PauseReason.WAITING_FOR_PARTS, at=NOW + 30 * MINUTE, actor=None)
    arrive(visit.pk, actor=visit.technician.user, now=NOW + 50 * MINUTE)
    assert clock_of(visit.ticket, ClockKind.FIX).state == ClockState.RUNNING


@pytest.mark.parametrize(
    ("upto", "action"),
    [
        ("planned", arrive),
        ("planned", start_work),
        ("en_route", depart),
        ("en_route", start_work),
        ("on_site", depart),
        ("on_site", arrive),
        ("working", start_work),
    ],
)
def test_a_step_out_of_order_is_refused_and_changes_nothing(upto: str, action: object) -> None:
    visit = make_visit(upto=upto)
    with pytest.raises(ActionError) as refusal:
        action(visit.pk, actor=visit.technician.user, now=NOW + 60 * MINUTE)  # type: ignore[operator]
    after = Visit.objects.get(pk=visit.pk)
    assert refusal.value.code == "wrong_state"
    assert (after.state, after.row_version) == (upto, visit.row_version)


def test_another_technicians_visit_does_not_exist_for_him() -> None:
    visit = make_visit()
    colleague = make_technician(visit.technician.outlet)
    with pytest.raises(ActionError) as refusal:
        depart(visit.pk, actor=colleague.user, now=NOW)
    assert (refusal.value.code, refusal.value.status) == ("ticket_not_found", 404)


def test_a_visit_of_a_ticket_he_worked_on_before_is_still_not_his() -> None:
    visit = make_visit()
    colleague = make_technician(visit.technician.outlet)
    visit.ticket.parties.create(user=colleague.user, part="helper", since=NOW)
    with pytest.raises(ActionError) as refusal:
        depart(visit.pk, actor=colleague.user, now=NOW)
    assert (refusal.value.code, refusal.value.status) == ("visit_not_found", 404)


def test_an_unknown_visit_is_not_found() -> None:
    with pytest.raises(ActionError) as refusal:
        depart(987654, actor=None, now=NOW)
    assert refusal.value.status == 404


@pytest.mark.parametrize("role", [Role.AGENT, Role.MANAGER, Role.AUDITOR, Role.DISPATCHER])
def test_the_office_may_not_take_steps(role: str) -> None:
    visit = make_visit()
    actor = make_user(role, visit.technician.outlet)
    with pytest.raises(ActionError) as refusal:
        depart(visit.pk, actor=actor, now=NOW, on_behalf="电话里说的")
    assert refusal.value.status == 403


def test_a_supervisor_steps_in_only_with_a_reason_and_the_story_keeps_it() -> None:
    visit = make_visit()
    supervisor = make_user(Role.SUPERVISOR, visit.technician.outlet)
    with pytest.raises(ActionError) as refusal:
        depart(visit.pk, actor=supervisor, now=NOW + 20 * MINUTE)
    assert (refusal.value.code, refusal.value.status) == ("on_behalf_reason_missing", 422)
    depart(visit.pk, actor=supervisor, now=NOW + 20 * MINUTE, on_behalf="手机没电")
    event = visit.ticket.events.get(action="depart")
    assert (event.actor, event.note, event.data["on_behalf"]) == (supervisor, "手机没电", True)


def test_another_outlets_supervisor_does_not_see_the_visit() -> None:
    visit = make_visit()
    stranger = make_user(Role.SUPERVISOR, make_outlet())
    with pytest.raises(ActionError) as refusal:
        depart(visit.pk, actor=stranger, now=NOW, on_behalf="手机没电")
    assert refusal.value.status == 404


def test_the_devices_own_time_is_kept_beside_ours() -> None:
    visit = make_visit()
    device = NOW + 17 * MINUTE
    depart(visit.pk, actor=visit.technician.user, now=NOW + 20 * MINUTE, device_at=device)
    event = VisitEvent.objects.get(visit=visit, step="depart")
    assert (event.at, event.device_at) == (NOW + 20 * MINUTE, device)


def test_reassigning_calls_the_visit_off_and_does_not_count_it() -> None:
    visit = make_visit(upto="en_route")
    other = make_technician(visit.technician.outlet)
    start = NOW + timedelta(hours=3)
    new = reassign_technician(
        visit.ticket_id,
        other,
        start,
        start + timedelta(hours=1),
        Why("车坏了", "测试"),
        actor=None,
        now=NOW + 30 * MINUTE,
    )
    visit.refresh_from_db()
    assert (visit.state, visit.abort_reason) == ("aborted", "called_off")
    accept_assignment(new.pk, actor=other.user, now=NOW + 31 * MINUTE)
    assert Visit.objects.get(assignment=new).state == "planned"
    assert TicketFacts.objects.get(ticket=visit.ticket_id).visits == 0


def test_cancelling_the_ticket_calls_the_visit_off() -> None:
    visit = make_visit()
    cancel_ticket(visit.ticket_id, "customer_wish", actor=None, now=NOW + 10 * MINUTE)
    visit.refresh_from_db()
    assert (visit.state, visit.abort_reason) == ("aborted", "called_off")


def test_a_living_visit_keeps_the_ticket_from_closing() -> None:
    visit = make_visit(upto="working")
    assert [blocker.code for blocker in blockers_of(visit.ticket)] == ["visit_open"]
