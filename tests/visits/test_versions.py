"""Checklists and price lists are versions: what was used is frozen, a copy takes over."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from servicedesk.people.models import Role
from tests.make import NOW, make_user
from tests.make_visits import make_visit
from visits.models import ChecklistVersion, PriceList
from visits.services import ChargeLine, add_charge
from visits.services.versions import checklist_is_used, copy_checklist, copy_price_list, price_list_is_used

pytestmark = pytest.mark.django_db


def on_site() -> ChecklistVersion:
    return ChecklistVersion.objects.get(template__code="on_site", version=1)


def admin_client() -> Client:
    client = Client()
    client.force_login(make_user(Role.ADMIN, is_staff=True, is_superuser=True))
    return client


def test_a_checklist_is_copied_whole_and_begins_at_a_local_midnight() -> None:
    copy = copy_checklist(on_site(), now=NOW)
    again = copy_checklist(on_site(), now=NOW)
    assert (copy.version, again.version) == (2, 3)
    assert copy.effective_from is not None
    assert copy.effective_from.astimezone(UTC) == datetime(2026, 3, 16, 16, 0, tzinfo=UTC)
    assert copy.items.count() == on_site().items.count() == 17


def test_a_price_list_is_copied_under_the_next_free_name() -> None:
    first = PriceList.objects.get(version="2000-1")
    names = [str(copy_price_list(first, now=NOW)) for _n in range(2)]
    assert names == ["2026-1", "2026-2"]
    copy = PriceList.objects.get(version="2026-1")
    assert (copy.effective_from, copy.items.count()) == (date(2026, 3, 17), first.items.count())


def test_a_version_is_frozen_once_it_is_used() -> None:
    assert not checklist_is_used(on_site())
    visit = make_visit(upto="on_site")
    add_charge(visit.pk, ChargeLine("L10"), actor=visit.technician.user, now=NOW)
    assert checklist_is_used(on_site())
    assert price_list_is_used(PriceList.objects.get(version="2000-1"))


def test_the_master_data_pages_open_and_copy() -> None:
    client = admin_client()
    make_visit(upto="on_site")
    for name, row in (("checklistversion", on_site()), ("pricelist", PriceList.objects.get())):
        assert client.get(reverse(f"admin:visits_{name}_changelist")).status_code == 200
        assert client.get(reverse(f"admin:visits_{name}_change", args=[row.pk])).status_code == 200
    data = {"action": "copy_version", "_selected_action": [on_site().pk]}
    client.post(reverse("admin:visits_checklistversion_changelist"), data)
    assert ChecklistVersion.objects.filter(template__code="on_site").count() == 2


def test_a_used_checklist_cannot_be_changed_through_the_master_data() -> None:
    make_visit(upto="on_site")
    html = admin_client().get(reverse("admin:visits_checklistversion_change", args=[on_site().pk])).content.decode()
    assert 'name="version"' not in html
    assert 'name="items-0-text_zh"' not in html


@pytest.mark.parametrize("name", ["visit", "callback", "surveyresponse", "checklisttemplate"])
def test_what_was_recorded_can_be_looked_at(name: str) -> None:
    make_visit(upto="on_site")
    assert admin_client().get(reverse(f"admin:visits_{name}_changelist")).status_code == 200
