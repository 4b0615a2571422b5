"""Telling people of steps: one statement resolves who hears of each, writes the notices, and gathers a storm.

It runs inside the transaction of what it tells, so that no event is without its notices and no notice without its
event. A person who would get more than `NoticeRules.most_a_minute` notices of clocks within a minute on a channel gets
one digest for the rest of that minute. Digests are written in one order, so that two sweepers cannot deadlock on them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from servicedesk.notify.channels import active_channels
from servicedesk.sla.escalation.ladders import ladders

# Supervisors are those of the outlet, or those of the desk (without outlet) where there is none; managers those of the
# outlet and those without one.
_STATEMENT = """
WITH news AS (
    SELECT * FROM unnest(
        %(clocks)s::bigint[], %(steps)s::bigint[], %(keys)s::text[], %(kinds)s::text[], %(shares)s::int[]
    ) AS n(clock_id, step_id, event_key, kind, share)
), about AS MATERIALIZED (
    SELECT n.event_key, n.kind, n.share, c.id AS clock_id, c.kind AS promise, c.cycle,
           COALESCE(c.breached_at, c.due_at) AS due_at, t.id AS ticket_id, t.priority, t.owner_id, t.outlet_id,
           s.recipients, s.channels
    FROM news n
    JOIN servicedesk_slaclock c ON c.id = n.clock_id
    JOIN servicedesk_ticket t ON t.id = c.ticket_id
    JOIN servicedesk_ladderstep s ON s.id = n.step_id
), hears AS (
    SELECT event_key, owner_id AS user_id FROM about WHERE 'owner' = ANY(recipients)
    UNION
    SELECT a.event_key, m.user_id FROM about a
    JOIN servicedesk_useroutlet m ON m.outlet_id = a.outlet_id
    JOIN servicedesk_user u ON u.id = m.user_id
    WHERE u.role = ANY(a.recipients) AND u.role IN ('dispatcher', 'supervisor', 'manager')
    UNION
    SELECT a.event_key, u.id FROM about a
    JOIN servicedesk_user u ON u.role = 'supervisor'
    WHERE 'supervisor' = ANY(a.recipients)
      AND NOT EXISTS (SELECT 1 FROM servicedesk_useroutlet m WHERE m.user_id = u.id)
      AND NOT EXISTS (
          SELECT 1 FROM servicedesk_useroutlet m JOIN servicedesk_user s ON s.id = m.user_id
          WHERE m.outlet_id = a.outlet_id AND s.role = 'supervisor' AND s.is_active)
    UNION
    SELECT a.event_key, u.id FROM about a
    JOIN servicedesk_user u ON u.role = 'manager'
    WHERE 'manager' = ANY(a.recipients)
      AND NOT EXISTS (SELECT 1 FROM servicedesk_useroutlet m WHERE m.user_id = u.id)
), busy AS (
    SELECT h.user_id, (
        SELECT count(*) FROM (
            SELECT n.created_at, n.kind FROM servicedesk_notification n
            WHERE n.recipient_id = h.user_id AND n.read_at IS NULL AND n.channel = 'in_app'
            ORDER BY n.id DESC LIMIT %(most)s
        ) latest
        WHERE latest.kind LIKE 'sla\\_%%' AND latest.created_at > %(now)s - interval '1 minute'
    ) AS already
    FROM (SELECT DISTINCT user_id FROM hears) h
), addressed AS (
    SELECT a.*, u.id AS user_id, channel, b.already + row_number() OVER (
        PARTITION BY u.id, channel ORDER BY a.kind = 'sla_warn', a.priority, a.due_at, a.clock_id
    ) AS place
    FROM hears h
    JOIN about a ON a.event_key = h.event_key
    JOIN busy b ON b.user_id = h.user_id
    JOIN servicedesk_user u ON u.id = h.user_id AND u.is_active
    CROSS JOIN LATERAL unnest(a.channels) AS channel
    WHERE channel = ANY(%(active)s)
      AND (channel <> 'email' OR u.email <> '') AND (channel <> 'sms' OR u.phone <> '')
), single AS (
    INSERT INTO servicedesk_notification
        (event_key, channel, recipient_id, kind, values, ticket_id, attempts, created_at)
    SELECT event_key, channel, user_id, kind,
           jsonb_build_object(
               'clock', clock_id, 'kind', promise, 'cycle', cycle, 'due', due_at, 'percent', share),
           ticket_id, 0, %(now)s
    FROM addressed WHERE place <= %(most)s
    ON CONFLICT (event_key, channel, recipient_id) DO NOTHING
), gathered AS (
    INSERT INTO servicedesk_notification AS n
        (event_key, channel, recipient_id, kind, values, ticket_id, attempts, created_at)
    SELECT %(digest)s, channel, user_id, 'sla_digest',
           jsonb_build_object(
               'warn', count(*) FILTER (WHERE kind = 'sla_warn'), 'breach', count(*) FILTER (WHERE kind <> 'sla_warn'),
               'since', date_trunc('minute', %(now)s)),
           NULL, 0, %(now)s
    FROM addressed WHERE place > %(most)s
    GROUP BY channel, user_id
    ORDER BY channel, user_id
    ON CONFLICT (event_key, channel, recipient_id) DO UPDATE SET
        read_at = NULL,
        values = n.values || jsonb_build_object(
            'warn', (n.values->>'warn')::int + (excluded.values->>'warn')::int,
            'breach', (n.values->>'breach')::int + (excluded.values->>'breach')::int)
)
SELECT count(DISTINCT event_key) FROM addressed
"""


@dataclass(frozen=True)
class News:
    """One step of one clock to be told: `kind` is the kind of notice, `key` makes it unique, `percent` the share of
    the target at which it stands.
    """

    clock_id: int
    step_id: int
    key: str
    kind: str
    percent: int


def digest_key(now: datetime) -> str:
    """The key of the digests of the minute of `now`."""
    return f"sla-digest:{now.astimezone(UTC):%Y%m%d%H%M}"


def tell_steps(news: Sequence[News], now: datetime) -> int:
    """Writes the notices of these steps to everybody who hears of them, each once, in the running transaction.

    How many of the steps somebody heard of, whether by himself or in a digest.
    """
    if not news:
        return 0
    values: dict[str, Any] = {
        "clocks": [each.clock_id for each in news],
        "steps": [each.step_id for each in news],
        "keys": [each.key for each in news],
        "kinds": [each.kind for each in news],
        "shares": [each.percent for each in news],
        "most": ladders().rules.most_a_minute,
        "active": list(active_channels()),
        "digest": digest_key(now),
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, values)
        (heard,) = cursor.fetchone() or (0,)
    return int(heard)
