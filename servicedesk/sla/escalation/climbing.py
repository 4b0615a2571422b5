"""Climbing on: the steps that have come due since the breach, and the repeats until somebody takes the promise on.

One round a second (timers and Celery beat); a step is told once, whoever looks and however often: its notices carry a
key, and how far the climb got is written in the same transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from servicedesk.clock import LOCAL
from servicedesk.sla import ledger
from servicedesk.sla.arithmetic import ClockFacts, NeverOpensError, add_minutes, read_clock
from servicedesk.sla.calendars import Calendars, calendars
from servicedesk.sla.escalation.beginning import next_moment, roughly_at
from servicedesk.sla.escalation.ladders import BREACH, Climb, Ladders, Rules, ladders
from servicedesk.sla.escalation.models import Escalation
from servicedesk.sla.escalation.telling import News, tell_steps
from servicedesk.sla.models import ClockState, SlaClock

BATCH = 200
BATCHES_A_ROUND = 25
# A clock that stands still is looked at again after this; when it runs on, so does its ladder.
LOOK_AGAIN = timedelta(minutes=10)

# The ticket is only looked at, and skipped while an action holds it: notices name it, and waiting could deadlock.
_TAKE = """
SELECT e.id FROM servicedesk_escalation e
JOIN servicedesk_slaclock c ON c.id = e.clock_id
JOIN servicedesk_ticket t ON t.id = c.ticket_id
WHERE e.next_at <= %(now)s
ORDER BY e.next_at
LIMIT %(limit)s
FOR NO KEY UPDATE OF e SKIP LOCKED
FOR KEY SHARE OF t SKIP LOCKED
"""
_WRITE = """
UPDATE servicedesk_escalation e SET reached = n.reached, repeats = n.repeats, next_at = n.next_at
FROM unnest(%(ids)s::bigint[], %(reached)s::int[], %(repeats)s::int[], %(next_at)s::timestamptz[])
    AS n(id, reached, repeats, next_at)
WHERE e.id = n.id
"""


@dataclass(frozen=True)
class ClimbResult:
    """What one round did: climbs looked at, steps and repeats told."""

    taken: int = 0
    told: int = 0


def climb_once(now: datetime, limit: int = BATCH) -> ClimbResult:
    """One round: batches of `limit` climbs that are due, each in a short transaction, until no more are."""
    taken = told = 0
    if not Escalation.objects.filter(next_at__lte=now).exists():
        return ClimbResult()
    for _batch in range(BATCHES_A_ROUND):
        with transaction.atomic():
            found = _climb_batch(now, limit)
        taken, told = taken + found.taken, told + found.told
        if found.taken < limit:
            break
    return ClimbResult(taken, told)


def _climb_batch(now: datetime, limit: int) -> ClimbResult:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"now": now, "limit": limit})
        taken = [row_id for (row_id,) in cursor.fetchall()]
    rows = list(Escalation.objects.filter(pk__in=taken).order_by("next_at", "id"))
    clocks = SlaClock.objects.select_related("target", "ticket__outlet").in_bulk([row.clock_id for row in rows])
    book, hours = ladders(), calendars()
    news = [each for row in rows for each in _climb(row, clocks[row.clock_id], book, hours, now)]
    _write(rows)
    tell_steps(news, now)
    return ClimbResult(len(rows), len(news))


def _climb(row: Escalation, clock: SlaClock, book: Ladders, hours: Calendars, now: datetime) -> list[News]:
    """Moves `row` on to its next moment; what is to be told now, if anything."""
    climb = book.by_id(row.ladder_id) or book.climb_of(clock.kind, clock.ticket.priority)
    if climb is None or clock.stopped_at is not None or clock.due_at is None:
        row.next_at = None if climb is None or clock.stopped_at is not None else now + LOOK_AGAIN
        return []
    share = climb.next_after(row.reached)
    if share is not None and share < BREACH and clock.state_at(now) == ClockState.BREACHED:
        # Overtaken by the breach, which the sweep tells.
        row.reached, row.next_at = share, now
        return []
    at = now if share is None else max(moment_of(clock, share, hours), now)
    if share is None or share > BREACH:
        at = after_quiet(at, clock, climb, book.rules)
    if at > now:
        row.next_at = at
        return []
    return _told(row, clock, climb, share, now)


def _told(row: Escalation, clock: SlaClock, climb: Climb, share: int | None, now: datetime) -> list[News]:
    if share is None:
        row.repeats += 1
        step, key, kind = climb.last_step(row.reached), f"r{row.repeats}", "sla_repeat"
    else:
        row.reached = share
        step, key, kind = climb.step_at(share), f"p{share}", "sla_step"
    row.next_at = next_moment(climb, row.reached, due_of(clock), clock.target_minutes, now)
    if step is None:
        return []
    return [News(clock.pk, step, f"sla:{clock.pk}:{clock.cycle}:{key}", kind, row.reached)]


def due_of(clock: SlaClock) -> datetime:
    """When the promise was or is to be kept: a later requested time moves no breach. The clock has one of the two."""
    due = clock.breached_at or clock.due_at
    if due is None:
        raise ValueError(f"clock {clock.pk} has no due time")
    return due


def moment_of(clock: SlaClock, percent: int, hours: Calendars) -> datetime:
    """When `percent` of the clock's target is reached, in the minutes of its calendar."""
    due = due_of(clock)
    calendar = hours.at(clock.target.calendar_id, due)
    if calendar.always_open:
        return roughly_at(due, clock.target_minutes, percent)
    if percent > BREACH:
        try:
            return add_minutes(calendar, due, clock.target_minutes * (percent - BREACH) / 100)
        except NeverOpensError:
            return due + timedelta(days=1)
    facts: ClockFacts = replace(
        ledger.facts_of(clock, ledger.lines_of([clock])[clock.pk], hours), warn_percent=percent
    )
    return read_clock(facts, due).warn_at or due


def after_quiet(at: datetime, clock: SlaClock, climb: Climb, rules: Rules) -> datetime:
    """`at`, or the end of the quiet hours it falls into where the ladder can wait for it; local time of the outlet."""
    outlet = clock.ticket.outlet
    return rested(at, LOCAL if outlet is None else ZoneInfo(outlet.time_zone), climb, rules)


def rested(at: datetime, zone: ZoneInfo, climb: Climb, rules: Rules) -> datetime:
    """`at`, or the end of the quiet hours of `zone` it falls into where the ladder can wait for it."""
    local = at.astimezone(zone)
    if not climb.waits_at_night or not rules.is_quiet(local.time()):
        return at
    ends = local.replace(hour=rules.quiet_until.hour, minute=rules.quiet_until.minute, second=0, microsecond=0)
    return ends if ends > local else ends + timedelta(days=1)


def _write(rows: Sequence[Escalation]) -> None:
    values: dict[str, Any] = {
        "ids": [row.pk for row in rows],
        "reached": [row.reached for row in rows],
        "repeats": [row.repeats for row in rows],
        "next_at": [row.next_at for row in rows],
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, values)
