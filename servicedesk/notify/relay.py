"""The relay: hands notices from the outbox to their channels, at least once each, never inside a transaction.

A notice in the app is delivered by being written; the relay tells the open pages of its reader and notes that it did.
Channels that send something away get their own function in `CHANNELS`.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from servicedesk import failpoints
from servicedesk.notify import live
from servicedesk.notify.hold import is_held
from servicedesk.notify.models import Channel, Notification

log = logging.getLogger(__name__)

BATCH = 200
LEASE = timedelta(seconds=30)
# The longest a failing notice rests between two tries is LEASE times two to this power, some half an hour.
LONGEST_REST = 6

Deliver = Callable[[Sequence[Notification]], None]

# A lease lets one relay at a time try a notice; one that dies gives it free when the lease runs out.
_LEASE_SQL = """
UPDATE servicedesk_notification SET
    lease_until = %(now)s + %(lease)s * power(2, least(attempts, %(longest)s)),
    attempts = least(attempts + 1, 32000)
WHERE id IN (
    SELECT id FROM servicedesk_notification
    WHERE channel = 'in_app' AND sent_at IS NULL AND (lease_until IS NULL OR lease_until <= %(now)s)
    ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
) RETURNING id
"""


@dataclass(frozen=True)
class RelayResult:
    """How many notices were handed over, and how many will be tried again."""

    sent: int = 0
    failed: int = 0


def deliver_in_app(notices: Sequence[Notification]) -> None:
    """Tells the open pages of each reader that something new is there; one message a reader."""
    newest = {notice.recipient_id: notice for notice in notices}
    for reader, notice in newest.items():
        live.publish([f"user:{reader}"], "notification", {"id": notice.pk, "kind": notice.kind})


CHANNELS: dict[str, Deliver] = {Channel.IN_APP: deliver_in_app}


def relay_once(now: datetime, limit: int = BATCH) -> RelayResult:
    """One round: leases up to `limit` notices, hands them over channel by channel, notes what was sent.

    While a restore holds the outbox nothing is handed over. A channel that fails keeps none of the others from being
    served; its notices rest longer after each try.
    """
    if is_held():
        return RelayResult()
    notices = list(Notification.objects.filter(pk__in=_lease(now, limit)).order_by("id"))
    if notices:
        failpoints.reach("relay.after_lease")
    sent = failed = 0
    for channel in sorted({notice.channel for notice in notices}):
        mine = [notice for notice in notices if notice.channel == channel]
        if _hand_over(channel, mine):
            failpoints.reach("relay.after_send")
            ids = [notice.pk for notice in mine]
            sent += Notification.objects.filter(pk__in=ids, sent_at=None).update(sent_at=now, lease_until=None)
        else:
            failed += len(mine)
    return RelayResult(sent, failed)


def _lease(now: datetime, limit: int) -> list[int]:
    values: dict[str, Any] = {
        "now": now,
        "lease": LEASE,
        "longest": LONGEST_REST,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LEASE_SQL, values)
        return [notice_id for (notice_id,) in cursor.fetchall()]


def _hand_over(channel: str, notices: Sequence[Notification]) -> bool:
    try:
        CHANNELS[channel](notices)
    except Exception:  # a channel may raise anything; the others have to be served
        log.exception("channel %s did not take %d notices; they are tried again", channel, len(notices))
        return False
    return True
