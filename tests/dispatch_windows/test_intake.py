"""The intake shows windows that hold, holds the one that is marked, and sells it with the ticket."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from dispatch.models import WindowPlace
from dispatch.rules import Span
from dispatch.windows.services import held_of, hold_window
from servicedesk import clock
from servicedesk.clock import LOCAL
from servicedesk.desk.windows import promise_value, read_promise
from servicedesk.people.models import Customer, User
from servicedesk.tickets.models import Ticket
from tests.make import make_appliance, make_customer, make_user
from tests.make_windows import make_ask, make_seller, new_key

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def tomorrow(hour: int) -> str:
    """The two hours from `hour` on tomorrow, as they stand in the form; the desk's clock runs."""
    day = (clock.now() + timedelta(days=1)).astimezone(LOCAL).replace(hour=hour, minute=0, second=0, microsecond=0)
    return promise_value(day, day + 2 * HOUR)


def fields(customer: Customer, **typed: Any) -> dict[str, Any]:
    return {
        "submission": str(new_key()),
        "customer": customer.pk,
        "name": "王芳",
        "phone_choice": customer.phones.get().pk,
        "address_choice": customer.addresses.get().pk,
        "appliance": customer.appliances.get().pk,
        "kind": "repair",
        "channel": "phone",
        "description": "洗衣机不转",
        "window": tomorrow(8),
        **typed,
    }


def household() -> Customer:
    customer = make_customer()
    make_appliance(customer)
    return customer


def signed_in(client: Client, agent: User | None = None) -> None:
    client.force_login(agent or make_user())


def test_the_form_shows_windows_that_hold_with_places_and_way(client: Client) -> None:
    make_seller()
    signed_in(client)
    page = client.get(reverse("intake"), {"customer": household().pk})
    assert page.status_code == 200
    text = page.content.decode()
    assert tomorrow(8) in text
    assert 'class="slots slots--offers"' in text


def test_without_a_promise_the_page_says_that_it_is_a_wish(client: Client) -> None:
    signed_in(client)
    page = client.get(reverse("intake"), {"customer": household().pk}, headers={"Accept-Language": "en"})
    assert "slots--offers" not in page.content.decode()
    assert page.context["offered"].note


def test_marking_a_window_holds_it_and_marking_another_lets_it_go(client: Client) -> None:
    make_seller()
    signed_in(client)
    typed = fields(household())
    answer = client.post(reverse("intake_windows"), typed)
    assert "<window-hold" in answer.content.decode()
    key = UUID(typed["submission"])
    first = held_of(key, clock.now())
    client.post(reverse("intake_windows"), {**typed, "window": tomorrow(10)})
    second = held_of(key, clock.now())
    assert first is not None
    assert second is not None
    assert second.start - first.start == 2 * HOUR
    client.post(reverse("intake_windows"), {**typed, "window": ""})
    assert held_of(key, clock.now()) is None


def test_typing_renews_the_hold_and_leaving_the_page_ends_it(client: Client) -> None:
    make_seller()
    signed_in(client)
    typed = fields(household())
    client.post(reverse("intake_windows"), typed)
    assert client.post(reverse("intake_hold"), typed).json()["expires_at"]
    assert client.post(reverse("intake_release"), typed).status_code == 204
    assert held_of(UUID(typed["submission"]), clock.now()) is None


def test_opening_the_ticket_sells_the_held_place(client: Client) -> None:
    make_seller()
    signed_in(client)
    typed = fields(household())
    client.post(reverse("intake_windows"), typed)
    assert client.post(reverse("intake"), typed).status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.promised_from, ticket.promised_until) == read_promise(typed["window"])
    assert WindowPlace.objects.get().state == "sold"
    # The same form once more answers with the same ticket and takes no second place.
    assert client.post(reverse("intake"), typed).status_code == 302
    assert WindowPlace.objects.count() == 1


def test_without_scripts_a_window_is_sold_without_having_been_held(client: Client) -> None:
    make_seller()
    signed_in(client)
    typed = fields(household())
    shown = client.post(reverse("intake"), {**typed, "window": "", "show": "times"})
    assert tomorrow(8) in shown.content.decode()
    assert "洗衣机不转" in shown.content.decode()
    assert client.post(reverse("intake"), typed).status_code == 302
    assert Ticket.objects.get().promised_from is not None


def test_a_window_sold_meanwhile_brings_the_form_back_with_all_that_was_typed(client: Client) -> None:
    make_seller()
    signed_in(client)
    typed = fields(household())
    start, end = read_promise(typed["window"])
    for _ in range(2):
        hold_window(new_key(), make_ask(), Span(start, end), actor=None, now=clock.now())
    answer = client.post(reverse("intake"), typed)
    assert answer.status_code == 409
    assert answer.context["form"].errors["window"]
    assert "洗衣机不转" in answer.content.decode()
    assert tomorrow(10) in answer.content.decode()
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    "value", ["promise:", "promise:x/y", "promise:2026-03-10T08:00/2026-03-10T10:00", "promise:a"]
)
def test_nonsense_for_a_window_names_the_field(client: Client, value: str) -> None:
    make_seller()
    signed_in(client)
    answer = client.post(reverse("intake"), fields(household(), window=value))
    assert answer.status_code == 422
    assert answer.context["form"].errors["window"]


def test_throwing_the_draft_away_lets_the_place_go(client: Client) -> None:
    make_seller()
    agent, customer = make_user(), household()
    signed_in(client, agent)
    typed = fields(customer)
    client.post(reverse("intake_windows"), typed)
    client.post(reverse("draft_save"), {**typed, "draft_key": f"intake:{customer.pk}"})
    client.post(reverse("draft_discard"), {"draft_key": f"intake:{customer.pk}"})
    assert held_of(UUID(typed["submission"]), clock.now()) is None
