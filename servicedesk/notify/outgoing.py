"""The relay of what leaves the house: leases what is due, sends outside any transaction, marks after.

At least once under one key, and each channel in a thread of its own. Where a channel must never send twice, what
nobody can tell about goes to a list for people instead of going again. Source: reliability rules of the project,
"outbox relay".
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, F, Q, QuerySet

from servicedesk import failpoints
from servicedesk.notify.channels import OUTGOING, is_configured
from servicedesk.notify.hold import is_held
from servicedesk.notify.letters import Letter, letter_of
from servicedesk.notify.mail import HOPELESS, send_mail
from servicedesk.notify.models import Channel, ChannelSettings, NoticeAttempt, Notification
from servicedesk.notify.services import notify
from servicedesk.notify.sms import send_sms
from servicedesk.people.models import Role, User
from servicedesk.sending.attempts import kept_of
from servicedesk.sending.http import DEADLINE_SECONDS, Answer
from servicedesk.sending.rounds import Crew, RelayResult, Watch, rest_after

log = logging.getLogger(__name__)

BATCH = 20
ROUND_SECONDS = 10.0
# Longer than a round and the last message begun in it may take.
LEASE = timedelta(seconds=ROUND_SECONDS + DEADLINE_SECONDS + 10)
# Rests after the first, second … attempt that failed, in seconds; after the last a notice is given up.
RESTS = (10, 30, 120, 600, 1800, 3600)
MOST_ATTEMPTS = len(RESTS) + 1
# News of yesterday helps nobody.
TOO_OLD = timedelta(hours=24)
# How long a channel rests whose provider is away, or asks for time without saying how much.
AWAY, ASKED = timedelta(seconds=10), timedelta(seconds=60)
HOUR = timedelta(hours=1)
CAPPED_REST = timedelta(minutes=10)
TOO_MANY = 429
TOO_LATE = Answer(error="too_old")

Outcome = Notification.Outcome
Hand = Callable[[Letter, ChannelSettings], Answer]
HANDS: Mapping[str, Hand] = {Channel.EMAIL: send_mail, Channel.SMS: send_sms}

# An expired lease that was never given back is one of a relay that died, perhaps after sending.
_LEASE_SQL = """
UPDATE servicedesk_notification n
SET lease_until = %(now)s + %(lease)s, attempts = least(n.attempts + 1, 32000)
FROM (
    SELECT id, lease_until IS NOT NULL AS is_orphan FROM servicedesk_notification
    WHERE channel = %(channel)s AND channel <> 'in_app' AND sent_at IS NULL AND outcome = ''
      AND (next_try_at IS NULL OR next_try_at <= %(now)s)
      AND (lease_until IS NULL OR lease_until <= %(now)s)
    ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
) due
WHERE n.id = due.id RETURNING n.id, due.is_orphan
"""


@dataclass(frozen=True)
class Leased:
    """A notice reserved for this round; an orphan was so before, by a relay that did not come back."""

    notice: Notification
    is_orphan: bool


def due_channels(now: datetime) -> list[str]:
    """The channels that are switched on, configured and not resting, and have something due; at most two queries."""
    rows = ChannelSettings.objects.filter(Q(rests_until=None) | Q(rests_until__lte=now), is_active=True)
    usable = [row.channel for row in rows if is_configured(row)]
    if not usable:
        return []
    due = waiting().filter(_is_free(now), channel__in=usable)
    return list(due.order_by("channel").values_list("channel", flat=True).distinct())


def waiting() -> QuerySet[Notification]:
    """What still waits to leave the house."""
    return Notification.objects.filter(channel__in=OUTGOING, sent_at=None, outcome="")


def _is_free(now: datetime) -> Q:
    due = Q(next_try_at=None) | Q(next_try_at__lte=now)
    return due & (Q(lease_until=None) | Q(lease_until__lte=now))


def serve(channel: str, now: datetime, hand: Hand | None = None) -> RelayResult:
    """One round for one channel, oldest first. Where the provider is away or asks for time, the rest is put back."""
    row = ChannelSettings.objects.filter(channel=channel, is_active=True).first()
    if row is None or not is_configured(row) or is_held():
        return RelayResult()
    watch = Watch(now)
    skip_unreachable(channel, now)
    total = RelayResult()
    while watch.seconds < ROUND_SECONDS:
        # One at a time where a relay that dies must leave nothing in doubt but what it was sending.
        leased = lease(channel, watch.now, limit=1 if row.at_most_once else BATCH)
        failpoints.reach("channels.after_lease")
        result = _send_batch(leased, row, watch, hand or HANDS[channel])
        total += result
        if not leased or result.put_back or _rests(row, watch.now):
            break
    return total


def _send_batch(leased: Sequence[Leased], row: ChannelSettings, watch: Watch, hand: Hand) -> RelayResult:
    counts = sent_this_hour(row.channel, leased, watch.now)
    delivered = failed = 0
    for place, each in enumerate(leased):
        who = each.notice.recipient_id
        capped = 0 < row.hourly_cap <= counts.get(who, 0)
        if capped and not _is_old(each.notice, watch.now):
            put_back([each.notice], next_try_at=watch.now + CAPPED_REST)
            continue
        answer = TOO_LATE if capped else attempt(each, row, watch.now, hand)
        failpoints.reach("channels.after_send")
        mark(each.notice, answer, row, watch.now)
        delivered += answer.is_delivered
        failed += not answer.is_delivered
        counts[who] = counts.get(who, 0) + answer.is_delivered
        if _let_rest(row, answer, watch.now) or watch.seconds > ROUND_SECONDS:
            left = [one.notice for one in leased[place + 1 :]]
            put_back(left)
            return RelayResult(delivered, failed, len(left))
    return RelayResult(delivered, failed)


def skip_unreachable(channel: str, now: datetime) -> int:
    """Ends what waits for people who have left or have no address on this channel; how many notices those were."""
    nowhere = Q(recipient__email="") if channel == Channel.EMAIL else Q(recipient__phone="")
    gone = waiting().filter(Q(recipient__is_active=False) | nowhere, channel=channel)
    return gone.update(outcome=Outcome.SKIPPED, ended_at=now, lease_until=None, next_try_at=None)


def lease(channel: str, now: datetime, limit: int = BATCH) -> list[Leased]:
    """The next due notices of a channel, reserved for this round, oldest first."""
    values: dict[str, Any] = {"now": now, "lease": LEASE, "channel": channel, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_LEASE_SQL, values)
        orphans: dict[int, bool] = dict(cursor.fetchall())
    found = Notification.objects.filter(pk__in=orphans).select_related("recipient", "ticket__outlet").order_by("id")
    return [Leased(notice, orphans[notice.pk]) for notice in found]


def sent_this_hour(channel: str, leased: Sequence[Leased], now: datetime) -> dict[int, int]:
    """How many messages of the channel each of these recipients has had in the last hour."""
    people = {each.notice.recipient_id for each in leased}
    sent = Notification.objects.filter(channel=channel, recipient__in=people, sent_at__gt=now - HOUR)
    rows: Any = sent.values_list("recipient").annotate(count=Count("id"))
    return dict(rows)


def attempt(each: Leased, row: ChannelSettings, now: datetime, hand: Hand) -> Answer:
    """Writes the letter and hands it over; no transaction is open meanwhile. Never raises."""
    notice = each.notice
    if each.is_orphan and row.at_most_once:
        return Answer(error="relay_died", was_begun=True)
    # One that was tried before or is sent anew by somebody has a time to be tried at.
    if notice.next_try_at is None and _is_old(notice, now):
        return TOO_LATE
    try:
        letter = letter_of(notice, row)
    except Exception:  # values or a text of any kind; the others have to go
        log.exception("notice %d cannot be put into words for %s", notice.pk, row.channel)
        return Answer(error="no_words")
    try:
        return hand(letter, row)
    except Exception:  # as above; nobody knows how far it came
        log.exception("notice %d was not handed to %s", notice.pk, row.channel)
        return Answer(error="fault", was_begun=True)


def _is_old(notice: Notification, now: datetime) -> bool:
    return notice.created_at < now - TOO_OLD


def mark(notice: Notification, answer: Answer, row: ChannelSettings, now: datetime) -> None:
    """Writes the attempt down and settles the notice, or says when it is tried next."""
    outcome, rest = verdict_of(notice, answer, row)
    with transaction.atomic():
        NoticeAttempt.objects.create(notification=notice, **kept_of(answer, now))
        # A round that was frozen longer than its lease finds it taken by another: only a delivery still counts.
        mine = Notification.objects.filter(pk=notice.pk, sent_at=None)
        if not answer.is_delivered:
            mine = mine.filter(outcome="", attempts=notice.attempts)
        changed = mine.update(
            lease_until=None,
            next_try_at=now + rest if rest else None,
            sent_at=now if answer.is_delivered else None,
            outcome=outcome,
            ended_at=now if outcome else None,
        )
        if changed and outcome:
            tell_admins(notice.channel, outcome, now)


def verdict_of(notice: Notification, answer: Answer, row: ChannelSettings) -> tuple[str, timedelta | None]:
    """How the notice ended ("" where it has not, or was sent) and how long it rests."""
    if answer.is_delivered:
        return "", None
    if row.at_most_once and answer.is_uncertain:
        return Outcome.UNCERTAIN, None
    hopeless = notice.channel == Channel.EMAIL and (answer.status or 0) >= HOPELESS
    if hopeless or answer.error == "too_old":
        return Outcome.DEAD, None
    rest = rest_after(notice.attempts, RESTS, answer.retry_after)
    return ("", rest) if rest is not None else (Outcome.DEAD, None)


def put_back(notices: Sequence[Notification], next_try_at: datetime | None = None) -> None:
    """Gives back what was leased and not tried."""
    Notification.objects.filter(pk__in=[notice.pk for notice in notices], sent_at=None, outcome="").update(
        attempts=F("attempts") - 1, lease_until=None, next_try_at=next_try_at
    )


def tell_admins(channel: str, outcome: str, now: datetime) -> None:
    """One notice a day, channel and outcome, however many messages are given up."""
    admins = User.objects.filter(role=Role.ADMIN, is_active=True)
    notify(f"channel-{outcome}:{channel}:{now:%Y-%m-%d}", admins, f"channel_{outcome}", values={"channel": channel})


def _let_rest(row: ChannelSettings, answer: Answer, now: datetime) -> bool:
    """Whether the channel rests: its provider is away, or asks for time."""
    if answer.status == TOO_MANY:
        rest = max(ASKED, timedelta(seconds=min(answer.retry_after or 0.0, HOUR.total_seconds())))
    elif answer.status is None and answer.error in {"timeout", "broken_off", "no_connection", "tls", "no_such_host"}:
        rest = AWAY
    else:
        return False
    row.rests_until = now + rest
    row.save(update_fields=["rests_until"])
    return True


def _rests(row: ChannelSettings, now: datetime) -> bool:
    return row.rests_until is not None and row.rests_until > now


crew: Crew[str] = Crew("channel", serve, len(OUTGOING))


def tick(now: datetime) -> int:
    """Starts a thread for every channel that has something due; returns how many were started. Never waits."""
    return crew.send_out(due_channels(now), now)
