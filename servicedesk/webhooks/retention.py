"""Forgetting what was sent long ago: settled messages of every channel go with their attempts, waiting ones stay."""

from datetime import datetime, timedelta
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from servicedesk.notify.channels import OUTGOING
from servicedesk.notify.heartbeat import claim_turn
from servicedesk.notify.models import Notification
from servicedesk.webhooks.models import WebhookDelivery

STEP = "purge"
EVERY = timedelta(hours=1)
# Rows a transaction, and transactions a turn: what is left goes with the next hour's.
CHUNK = 500
CHUNKS = 40
# The attempts are append-only for everybody else.
TRIGGERS = ("servicedesk.NoticeAttempt:append_only", "servicedesk.WebhookAttempt:append_only")


def purge_once(now: datetime) -> int:
    """How many messages were forgotten; 0 where another process had its turn within the hour. A step of the timers."""
    if not claim_turn(STEP, now, EVERY):
        return 0
    return sum(_forget(found) for found in settled_before(now - timedelta(days=settings.DELIVERY_RETENTION_DAYS)))


def settled_before(cutoff: datetime) -> list[QuerySet[Any]]:
    """The messages that were settled before `cutoff`: those of notices that left the house, and of webhooks."""
    settled = Q(sent_at__lt=cutoff) | Q(ended_at__lt=cutoff, sent_at=None)
    return [
        Notification.objects.filter(settled, channel__in=OUTGOING),
        WebhookDelivery.objects.filter(settled_at__lt=cutoff),
    ]


def _forget(found: QuerySet[Any]) -> int:
    forgotten = 0
    for _chunk in range(CHUNKS):
        with transaction.atomic(), pgtrigger.ignore(*TRIGGERS):
            ids = list(found.order_by("id").values_list("pk", flat=True)[:CHUNK])
            found.model._default_manager.filter(pk__in=ids).delete()
        forgotten += len(ids)
        if len(ids) < CHUNK:
            break
    return forgotten
