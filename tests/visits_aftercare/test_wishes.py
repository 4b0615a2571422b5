"""How a customer wants to be reached: kept with him, and honoured by every callback of every ticket."""

from datetime import time, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from servicedesk.errors import ActionError
from servicedesk.people.models import Role
from servicedesk.sla.models import ClockKind, ClockState
from servicedesk.tickets.models import TicketState
from servicedesk.tickets.services import close_ticket
from tests.defaults import load_defaults
from tests.make import NOW, make_outlet, make_user
from tests.make_aftercare import make_callback, make_completed
from tests.make_dispatch import make_technician
from tests.make_sla import clock_of, local
from visits.aftercare.calling import calling_of
from visits.aftercare.ladder import Hours, Ladder
from visits.aftercare.services import (
    Wish,
    ask_for_call,
    claim_callback,
    rate_service,
    record_attempt,
    record_call_wish,
    schedule_callback,
    take_incoming_call,
)
from visits.aftercare.services.settings import change_call_rules
from visits.aftercare.services.wishes import spare_unwanted
from visits.models import Callback, CallWish

pytestmark = pytest.mark.django_db
# 14:00 in Shanghai, four hours after the work was completed.
CALLED = NOW + timedelta(hours=4)
NEVER = Wish("never")


@pytest.fixture(autouse=True)
def _defaults(db: None) -> None:
    load_defaults()


def wish(callback: Callback, given: Wish, **more: Any) -> CallWish:
    return record_call_wish(callback.ticket_id, given, **{"actor": None, "now": CALLED, **more})


def test_a_callback_moves_into_the_hours_the_customer_wishes() -> None:
    callback = make_callback()
    wish(callback, Wish(earliest=time(16), latest=time(18)))
    callback.refresh_from_db()
    assert callback.not_before == local("2026-03-10 16:00")
    with pytest.raises(ActionError) as refused:
        claim_callback(callback.pk, actor=make_user(Role.AGENT), now=CALLED)
    assert refused.value.code in {"quiet_hours", "too_early"}
    assert claim_callback(callback.pk, actor=make_user(Role.AGENT), now=local("2026-03-10 16:00")).claimed_by


def test_the_next_attempt_stays_within_the_wish() -> None:
    callback = make_callback()
    wish(callback, Wish(earliest=time(16), latest=time(18)))
    record_attempt(callback.pk, "no_answer", actor=None, now=local("2026-03-10 16:10"))
    callback.refresh_from_db()
    assert time(16) <= callback.not_before.astimezone(calling_of(callback.ticket).zone).time() < time(18)
    assert callback.not_before > local("2026-03-10 18:00")


def test_who_wants_no_calls_is_spared_and_the_ticket_may_be_closed() -> None:
    callback = make_callback()
    wish(callback, NEVER)
    callback.refresh_from_db()
    assert callback.state == Callback.State.CANCELLED
    assert clock_of(callback.ticket, ClockKind.CALLBACK).state == ClockState.VOID
    assert callback.ticket.events.filter(action="spare_callback").exists()
    assert close_ticket(callback.ticket_id, actor=None, now=CALLED).state == TicketState.CLOSED


def test_later_work_of_the_same_customer_gets_no_call_either() -> None:
    callback = make_callback()
    customer = callback.ticket.customer
    wish(callback, Wish("message"))
    ticket = make_completed(customer=customer)
    spared = schedule_callback(ticket.pk, "completion", actor=None, now=CALLED)
    assert spared.state == Callback.State.CANCELLED
    with pytest.raises(ActionError) as refused:
        schedule_callback(ticket.pk, "completion", actor=make_user(Role.AGENT), now=CALLED)
    assert (refused.value.code, refused.value.status) == ("not_to_be_called", 409)


def test_other_tickets_of_the_customer_follow_once_the_wish_is_committed(
    django_capture_on_commit_callbacks: Any,
) -> None:
    callback = make_callback()
    other = make_callback(customer=callback.ticket.customer)
    with django_capture_on_commit_callbacks(execute=True):
        wish(callback, NEVER)
    other.refresh_from_db()
    assert other.state == Callback.State.CANCELLED


