"""A breach written between an edit of the calendar and its recompute stands, whatever happens to the ticket next."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from servicedesk.notify.models import Notification
from servicedesk.people.models import Role
from servicedesk.sla.models import SlaClock, SlaEvent, SlaSegment
from servicedesk.sla.reconcile import reconcile_once
from servicedesk.sla.services import pause_clocks, rebuild, stop_clock
from servicedesk.sla.sweep import sweep_once
from servicedesk.tickets.models import Ticket
from servicedesk.worktime.models import CalendarVersion, WorkCalendar
from tests.make import make_ticket, make_user
from tests.make_sla import clock_of, load_promises, local

pytestmark = pytest.mark.django_db
# Tuesday; a complaint is answered within 120 minutes of the WORK calendar, Monday to Friday 09:00-18:00.
START, DUE = local("2026-03-10 10:00"), local("2026-03-10 12:00")
EDITED, SWEPT, LATER = local("2026-03-10 11:00"), local("2026-03-10 12:01"), local("2026-03-10 12:30")
# By the hours that hold since eleven the second hour ends only at four.
NEW_DUE = local("2026-03-10 16:00")


def edit_calendar() -> None:
    work = WorkCalendar.objects.get(code="WORK")
    CalendarVersion.objects.create(calendar=work, effective_from=EDITED, week={"tue": ["15:00-18:00"]})


@pytest.fixture
def ticket() -> Ticket:
    """A complaint of which only answer and decision are still open; its calendar was edited, nothing recomputed."""
    load_promises()
    ticket = make_ticket(kind="complaint", channel="email", priority=3, now=START)
    for kind in ticket.clocks.exclude(kind__startswith="complaint").values_list("kind", flat=True):
        stop_clock(ticket, kind, at=START, actor=None)
    edit_calendar()
    return ticket


def answer_of(ticket: Ticket) -> SlaClock:
    return clock_of(ticket, "complaint_answer")


def stop(ticket: Ticket, at: datetime) -> None:
    stop_clock(ticket, "complaint_answer", at=at, actor=None)


def wait_for_customer(ticket: Ticket, at: datetime) -> None:
    answer = answer_of(ticket)
    answer.target.pausable_by = ["waiting_for_customer"]
    answer.target.save()
    pause_clocks(ticket, "waiting_for_customer", at=at, actor=None)


def put_right(ticket: Ticket, at: datetime) -> None:
    rebuild(answer_of(ticket), at=at)


@pytest.mark.parametrize("act", [stop, wait_for_customer, put_right])
def test_a_breach_that_was_told_is_not_taken_back(ticket: Ticket, act: Callable[[Ticket, datetime], None]) -> None:
    sweep_once(SWEPT)
    assert answer_of(ticket).breached_at == DUE

    act(ticket, LATER)

    answer = answer_of(ticket)
    assert (answer.state, answer.breached_at) == ("breached", DUE)
    assert answer.segments.filter(kind="upheld", expected_end_at=DUE).count() == 1
    assert SlaEvent.objects.filter(clock=answer, level="breach").count() == 1
    assert rebuild(answer, at=LATER + timedelta(minutes=1)) == []


def test_a_breach_every_page_showed_stands_although_nobody_had_swept(ticket: Ticket) -> None:
    stop(ticket, LATER)

    assert (answer_of(ticket).state, answer_of(ticket).breached_at) == ("breached", DUE)
    assert SlaEvent.objects.get(clock=answer_of(ticket), level="breach").due_at == DUE


def test_an_answer_given_before_due_and_told_after_the_breach_still_keeps_the_promise(ticket: Ticket) -> None:
    sweep_once(SWEPT)

    stop(ticket, DUE)

    assert answer_of(ticket).state == "met"


def test_without_a_breach_the_new_hours_hold_with_the_next_action(ticket: Ticket) -> None:
    stop(ticket, DUE - timedelta(minutes=1))

    assert (answer_of(ticket).state, answer_of(ticket).due_at) == ("met", NEW_DUE)
    assert not SlaSegment.objects.filter(clock=answer_of(ticket), kind="upheld").exists()


def test_a_column_nobody_was_told_of_is_put_right_by_the_ledger(ticket: Ticket) -> None:
    SlaClock.objects.filter(pk=answer_of(ticket).pk).update(state="breached", breached_at=START, next_fire_at=None)

    assert "breached_at" in rebuild(answer_of(ticket), at=EDITED + timedelta(minutes=30))

    assert (answer_of(ticket).state, answer_of(ticket).due_at) == ("running", NEW_DUE)


def test_the_look_back_raises_no_alarm_about_clocks_that_wait_for_a_recompute(ticket: Ticket) -> None:
    make_user(Role.ADMIN)

    run = reconcile_once(EDITED + timedelta(minutes=2))

    assert run is not None
    assert (run.wrong_clocks, answer_of(ticket).due_at) == (0, DUE)
    assert not Notification.objects.filter(kind="reconcile").exists()
