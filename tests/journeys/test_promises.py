"""A promise runs out while somebody looks at it: the chip turns by itself, whether or not anybody sweeps."""

import re
import subprocess
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from servicedesk import clock
from servicedesk.people.models import Role, User
from servicedesk.sla.models import SlaClock, SlaEvent
from servicedesk.tickets.models import Ticket
from tests.defaults import load_defaults
from tests.journeys.hands import Enter
from tests.make import make_ticket, make_user
from tests.make_sla import clock_of

pytestmark = [pytest.mark.slow, pytest.mark.browser]

FIVE_SECONDS = 5_000


@pytest.fixture
def agent(transactional_db: None) -> User:
    load_defaults()
    return make_user(Role.AGENT, name="陈静")


def about_to_break(agent: User, seconds: float) -> Ticket:
    """A ticket of now whose first contact falls due in some seconds."""
    now = clock.now()
    ticket = make_ticket(channel="email", priority=1, actor=agent, now=now)
    due = now + timedelta(seconds=seconds)
    SlaClock.objects.filter(pk=clock_of(ticket, "contact").pk).update(due_at=due, warn_at=due, next_fire_at=due)
    return ticket


def watch_it_break(person: Enter, agent: User, ticket: Ticket) -> None:
    desk = person()
    desk.enter(agent)
    desk.go(f"/tickets/{ticket.number}/")
    contact = clock_of(ticket, "contact")
    face = desk.page.locator(f'a.sla[href$="/clocks/{contact.pk}/"]')
    expect(face).to_have_attribute("data-state", re.compile("running|warned"))
    desk.page.evaluate("window.notReloaded = true")
    left = max(0.0, ((contact.due_at or clock.now()) - clock.now()).total_seconds() * 1000)
    expect(face).to_have_attribute("data-state", "breached", timeout=left + FIVE_SECONDS)
    assert desk.page.evaluate("window.notReloaded") is True


def test_with_every_worker_stopped_the_chip_turns_within_five_seconds(person: Enter, agent: User) -> None:
    ticket = about_to_break(agent, 15)

    watch_it_break(person, agent, ticket)

    assert not SlaEvent.objects.exists()


def test_with_a_worker_the_breach_is_written_down_too(
    person: Enter, agent: User, celery_worker_process: subprocess.Popen[bytes], wait_for: object
) -> None:
    ticket = about_to_break(agent, 15)

    watch_it_break(person, agent, ticket)

    assert callable(wait_for)
    wait_for(lambda: SlaEvent.objects.filter(clock__ticket=ticket, clock__kind="contact", level="breach").exists())
