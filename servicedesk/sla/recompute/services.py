"""Recomputing the open clocks as a job: asked for, counted, then carried out or called off (docs/sla.md).

The work is done by `recompute_once`, ticked like the sweep: each chunk is a short transaction that also moves the job
on, so that a killed worker loses nothing and counts nothing twice. Any number of workers may try; one at a time does.
"""

import logging
import time
from datetime import datetime, timedelta

from django.db import DataError, IntegrityError, InternalError, transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.errors import FORBIDDEN, OUT_OF_SCOPE, ActionError, require_text
from servicedesk.notify import live
from servicedesk.notify.services import notify
from servicedesk.people.models import Role, User
from servicedesk.sla.calendars import Calendars, calendars
from servicedesk.sla.models import SlaClock
from servicedesk.sla.recompute.engine import Chunk, Move, look, write
from servicedesk.sla.recompute.models import AT_WORK, LIVING, JobState, RecomputeJob, RecomputeSample

log = logging.getLogger(__name__)

EDITORS = frozenset({Role.MANAGER, Role.ADMIN})
CHUNK = 300
SAMPLES = 50
# How long one round may take, so that the other steps of `timers` get their turn.
ROUND_SECONDS = 0.6
# Clocks that were busy are tried again once a round; an action holds them for milliseconds.
MOST_TRIES = 120
# So long a new calendar waits for somebody to look at what it moves; then the system carries it out by itself.
GRACE = timedelta(minutes=5)
LONGEST_WHY = 200
# What a row can be at fault for; a lost connection is nobody's fault and is tried again.
ROW_FAULTS = (DataError, IntegrityError, InternalError)


def start_recompute(*, actor: User | None, now: datetime, why: str = "", follow_targets: bool = False) -> RecomputeJob:
    """A new recompute, which first counts what it would move; with `follow_targets` clocks take the minutes that their
    targets say today, from now on.

    Refuses with 403 others than managers and administrators, with 409 recompute_not_over while one is not over, with
    422 too long a text.
    """
    _require_editor(actor)
    why = why.strip()
    if why:
        require_text("why", why, LONGEST_WHY, missing=_("Say why."))
    with transaction.atomic():
        if RecomputeJob.objects.filter(state__in=LIVING).exists():
            raise _not_over()
        try:
            with transaction.atomic():
                return RecomputeJob.objects.create(
                    asked_by=actor,
                    asked_at=now,
                    why=why,
                    follow_targets=follow_targets,
                    total=SlaClock.objects.filter(stopped_at=None).count(),
                )
        except IntegrityError as error:
            raise _not_over() from error


def apply_recompute(job_id: int, *, actor: User | None, now: datetime) -> RecomputeJob:
    """The recompute, now carried out. Refuses with 409 recompute_not_ready in any state but that after counting."""
    _require_editor(actor)
    with transaction.atomic():
        job = _lock(job_id)
        if job.state != JobState.READY:
            raise ActionError("recompute_not_ready", _("This recompute does not wait for a decision."))
        _begin(job, actor, now)
        return job


def cancel_recompute(job_id: int, *, actor: User | None, now: datetime) -> RecomputeJob:
    """The recompute, called off between two chunks; what it has moved stays. Refuses with 409 recompute_over."""
    _require_editor(actor)
    with transaction.atomic():
        job = _lock(job_id)
        if not job.is_living:
            raise ActionError("recompute_over", _("This recompute is over already."))
        _end(job, JobState.CANCELLED, now)
        return job


def recompute_once(now: datetime, seconds: float = ROUND_SECONDS) -> int:
    """Chunks done in one round of at most `seconds`; none where there is no job, or another worker is at it.

    Starts a job by itself for a calendar that came into force and that nobody has looked at. Raises what the database
    raises when it is away.
    """
    ends_at = time.monotonic() + seconds
    start_due(now)
    chunks = 0
    while _step(now):
        chunks += 1
        if time.monotonic() >= ends_at:
            break
    return chunks


def start_due(now: datetime) -> RecomputeJob | None:
    """A job of the system for the last calendar change that came into force, where no job came after it."""
    book = calendars()
    last = _last_change(book, now - GRACE)
    if last is None or _Seen.change == (book.book, last):
        return None
    if RecomputeJob.objects.filter(state__in=LIVING).exists():
        return None
    job = start_recompute(actor=None, now=now) if _is_awaited(last) else None
    _Seen.change = (book.book, last)
    return job


def is_pending(now: datetime) -> bool:
    """Whether open clocks may still stand as an edited calendar had them: a recompute is not over, or has to come."""
    if RecomputeJob.objects.filter(state__in=LIVING).exists():
        return True
    last = _last_change(calendars(), now)
    return last is not None and _is_awaited(last)


def _last_change(book: Calendars, until: datetime) -> datetime | None:
    changes = [since for versions in book.versions.values() for since, _calendar in versions[1:]]
    return max((since for since in changes if since <= until), default=None)


def _is_awaited(change: datetime) -> bool:
    """Whether clocks that ran at `change` are open and no job came after it."""
    if RecomputeJob.objects.filter(asked_at__gte=change).exclude(state=JobState.FAILED).exists():
        return False
    return SlaClock.objects.filter(stopped_at=None, started_at__lt=change).exists()


class _Seen:
    """The last calendar change this process has seen to; asking the open clocks each second would be idle work."""

    change: tuple[object, datetime] | None = None


