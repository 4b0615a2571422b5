"""What has to hold whatever has been killed: I1 to I6 as questions to the database, the sink and the pages.

Each gives the offenders in words; an empty list is good.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from servicedesk.sla import ledger
from servicedesk.sla.calendars import calendars
from servicedesk.sla.models import ClockState, SlaClock

BATCH = 500

_NOT_ONCE = """
SELECT c.id, c.state, c.due_at, count(e.id)
FROM servicedesk_slaclock c
LEFT JOIN servicedesk_slaevent e ON e.clock_id = c.id AND e.cycle = c.cycle AND e.level = 'breach'
WHERE COALESCE(c.breached_at, c.due_at) < %(now)s
  AND (c.state = 'breached' OR (c.state = 'running' AND c.stopped_at IS NULL))
GROUP BY c.id HAVING count(e.id) <> 1 OR c.state <> 'breached'
"""

_EARLY = """
SELECT e.clock_id, e.level, e.due_at, e.noticed_at FROM servicedesk_slaevent e
JOIN servicedesk_slaclock c ON c.id = e.clock_id
WHERE (e.level = 'breach' AND e.noticed_at <= e.due_at) OR (e.level = 'warn' AND e.noticed_at < c.warn_at)
   OR e.noticed_at > %(now)s
"""

# Who hears of what, by the ladders every installation starts with and a house without outlets: the owner of warning
# and breach, supervisors of the breach, managers of the step after it. A storm comes as digests, which count.
_UNTOLD = """
WITH hears AS (
    SELECT t.owner_id AS user_id, e.id FROM servicedesk_slaevent e
    JOIN servicedesk_slaclock c ON c.id = e.clock_id JOIN servicedesk_ticket t ON t.id = c.ticket_id
    UNION ALL
    SELECT u.id, e.id FROM servicedesk_slaevent e JOIN servicedesk_user u ON u.role = 'supervisor'
    WHERE e.level = 'breach'
    UNION ALL
    SELECT u.id, l.id FROM servicedesk_escalation l JOIN servicedesk_user u ON u.role = 'manager'
    WHERE l.reached > 100
), wanted AS (
    SELECT user_id, count(*) AS n FROM hears GROUP BY user_id
), got AS (
    SELECT recipient_id AS user_id, sum(
        CASE kind WHEN 'sla_digest' THEN (values->>'warn')::int + (values->>'breach')::int ELSE 1 END) AS n
    FROM servicedesk_notification
    WHERE channel = 'in_app' AND kind IN ('sla_warn', 'sla_breach', 'sla_step', 'sla_digest')
    GROUP BY recipient_id
)
SELECT user_id, COALESCE(got.n, 0), 'told of', COALESCE(wanted.n, 0) FROM wanted FULL JOIN got USING (user_id)
WHERE COALESCE(got.n, 0) <> COALESCE(wanted.n, 0)
"""

_NO_MESSAGE = """
SELECT e.clock_id, e.level, w.id FROM servicedesk_slaevent e
JOIN servicedesk_webhookendpoint w ON 'sla.' || e.level = ANY(w.kinds)
WHERE NOT EXISTS (
    SELECT 1 FROM servicedesk_webhookdelivery d
    WHERE d.endpoint_id = w.id AND d.event_key = 'sla:' || e.clock_id || ':' || e.cycle || ':' || e.level)
"""

_UNSENT = "SELECT 'notice', id FROM servicedesk_notification WHERE sent_at IS NULL AND outcome = ''"
_ENDED_UNTOLD = """
SELECT 'ended without an alert', d.id, d.outcome FROM servicedesk_notification d
WHERE d.outcome IN ('dead', 'uncertain') AND NOT EXISTS (
    SELECT 1 FROM servicedesk_notification n
    WHERE n.kind = 'channel_' || d.outcome AND n.event_key LIKE 'channel-' || d.outcome || ':' || d.channel || ':%%')
"""
_UNSETTLED = "SELECT 'webhook message', id, state FROM servicedesk_webhookdelivery WHERE state = 'waiting'"
_DEAD_UNTOLD = """
SELECT 'given up without an alert', d.id FROM servicedesk_webhookdelivery d
WHERE d.state = 'dead' AND NOT EXISTS (
    SELECT 1 FROM servicedesk_notification n
    WHERE n.kind = 'webhook_dead' AND n.event_key LIKE 'webhook-dead:' || d.endpoint_id || ':%%')
"""


def one_breach_each(now: datetime) -> list[str]:
    """I1: each clock past due has exactly one breach, and none was noticed before it was due or in the future."""
    return [*_rows("I1", _NOT_ONCE, now), *_rows("I1 early", _EARLY, now)]


def told(now: datetime) -> list[str]:
    """I2: no event without its rows in the outboxes, each person told of each once, singly or counted in a digest."""
    return [*_rows("I2", _UNTOLD, now), *_rows("I2", _NO_MESSAGE, now)]


def settled(now: datetime) -> list[str]:
    """I3: every row of an outbox has been sent, or given up with an alert."""
    return [
        found
        for question in (_UNSENT, _ENDED_UNTOLD, _UNSETTLED, _DEAD_UNTOLD)
        for found in _rows("I3", question, now)
    ]


def keys_are_rows(seen: Iterable[str], rows: Iterable[str]) -> list[str]:
    """I4: the keys that came in at the sink are the messages of the outbox, each at least once."""
    seen, rows = set(seen), set(rows)
    lost = [f"I4 never came in: {key}" for key in sorted(rows - seen)]
    return lost + [f"I4 came from nowhere: {key}" for key in sorted(seen - rows)]


def columns_follow_ledger(now: datetime, only: Sequence[int] | None = None) -> list[str]:
    """I5: warning, due, breach and state of each clock are what its ledger gives when read anew."""
    clocks = SlaClock.objects.select_related("target").order_by("id")
    ids = list(clocks.values_list("pk", flat=True)) if only is None else list(only)
    found: list[str] = []
    for start in range(0, len(ids), BATCH):
        batch = list(clocks.filter(pk__in=ids[start : start + BATCH]))
        lines = ledger.lines_of(batch)
        for clock in batch:
            fresh = ledger.read(clock, lines[clock.pk], calendars(), now)
            state = clock.state_at(now)
            breached = clock.breached_at or (clock.due_at if state == ClockState.BREACHED else None)
            stands = {"due": clock.due_at, "warn": clock.warn_at, "breach": breached, "broken": state == "breached"}
            ought: dict[str, Any] = {"due": fresh.due_at, "warn": fresh.warn_at, "breach": fresh.breach_at}
            ought["broken"] = fresh.breach_at is not None
            found += [
                f"I5 clock {clock.pk} {name}: {stands[name]} instead of {value}"
                for name, value in ought.items()
                if stands[name] != value
            ]
    return found


def all_hold(now: datetime) -> list[str]:
    """The offenders against I1, I2 and I5."""
    return [*one_breach_each(now), *told(now), *columns_follow_ledger(now)]


def _rows(name: str, question: str, now: datetime) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(question, {"now": now})
        return [f"{name} {' '.join(map(str, row))}" for row in cursor.fetchall()]
