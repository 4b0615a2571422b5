"""Scheduling callbacks: when they are due, which one stands, what calls them off."""

from datetime import timedelta

import pytest

from servicedesk.errors import ActionError
from servicedesk.people.models import Role
from servicedesk.sla.models import ClockKind, ClockState
from servicedesk.tickets.models import TicketState
from servicedesk.tickets.services import cancel_ticket, close_ticket, reopen_ticket
from tests.defaults import load_defaults
from tests.make import NOW, make_handed_over, make_outlet, make_ticket, make_user
from tests.make_aftercare import complete, make_callback, make_completed, make_visit
from tests.make_sla import clock_of, local
from visits.aftercare.services import claim_callback, schedule_callback
from visits.models import Callback

pytestmark = pytest.mark.django_db
Kind, State = Callback.Kind, Callback.State


@pytest.fixture(autouse=True)
def _defaults(db: None) -> None:
    load_defaults()


def test_one_after_completion_is_due_at_the_end_of_the_next_calling_day_with_its_clock() -> None:
    callback = make_callback()
    assert callback.due_at == local("2026-03-11 20:00")
    assert clock_of(callback.ticket, ClockKind.CALLBACK).due_at == callback.due_at
    assert callback.visit == callback.ticket.visits.get()


def test_a_courtesy_check_is_due_in_two_hours_and_starts_no_clock() -> None:
    ticket = make_visit().ticket
    callback = schedule_callback(ticket.pk, Kind.COURTESY, actor=None, now=NOW)
    assert callback.due_at == NOW + timedelta(hours=2)
    assert not ticket.clocks.filter(kind=ClockKind.CALLBACK).exists()


def test_a_courtesy_check_of_the_evening_waits_for_the_morning() -> None:
    ticket = make_visit().ticket
    callback = schedule_callback(ticket.pk, Kind.COURTESY, actor=None, now=local("2026-03-10 22:00"))
    assert (callback.not_before, callback.due_at) == (local("2026-03-11 09:00"), local("2026-03-11 11:00"))


def test_an_open_callback_of_the_kind_is_given_back_instead_of_a_second_one() -> None:
    callback = make_callback()
    again = schedule_callback(callback.ticket_id, Kind.COMPLETION, actor=None, now=NOW + timedelta(hours=3))
    assert again == callback
    assert Callback.objects.count() == 1


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ActionError) as refused:
        schedule_callback(make_ticket().pk, "birthday", actor=None, now=NOW)
    assert (refused.value.code, refused.value.status) == ("callback_kind_unknown", 422)


def test_a_call_after_completion_needs_completed_work() -> None:
    with pytest.raises(ActionError) as refused:
        schedule_callback(make_ticket().pk, Kind.COMPLETION, actor=None, now=NOW)
    assert refused.value.code == "work_not_completed"


def test_a_cancelled_ticket_is_not_asked_about() -> None:
    ticket = make_ticket()
    cancel_ticket(ticket.pk, "duplicate", actor=None, now=NOW)
    with pytest.raises(ActionError) as refused:
        schedule_callback(ticket.pk, Kind.COURTESY, actor=None, now=NOW)
    assert refused.value.code == "ticket_cancelled"


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.SUPERVISOR, Role.AUDITOR, Role.ADMIN])
def test_only_agents_and_managers_schedule(role: str) -> None:
    outlet = make_outlet()
    ticket = make_handed_over(outlet)
    with pytest.raises(ActionError) as refused:
        schedule_callback(ticket.pk, Kind.COURTESY, actor=make_user(role, outlet), now=NOW)
    assert refused.value.status == 403


def test_the_call_after_completion_takes_the_place_of_an_open_courtesy_check() -> None:
    visit = make_visit()
    courtesy = schedule_callback(visit.ticket_id, Kind.COURTESY, actor=None, now=NOW)
    complete(visit)
    schedule_callback(visit.ticket_id, Kind.COMPLETION, actor=None, now=NOW + timedelta(hours=1))
    courtesy.refresh_from_db()
    assert courtesy.state == State.CANCELLED


def test_a_courtesy_check_that_is_being_made_is_left_to_its_caller() -> None:
    visit = make_visit()
    courtesy = schedule_callback(visit.ticket_id, Kind.COURTESY, actor=None, now=NOW)
    claim_callback(courtesy.pk, actor=make_user(Role.AGENT), now=NOW + timedelta(minutes=55))
    complete(visit)
    schedule_callback(visit.ticket_id, Kind.COMPLETION, actor=None, now=NOW + timedelta(hours=1))
    courtesy.refresh_from_db()
    assert courtesy.state == State.OPEN


def test_cancelling_the_ticket_calls_its_callbacks_off() -> None:
    ticket = make_ticket()
    callback = schedule_callback(ticket.pk, Kind.COURTESY, actor=None, now=NOW)
    cancel_ticket(ticket.pk, "customer_wish", actor=None, now=NOW)
    callback.refresh_from_db()
    assert (callback.state, callback.ended_at) == (State.CANCELLED, NOW)


def test_reopening_calls_the_callback_off_and_new_work_gets_a_new_one() -> None:
    callback = make_callback()
    ticket = callback.ticket
    reopen_ticket(ticket.pk, "又不转了", actor=None, now=NOW + timedelta(hours=2))
    callback.refresh_from_db()
    assert callback.state == State.CANCELLED
    assert clock_of(ticket, ClockKind.CALLBACK).state == ClockState.VOID
    ticket.refresh_from_db()
    ticket.state = TicketState.AWAITING_CALLBACK
    ticket.save()
    new = schedule_callback(ticket.pk, Kind.COMPLETION, actor=None, now=NOW + timedelta(hours=5))
    assert new != callback
    assert clock_of(ticket, ClockKind.CALLBACK, cycle=2).is_open


def test_a_ticket_does_not_close_while_a_call_is_owed() -> None:
    callback = make_callback()
    with pytest.raises(ActionError) as refused:
        close_ticket(callback.ticket_id, actor=None, now=NOW + timedelta(hours=2))
    assert refused.value.code == "callback_open"
    callback.ticket.refresh_from_db()
    assert callback.ticket.state == TicketState.AWAITING_CALLBACK


def test_a_courtesy_check_that_was_promised_keeps_a_consultation_open_too() -> None:
    ticket = make_ticket(kind="consultation")
    schedule_callback(ticket.pk, Kind.COURTESY, actor=None, now=NOW)
    with pytest.raises(ActionError) as refused:
        close_ticket(ticket.pk, actor=None, now=NOW)
    assert refused.value.code == "callback_open"


def test_a_completed_ticket_may_be_called_about_after_it_was_closed() -> None:
    ticket = make_completed()
    close_ticket(ticket.pk, actor=None, now=NOW + timedelta(hours=2))
    callback = schedule_callback(ticket.pk, Kind.COMPLETION, actor=None, now=NOW + timedelta(hours=3))
    assert callback.state == State.OPEN
