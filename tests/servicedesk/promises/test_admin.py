"""The administration pages: what has a page of its own is only read there, with the way to that page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from servicedesk.people.models import Role
from servicedesk.sla.escalation.models import Ladder
from servicedesk.sla.models import SlaPolicy, SlaTarget
from servicedesk.worktime.models import CalendarDay, WorkCalendar
from tests.defaults import load_defaults
from tests.make import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def superuser() -> Client:
    load_defaults()
    client = Client()
    client.force_login(make_user(Role.ADMIN, is_staff=True, is_superuser=True))
    return client


@pytest.mark.parametrize(
    ("model", "page"),
    [
        (SlaPolicy, lambda row: reverse("policy_detail", args=[row.code])),
        (Ladder, lambda row: reverse("ladder_detail", args=[row.code])),
        (CalendarDay, lambda _row: reverse("public_days")),
    ],
)
def test_what_has_a_page_of_its_own_is_only_read_and_leads_there(
    superuser: Client, model: Any, page: Callable[[Any], str]
) -> None:
    row = model.objects.first()
    link, name = f'href="{page(row)}"', f"admin:servicedesk_{model._meta.model_name}"
    change = reverse(f"{name}_change", args=[row.pk])

    shown = superuser.get(change)
    assert shown.status_code == 200
    assert b'name="_save"' not in shown.content
    assert link in shown.content.decode()
    assert link in superuser.get(reverse(f"{name}_changelist")).content.decode()
    assert superuser.post(change, {"code": "other"}).status_code == 403
    assert superuser.get(reverse(f"{name}_add")).status_code == 403
    assert superuser.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=row.pk).exists()


def test_targets_are_changed_by_no_form_of_the_administration(superuser: Client) -> None:
    policy = SlaPolicy.objects.get(code="default-p1")
    before = sorted(SlaTarget.objects.values_list("pk", "minutes"))
    change = reverse("admin:servicedesk_slapolicy_change", args=[policy.pk])
    typed = {"targets-TOTAL_FORMS": "1", "targets-INITIAL_FORMS": "0", "targets-0-minutes": "1"}

    assert superuser.post(change, typed).status_code == 403
    assert "targets-0-minutes" not in superuser.get(change).content.decode()
    assert sorted(SlaTarget.objects.values_list("pk", "minutes")) == before
    assert not admin.site.is_registered(SlaTarget)


def test_a_calendar_leads_to_the_page_of_its_hours_and_days(superuser: Client) -> None:
    calendar = WorkCalendar.objects.get(code="WORK")
    change = superuser.get(reverse("admin:servicedesk_workcalendar_change", args=[calendar.pk])).content.decode()
    assert f'href="{reverse("calendar_detail", args=["WORK"])}"' in change
    assert 'name="name_zh"' in change
    assert 'name="versions-0-week"' not in change