def test_who_is_on_the_phone_records_his_call_first_and_the_daily_run_comes_back() -> None:
    callback = make_callback()
    agent = make_user(Role.AGENT)
    claim_callback(callback.pk, actor=agent, now=CALLED)
    wish(callback, NEVER, actor=agent)
    callback.refresh_from_db()
    assert callback.state == Callback.State.OPEN
    assert spare_unwanted(CALLED + timedelta(minutes=14)) == 0
    assert spare_unwanted(CALLED + timedelta(minutes=15)) == 1


def test_an_attempt_in_vain_on_one_who_wants_no_calls_is_the_last() -> None:
    callback = make_callback()
    agent = make_user(Role.AGENT)
    claim_callback(callback.pk, actor=agent, now=CALLED)
    wish(callback, NEVER, actor=agent)
    record_attempt(callback.pk, "no_answer", actor=agent, now=CALLED)
    callback.refresh_from_db()
    assert callback.state == Callback.State.CANCELLED


def test_a_customer_who_asks_is_called_whatever_he_wished_before() -> None:
    callback = make_callback()
    wish(callback, NEVER)
    asked = ask_for_call(callback.ticket_id, now=CALLED)
    assert asked.state == Callback.State.OPEN
    assert claim_callback(asked.pk, actor=make_user(Role.AGENT), now=CALLED).claimed_by


def test_a_low_rating_alarms_but_calls_nobody_who_wants_no_calls() -> None:
    callback = make_callback()
    wish(callback, NEVER)
    rate_service(callback.ticket_id, 1, now=CALLED)
    assert not Callback.objects.filter(state=Callback.State.OPEN).exists()


def test_a_wish_that_lost_its_hours_to_new_settings_means_no_calls() -> None:
    callback = make_callback()
    wish(callback, Wish(earliest=time(18), latest=time(19)))
    change_call_rules(Ladder(Hours(time(9), time(17))), actor=None, now=CALLED)
    assert not calling_of(callback.ticket).may_be_called
    with pytest.raises(ActionError) as refused:
        claim_callback(callback.pk, actor=make_user(Role.AGENT), now=local("2026-03-10 18:30"))
    assert refused.value.code == "not_to_be_called"
    assert take_incoming_call(callback.pk, actor=make_user(Role.AGENT), now=local("2026-03-10 18:30")).claimed_by


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        (Wish("pigeon"), "contact_unknown", "contact"),
        (Wish(earliest=time(12), latest=time(11)), "wish_hours_in_order", "latest"),
        (Wish(earliest=time(20, 30)), "outside_calling_hours", "earliest"),
        (Wish(note="长" * 301), "note_too_long", "note"),
        (Wish(language="长" * 31), "language_too_long", "language"),
    ],
)
def test_a_wish_that_cannot_be_honoured_is_refused(given: Wish, code: str, field: str) -> None:
    callback = make_callback()
    with pytest.raises(ActionError) as refused:
        wish(callback, given)
    assert (refused.value.code, refused.value.field, refused.value.status) == (code, field, 422)
    assert not CallWish.objects.exists()


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.AUDITOR, Role.ADMIN])
def test_other_roles_record_no_wish(role: str) -> None:
    outlet = make_outlet()
    callback = make_callback(make_technician(outlet))
    with pytest.raises(ActionError) as refused:
        wish(callback, NEVER, actor=make_user(role, outlet))
    assert refused.value.status == 403


def test_the_newest_wish_counts_and_the_older_ones_stay() -> None:
    callback = make_callback()
    first = wish(callback, NEVER)
    wish(callback, Wish(earliest=time(10)))
    assert calling_of(callback.ticket).may_be_called
    assert calling_of(callback.ticket).hours == Hours(time(10), time(20))
    with pytest.raises(DatabaseError), transaction.atomic():
        CallWish.objects.filter(pk=first.pk).update(contact="call")


def test_the_wish_is_a_line_of_the_story_without_the_customers_name() -> None:
    callback = make_callback()
    wish(callback, Wish(earliest=time(10), latest=time(12), language="粤语"))
    event = callback.ticket.events.get(action="record_call_wish")
    assert event.data == {"wish": CallWish.objects.get().pk, "contact": "call", "earliest": "10:00", "latest": "12:00"}
