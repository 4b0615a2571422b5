"""Recomputing the open clocks as a job: counted first, in chunks, waiting for nobody, never un-breaching."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection, transaction

from servicedesk.errors import ActionError
from servicedesk.notify.models import Notification
from servicedesk.people.models import Role, User
from servicedesk.sla.models import SlaClock, SlaEvent, SlaSegment, SlaTarget
from servicedesk.sla.recompute import engine, services
from servicedesk.sla.recompute.models import RecomputeJob, RecomputeSample
from servicedesk.sla.recompute.services import (
    apply_recompute,
    cancel_recompute,
    recompute_once,
    start_due,
    start_recompute,
)
from servicedesk.sla.services import pause_clocks, rebuild, resume_clocks, stop_clock
from servicedesk.sla.sweep import sweep_once
from servicedesk.tickets.models import Ticket
from servicedesk.worktime.models import CalendarDay, CalendarVersion, WorkCalendar
from tests.make import make_ticket, make_user
from tests.make_sla import clock_of, in_parallel, load_promises, local

pytestmark = pytest.mark.django_db
# Tuesday; a complaint is answered within 120 minutes of the WORK calendar, Monday to Friday 09:00-18:00.
START = local("2026-03-10 17:00")
OLD_DUE = local("2026-03-11 10:00")


@pytest.fixture(autouse=True)
def _promises() -> None:
    load_promises()


@pytest.fixture
def manager() -> User:
    return make_user(Role.MANAGER)


def make_complaint(start: datetime = START) -> Ticket:
    """A complaint of which only answer and decision are still open."""
    ticket = make_ticket(kind="complaint", channel="email", priority=3, now=start)
    for kind in ticket.clocks.exclude(kind__startswith="complaint").values_list("kind", flat=True):
        stop_clock(ticket, kind, at=start, actor=None)
    return ticket


def answer_of(ticket: Ticket) -> SlaClock:
    return clock_of(ticket, "complaint_answer")


def hours_from(since: datetime, **week: list[str]) -> None:
    work = WorkCalendar.objects.get(code="WORK")
    CalendarVersion.objects.create(calendar=work, effective_from=since, week=week)


def finish(job: RecomputeJob, now: datetime) -> RecomputeJob:
    """Rounds until the job has nothing to do."""
    for _round in range(200):
        recompute_once(now)
        job.refresh_from_db()
        if not job.is_at_work:
            return job
    raise AssertionError(f"still {job.state}")


def carry_out(manager: User, now: datetime, *, follow_targets: bool = False) -> RecomputeJob:
    job = finish(start_recompute(actor=manager, now=now, follow_targets=follow_targets), now)
    if job.state == "ready":
        apply_recompute(job.pk, actor=manager, now=now)
        finish(job, now)
    return job


def counts(job: RecomputeJob) -> tuple[str, int, int, int]:
    return job.state, job.looked_at, job.moved, job.newly_broken


def test_it_counts_first_and_changes_nothing_until_it_is_told_to(manager: User) -> None:
    ticket = make_complaint()
    hours_from(local("2026-03-10 17:30"), wed=["14:00-16:00"])
    now = local("2026-03-10 17:40")

    job = finish(start_recompute(actor=manager, now=now, why="Shorter Wednesdays"), now)

    assert counts(job) == ("ready", 2, 2, 0)
    assert answer_of(ticket).due_at == OLD_DUE
    sample = RecomputeSample.objects.get(job=job, clock=answer_of(ticket))
    # Half an hour was used before the change.
    assert (sample.due_before, sample.due_after) == (OLD_DUE, local("2026-03-11 15:30"))
    assert Notification.objects.filter(recipient=manager, kind="recompute_ready").count() == 1


def test_told_to_it_moves_the_clocks_and_tells_who_asked(manager: User) -> None:
    ticket = make_complaint()
    hours_from(local("2026-03-10 17:30"), wed=["14:00-16:00"])

    job = carry_out(manager, local("2026-03-10 17:40"))

    assert counts(job) == ("done", 2, 2, 0)
    answer = answer_of(ticket)
    assert (answer.due_at, answer.next_level) == (local("2026-03-11 15:30"), "warn")
    assert answer.next_fire_at == answer.warn_at
    assert rebuild(answer, at=local("2026-03-10 17:41")) == []
    assert Notification.objects.filter(recipient=manager, kind="recompute_done").count() == 1


def test_with_nothing_to_move_it_ends_after_counting(manager: User) -> None:
    make_complaint()
    now = local("2026-03-10 17:40")

    job = finish(start_recompute(actor=manager, now=now), now)

    assert counts(job) == ("done", 2, 0, 0)
    assert carry_out(manager, now).moved == 0


def test_a_clock_that_is_overdue_at_once_is_broken_by_the_sweep_and_not_back_dated(manager: User) -> None:
    ticket = make_complaint(local("2026-03-10 10:00"))
    # Nobody swept before; the calendar becomes round the clock while nothing counted.
    hours_from(local("2026-03-10 11:00"), tue=["00:00-24:00"])
    SlaTarget.objects.filter(clock="complaint_answer").update(minutes=30)
    now = local("2026-03-10 11:30")

    job = carry_out(manager, now, follow_targets=True)

    assert job.newly_broken == 0
    assert (answer_of(ticket).due_at, answer_of(ticket).state) == (now, "running")
    sweep_once(now + timedelta(seconds=1))
    assert (answer_of(ticket).state, answer_of(ticket).breached_at) == ("breached", now)
    assert SlaEvent.objects.filter(clock=answer_of(ticket), level="breach").count() == 1


def test_a_breach_after_the_change_is_dated_as_the_calendar_says_and_told_once(manager: User) -> None:
    ticket = make_complaint(START)
    hours_from(local("2026-03-10 18:00"), tue=["00:00-24:00"], wed=["00:00-24:00"])
    # Due was ten the next morning; by the new hours it is an hour after six.
    now = local("2026-03-10 19:20")

    job = carry_out(manager, now)

    assert job.newly_broken == 1
    sweep_once(now)
    answer = answer_of(ticket)
    assert (answer.state, answer.breached_at) == ("breached", local("2026-03-10 19:00"))
    assert SlaEvent.objects.filter(clock=answer, level="breach").count() == 1
    assert not answer.segments.filter(kind="upheld").exists()


def test_a_breach_that_was_written_stays_when_edited_rows_would_take_it_back(manager: User) -> None:
    ticket, due = make_complaint(local("2026-03-10 10:00")), local("2026-03-10 12:00")
    sweep_once(due + timedelta(minutes=1))
    assert answer_of(ticket).breached_at == due
    # The zone has no versions: by the edited row nothing was open before eleven, and due was one o'clock.
    WorkCalendar.objects.filter(code="WORK").update(time_zone="Asia/Urumqi")
    now = local("2026-03-10 12:30")

    job = carry_out(manager, now)

    answer = answer_of(ticket)
    assert job.state == "done"
    assert (answer.state, answer.breached_at) == ("breached", due)
    assert answer.segments.filter(kind="upheld", expected_end_at=due).count() == 1
    assert rebuild(answer, at=now + timedelta(minutes=5)) == []
    assert carry_out(manager, now + timedelta(minutes=10)).moved == 0


def test_edited_rows_that_put_due_into_the_past_break_nothing_before_it_was_known(manager: User) -> None:
    ticket = make_complaint()
    # By the edited row it was open until eight in the evening, and due was seven.
    WorkCalendar.objects.filter(code="WORK").update(time_zone="Asia/Urumqi")
    now = local("2026-03-10 21:00")

    carry_out(manager, now)

    answer = answer_of(ticket)
    assert (answer.state, answer.due_at, answer.breached_at) == ("running", now, None)
    sweep_once(now + timedelta(seconds=1))
    assert answer_of(ticket).breached_at == now
    assert rebuild(answer_of(ticket), at=now + timedelta(minutes=5)) == []


def test_a_target_edited_in_place_counts_from_now_on_and_time_spent_stays_spent(manager: User) -> None:
    ticket = make_complaint(local("2026-03-10 09:00"))
    SlaTarget.objects.filter(clock="complaint_answer").update(minutes=240)
    now = local("2026-03-10 10:00")
    assert carry_out(manager, now).moved == 0

    job = carry_out(manager, now, follow_targets=True)

    answer = answer_of(ticket)
    assert (job.moved, answer.due_at, answer.target_minutes) == (1, local("2026-03-10 13:00"), 240)
    assert answer.segments.filter(kind="target", minutes_added=120, at=now).count() == 1
    assert rebuild(answer, at=now + timedelta(minutes=5)) == []
    assert carry_out(manager, now, follow_targets=True).moved == 0
    SlaTarget.objects.filter(clock="complaint_answer").update(minutes=30)
    carry_out(manager, now + timedelta(minutes=30), follow_targets=True)
    assert (answer_of(ticket).due_at, answer_of(ticket).target_minutes) == (now + timedelta(minutes=30), 30)


def test_a_paused_clock_stays_paused_and_goes_on_by_the_new_calendar(manager: User) -> None:
    ticket = make_complaint()
    pause_clocks(ticket, "waiting_for_customer", at=local("2026-03-10 17:30"), actor=None)
    hours_from(local("2026-03-10 17:40"), wed=["14:00-16:00"])

    job = carry_out(manager, local("2026-03-10 18:00"))

    assert (job.moved, answer_of(ticket).state, answer_of(ticket).due_at) == (0, "paused", None)
    resume_clocks(ticket, at=local("2026-03-10 18:10"), actor=None)
    assert answer_of(ticket).due_at == local("2026-03-11 15:30")


def test_a_stopped_clock_is_left_alone(manager: User) -> None:
    ticket = make_complaint()
    stop_clock(ticket, "complaint_answer", at=local("2026-03-10 17:20"), actor=None)
    before = SlaClock.objects.filter(pk=answer_of(ticket).pk).values().get()
    CalendarDay.objects.create(day=date(2026, 3, 10), kind="holiday")

    carry_out(manager, local("2026-03-10 18:00"))

    assert SlaClock.objects.filter(pk=answer_of(ticket).pk).values().get() == before


def test_a_clock_nobody_will_look_at_again_is_brought_back_to_the_sweep(manager: User) -> None:
    ticket = make_complaint()
    SlaClock.objects.filter(ticket=ticket, stopped_at=None).update(next_fire_at=None, next_level="")

    job = carry_out(manager, local("2026-03-10 17:10"))

    assert job.moved == 2
    assert not SlaClock.objects.filter(ticket=ticket, stopped_at=None, next_fire_at=None).exists()


def test_only_managers_and_administrators_may(manager: User) -> None:
    for role in (Role.AGENT, Role.DISPATCHER, Role.SUPERVISOR, Role.AUDITOR, Role.TECHNICIAN):
        with pytest.raises(ActionError) as refused:
            start_recompute(actor=make_user(role), now=START)
        assert (refused.value.code, refused.value.status) == ("role_not_allowed", 403)
    assert start_recompute(actor=make_user(Role.ADMIN), now=START).state == "counting"


def test_one_at_a_time(manager: User) -> None:
    first = start_recompute(actor=manager, now=START)

    with pytest.raises(ActionError) as refused:
        start_recompute(actor=manager, now=START)

    assert (refused.value.code, refused.value.status) == ("recompute_not_over", 409)
    cancel_recompute(first.pk, actor=manager, now=START)
    assert start_recompute(actor=manager, now=START).state == "counting"


@pytest.mark.parametrize("state", ["counting", "running", "done", "cancelled", "failed"])
def test_only_a_counted_one_can_be_carried_out(manager: User, state: str) -> None:
    job = RecomputeJob.objects.create(asked_by=manager, asked_at=START, state=state)

    with pytest.raises(ActionError) as refused:
        apply_recompute(job.pk, actor=manager, now=START)

    assert refused.value.code == "recompute_not_ready"


def test_one_that_is_over_cannot_be_called_off(manager: User) -> None:
    job = carry_out(manager, START)

    with pytest.raises(ActionError) as refused:
        cancel_recompute(job.pk, actor=manager, now=START)

    assert refused.value.code == "recompute_over"
    with pytest.raises(ActionError) as refused:
        cancel_recompute(job.pk + 1, actor=manager, now=START)
    assert refused.value.status == 404


def test_called_off_between_two_chunks_it_keeps_what_it_did(manager: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "CHUNK", 3)
    tickets = [make_complaint() for _ in range(4)]
    hours_from(local("2026-03-10 17:30"), wed=["14:00-16:00"])
    now = local("2026-03-10 17:40")
    job = finish(start_recompute(actor=manager, now=now), now)
    apply_recompute(job.pk, actor=manager, now=now)

    recompute_once(now, seconds=0)
    cancel_recompute(job.pk, actor=manager, now=now)
    recompute_once(now)

    job.refresh_from_db()
    assert counts(job) == ("cancelled", 2, 2, 0)
    assert [answer_of(ticket).due_at == OLD_DUE for ticket in tickets] == [False, True, True, True]


def test_a_row_at_fault_ends_the_job_with_its_reason(manager: User, monkeypatch: pytest.MonkeyPatch) -> None:
    make_complaint()
    hours_from(local("2026-03-10 17:30"), wed=["14:00-16:00"])
    now = local("2026-03-10 17:40")
    job = finish(start_recompute(actor=manager, now=now), now)
    apply_recompute(job.pk, actor=manager, now=now)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "ALTER TABLE servicedesk_slaclock ADD CONSTRAINT never_again "
            "CHECK (due_at < '2026-03-11 12:00+08') NOT VALID"
        )

    finish(job, now)

    assert job.state == "failed"
    assert "never_again" in job.problem
    assert Notification.objects.filter(recipient=manager, kind="recompute_failed").count() == 1


# By itself


def test_a_calendar_that_came_into_force_is_carried_out_after_a_while_without_a_question() -> None:
    ticket = make_complaint()
    hours_from(local("2026-03-10 17:30"), wed=["14:00-16:00"])

    assert start_due(local("2026-03-10 17:34")) is None
    assert recompute_once(local("2026-03-10 17:36")) > 0

    job = finish(RecomputeJob.objects.get(), local("2026-03-10 17:37"))
    assert (job.state, job.asked_by, job.moved) == ("done", None, 2)
    assert answer_of(ticket).due_at == local("2026-03-11 15:30")
    assert start_due(local("2026-03-10 17:50")) is None
    assert not Notification.objects.filter(kind__startswith="recompute").exists()


def test_it_leaves_a_change_alone_that_somebody_has_looked_at(manager: User) -> None:
    make_complaint()
    hours_from(local("2026-03-10 17:30"), wed=["14:00-16:00"])
    now = local("2026-03-10 17:32")
    job = finish(start_recompute(actor=manager, now=now), now)

    assert start_due(local("2026-03-10 17:50")) is None
    cancel_recompute(job.pk, actor=manager, now=now)
    assert start_due(local("2026-03-10 17:51")) is None


def test_a_change_before_the_first_open_clock_starts_nothing() -> None:
    hours_from(local("2026-03-09 12:00"), wed=["14:00-16:00"])
    make_complaint()

    assert start_due(START) is None
    assert not RecomputeJob.objects.exists()


# Beside others


@pytest.mark.django_db(transaction=True)
def test_a_clock_that_somebody_holds_is_taken_at_the_end(manager: User) -> None:
    tickets = [make_complaint() for _ in range(3)]
    hours_from(local("2026-03-10 17:30"), wed=["14:00-16:00"])
    now = local("2026-03-10 17:40")
    job = finish(start_recompute(actor=manager, now=now), now)
    apply_recompute(job.pk, actor=manager, now=now)

    with transaction.atomic():
        held = SlaClock.objects.select_for_update(no_key=True).get(pk=answer_of(tickets[1]).pk)
        errors = in_parallel(lambda: recompute_once(now, seconds=5))
        job.refresh_from_db()
        assert (errors, job.state, job.left_over, job.moved) == ([], "running", [held.pk], 5)

    finish(job, now)
    assert counts(job) == ("done", 6, 6, 0)
    assert {answer_of(ticket).due_at for ticket in tickets} == {local("2026-03-11 15:30")}


@pytest.mark.django_db(transaction=True)
def test_a_clock_touched_after_it_was_read_is_read_again(manager: User, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = make_complaint()
    hours_from(local("2026-03-10 17:30"), wed=["14:00-16:00"])
    now = local("2026-03-10 17:40")
    job = finish(start_recompute(actor=manager, now=now), now)
    apply_recompute(job.pk, actor=manager, now=now)
    plain = engine.write

    def pause_first(chunk: engine.Chunk) -> engine.Chunk:
        monkeypatch.setattr(services, "write", plain)
        assert in_parallel(lambda: pause_clocks(ticket, "waiting_for_customer", at=now, actor=None)) == []
        return plain(chunk)

    monkeypatch.setattr(services, "write", pause_first)
    finish(job, now)

    assert (job.state, answer_of(ticket).state, answer_of(ticket).due_at) == ("done", "paused", None)
    assert rebuild(answer_of(ticket), at=now) == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_count_every_clock_once(manager: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "CHUNK", 3)
    for _number in range(8):
        make_complaint()
    hours_from(local("2026-03-10 17:30"), wed=["14:00-16:00"])
    now = local("2026-03-10 17:40")
    job = finish(start_recompute(actor=manager, now=now), now)
    apply_recompute(job.pk, actor=manager, now=now)

    for _round in range(20):
        assert in_parallel(lambda: recompute_once(now), lambda: recompute_once(now)) == []

    job.refresh_from_db()
    assert counts(job) == ("done", 16, 16, 0)
    assert SlaSegment.objects.filter(kind="upheld").count() == 0
