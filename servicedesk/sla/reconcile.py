"""The look back every five minutes: what should be impossible is counted, healed where that is safe, and told.

Deadlines and messages are written so that none can be lost (docs/sla.md); this finds what slipped through all the
same, such as rows edited by hand or restored in part. One process does it for all: the slot is a unique row.
"""

import logging
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import CharField, Exists, F, Max, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat

from servicedesk.notify.models import Channel, Notification
from servicedesk.notify.services import notify
from servicedesk.people.models import Role, User
from servicedesk.sla.escalation.beginning import news_of
from servicedesk.sla.escalation.ladders import ladders
from servicedesk.sla.escalation.telling import News, digest_key, tell_steps
from servicedesk.sla.models import ClockState, ReconcileRun, SlaClock, SlaEvent
from servicedesk.sla.recompute.services import is_pending
from servicedesk.sla.services import rebuild
from servicedesk.sla.sweep import is_due

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=5)
LATE_CLOCK = timedelta(seconds=60)
LATE_MESSAGE = timedelta(minutes=5)
# As many are healed in one go; the next look takes the rest.
MOST = 200
# Open clocks read anew from their ledgers at each look, in turn, so that all are read in the long run.
SAMPLE = 40
# Events looked at when no look has been taken before.
FIRST_EVENTS = 1_000
KEPT = timedelta(days=30)


def reconcile_once(now: datetime) -> ReconcileRun | None:
    """What this slot of five minutes found; None where somebody has looked already. A step of the timers."""
    slot = datetime.fromtimestamp(now.timestamp() // EVERY.total_seconds() * EVERY.total_seconds(), UTC)
    before = ReconcileRun.objects.order_by("-slot").first()
    if before is not None and before.slot >= slot:
        return None
    run, is_mine = ReconcileRun.objects.get_or_create(slot=slot, defaults={"ended_at": now})
    if not is_mine:
        return None
    _look(run, before, now)
    ReconcileRun.objects.filter(slot__lt=now - KEPT).delete()
    return run


def _look(run: ReconcileRun, before: ReconcileRun | None, now: datetime) -> None:
    run.lost_clocks = _heal(lost_clocks()[:MOST], now)
    run.late_clocks = late_clocks(now).count()
    run.parked_clocks = SlaClock.objects.filter(stopped_at=None).exclude(parked_reason="").count()
    run.events_up_to, run.untold_events = _tell_untold(before, now)
    run.late_messages = late_messages(now).count()
    run.clocks_up_to, run.wrong_clocks = _read_sample(before, now)
    run.save()
    found = run.findings()
    if found:
        log.error("the look back found what should not be: %s", found)
        admins = User.objects.filter(role=Role.ADMIN, is_active=True)
        for name, count in found.items():
            notify(f"reconcile:{now:%Y-%m-%d}:{name}", admins, "reconcile", values={name: count})


def lost_clocks() -> Any:
    """Running clocks with a due time that no sweep would ever look at."""
    running = SlaClock.objects.filter(state=ClockState.RUNNING, stopped_at=None, next_fire_at=None, parked_reason="")
    return running.filter(due_at__isnull=False).order_by("id")


def late_clocks(now: datetime) -> Any:
    """Clocks the sweep should have taken a minute ago."""
    return is_due(now - LATE_CLOCK).filter(next_fire_at__lt=now - LATE_CLOCK)


def late_messages(now: datetime) -> Any:
    """Notices that wait although they should have been handed over five minutes ago."""
    waiting = Notification.objects.filter(sent_at=None, outcome="", created_at__lt=now - LATE_MESSAGE)
    return waiting.filter(Q(channel=Channel.IN_APP) | Q(next_try_at=None) | Q(next_try_at__lt=now - LATE_MESSAGE))


def _heal(clocks: Iterable[SlaClock], now: datetime) -> int:
    found = list(clocks)
    for clock in found:
        rebuild(clock, at=now)
    return len(found)


def _tell_untold(before: ReconcileRun | None, now: datetime) -> tuple[int, int]:
    """Tells events nobody was told of; the newest event looked at, and how many those were."""
    newest = SlaEvent.objects.aggregate(top=Max("id"))["top"] or 0
    since = before.events_up_to if before is not None else max(0, newest - FIRST_EVENTS)
    with transaction.atomic():
        told = tell_steps(_news(_untold(since, newest)), now)
    return newest, told


def _untold(since: int, newest: int) -> list[SlaEvent]:
    """Events after the id `since` that stand in no notice and in no digest of their minute."""
    number = Concat(
        Value("sla:"), Cast("clock_id", CharField()), Value(":"), Cast("cycle", CharField()), Value(":"), F("level")
    )
    alone = Exists(Notification.objects.filter(event_key=OuterRef("key")))
    events = SlaEvent.objects.annotate(key=number).filter(~alone, id__gt=since, id__lte=newest).order_by("id")
    silent = list(events.select_related("clock__ticket", "clock__target")[:MOST])
    digests = {digest_key(event.noticed_at) for event in silent}
    written = set(Notification.objects.filter(event_key__in=digests).values_list("event_key", flat=True))
    return [event for event in silent if digest_key(event.noticed_at) not in written]


def _news(events: Iterable[SlaEvent]) -> list[News]:
    book = ladders()
    found = []
    for event in events:
        clock = event.clock
        climb = book.climb_of(clock.kind, clock.ticket.priority)
        if climb is not None:
            found += news_of(climb, clock.pk, event.cycle, event.level, clock.target.warn_percent)
    return found


def _read_sample(before: ReconcileRun | None, now: datetime) -> tuple[int, int]:
    """Reads the next open clocks anew; the last of them (0 at the end of the row), and how many were put right.

    None is read while clocks wait for the recompute of an edited calendar: that they differ is no fault.
    """
    since = before.clocks_up_to if before is not None else 0
    if is_pending(now):
        return since, 0
    clocks = list(SlaClock.objects.filter(id__gt=since, stopped_at=None).order_by("id")[:SAMPLE])
    wrong = sum(bool(rebuild(clock, at=now)) for clock in clocks)
    return (clocks[-1].pk if len(clocks) == SAMPLE else 0), wrong
