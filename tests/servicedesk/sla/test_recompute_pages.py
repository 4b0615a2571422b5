"""The pages of the recompute: who may, what they show in each state, and what became of a press."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from servicedesk import clock
from servicedesk.notify.models import Notification
from servicedesk.notify.wording import kind_of, sentence
from servicedesk.people.models import Role
from servicedesk.sla.recompute.models import RecomputeJob
from servicedesk.sla.recompute.services import recompute_once
from servicedesk.sla.services import stop_clock
from servicedesk.worktime.models import CalendarVersion, WorkCalendar
from tests.make import make_ticket, make_user
from tests.make_sla import load_promises, local

pytestmark = pytest.mark.django_db
START = local("2026-03-10 17:00")
NOW = START + timedelta(minutes=40)


@pytest.fixture(autouse=True)
def _english() -> Any:
    load_promises()
    with clock.at(NOW), translation.override("en"):
        yield


def sign_in(role: Role) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(make_user(role))
    return client


def shorten_wednesdays() -> None:
    work = WorkCalendar.objects.get(code="WORK")
    CalendarVersion.objects.create(
        calendar=work, effective_from=START + timedelta(minutes=30), week={"wed": ["14:00-16:00"]}
    )


def page_of(client: Client, job: RecomputeJob, **headers: str) -> str:
    return client.get(reverse("recompute_detail", args=[job.pk]), headers=headers).content.decode()


def make_job(state: str, **overrides: Any) -> RecomputeJob:
    return RecomputeJob.objects.create(**{"asked_at": NOW, "state": state, "total": 10, "looked_at": 4, **overrides})


def test_a_manager_counts_looks_at_the_examples_and_carries_it_out() -> None:
    ticket = make_ticket(kind="complaint", channel="email", priority=3, now=START)
    for kind in ticket.clocks.exclude(kind__startswith="complaint").values_list("kind", flat=True):
        stop_clock(ticket, kind, at=START, actor=None)
    shorten_wednesdays()
    client = sign_in(Role.MANAGER)

    answer = client.post(reverse("recompute_list"), {"why": "Shorter Wednesdays"})
    job = RecomputeJob.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, reverse("recompute_detail", args=[job.pk]))
    assert "hx-get" in page_of(client, job)
    recompute_once(NOW)
    job.refresh_from_db()
    page = page_of(client, job)
    assert "hx-get" not in page
    assert ticket.number in page
    assert "2026-03-11 15:30" in page
    assert "No clock will be overdue at once." in page

    client.post(reverse("recompute_apply", args=[job.pk]))
    recompute_once(NOW)

    job.refresh_from_db()
    assert (job.state, job.applied_by, job.why) == ("done", job.asked_by, "Shorter Wednesdays")
    assert "Call off" not in page_of(client, job)
    notices = Notification.objects.order_by("id")
    assert [sentence(notice) for notice in notices if notice.kind.startswith("recompute")] == [
        "The recompute has been counted: 2 clocks would move. Carry it out or call it off.",
        "The recompute is done: 2 clocks were moved.",
    ]
    about = kind_of(notices.filter(kind="recompute_done").get()).about
    assert about is not None
    assert about(notices.filter(kind="recompute_done").get()) == reverse("recompute_detail", args=[job.pk])


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.AUDITOR])
def test_who_only_reads_gets_no_form_and_no_button(role: Role) -> None:
    client = sign_in(role)
    assert "<form" not in client.get(reverse("recompute_list")).content.decode().partition("<main")[2]
    assert "Carry out" not in page_of(client, make_job("ready"))
    answer = client.post(reverse("recompute_list"), {"why": ""})
    assert answer.status_code == 403


def test_while_one_is_not_over_the_list_leads_to_it_and_a_second_is_refused() -> None:
    job = make_job("ready")
    client = sign_in(Role.ADMIN)

    page = client.get(reverse("recompute_list")).content.decode()

    assert "A recompute is not over yet." in page
    assert reverse("recompute_detail", args=[job.pk]) in page
    assert client.post(reverse("recompute_list"), {"why": ""}).status_code == 409
    assert RecomputeJob.objects.count() == 1


def test_too_long_a_reason_keeps_what_was_typed() -> None:
    answer = sign_in(Role.MANAGER).post(reverse("recompute_list"), {"why": "x" * 201, "follow_targets": "on"})

    assert answer.status_code == 422
    assert "x" * 201 in answer.content.decode()
    assert not RecomputeJob.objects.exists()


def test_a_running_one_shows_how_far_it_is_and_can_be_called_off() -> None:
    job = make_job("running", applied_at=NOW, moved=3)
    client = sign_in(Role.MANAGER)

    fragment = page_of(client, job, **{"HX-Request": "true"})

    assert "40 %" in fragment
    assert "<html" not in fragment
    answer = client.post(reverse("recompute_cancel", args=[job.pk]), follow=True)
    assert "Clocks that were moved already stay" in answer.content.decode()
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_one_that_broke_off_says_why() -> None:
    assert "value out of range" in page_of(sign_in(Role.AUDITOR), make_job("failed", problem="value out of range"))


def test_an_unknown_one_is_not_found() -> None:
    assert sign_in(Role.MANAGER).get(reverse("recompute_detail", args=[999])).status_code == 404


def test_older_ones_follow_on_the_next_page() -> None:
    jobs = [make_job("done", why=f"reason {place:02d}") for place in range(27)]
    client = sign_in(Role.MANAGER)

    first = client.get(reverse("recompute_list")).content.decode()
    second = client.get(reverse("recompute_list"), {"after": jobs[2].pk}).content.decode()

    assert ("reason 26" in first, "reason 01" in first) == (True, False)
    assert ("reason 26" in second, "reason 01" in second) == (False, True)
