"""Reading channels and what became of their messages, for the administrators' pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from servicedesk.notify.channels import OUTGOING, missing_of, settings_of
from servicedesk.notify.models import ChannelSettings, NoticeAttempt, Notification

# The states of a message that leaves the house; the first two are no outcome.
WAITING, SENT = "waiting", "sent"
STATES = (WAITING, SENT, *Notification.Outcome.values)
_FAILED = ~Q(error="") | Q(status=None) | Q(status__gte=300)


@dataclass(frozen=True)
class ChannelReport:
    """A channel with what it lacks and how it fares."""

    row: ChannelSettings
    missing: list[str]
    waiting: int
    dead: int
    uncertain: int
    last_sent: datetime | None
    last_failure: NoticeAttempt | None

    @property
    def is_in_use(self) -> bool:
        """Whether messages go out over it."""
        return self.row.is_active and not self.missing


def channel_reports() -> list[ChannelReport]:
    """Every channel that leaves the house, set up or not; three queries a channel."""
    return [report_of(channel) for channel in OUTGOING]


def report_of(channel: str) -> ChannelReport:
    """One channel with its counts."""
    row = settings_of(channel)
    found: Mapping[str, Any] = Notification.objects.filter(channel=channel).aggregate(
        waiting=Count("id", filter=in_state(WAITING)),
        dead=Count("id", filter=in_state(Notification.Outcome.DEAD)),
        uncertain=Count("id", filter=in_state(Notification.Outcome.UNCERTAIN)),
        last_sent=Max("sent_at"),
    )
    failures = NoticeAttempt.objects.filter(_FAILED, notification__channel=channel)
    return ChannelReport(row, missing_of(row), last_failure=failures.order_by("-id").first(), **found)


def in_state(state: str) -> Q:
    """The condition of one of `STATES`."""
    if state == SENT:
        return Q(sent_at__isnull=False)
    return Q(sent_at=None, outcome="" if state == WAITING else state)


def state_of(notice: Notification) -> str:
    """Which of `STATES` a notice is in."""
    return SENT if notice.sent_at is not None else notice.outcome or WAITING


def log_of(channel: str) -> QuerySet[Notification]:
    """All messages of a channel, newest first, with recipients, tickets and attempts."""
    found = Notification.objects.filter(channel=channel).select_related("recipient", "ticket")
    return found.prefetch_related("tries").order_by("-id")
