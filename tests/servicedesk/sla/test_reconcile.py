"""The look back: what slipped through is found, healed where that is safe, and told once a day."""

from datetime import datetime, timedelta
from functools import partial

import pytest

from servicedesk.notify.models import Notification
from servicedesk.people.models import Role
from servicedesk.sla.models import ReconcileRun, SlaClock
from servicedesk.sla.reconcile import reconcile_once
from servicedesk.sla.sweep import sweep_once
from tests.make import NOW, make_ticket, make_user
from tests.make_sla import clock_of, in_parallel, load_promises


def after(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def look(minute: float) -> ReconcileRun:
    run = reconcile_once(after(minute))
    assert run is not None
    return run


@pytest.fixture
def _promises(db: None) -> None:
    load_promises()


pytestmark = pytest.mark.usefixtures("_promises")


def test_a_sound_house_has_nothing_to_show() -> None:
    make_ticket(channel="email", priority=2)
    sweep_once(after(13))
    Notification.objects.update(sent_at=after(13))

    assert look(14).findings() == {}


def test_a_clock_no_sweep_would_look_at_is_brought_back() -> None:
    ticket = make_ticket(channel="email", priority=2)
    SlaClock.objects.filter(pk=clock_of(ticket, "fix").pk).update(next_fire_at=None, next_level="")

    run = look(1)

    assert run.lost_clocks == 1
    assert clock_of(ticket, "fix").next_fire_at == after(1440 * 0.75)


def test_a_clock_that_differs_from_its_ledger_is_put_right() -> None:
    ticket = make_ticket(channel="email", priority=2)
    SlaClock.objects.filter(pk=clock_of(ticket, "fix").pk).update(due_at=after(9999))

    assert look(1).wrong_clocks == 1
    assert clock_of(ticket, "fix").due_at == after(1440)


def test_a_breach_nobody_was_told_of_is_told() -> None:
    ticket = make_ticket(channel="email", priority=2)
    sweep_once(after(481))
    lost = Notification.objects.filter(kind="sla_breach", values__kind="arrival")
    assert lost.delete()[0] > 0
    Notification.objects.update(sent_at=after(481))

    assert look(482).untold_events == 1

    assert Notification.objects.filter(kind="sla_breach", values__kind="arrival", recipient=ticket.owner).exists()
    assert look(490).untold_events == 0


def test_a_late_sweep_and_a_message_that_waits_are_counted() -> None:
    make_ticket(channel="email", priority=2)
    sweep_once(after(31))

    run = look(47)

    assert (run.late_clocks > 0, run.late_messages > 0) == (True, True)


def test_administrators_are_told_once_a_day_of_the_same() -> None:
    admin = make_user(Role.ADMIN)
    make_ticket(channel="email", priority=2)
    look(60)
    look(66)

    told = Notification.objects.filter(kind="reconcile", recipient=admin, event_key__endswith=":late_clocks")
    assert told.count() == 1


def test_a_slot_is_looked_at_once() -> None:
    look(60)
    assert reconcile_once(after(61)) is None


def test_of_two_who_look_at_once_one_does_it(transactional_db: None) -> None:
    load_promises()
    runs: list[ReconcileRun | None] = []

    errors = in_parallel(*[partial(lambda: runs.append(reconcile_once(after(60))))] * 3)

    assert errors == []
    assert [run is not None for run in runs].count(True) == 1
