"""The clocks of a ticket: started, stopped, paused, moved, restarted, dropped."""

from datetime import date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from servicedesk import clock
from servicedesk.errors import ActionError
from servicedesk.notify.models import Notification
from servicedesk.people.models import Role
from servicedesk.sla.models import SlaClock, SlaEvent, SlaSegment
from servicedesk.sla.services import (
    move_window,
    pause_clocks,
    rebuild,
    restart_clock,
    resume_clocks,
    start_clocks,
    stop_clock,
    void_clocks,
)
from servicedesk.tickets.models import Ticket
from servicedesk.worktime.models import CalendarDay, CalendarVersion, WorkCalendar
from tests.make import NOW, make_handed_over, make_outlet, make_ticket, make_user
from tests.make_sla import clock_of, load_promises, local

pytestmark = pytest.mark.django_db
CUSTOMER, PARTS = "waiting_for_customer", "waiting_for_parts"


@pytest.fixture(autouse=True)
def _promises() -> None:
    load_promises()


def make_open(**overrides: object) -> Ticket:
    """A repair ticket that came by e-mail at `NOW`, so that no clock has stopped yet."""
    return make_ticket(**{"channel": "email", "priority": 2, **overrides})


def after(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def test_a_broken_appliance_gets_the_eight_clocks_of_its_priority() -> None:
    ticket = make_open()

    minutes = {clock.kind: clock.target_minutes for clock in ticket.clocks.all()}

    assert all(clock.due_at == after(clock.target_minutes) for clock in ticket.clocks.all())
    assert minutes == {
        "first_answer": 240,
        "contact": 30,
        "outlet_sent": 15,
        "outlet_accept": 30,
        "dispatch": 60,
        "technician_contact": 90,
        "arrival": 480,
        "fix": 1440,
    }


def test_a_new_clock_warns_at_three_quarters_and_is_looked_at_by_the_sweep_then() -> None:
    arrival = clock_of(make_open(), "arrival")

    assert arrival.warn_at == after(360)
    assert (arrival.next_fire_at, arrival.next_level) == (after(360), "warn")
    assert arrival.row_version == 1


def test_minutes_count_from_receipt_even_when_the_ticket_is_typed_later() -> None:
    ticket = make_open(received_at=NOW - timedelta(minutes=40))

    assert clock_of(ticket, "contact").due_at == after(-10)


def test_starting_an_open_clock_again_changes_nothing() -> None:
    ticket = make_open()

    assert start_clocks(ticket, ["arrival"], at=after(5), actor=None) == []
    assert clock_of(ticket, "arrival").started_at == NOW


def test_a_clock_without_a_policy_is_not_started() -> None:
    assert start_clocks(make_open(), ["complaint_answer"], at=NOW, actor=None) == []


def test_a_callback_is_due_at_the_end_of_the_next_calling_day() -> None:
    ticket = make_open()

    (callback,) = start_clocks(ticket, ["callback"], at=local("2026-03-10 21:30"), actor=None)

    assert callback.due_at == local("2026-03-11 20:00")
    assert callback.target_minutes == 660


def test_a_callback_on_the_eve_of_a_holiday_is_due_on_the_holiday() -> None:
    (callback,) = start_clocks(make_open(), ["callback"], at=local("2026-09-30 15:00"), actor=None)

    assert callback.due_at == local("2026-10-01 20:00")


def test_a_complaint_is_answered_in_working_hours() -> None:
    ticket = make_ticket(kind="complaint", channel="email", priority=3, now=local("2026-09-30 17:30"))

    # National Day runs until the 7th, so half an hour counts on the eve and ninety minutes after the holidays.
    assert clock_of(ticket, "complaint_answer").due_at == local("2026-10-08 10:30")


def test_stopping_at_the_due_instant_is_met_and_a_second_later_breached() -> None:
    on_time, late = make_open(), make_open()

    stop_clock(on_time, "contact", at=after(30), actor=None)
    stop_clock(late, "contact", at=after(30) + timedelta(seconds=1), actor=None)

    assert clock_of(on_time, "contact").state == "met"
    missed = clock_of(late, "contact")
    assert (missed.state, missed.breached_at) == ("breached", after(30))
    assert missed.stopped_at == after(30) + timedelta(seconds=1)
    assert missed.next_fire_at is None


def test_a_stop_gives_the_minutes_used() -> None:
    ticket = make_open()

    stopped = stop_clock(ticket, "arrival", at=after(49), actor=None)

    assert stopped is not None
    assert stopped.elapsed_minutes == pytest.approx(49)


def test_stopping_a_clock_that_is_not_open_gives_none() -> None:
    ticket = make_open()
    stop_clock(ticket, "contact", at=after(1), actor=None)

    assert stop_clock(ticket, "contact", at=after(2), actor=None) is None


def test_a_late_stop_writes_the_breach_and_tells_owner_and_supervisor_once() -> None:
    outlet = make_outlet()
    supervisor = make_user(Role.SUPERVISOR, outlet)
    ticket = make_handed_over(outlet, channel="email", priority=2)

    stop_clock(ticket, "arrival", at=after(500), actor=None)

    event = SlaEvent.objects.get(clock__ticket=ticket, clock__kind="arrival")
    assert (event.level, event.due_at, event.noticed_at) == ("breach", after(480), after(500))
    told = Notification.objects.filter(kind="sla_breach", ticket=ticket)
    assert {notice.recipient for notice in told} == {ticket.owner, supervisor}


def test_a_pause_stands_on_the_clocks_that_allow_its_reason_only() -> None:
    ticket = make_open()

    paused = pause_clocks(ticket, PARTS, at=after(10), actor=None, note="pump")

    assert [clock.kind for clock in paused] == ["fix"]
    fix = clock_of(ticket, "fix")
    assert (fix.state, fix.due_at, fix.next_level, fix.elapsed_minutes) == ("paused", None, "pause", 10)
    assert fix.next_fire_at == fix.pause_ends_at == after(10 + 24 * 60)
    assert clock_of(ticket, "contact").state == "running"


def test_the_time_of_a_pause_is_added_to_due_and_warning() -> None:
    ticket = make_open()
    pause_clocks(ticket, CUSTOMER, at=after(100), actor=None)
    resume_clocks(ticket, at=after(160), actor=None)

    arrival = clock_of(ticket, "arrival")

    assert (arrival.due_at, arrival.warn_at, arrival.state) == (after(540), after(420), "running")


def test_the_line_of_a_pause_names_who_why_and_until_when() -> None:
    agent, ticket = make_user(Role.AGENT), make_open()

    pause_clocks(ticket, CUSTOMER, at=after(5), actor=agent, note="on a journey", expected_end_at=after(600))

    line = SlaSegment.objects.get(clock__ticket=ticket, clock__kind="arrival", kind="paused")
    assert (line.actor, line.reason, line.note, line.expected_end_at) == (agent, CUSTOMER, "on a journey", after(600))


def test_pausing_twice_for_one_reason_is_refused() -> None:
    ticket = make_open()
    pause_clocks(ticket, CUSTOMER, at=after(5), actor=None)

    with pytest.raises(ActionError) as refusal:
        pause_clocks(ticket, CUSTOMER, at=after(6), actor=None)

    assert (refusal.value.code, refusal.value.status) == ("nothing_to_pause", 409)


def test_resuming_when_nothing_is_paused_is_refused() -> None:
    with pytest.raises(ActionError) as refusal:
        resume_clocks(make_open(), at=after(6), actor=None)

    assert refusal.value.code == "nothing_to_resume"


def test_a_clock_paused_for_two_reasons_waits_for_both_to_end() -> None:
    ticket = make_open()
    pause_clocks(ticket, PARTS, at=after(100), actor=None)
    pause_clocks(ticket, CUSTOMER, at=after(200), actor=None)

    resume_clocks(ticket, at=after(300), actor=None, reason=PARTS)
    assert clock_of(ticket, "fix").state == "paused"
    with pytest.raises(ActionError):
        resume_clocks(ticket, at=after(310), actor=None, reason=PARTS)

    resume_clocks(ticket, at=after(400), actor=None, reason=CUSTOMER)
    assert clock_of(ticket, "fix").due_at == after(1440 + 300)


def test_a_resume_without_reason_ends_every_pause() -> None:
    ticket = make_open()
    pause_clocks(ticket, PARTS, at=after(100), actor=None)
    pause_clocks(ticket, CUSTOMER, at=after(150), actor=None)

    resumed = resume_clocks(ticket, at=after(200), actor=None)

    states = {clock.kind: clock.state for clock in resumed}
    assert (states["fix"], states["arrival"]) == ("running", "running")


def test_a_stop_ends_an_open_pause() -> None:
    ticket = make_open()
    pause_clocks(ticket, CUSTOMER, at=after(100), actor=None)

    stopped = stop_clock(ticket, "arrival", at=after(900), actor=None)

    assert stopped is not None
    assert (stopped.state, stopped.elapsed_minutes) == ("met", 100)


def test_a_pause_after_due_does_not_undo_the_breach() -> None:
    ticket = make_open()

    pause_clocks(ticket, CUSTOMER, at=after(481), actor=None)
    arrival = clock_of(ticket, "arrival")

    assert (arrival.state, arrival.breached_at) == ("breached", after(480))
    assert SlaEvent.objects.filter(clock=arrival, level="breach").count() == 1


def test_a_requested_window_later_than_the_target_moves_due_to_its_end() -> None:
    ticket = make_open(requested_from=after(1440), requested_until=after(1680))

    arrival = clock_of(ticket, "arrival")

    assert (arrival.due_at, arrival.not_before) == (after(1680), after(1680))
    assert clock_of(ticket, "fix").due_at == after(1440)


def test_a_requested_window_earlier_than_the_target_leaves_it() -> None:
    ticket = make_open(requested_from=after(60), requested_until=after(120))

    arrival = clock_of(ticket, "arrival")

    assert (arrival.due_at, arrival.not_before) == (after(480), None)


def test_a_later_window_moves_due_and_a_removed_one_falls_back_to_the_target() -> None:
    ticket = make_open()

    ticket.requested_until = after(1000)
    move_window(ticket, at=after(10), actor=None)
    assert clock_of(ticket, "arrival").due_at == after(1000)

    ticket.requested_until = None
    move_window(ticket, at=after(20), actor=None)
    assert clock_of(ticket, "arrival").due_at == after(480)


def test_a_window_moved_after_due_does_not_undo_the_breach() -> None:
    ticket = make_open()

    ticket.requested_until = after(1000)
    move_window(ticket, at=after(500), actor=None)

    arrival = clock_of(ticket, "arrival")
    assert (arrival.state, arrival.breached_at, arrival.due_at) == ("breached", after(480), after(1000))
    assert SlaEvent.objects.get(clock=arrival).due_at == after(480)
    assert rebuild(arrival, at=after(510)) == []


def test_a_restart_begins_a_new_cycle_and_leaves_the_first_as_it_was_met() -> None:
    ticket = make_open()
    stop_clock(ticket, "fix", at=after(200), actor=None)

    fresh = restart_clock(ticket, "fix", at=after(3000), actor=None)

    assert fresh is not None
    assert (fresh.cycle, fresh.due_at) == (2, after(4440))
    assert clock_of(ticket, "fix").state == "met"


def test_dropping_clocks_leaves_a_breach_standing() -> None:
    ticket = make_open()

    void_clocks(ticket, at=after(100), actor=None)

    states = {clock.kind: clock.state for clock in ticket.clocks.all()}
    assert (states["contact"], states["arrival"], states["fix"]) == ("breached", "void", "void")
    assert not SlaClock.objects.filter(ticket=ticket, stopped_at=None).exists()


def test_the_columns_of_a_clock_can_be_rebuilt_from_its_ledger() -> None:
    ticket = make_open(requested_from=after(1440), requested_until=after(1680))
    pause_clocks(ticket, CUSTOMER, at=after(30), actor=None)
    resume_clocks(ticket, at=after(95), actor=None)
    ticket.requested_until = after(2000)
    move_window(ticket, at=after(100), actor=None)
    arrival = clock_of(ticket, "arrival")
    assert rebuild(arrival, at=after(200)) == []

    SlaClock.objects.filter(pk=arrival.pk).update(due_at=after(1), state="paused")

    assert rebuild(arrival, at=after(200)) == ["state", "due_at"]
    assert clock_of(ticket, "arrival").due_at == after(2000)


def test_the_state_is_right_on_reading_although_nobody_swept() -> None:
    contact = clock_of(make_open(), "contact")

    assert contact.state == "running"
    assert contact.state_at(after(30)) == "running"
    assert contact.state_at(after(30.1)) == "breached"


def test_starting_the_clocks_of_a_ticket_takes_few_queries_whatever_their_number(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    ticket = make_open()
    void_clocks(ticket, at=after(1), actor=None)
    kinds = ["contact", "outlet_sent", "outlet_accept", "dispatch", "technician_contact", "arrival", "fix"]

    with django_assert_max_num_queries(7):
        assert len(start_clocks(ticket, kinds, at=after(2), actor=None)) == 7


def test_the_ledger_refuses_to_be_rewritten() -> None:
    line = SlaSegment.objects.filter(clock__ticket=make_open()).first()
    assert line is not None
    line.kind = "closed"

    with pytest.raises(Exception, match="append_only"):
        line.save()


def test_after_a_holiday_was_added_the_open_clocks_can_be_recomputed(capsys: pytest.CaptureFixture[str]) -> None:
    complaint = make_ticket(kind="complaint", channel="email", priority=3, now=local("2026-03-10 17:30"))
    assert clock_of(complaint, "complaint_answer").due_at == local("2026-03-11 10:30")
    CalendarDay.objects.create(day=date(2026, 3, 11), kind="holiday", effective_from=local("2026-03-10 17:35"))

    with clock.at(local("2026-03-10 17:40")), translation.override("en"):
        call_command("sla_rebuild")

    assert clock_of(complaint, "complaint_answer").due_at == local("2026-03-12 10:30")
    assert capsys.readouterr().out == "3 of 4 open clocks were put right.\n"


def test_a_new_version_of_a_calendar_counts_from_its_instant_on() -> None:
    complaint = make_ticket(kind="complaint", channel="email", priority=3, now=local("2026-03-10 16:00"))
    work = WorkCalendar.objects.get(code="WORK")
    CalendarVersion.objects.create(
        calendar=work, effective_from=local("2026-03-10 17:00"), week={"wed": ["14:00-16:00"]}
    )

    rebuild(clock_of(complaint, "complaint_answer"), at=local("2026-03-10 17:30"))

    # One hour was used before the change; the other is worked in the new hours.
    assert clock_of(complaint, "complaint_answer").due_at == local("2026-03-11 15:00")