def _step(now: datetime) -> bool:
    """Does one chunk of the job at work; whether there may be another to do at once."""
    try:
        with transaction.atomic():
            job = _at_work()
            return job is not None and _advance(job, now)
    except ROW_FAULTS as error:
        problem = str(error).strip().partition("\n")[0][:300]
        log.exception("the recompute failed")
        with transaction.atomic():
            job = _at_work()
            if job is not None:
                job.problem = problem
                _end(job, JobState.FAILED, now)
        return False


def _at_work() -> RecomputeJob | None:
    living = RecomputeJob.objects.select_for_update(skip_locked=True, of=("self",)).select_related("asked_by")
    return living.filter(state__in=AT_WORK).first()


def _advance(job: RecomputeJob, now: datetime) -> bool:
    ids, cursor = _next_clocks(job.cursor)
    if ids:
        job.cursor = cursor
        _take(job, ids, now)
        return True
    if job.left_over:
        return _take_left_over(job, now)
    if job.state == JobState.COUNTING and job.asked_by is None:
        _begin(job, None, now)
        return True
    if job.state == JobState.COUNTING and job.moved:
        job.counted_at = now
        job.state = JobState.READY
        job.save()
        _tell(job, "recompute_ready")
        return False
    _end(job, JobState.DONE, now)
    return False


def _next_clocks(cursor: int) -> tuple[list[int], int]:
    """The next open clocks after the ticket `cursor`, whole tickets only, and the last of these tickets."""
    found = SlaClock.objects.filter(stopped_at=None, ticket_id__gt=cursor).order_by("ticket_id")
    rows = list(found.values_list("pk", "ticket_id")[:CHUNK])
    if len(rows) == CHUNK and rows[0][1] != rows[-1][1]:
        rows = [row for row in rows if row[1] != rows[-1][1]]
    return [clock_id for clock_id, _ticket in rows], rows[-1][1] if rows else cursor


def _take(job: RecomputeJob, ids: list[int], now: datetime) -> None:
    chunk = look(ids, now, calendars(), follow_targets=job.follow_targets)
    if job.state == JobState.COUNTING:
        _keep_samples(job, chunk.moves)
    else:
        chunk = write(chunk)
        job.left_over += chunk.busy
    _count(job, chunk)


def _take_left_over(job: RecomputeJob, now: datetime) -> bool:
    """Tries the clocks that were busy once more; whether some are left that have not been tried in this round."""
    ids, later = job.left_over[:CHUNK], job.left_over[CHUNK:]
    chunk = write(look(ids, now, calendars(), follow_targets=job.follow_targets))
    job.left_over = later + chunk.busy
    job.tries += 1
    _count(job, Chunk(0, chunk.moves))
    if job.left_over and job.tries >= MOST_TRIES:
        job.problem = f"{len(job.left_over)} clocks were busy {job.tries} times"
        _end(job, JobState.FAILED, now)
        return False
    return not chunk.busy


def _count(job: RecomputeJob, chunk: Chunk) -> None:
    job.looked_at += chunk.looked_at
    job.moved += len(chunk.moves)
    job.newly_broken += sum(move.breaks for move in chunk.moves)
    job.save()


def _keep_samples(job: RecomputeJob, moves: list[Move]) -> None:
    room = SAMPLES - min(job.moved, SAMPLES)
    RecomputeSample.objects.bulk_create(
        RecomputeSample(
            job=job,
            clock=move.clock,
            due_before=move.due_before,
            due_after=move.clock.due_at,
            state_before=move.state_before,
            state_after=move.state_after,
        )
        for move in moves[:room]
    )


def _begin(job: RecomputeJob, actor: User | None, now: datetime) -> None:
    job.counted_at = job.counted_at or now
    job.state, job.applied_by, job.applied_at = JobState.RUNNING, actor, now
    job.looked_at = job.moved = job.newly_broken = job.cursor = job.tries = 0
    job.left_over = []
    job.total = SlaClock.objects.filter(stopped_at=None).count()
    job.save()


def _end(job: RecomputeJob, state: JobState, now: datetime) -> None:
    had_moved = job.state == JobState.RUNNING and job.moved
    job.state, job.ended_at = state, now
    job.save()
    if state != JobState.CANCELLED:
        _tell(job, f"recompute_{state.value}")
    if had_moved:
        # Open lists fetch themselves anew once; a message for every ticket would be a flood.
        live.publish({"desk"}, "ticket", {"number": "", "action": "sla"})


def _tell(job: RecomputeJob, kind: str) -> None:
    if job.asked_by is not None:
        notify(f"{kind}:{job.pk}", [job.asked_by], kind, values={"job": job.pk, "moved": job.moved})


def _lock(job_id: int) -> RecomputeJob:
    found = RecomputeJob.objects.select_for_update(of=("self",)).select_related("asked_by").filter(pk=job_id).first()
    if found is None:
        raise ActionError("not_found", _("There is no such recompute."), status=OUT_OF_SCOPE)
    return found


def _require_editor(actor: User | None) -> None:
    if actor is not None and actor.role not in EDITORS:
        raise ActionError("role_not_allowed", _("Your role may not do this."), status=FORBIDDEN)


def _not_over() -> ActionError:
    return ActionError("recompute_not_over", _("Another recompute is not over yet. Finish it or call it off first."))
