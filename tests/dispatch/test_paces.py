"""The paces of outlets: who may change them, what is refused by field, what is written down, and a way to try."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from dispatch.models import TravelProfile
from servicedesk.people.models import Outlet, Role
from tests.make import make_outlet, make_user

pytestmark = pytest.mark.django_db
TYPED = {"hour_from": 17, "hour_until": 19, "fixed_minutes": "9", "minutes_per_km": "1.6", "detour": "1.3"}


@pytest.fixture
def outlet() -> Outlet:
    return make_outlet()


def browser(role: str, *outlets: Outlet) -> Client:
    client = Client()
    client.force_login(make_user(role, *outlets))
    client.cookies["django_language"] = "en"
    return client


def send(client: Client, name: str, *args: Any, **typed: Any) -> Any:
    return client.post(reverse(name, args=args), {**TYPED, **typed})


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_manager_enters_changes_and_takes_away_and_all_is_written_down(outlet: Outlet) -> None:
    manager = browser(Role.MANAGER)
    assert send(manager, "pace_new", outlet=outlet.pk).status_code == 303
    pace = TravelProfile.objects.get()
    assert send(manager, "pace_edit", pace.pk, outlet=outlet.pk, hour_until=20).status_code == 303
    page = text(manager.get(reverse("pace_list")))
    assert "17–19: 9.0 / 1.6 / 1.3" in page
    assert "17–20: 9.0 / 1.6 / 1.3" in page
    assert send(manager, "pace_remove", pace.pk).status_code == 303
    assert not TravelProfile.objects.exists()
    assert "taken away" in text(manager.get(reverse("pace_list")))
    assert LogEntry.objects.count() == 3


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"hour_until": 17}, "hour_until"),
        ({"hour_from": 24, "hour_until": 24}, "hour_from"),
        ({"minutes_per_km": "0"}, "minutes_per_km"),
        ({"detour": "0.9"}, "detour"),
        ({"fixed_minutes": "viel"}, "fixed_minutes"),
        ({"hour_from": 8, "hour_until": 10}, "hour_from"),
        ({"hour_from": 9, "hour_until": 18}, "hour_from"),
    ],
)
def test_bad_figures_and_hours_that_are_taken_are_refused_by_field(
    outlet: Outlet, typed: dict[str, Any], field: str
) -> None:
    TravelProfile.objects.create(outlet=outlet, hour_from=7, hour_until=10)
    answer = send(browser(Role.MANAGER), "pace_new", outlet=outlet.pk, **typed)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert str(typed.get("detour", "1.3")) in text(answer)
    assert TravelProfile.objects.count() == 1


def test_a_pace_for_the_whole_day_stands_behind_those_of_some_hours(outlet: Outlet) -> None:
    manager = browser(Role.MANAGER)
    send(manager, "pace_new", outlet=outlet.pk)
    assert send(manager, "pace_new", outlet=outlet.pk, hour_from=0, hour_until=24).status_code == 303
    assert send(manager, "pace_new", outlet="", hour_from=17, hour_until=18).status_code == 303


def test_a_change_by_somebody_else_meanwhile_is_not_overwritten(outlet: Outlet) -> None:
    manager = browser(Role.MANAGER)
    send(manager, "pace_new", outlet=outlet.pk)
    pace = TravelProfile.objects.get()
    shown = manager.get(reverse("pace_edit", args=[pace.pk])).context["form"]["based_on"].value()
    send(manager, "pace_edit", pace.pk, outlet=outlet.pk, hour_until=20, based_on=shown)
    late = send(manager, "pace_edit", pace.pk, outlet=outlet.pk, hour_until=21, based_on=shown)
    assert late.status_code == 409
    pace.refresh_from_db()
    assert pace.hour_until == 20


def test_the_preview_says_what_a_way_takes(outlet: Outlet) -> None:
    send(browser(Role.MANAGER), "pace_new", outlet=outlet.pk)
    supervisor = browser(Role.SUPERVISOR, outlet)
    asked = {"outlet": outlet.pk, "km": 5}
    assert "take about 20 min for 6.5 km" in text(supervisor.get(reverse("pace_list"), {**asked, "hour": 18}))
    assert "take about 12 min for 6.5 km" in text(supervisor.get(reverse("pace_list"), {**asked, "hour": 12}))
    assert send(supervisor, "pace_new", outlet=outlet.pk).status_code == 403
