"""Master data of dispatch in the admin site."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dispatch.models import Absence, Shift, Technician, TechnicianEvent
from dispatch.services.rota import repeat_last_week
from servicedesk.people.models import Role
from tests.make import NOW, make_user
from tests.make_dispatch import make_assignment, make_shift, make_technician

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(make_user(Role.ADMIN, is_staff=True, is_superuser=True))
    return client


def spans(technician: Technician) -> list[tuple[Any, Any]]:
    return [(shift.span.lower, shift.span.upper) for shift in technician.shifts.order_by("span")]


@pytest.mark.parametrize("model", ["technician", "certification", "shift", "absence", "assignment"])
def test_every_list_opens_and_can_be_searched(client: Client, model: str) -> None:
    make_assignment(make_technician(name="李强"))
    assert client.get(reverse(f"admin:dispatch_{model}_changelist"), {"q": "李"}).status_code == 200


def test_hours_are_typed_as_two_instants_of_local_time(client: Client) -> None:
    technician = make_technician()
    fields = {
        "technician": technician.pk,
        "reason": "leave",
        "span_0": "2026-03-12T08:00",
        "span_1": "2026-03-12T12:00",
    }
    answer = client.post(reverse("admin:dispatch_absence_add"), fields)
    assert answer.status_code == 302
    absence = Absence.objects.get()
    assert (absence.span.lower, absence.span.upper) == (NOW + 46 * HOUR, NOW + 50 * HOUR)


def test_what_is_kept_here_stands_in_the_history_of_the_technician(client: Client) -> None:
    technician = make_technician()
    shift = make_shift(technician, NOW + WEEK, NOW + WEEK + HOUR)
    fields = {"technician": technician.pk, "span_0": "2026-03-17T08:00", "span_1": "2026-03-17T12:00"}
    assert client.post(reverse("admin:dispatch_shift_change", args=[shift.pk]), fields).status_code == 302
    assert client.post(reverse("admin:dispatch_shift_delete", args=[shift.pk]), {"post": "yes"}).status_code == 302
    paper = technician.certificates.get()
    chosen = {"action": "delete_selected", "_selected_action": [paper.pk], "post": "yes"}
    assert client.post(reverse("admin:dispatch_certification_changelist"), chosen).status_code == 302
    lines = list(TechnicianEvent.objects.order_by("pk"))
    assert [line.action for line in lines] == ["put_shift", "remove_shift", "remove_certificate"]
    assert lines[0].before != lines[0].after == lines[1].before
    assert {str(line.actor) for line in lines} == {str(client.get("/").wsgi_request.user)}


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-03-12T12:00", "2026-03-12T08:00"),
        ("2026-03-12T12:00", "2026-03-12T12:00"),
        ("2026-03-12T12:00", ""),
        ("", ""),
    ],
)
def test_hours_upside_down_empty_or_half_given_are_refused(client: Client, start: str, end: str) -> None:
    technician = make_technician()
    fields = {"technician": technician.pk, "reason": "leave", "span_0": start, "span_1": end}
    answer = client.post(reverse("admin:dispatch_absence_add"), fields)
    assert (answer.status_code, Absence.objects.count()) == (200, 0)
    assert answer.context["adminform"].form.errors["span"]


def test_overlapping_shifts_are_refused_in_words(client: Client) -> None:
    technician = make_technician()
    before = Shift.objects.count()
    fields = {"technician": technician.pk, "span_0": "2026-03-10T09:00", "span_1": "2026-03-10T12:00"}
    assert client.post(reverse("admin:dispatch_shift_add"), fields).status_code == 200
    assert Shift.objects.count() == before


def test_a_technician_is_never_deleted_and_an_assignment_never_edited(client: Client) -> None:
    job = make_assignment(make_technician())
    assert client.get(reverse("admin:dispatch_technician_delete", args=[job.technician_id])).status_code == 403
    assert client.post(reverse("admin:dispatch_assignment_change", args=[job.pk]), {}).status_code == 403


def test_the_last_planned_week_is_repeated_seven_days_later() -> None:
    technician = make_technician()
    technician.shifts.all().delete()
    monday = NOW - timedelta(days=1)
    for day in range(3):
        make_shift(technician, monday + timedelta(days=day), monday + timedelta(days=day, hours=8))
    make_shift(technician, monday - 2 * WEEK, monday - 2 * WEEK + HOUR)
    before = spans(technician)
    assert repeat_last_week(technician, now=NOW) == 3
    assert spans(technician) == before + [(start + WEEK, end + WEEK) for start, end in before[1:]]


def test_repeating_leaves_out_what_overlaps_and_what_is_over() -> None:
    technician = make_technician()
    technician.shifts.all().delete()
    make_shift(technician, NOW, NOW + HOUR)
    make_shift(technician, NOW + timedelta(days=6, hours=23), NOW + WEEK + HOUR)
    assert repeat_last_week(technician, now=NOW) == 1
    assert repeat_last_week(technician, now=NOW + 5 * WEEK) == 0


def test_somebody_without_shifts_gets_none() -> None:
    technician = make_technician()
    technician.shifts.all().delete()
    assert repeat_last_week(technician, now=NOW) == 0


def test_the_week_is_repeated_from_the_list(client: Client) -> None:
    technician = make_technician()
    before = technician.shifts.count()
    fields = {"action": "repeat_week", "_selected_action": [technician.pk]}
    answer = client.post(reverse("admin:dispatch_technician_changelist"), fields)
    assert answer.status_code == 302
    assert technician.shifts.count() > before
