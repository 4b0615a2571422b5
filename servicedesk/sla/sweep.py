"""The sweep: writes down the warnings and breaches that have come due. Any number of sweepers may run at once.

It runs every second, ticked by Celery beat and by `manage.py timers`; a round that is missed is made up by the next.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import DataError, IntegrityError, InternalError, connection, transaction
from django.db.models import F, Q, QuerySet

from servicedesk import failpoints
from servicedesk.sla.models import SlaClock, SlaEvent
from servicedesk.sla.recording import Fired, fire_due

log = logging.getLogger(__name__)

BATCH = 200
# After this many full batches a round ends, so that the other timer steps get their turn; the next goes on.
BATCHES_A_ROUND = 25
# The longest a sweeper may say nothing in the middle of a batch. Actions wait for its locks meanwhile.
FROZEN_SECONDS = 5
# What a row itself can be at fault for; a lost connection or a deadlock is nobody's fault and is tried again.
ROW_FAULTS = (DataError, IntegrityError, InternalError)


@dataclass(frozen=True)
class SweepResult:
    """What one round did: clocks taken, events newly written by level, clocks parked as unusable."""

    taken: int = 0
    warned: int = 0
    breached: int = 0
    parked: int = 0

    def __add__(self, other: "SweepResult") -> "SweepResult":
        return SweepResult(
            self.taken + other.taken,
            self.warned + other.warned,
            self.breached + other.breached,
            self.parked + other.parked,
        )


def sweep_once(now: datetime, limit: int = BATCH) -> SweepResult:
    """One round: batches of `limit` due clocks, each in a short transaction of its own, until no more are due.

    Clocks whose ticket an action holds at this moment are left to the next round. Raises what the database raises when
    it is away or a lock cannot be had.
    """
    total = SweepResult()
    # Most rounds find nothing: a short look costs much less than the planning of the long statement.
    if not is_due(now).exists():
        return total
    for _batch in range(BATCHES_A_ROUND):
        result = _sweep_batch(now, limit)
        total += result
        if result.taken + result.parked < limit:
            break
    return total


def _sweep_batch(now: datetime, limit: int) -> SweepResult:
    try:
        with transaction.atomic():
            _end_if_frozen()
            failpoints.reach("sweep.before_statement")
            result = _count(fire_due(now, limit))
            failpoints.reach("sweep.before_commit")
        failpoints.reach("sweep.after_commit")
    except ROW_FAULTS as error:
        log.warning("a batch of the sweep failed, looking for the clock at fault: %s", _first_line(error))
        return _bisect(now, _due_ids(now, limit))
    return result


def _end_if_frozen() -> None:
    """A process frozen in this transaction loses it, and with it its locks; when it wakes up it begins anew."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = %s", [f"{FROZEN_SECONDS}s"])


def _bisect(now: datetime, clock_ids: Sequence[int]) -> SweepResult:
    """Does the halves of a failed batch on their own, down to the clock at fault, which is parked."""
    if not clock_ids:
        return SweepResult()
    try:
        with transaction.atomic():
            return _count(fire_due(now, len(clock_ids), clock_ids))
    except ROW_FAULTS as error:
        if len(clock_ids) == 1:
            return _park(clock_ids[0], error)
    middle = len(clock_ids) // 2
    return _bisect(now, clock_ids[:middle]) + _bisect(now, clock_ids[middle:])


def _park(clock_id: int, error: Exception) -> SweepResult:
    """Takes a clock out of the sweep with the reason; the next action on it brings it back."""
    reason = _first_line(error)
    log.error("clock %d cannot be swept and is parked: %s", clock_id, reason)
    parked = SlaClock.objects.filter(pk=clock_id).update(
        next_fire_at=None, next_level="", parked_reason=reason[:300], row_version=F("row_version") + 1
    )
    return SweepResult(parked=parked)


def _due_ids(now: datetime, limit: int) -> list[int]:
    return list(is_due(now).order_by("next_fire_at").values_list("pk", flat=True)[:limit])


def is_due(now: datetime) -> QuerySet[SlaClock]:
    """The clocks a sweep at `now` would take: a warning from its instant on, a breach only after due."""
    overdue = Q(next_level=SlaEvent.Level.WARN) | Q(due_at__lt=now)
    return SlaClock.objects.filter(overdue, next_fire_at__lte=now)


def _count(fired: Sequence[Fired]) -> SweepResult:
    fresh = [each.level for each in fired if each.fresh]
    return SweepResult(
        taken=len(fired), warned=fresh.count(SlaEvent.Level.WARN), breached=fresh.count(SlaEvent.Level.BREACH)
    )


def _first_line(error: Exception) -> str:
    # Later lines show the row, which may hold more than a log should.
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
