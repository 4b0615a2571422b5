"""Long work: done in batches, taken up again after a death, called off in between, seen by whom it concerns."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from servicedesk.errors import ActionError
from servicedesk.jobs import services
from servicedesk.jobs.kinds import KINDS, JobKind, register
from servicedesk.jobs.models import Job, JobState
from servicedesk.jobs.services import LEASE, MOST_ATTEMPTS, cancel_job, run_once, start_job
from servicedesk.notify.models import Notification
from servicedesk.people.models import Role, User
from tests.make import NOW, make_user

pytestmark = pytest.mark.django_db

ended: list[str] = []


def count_up(job: Job, _now: datetime) -> bool:
    job.done += 1
    return job.done < job.total


def break_off(job: Job, _now: datetime) -> bool:
    User.objects.filter(pk=job.asked_by_id).update(name="half")
    raise ValueError("no such thing")


@pytest.fixture(autouse=True)
def _kinds() -> Iterator[None]:
    def note_end(job: Job, _now: datetime) -> None:
        ended.append(job.state)

    ended.clear()
    register("count", JobKind("Count", count_up, note_end, lambda job: "/"))
    register("break", JobKind("Break", break_off, note_end, lambda job: "/"))
    yield
    del KINDS["count"], KINDS["break"]


def test_work_is_done_in_batches_and_its_owner_is_told_once() -> None:
    owner = make_user(Role.SUPERVISOR)
    job = start_job("count", 1, total=3, actor=owner, now=NOW)
    assert run_once(NOW) == 3
    job.refresh_from_db()
    assert (job.state, job.done, job.percent, job.ended_at) == ("done", 3, 100, NOW)
    assert ended == ["done"]
    assert run_once(NOW) == 0
    assert Notification.objects.filter(recipient=owner, kind="job_done").count() == 1


def test_a_round_ends_in_time_and_the_next_one_goes_on() -> None:
    job = start_job("count", 1, total=3, actor=make_user(), now=NOW)
    assert run_once(NOW, seconds=0) == 1
    job.refresh_from_db()
    assert (job.state, job.done) == ("running", 1)
    run_once(NOW)
    job.refresh_from_db()
    assert job.state == "done"


def test_a_batch_that_fails_leaves_nothing_and_names_its_problem() -> None:
    owner = make_user(name="全")
    job = start_job("break", 1, total=3, actor=owner, now=NOW)
    run_once(NOW)
    job.refresh_from_db()
    owner.refresh_from_db()
    assert (job.state, job.problem, owner.name) == ("failed", "no such thing", "全")
    assert ended == ["failed"]


def test_a_batch_whose_worker_died_is_taken_up_again_after_a_while() -> None:
    job = start_job("count", 1, total=2, actor=make_user(), now=NOW)
    assert services._claim(NOW) == (job.pk, 1)
    assert run_once(NOW) == 0, "somebody has begun it"
    later = NOW + LEASE
    assert run_once(later) == 2
    job.refresh_from_db()
    assert (job.state, job.done) == ("done", 2)


def test_work_that_kills_every_worker_ends_as_failed() -> None:
    job = start_job("count", 1, total=2, actor=make_user(), now=NOW)
    now = NOW
    for _death in range(MOST_ATTEMPTS):
        assert services._claim(now) is not None
        now += LEASE
    run_once(now)
    job.refresh_from_db()
    assert (job.state, job.done) == ("failed", 0)
    assert "never ended" in job.problem


def test_work_called_off_between_batches_keeps_what_was_done() -> None:
    owner = make_user(Role.SUPERVISOR)
    job = start_job("count", 1, total=3, actor=owner, now=NOW)
    run_once(NOW, seconds=0)
    cancel_job(job.pk, actor=owner, now=NOW)
    assert run_once(NOW) == 0
    job.refresh_from_db()
    assert (job.state, job.done) == ("cancelled", 1)
    with pytest.raises(ActionError) as refused:
        cancel_job(job.pk, actor=owner, now=NOW)
    assert refused.value.code == "job_over"


def test_the_same_work_is_not_begun_twice_and_two_kinds_take_turns() -> None:
    owner = make_user()
    first = start_job("count", 1, total=5, actor=owner, now=NOW)
    with pytest.raises(ActionError) as refused:
        start_job("count", 1, total=5, actor=owner, now=NOW)
    assert refused.value.code == "job_at_work"
    second = start_job("count", 2, total=5, actor=owner, now=NOW)
    run_once(NOW, seconds=0)
    run_once(NOW + timedelta(seconds=1), seconds=0)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.done, second.done) == (1, 1)


def test_others_work_does_not_exist_but_for_managers() -> None:
    owner, other, manager = make_user(Role.SUPERVISOR), make_user(Role.SUPERVISOR), make_user(Role.MANAGER)
    job = start_job("count", 1, total=5, actor=owner, now=NOW)
    seen = {}
    for person in (owner, other, manager):
        client = Client()
        client.force_login(person)
        seen[person.pk] = client.get(reverse("job_detail", args=[job.pk])).status_code
    assert seen == {owner.pk: 200, other.pk: 404, manager.pk: 200}
    with pytest.raises(ActionError) as refused:
        cancel_job(job.pk, actor=other, now=NOW)
    assert refused.value.code == "job_not_found"


def test_a_page_that_watches_loads_itself_anew_when_the_work_is_over() -> None:
    owner = make_user(Role.SUPERVISOR)
    job = start_job("count", 1, total=2, actor=owner, now=NOW)
    client = Client(headers={"HX-Request": "true"})
    client.force_login(owner)
    url = reverse("job_detail", args=[job.pk])
    waiting = client.get(url)
    assert "hx-trigger" in waiting.content.decode()
    assert "HX-Refresh" not in waiting
    run_once(NOW)
    assert client.get(url)["HX-Refresh"] == "true"


def test_the_list_asks_few_questions_however_much_work_there_is(django_assert_max_num_queries: object) -> None:
    owner = make_user(Role.MANAGER)
    for number in range(20):
        Job.objects.create(kind="count", about=number, asked_by=owner, asked_at=NOW, state=JobState.DONE, ended_at=NOW)
    client = Client()
    client.force_login(owner)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        assert client.get(reverse("job_list")).status_code == 200
