"""The undo of a toast: by key, for some seconds."""

import pytest
from playwright.sync_api import expect

from servicedesk.people.models import Role
from servicedesk.sla.models import SlaClock
from servicedesk.tickets.models import Ticket
from tests.defaults import load_defaults
from tests.journeys.hands import Enter, Person, wait_for_keys
from tests.make import NOW, make_ticket, make_user

pytestmark = [pytest.mark.slow]


def paused(ticket: Ticket) -> bool:
    return SlaClock.objects.filter(ticket=ticket, state="paused").exists()


def pause(desk: Person, ticket: Ticket) -> None:
    """Pauses the clocks on the page of that step."""
    desk.go(f"/tickets/{ticket.number}/pause/")
    desk.page.locator("input[name=reason]").first.check()
    desk.page.locator("input[name=proof]").fill("通话录音")
    desk.page.keyboard.press("Control+Enter")
    expect(desk.toast().locator("[data-undo]")).to_be_visible()
    assert paused(ticket)


def test_the_undo_of_a_toast_works_by_key_and_leaves_with_it(person: Enter) -> None:
    load_defaults()
    agent = make_user(Role.AGENT, name="陈静")
    ticket = make_ticket(actor=agent, now=NOW)
    desk = person()
    desk.enter(agent)
    pause(desk, ticket)
    wait_for_keys(desk.page)
    desk.page.keyboard.press("u")
    desk.sees("The clocks run again.")
    assert not paused(ticket)
    expect(desk.toast().locator("[data-undo]")).to_have_count(0)
    # The offer is one of some seconds; then the toast is gone and the step stays done.
    pause(desk, ticket)
    desk.page.context.clock.run_for(9_000)
    expect(desk.toast()).to_have_count(0)
    assert paused(ticket)
