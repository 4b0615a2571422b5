"""The relay of webhooks: leases what is due, sends outside any transaction, marks after.

At least once: who dies between sending and marking leaves a lease that runs out, and the message goes again under the
same id. Each endpoint is served by a thread of its own, so one that is slow keeps nobody waiting.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Min

from servicedesk import failpoints
from servicedesk.notify.hold import is_held
from servicedesk.notify.services import notify
from servicedesk.people.models import Role, User
from servicedesk.sending.attempts import kept_of
from servicedesk.sending.http import DEADLINE_SECONDS, Answer, Send, Sender
from servicedesk.sending.rounds import LONGEST_REST, Crew, RelayResult, Watch, rest_after
from servicedesk.webhooks import robots
from servicedesk.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from servicedesk.webhooks.signing import headers

# Messages of one endpoint taken in one go, and how long the thread goes on with them.
BATCH = 20
ROUND_SECONDS = 20.0
# Longer than a round and the last message begun in it may take.
LEASE = timedelta(seconds=ROUND_SECONDS + DEADLINE_SECONDS + 30)
# Rests after the first, second … attempt that failed, in seconds; after the last a message is given up.
RESTS = (10, 30, 120, 600, 1800, 7200, 21600, 43200)
MOST_ATTEMPTS = len(RESTS) + 1
# Endpoints served at the same time by one process.
THREADS = 8

Waiting = WebhookDelivery.State.WAITING

_LEASE_SQL = """
UPDATE servicedesk_webhookdelivery SET leased_until = %(now)s + %(lease)s, attempts = least(attempts + 1, 32000)
WHERE id IN (
    SELECT id FROM servicedesk_webhookdelivery
    WHERE endpoint_id = %(endpoint)s AND state = 'waiting' AND next_try_at <= %(now)s
      AND (leased_until IS NULL OR leased_until <= %(now)s)
    ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
) RETURNING id
"""


def due_endpoints(now: datetime) -> list[int]:
    """Ids of the active endpoints with messages that are due and free, the longest waiting first; one query."""
    waiting = WebhookDelivery.objects.filter(endpoint__is_active=True, state=Waiting, next_try_at__lte=now)
    waiting = waiting.exclude(endpoint__rests_until__gt=now)
    free = waiting.exclude(leased_until__gt=now)
    rows: Any = free.values("endpoint_id").annotate(first=Min("next_try_at")).order_by("first")
    return [row["endpoint_id"] for row in rows]


def serve(endpoint_id: int, now: datetime, send: Send | None = None) -> RelayResult:
    """One round for one endpoint, in the order of its messages. Where nobody answers, the rest is put back."""
    endpoint = WebhookEndpoint.objects.filter(pk=endpoint_id, is_active=True).first()
    if endpoint is None or is_held():
        return RelayResult()
    send = send or Sender(loopback_allowed=settings.WEBHOOKS_ALLOW_LOOPBACK)
    watch = Watch(now)
    messages = lease(endpoint_id, now)
    if messages:
        failpoints.reach("webhooks.after_lease")
    delivered = failed = 0
    for place, message in enumerate(messages):
        answer = attempt(endpoint, message, watch.now, send)
        failpoints.reach("webhooks.after_send")
        mark(message, answer, watch.now)
        delivered += answer.is_delivered
        failed += not answer.is_delivered
        if let_rest(endpoint, answer, watch.now) or answer.is_unreachable or watch.seconds > ROUND_SECONDS:
            put_back(messages[place + 1 :])
            return RelayResult(delivered, failed, len(messages) - place - 1)
    return RelayResult(delivered, failed)


def lease(endpoint_id: int, now: datetime) -> list[WebhookDelivery]:
    """The next due messages of an endpoint, reserved for this round, oldest first."""
    values: dict[str, Any] = {"now": now, "lease": LEASE, "endpoint": endpoint_id, "limit": BATCH}
    with connection.cursor() as cursor:
        cursor.execute(_LEASE_SQL, values)
        ids = [row[0] for row in cursor.fetchall()]
    return list(WebhookDelivery.objects.filter(pk__in=ids).order_by("id"))


def attempt(endpoint: WebhookEndpoint, message: WebhookDelivery, now: datetime, send: Send) -> Answer:
    """Signs and sends in the endpoint's format; no transaction is open meanwhile."""
    if endpoint.format != WebhookEndpoint.Format.STANDARD:
        return robots.tell(endpoint, message, now, send)
    body = message.body.encode()
    signed = headers(endpoint.live_secrets(now), message.message, int(now.timestamp()), body)
    return send(endpoint.url, body, signed)


def let_rest(endpoint: WebhookEndpoint, answer: Answer, now: datetime) -> bool:
    """Whether a robot asks for time: its group may hear so many messages a minute and no more."""
    if endpoint.format == WebhookEndpoint.Format.STANDARD or answer.error != "limited":
        return False
    rest = max(robots.REST_SECONDS, min(answer.retry_after or 0.0, LONGEST_REST))
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(rests_until=now + timedelta(seconds=rest))
    return True


def mark(message: WebhookDelivery, answer: Answer, now: datetime) -> None:
    """Writes the attempt down and settles the message, or says when it is tried next."""
    rest = None if answer.is_delivered else rest_after(message.attempts, RESTS, answer.retry_after)
    state = WebhookDelivery.State.DELIVERED if answer.is_delivered else Waiting if rest else WebhookDelivery.State.DEAD
    with transaction.atomic():
        WebhookAttempt.objects.create(delivery=message, **kept_of(answer, now))
        # A round that was frozen longer than its lease finds the message settled by another, and leaves it so.
        WebhookDelivery.objects.filter(pk=message.pk, state=Waiting).update(
            state=state,
            leased_until=None,
            next_try_at=now + rest if rest else None,
            settled_at=None if rest else now,
        )
        if state == WebhookDelivery.State.DEAD:
            _tell_admins(message, now)


def put_back(messages: Sequence[WebhookDelivery]) -> None:
    """Gives back what was leased and not tried."""
    for message in messages:
        message.attempts -= 1
        message.leased_until = None
    WebhookDelivery.objects.bulk_update(messages, ["attempts", "leased_until"])


def _tell_admins(message: WebhookDelivery, now: datetime) -> None:
    """One notice a day and endpoint, however many messages are given up."""
    admins = User.objects.filter(role=Role.ADMIN, is_active=True)
    key = f"webhook-dead:{message.endpoint_id}:{now:%Y-%m-%d}"
    notify(key, admins, "webhook_dead", values={"endpoint": message.endpoint_id, "delivery": message.pk})


crew = Crew("webhook", serve, THREADS)


def tick(now: datetime) -> int:
    """Starts a thread for every endpoint that is due and not being served here; returns how many were started.

    Never waits for a receiver: timers have other things to do.
    """
    return crew.send_out(due_endpoints(now), now)


def waiting_messages() -> int:
    """How many messages wait to be sent."""
    return WebhookDelivery.objects.filter(state=Waiting).count()


def discard_messages(now: datetime) -> int:
    """Gives up all that waits; returns how many messages that were."""
    waiting = WebhookDelivery.objects.filter(state=Waiting)
    return waiting.update(state=WebhookDelivery.State.DEAD, next_try_at=None, leased_until=None, settled_at=now)
