"""Writing warnings and breaches down: one set-based statement for the sweep and for actions that find a breach.

In one snapshot it locks due clocks, writes their events once and moves them on; in the same transaction the ladders
tell people of them (`servicedesk.sla.escalation`). A ticket is only looked at with a key-share lock, and skipped while
an action holds it: a sweep never waits for an action, an action waits for a sweep for a blink only, and the two cannot
deadlock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from servicedesk import failpoints
from servicedesk.notify import live
from servicedesk.ports import sla_listeners
from servicedesk.sla.escalation.beginning import begin_escalation

# From so many tickets in one go on, a page is better off looking for itself.
FLOOD = 20

_STATEMENT = """
WITH due AS MATERIALIZED (
    SELECT c.id, c.ticket_id, c.kind, c.cycle, t.number, t.outlet_id, t.priority, c.stopped_at IS NULL AS is_open,
           c.target_minutes, g.warn_percent, COALESCE(c.breached_at, c.due_at) AS due_at,
           CASE WHEN COALESCE(c.breached_at, c.due_at) < %(now)s THEN 'breach' ELSE 'warn' END AS level
    FROM servicedesk_slaclock c
    JOIN servicedesk_ticket t ON t.id = c.ticket_id
    JOIN servicedesk_slatarget g ON g.id = c.target_id
    WHERE CASE WHEN %(found)s::bigint[] IS NOT NULL THEN c.id = ANY(%(found)s::bigint[])
          ELSE c.next_fire_at <= %(now)s AND (c.next_level = 'warn' OR c.due_at < %(now)s)
               AND (%(only)s::bigint[] IS NULL OR c.id = ANY(%(only)s::bigint[])) END
    ORDER BY c.next_fire_at
    LIMIT %(limit)s
    FOR NO KEY UPDATE OF c SKIP LOCKED
    FOR KEY SHARE OF t SKIP LOCKED
), written AS (
    INSERT INTO servicedesk_slaevent (clock_id, cycle, level, due_at, noticed_at)
    SELECT id, cycle, level, due_at, %(now)s FROM due
    ON CONFLICT (clock_id, cycle, level) DO NOTHING
    RETURNING clock_id
), moved AS (
    UPDATE servicedesk_slaclock c
    SET next_fire_at = CASE WHEN due.level = 'warn' THEN c.due_at END,
        next_level = CASE WHEN due.level = 'warn' THEN 'breach' ELSE '' END,
        state = CASE WHEN due.level = 'breach' THEN 'breached' ELSE c.state END,
        breached_at = CASE WHEN due.level = 'breach' THEN due.due_at ELSE c.breached_at END,
        row_version = c.row_version + 1
    FROM due WHERE c.id = due.id AND c.next_fire_at IS NOT NULL
)
SELECT due.id, due.level, due.kind, due.cycle, due.priority, due.ticket_id, due.number, due.outlet_id,
       due.is_open, due.due_at, due.target_minutes, due.warn_percent, written.clock_id IS NOT NULL
FROM due LEFT JOIN written ON written.clock_id = due.id
"""


@dataclass(frozen=True)
class Fired:
    """A clock the statement took: `fresh` when its event was written now, not found already there."""

    clock_id: int
    level: str
    kind: str
    cycle: int
    priority: int
    ticket_id: int
    number: str
    outlet_id: int | None
    # A promise an action found broken may have ended with it.
    is_open: bool
    due_at: datetime
    target_minutes: float
    warn_percent: int
    fresh: bool


def fire_due(now: datetime, limit: int, only: Sequence[int] | None = None) -> list[Fired]:
    """The clocks (of `only`, where given) that were due at `now` and free, at most `limit`, with what was written."""
    return _execute(now, limit, found=None, only=None if only is None else list(only))


def record_breaches(clock_ids: Sequence[int], now: datetime) -> list[Fired]:
    """The breaches an action found on clocks it has locked and saved, written as the sweep would have."""
    return _execute(now, len(clock_ids), found=list(clock_ids), only=None)


def _execute(now: datetime, limit: int, found: list[int] | None, only: list[int] | None) -> list[Fired]:
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, {"now": now, "limit": limit, "found": found, "only": only})
        fired = [Fired(*row) for row in cursor.fetchall()]
    failpoints.reach("sweep.after_statement")
    fresh = [each for each in fired if each.fresh]
    if fresh:
        begin_escalation(fresh, now)
        for listen in sla_listeners:
            listen(fresh, now)
    announce(fresh)
    return fired


def announce(fresh: Sequence[Fired]) -> None:
    """Tells open pages, after the commit, that these tickets look different now; a flood is told in one message."""
    if len(fresh) > FLOOD:
        channels = {"desk"} | {f"ticket:{each.ticket_id}" for each in fresh}
        channels |= {f"outlet:{each.outlet_id}" for each in fresh if each.outlet_id is not None}
        live.publish(channels, "ticket", {"number": "", "action": "sla"})
        return
    for each in fresh:
        channels = {"desk", f"ticket:{each.ticket_id}"}
        if each.outlet_id is not None:
            channels.add(f"outlet:{each.outlet_id}")
        live.publish(channels, "ticket", {"number": each.number, "action": f"sla_{each.level}"})
