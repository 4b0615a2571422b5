"""The settings of the promise windows: who may change what, and what is refused."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dispatch.models import WindowPlan
from servicedesk.people.models import Outlet, Role
from tests.make import make_outlet, make_user

pytestmark = pytest.mark.django_db
TYPED = {
    "expected": 0,
    "is_open": "on",
    "windows": "08:00-10:00, 10:00-12:30",
    "emergency_percent": 20,
    "days_ahead": 3,
    "hold_minutes": 5,
    "way_minutes": 10,
    "changes": 1,
    "notice_hours": 4,
}


def send(client: Client, outlet: Outlet, **typed: Any) -> Any:
    return client.post(reverse("window_plan", args=[outlet.pk]), {**TYPED, **typed})


def test_a_supervisor_sets_the_windows_of_the_own_outlet(client: Client) -> None:
    outlet = make_outlet()
    client.force_login(make_user(Role.SUPERVISOR, outlet))
    assert send(client, outlet).status_code == 302
    plan = WindowPlan.objects.get(outlet=outlet)
    assert plan.windows == [["08:00", "10:00"], ["10:00", "12:30"]]
    assert (plan.emergency_percent, plan.days_ahead, plan.changes) == (20, 3, 1)
    assert "10:00–12:30" in client.get(reverse("window_plans")).content.decode()


def test_other_outlets_are_out_of_reach_and_readers_only_read(client: Client) -> None:
    outlet = make_outlet()
    client.force_login(make_user(Role.SUPERVISOR, make_outlet()))
    assert send(client, outlet).status_code == 404
    client.force_login(make_user(Role.AUDITOR))
    assert client.get(reverse("window_plan", args=[outlet.pk])).status_code == 200
    assert send(client, outlet).status_code == 403
    assert not WindowPlan.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("windows", "8-10"),
        ("windows", "25:00-26:00"),
        ("windows", "10:00-08:00"),
        ("windows", "08:00-10:00, 09:00-11:00"),
        ("windows", ""),
        ("emergency_percent", "61"),
        ("days_ahead", "0"),
        ("hold_minutes", "x"),
    ],
)
def test_bad_input_names_the_field_and_keeps_what_was_typed(client: Client, field: str, value: str) -> None:
    outlet = make_outlet()
    client.force_login(make_user(Role.MANAGER))
    answer = send(client, outlet, **{field: value})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert answer.context["form"][field].value() == value


def test_two_who_change_at_once_do_not_overwrite_each_other(client: Client) -> None:
    outlet = make_outlet()
    client.force_login(make_user(Role.MANAGER))
    assert send(client, outlet).status_code == 302
    assert send(client, outlet, days_ahead=9).status_code == 409
    assert send(client, outlet, days_ahead=9, expected=1).status_code == 302
