"""Buyers at the same moment, each with a connection of its own: never more than the outlet can serve."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection

from dispatch.models import WindowPlace
from dispatch.windows.services import hold_window
from servicedesk.errors import ActionError
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.services import Intake, open_ticket
from tests.dispatch.races import at_once
from tests.make import NOW, make_appliance, make_customer, make_user
from tests.make_windows import make_ask, make_seller, new_key, window

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def purchases(count: int) -> list[Intake]:
    customer, wanted = make_customer(), window(8)
    appliance = make_appliance(customer)
    return [
        Intake(
            kind="repair",
            channel="web",
            customer=customer,
            address=customer.addresses.first(),
            appliance=appliance,
            description="不转",
            requested_from=wanted.start,
            requested_until=wanted.end,
            window_key=new_key(),
        )
        for _ in range(count)
    ]


def refusals_in(results: list[Any]) -> list[str]:
    """The codes of the refusals; anything else that was raised fails the test as what it is."""
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, ActionError):
            raise result
    return [result.code for result in results if isinstance(result, ActionError)]


def sell_out(crew: int, buyers: int, agent: User) -> list[Any]:
    make_seller(crew=crew)
    return at_once([partial(open_ticket, one, actor=agent, now=NOW) for one in purchases(buyers)], 240)


def test_of_twenty_four_buyers_of_six_places_exactly_six_get_one() -> None:
    results = sell_out(3, 24, make_user())
    assert refusals_in(results) == ["window_gone"] * 18
    assert Ticket.objects.count() == WindowPlace.objects.filter(state="sold").count() == 6


def one_buyer(intake: Intake, agent: User) -> Any:
    """What the buyer got, or why not; the connection is closed after it."""
    try:
        return open_ticket(intake, actor=agent, now=NOW)
    except ActionError as refused:
        return refused
    finally:
        connection.close()


@pytest.mark.proof
def test_of_two_hundred_buyers_of_twenty_places_exactly_twenty_get_one() -> None:
    """As many at once as the tests' database takes connections: forty."""
    agent = make_user()
    make_seller(crew=10)
    with ThreadPoolExecutor(40) as crowd:
        results = list(crowd.map(partial(one_buyer, agent=agent), purchases(200)))
    assert refusals_in(results) == ["window_gone"] * 180
    assert Ticket.objects.count() == WindowPlace.objects.filter(state="sold").count() == 20


def test_holds_at_the_same_moment_stay_within_what_holds_and_run_out_together() -> None:
    make_seller(crew=3)
    ask = make_ask()
    calls = [partial(hold_window, new_key(), ask, window(8), actor=None, now=NOW) for _ in range(20)]
    results = at_once(calls)
    assert refusals_in(results) == ["window_gone"] * 14
    later = NOW + timedelta(minutes=11)
    again = at_once([partial(hold_window, new_key(), ask, window(8), actor=None, now=later) for _ in range(8)])
    assert refusals_in(again) == ["window_gone"] * 2


def test_a_double_click_holds_one_place() -> None:
    make_seller(crew=3)
    key, ask = new_key(), make_ask()
    results = at_once([partial(hold_window, key, ask, window(8), actor=None, now=NOW) for _ in range(8)])
    assert refusals_in(results) == []
    assert WindowPlace.objects.count() == 1


def test_one_key_that_asks_for_two_windows_at_once_ends_with_one() -> None:
    make_seller(crew=3)
    key, ask = new_key(), make_ask()
    calls = [
        partial(hold_window, key, ask, window(hour, day=day), actor=None, now=NOW)
        for hour, day in ((8, 1), (10, 1), (14, 0), (16, 0)) * 3
    ]
    assert refusals_in(at_once(calls)) == []
    assert WindowPlace.objects.filter(state="held").count() == 1
