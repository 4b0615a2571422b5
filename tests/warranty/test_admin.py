"""The admin site: repairs are added and never changed once closed, verdicts are looked at."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from servicedesk.people.models import Role
from tests.make import NOW, make_ticket, make_user
from tests.make_warranty import make_repair, make_sold
from warranty.models import RepairRecord
from warranty.services import decide_for, record_repair

ADD = "admin:warranty_repairrecord_add"
CHANGE = "admin:warranty_repairrecord_change"
LIST = "admin:warranty_repairrecord_changelist"


@pytest.fixture
def admin() -> Client:
    client = Client()
    client.force_login(make_user(Role.ADMIN, is_staff=True, is_superuser=True))
    return client


def filled_in(appliance_id: int, **overrides: Any) -> dict[str, Any]:
    return {
        "appliance": appliance_id,
        "kind": "warranty",
        "handed_over_on": "2026-03-01",
        "returned_on": "2026-03-02",
        "fault_group": "noise",
        "work": "Bearing renewed",
        **overrides,
    }


def test_a_repair_made_elsewhere_is_added_to_the_log(admin: Client) -> None:
    appliance = make_sold()

    answer = admin.post(reverse(ADD), filled_in(appliance.pk))

    assert answer.status_code == 302
    assert RepairRecord.objects.get().returned_on == date(2026, 3, 2)


@pytest.mark.parametrize("wrong", [{"returned_on": "2026-02-01"}, {"kind": "gift"}, {"appliance": "987654"}])
def test_what_cannot_be_is_shown_again_and_not_written(admin: Client, wrong: dict[str, str]) -> None:
    answer = admin.post(reverse(ADD), filled_in(make_sold().pk, **wrong))

    assert answer.status_code == 200
    assert not RepairRecord.objects.exists()


def test_the_ticket_of_another_appliance_is_shown_again(admin: Client) -> None:
    answer = admin.post(reverse(ADD), filled_in(make_sold().pk, ticket=make_ticket().pk))

    assert answer.status_code == 200
    assert not RepairRecord.objects.exists()


def test_an_open_repair_takes_its_end_and_keeps_its_beginning(admin: Client) -> None:
    record = record_repair(
        make_sold(), ticket=None, kind="warranty", handed_over_on=date(2026, 3, 1), returned_on=None
    )
    ended = {"kind": "paid", "returned_on": "2026-03-05", "handed_over_on": "2026-01-01"}

    admin.post(reverse(CHANGE, args=[record.pk]), ended)

    record.refresh_from_db()
    assert (record.kind, record.returned_on) == ("paid", date(2026, 3, 5))
    assert record.handed_over_on == date(2026, 3, 1)


def test_an_open_repair_does_not_end_before_it_began(admin: Client) -> None:
    record = record_repair(
        make_sold(), ticket=None, kind="warranty", handed_over_on=date(2026, 3, 1), returned_on=None
    )

    answer = admin.post(reverse(CHANGE, args=[record.pk]), {"kind": "paid", "returned_on": "2026-02-01"})

    record.refresh_from_db()
    assert (answer.status_code, record.returned_on) == (200, None)


def test_a_closed_repair_can_only_be_looked_at(admin: Client) -> None:
    record = make_repair(make_sold(), date(2026, 3, 1))
    url = reverse(CHANGE, args=[record.pk])

    assert admin.get(url).status_code == 200
    assert admin.post(url, {"kind": "paid"}).status_code == 403
    assert (
        admin.post(reverse("admin:warranty_repairrecord_delete", args=[record.pk]), {"post": "yes"}).status_code == 403
    )


def test_the_log_is_listed_with_few_queries(admin: Client, django_assert_max_num_queries: Any) -> None:
    for _ in range(6):
        make_repair(make_sold(), date(2026, 3, 1))

    with django_assert_max_num_queries(10):
        assert admin.get(reverse(LIST)).status_code == 200


def test_a_verdict_can_only_be_looked_at(admin: Client) -> None:
    decision = decide_for(make_sold().pk, actor=None, now=NOW)
    url = reverse("admin:warranty_decision_change", args=[decision.pk])

    assert admin.get(url).status_code == 200
    assert admin.get(reverse("admin:warranty_decision_changelist")).status_code == 200
    assert admin.post(url, {"headline": "exchange"}).status_code == 403
    assert admin.get(reverse("admin:warranty_decision_add")).status_code == 403
