"""Fault 16: a pause, a stop or a later target at the very instant a clock is due, against a sweep of that instant."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest

from servicedesk import clock
from servicedesk.notify.models import Notification
from servicedesk.sla.escalation.models import NoticeRules
from servicedesk.sla.models import ClockState, SlaClock, SlaEvent
from servicedesk.sla.services import rebuild
from servicedesk.sla.sweep import sweep_once
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.services import edit_ticket, pause_clock, record_contact
from tests.chaos.work import CLOCKS, Desk, make_desk
from tests.defaults import load_defaults
from tests.make_sla import in_parallel

pytestmark = [pytest.mark.chaos, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SECOND = timedelta(seconds=1)
Act = Callable[[Ticket, Desk, datetime], object]


def pause(ticket: Ticket, desk: Desk, at: datetime) -> object:
    """The customer asks for a rest."""
    return pause_clock(ticket.pk, "waiting_for_customer", actor=desk.agents[0], now=at)


def stop(ticket: Ticket, desk: Desk, at: datetime) -> object:
    """The customer is reached, which stops the first contact."""
    return record_contact(ticket.pk, reached=True, actor=desk.agents[0], now=at)


def retarget(ticket: Ticket, desk: Desk, at: datetime) -> object:
    """The customer wishes a window that ends in two days, which moves the arrival."""
    wish = {"requested_from": at + timedelta(days=1), "requested_until": at + timedelta(days=2)}
    return edit_ticket(ticket.pk, wish, expected_version=ticket.row_version, actor=desk.agents[0], now=at)


ACTS: dict[str, tuple[str, Act]] = {
    "pause": ("fix", pause),
    "stop": ("contact", stop),
    "retarget": ("arrival", retarget),
}


def race(times: int) -> Counter[tuple[str, str]]:
    """Races of an action against a sweep; how often each clock ended how. Fails at the first that disagrees."""
    load_defaults()
    # Each by itself, however many come in a minute.
    NoticeRules.objects.update(most_a_minute=32000)
    desk, chance = make_desk(), random.Random(20261122)
    outcomes: Counter[tuple[str, str]] = Counter()
    for number in range(times):
        name, (kind, act) = list(ACTS.items())[number % len(ACTS)]
        due = clock.now().replace(microsecond=0) + SECOND
        ticket = desk.open(due, number)
        # At due it holds, a moment later it is broken; the sweep looks a moment after due in either case.
        at = due + chance.choice([-SECOND, timedelta(), timedelta(milliseconds=1), SECOND])
        errors = in_parallel(partial(act, ticket, desk, at), partial(sweep_once, due + SECOND / 2))
        assert errors == [], (name, errors)
        sweep_once(due + 2 * SECOND)
        outcomes[name, check(ticket, kind, broken=at > due, now=due + 2 * SECOND)] += 1
    return outcomes


def check(ticket: Ticket, kind: str, *, broken: bool, now: datetime) -> str:
    """How the clock of `kind` ended: as the instant of the action says, whoever came first."""
    raced = SlaClock.objects.get(ticket=ticket, kind=kind)
    assert (raced.state_at(now) == ClockState.BREACHED) == broken, (kind, raced.state)
    for each in SlaClock.objects.filter(ticket=ticket):
        assert rebuild(each, at=now) == [], each.kind
        events = SlaEvent.objects.filter(clock=each, level="breach").count()
        notices = Notification.objects.filter(event_key=f"sla:{each.pk}:{each.cycle}:breach").count()
        assert events <= 1
        assert bool(notices) == bool(events)
        if each.state_at(now) == ClockState.BREACHED:
            assert events == 1, each.kind
    assert SlaClock.objects.filter(ticket=ticket).count() == CLOCKS
    return raced.state


def test_actions_racing_a_sweep_at_the_due_instant_end_as_their_instant_says() -> None:
    outcomes = race(60)
    assert {name for name, _state in outcomes} == set(ACTS)
    assert len(outcomes) >= 5, f"kept and broken of each: {outcomes}"


@pytest.mark.proof
@pytest.mark.timeout(1800)
def test_two_thousand_actions_racing_a_sweep_end_as_their_instant_says() -> None:
    race(2000)
