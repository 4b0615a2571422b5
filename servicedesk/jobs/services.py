"""Asking for long work, calling it off, and doing it.

`run_once` is ticked like the sweep: the queue only wakes, the rows decide. A batch is one transaction that does its
work and moves the job on, so that a killed worker leaves no half batch: what it had not finished is taken up again by
the next tick. A batch that was begun several times and never ended ends the job as failed.
"""

import logging
import time
from datetime import datetime, timedelta

from django.db import DataError, IntegrityError, InternalError, OperationalError, transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from servicedesk.errors import OUT_OF_SCOPE, ActionError
from servicedesk.failpoints import reach
from servicedesk.jobs.kinds import KINDS
from servicedesk.jobs.models import AT_WORK, Job, JobState
from servicedesk.notify import live
from servicedesk.notify.services import notify
from servicedesk.people.models import Role, User

log = logging.getLogger(__name__)

# How long one round may take, so that the other steps of `timers` get their turn.
ROUND_SECONDS = 0.8
# A batch that was begun and neither ended nor holds its row was begun by somebody who is gone.
LEASE = timedelta(seconds=20)
MOST_ATTEMPTS = 4
# Managers and administrators look at everybody's work and may call it off.
OVERSEERS = frozenset({Role.MANAGER, Role.ADMIN})
# What a batch can be at fault for; a lost connection is nobody's fault and is tried again.
FAULTS = (DataError, IntegrityError, InternalError, ActionError, ArithmeticError, LookupError, TypeError, ValueError)


def jobs_for(user: User) -> QuerySet[Job]:
    """The work `user` may look at, the newest first: the own, for managers and administrators all."""
    jobs = Job.objects.select_related("asked_by")
    return jobs if user.role in OVERSEERS else jobs.filter(asked_by=user)


def start_job(kind: str, about: int, *, total: int, actor: User, now: datetime) -> Job:
    """New work, which a worker begins with its next tick. Refuses with 409 job_at_work where the same is not over."""
    try:
        with transaction.atomic():
            job = Job.objects.create(kind=kind, about=about, total=total, asked_by=actor, asked_at=now)
    except IntegrityError as error:
        if "one_job_at_a_time" not in str(error):
            raise
        raise ActionError("job_at_work", _("This is being done already.")) from error
    _show(job)
    return job


def cancel_job(job_id: int, *, actor: User, now: datetime) -> Job:
    """The job, called off between two batches; what was done stays done.

    Refuses with 404 others' work, with 409 job_over.
    """
    with transaction.atomic():
        job = Job.objects.select_for_update(of=("self",)).filter(pk=job_id).first()
        if job is None or (job.asked_by_id != actor.pk and actor.role not in OVERSEERS):
            raise ActionError("job_not_found", _("There is no such work."), status=OUT_OF_SCOPE)
        if not job.is_at_work:
            raise ActionError("job_over", _("This work is over already."))
        _end(job, JobState.CANCELLED, now)
        return job


def run_once(now: datetime, seconds: float = ROUND_SECONDS) -> int:
    """Batches done in one round of at most `seconds`; none where there is no work, or other workers are at it.

    Raises what the database raises when it is away.
    """
    ends_at = time.monotonic() + seconds
    batches = 0
    while (claimed := _claim(now)) is not None:
        batches += 1
        more = _batch(*claimed, now)
        if not more or time.monotonic() >= ends_at:
            break
    return batches


def _claim(now: datetime) -> tuple[int, int] | None:
    """The work that is next and the number of this attempt; committed before the batch, so that a batch that kills
    its worker is found out.
    """
    free = Q(attempts=0) | Q(beat_at__lte=now - LEASE)
    with transaction.atomic():
        waiting = Job.objects.select_for_update(skip_locked=True, of=("self",)).filter(free, state__in=AT_WORK)
        job = waiting.order_by(F("beat_at").asc(nulls_first=True), "id").first()
        if job is None:
            return None
        if job.kind not in KINDS or job.attempts >= MOST_ATTEMPTS:
            job.problem = (
                "no such kind of work" if job.kind not in KINDS else f"begun {job.attempts} times, never ended"
            )
            _end(job, JobState.FAILED, now)
            return job.pk, -1
        job.attempts += 1
        job.state, job.beat_at, job.started_at = JobState.RUNNING, now, job.started_at or now
        job.save()
        return job.pk, job.attempts


def _batch(job_id: int, attempt: int, now: datetime) -> bool:
    """Does one batch; whether there may be more to do at once."""
    if attempt < 0:
        return True
    try:
        with transaction.atomic():
            job = _held(job_id, attempt)
            if job is None:
                return True
            more = KINDS[job.kind].step(job, now)
            reach("jobs.before_commit")
            job.attempts, job.beat_at = 0, now
            if more:
                job.save()
                _show(job)
            else:
                _end(job, JobState.DONE, now)
    except OperationalError:
        raise
    except FAULTS as error:
        _fail(job_id, attempt, str(error), now)
    return True


def _fail(job_id: int, attempt: int, problem: str, now: datetime) -> None:
    log.exception("job %d failed", job_id)
    with transaction.atomic():
        job = _held(job_id, attempt)
        if job is not None:
            job.problem = problem.strip().partition("\n")[0][:300]
            _end(job, JobState.FAILED, now)


def _held(job_id: int, attempt: int) -> Job | None:
    """The job, locked, where nobody else has taken it up or ended it meanwhile."""
    rows = Job.objects.select_for_update(skip_locked=True, of=("self",)).select_related("asked_by")
    return rows.filter(pk=job_id, state=JobState.RUNNING, attempts=attempt).first()


def _end(job: Job, state: JobState, now: datetime) -> None:
    job.state, job.ended_at, job.attempts = state, now, 0
    job.save()
    if job.kind in KINDS:
        KINDS[job.kind].ended(job, now)
    if state != JobState.CANCELLED:
        notify(f"job:{job.pk}:{state.value}", [job.asked_by], f"job_{state.value}", values={"job": job.pk})
    _show(job)


def _show(job: Job) -> None:
    live.publish({f"user:{job.asked_by_id}"}, "job", {"job": job.pk, "state": str(job.state)})
