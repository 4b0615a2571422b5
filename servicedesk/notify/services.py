"""Putting notices into the outbox, and marking them read."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from servicedesk.notify.models import Channel, Notification
from servicedesk.notify.selectors import about, in_app
from servicedesk.people.models import User


def notify(
    event_key: str,
    recipients: Iterable[User],
    kind: str,
    *,
    ticket: Any = None,
    values: Mapping[str, Any] | None = None,
    channels: Sequence[str] = (Channel.IN_APP,),
) -> None:
    """Writes a notice to each active recipient and channel in the running transaction; with the same key only once.

    `values` are ids, codes and numbers; the words are made when it is read (`servicedesk.notify.wording`). `channels`
    are some of `active_channels()`. Delivery is the relay's business.
    """
    people = {user.pk: user for user in recipients if user.is_active}
    told = {"event_key": event_key, "kind": kind, "ticket": ticket, "values": dict(values or {})}
    Notification.objects.bulk_create(
        [Notification(recipient=user, channel=channel, **told) for user in people.values() for channel in channels],
        ignore_conflicts=True,
    )


def mark_read(user: User, notice_id: int, *, now: datetime) -> Notification | None:
    """The notice of `user`, read at `now` unless it was before; None where he has none of that id."""
    notice = Notification.objects.filter(pk=notice_id, recipient=user).select_related("ticket").first()
    if notice is not None:
        # Whoever follows the link of an e-mail has read the notice in the app too.
        same = Notification.objects.filter(event_key=notice.event_key, recipient=user, read_at=None)
        if same.update(read_at=now):
            notice.refresh_from_db(fields=["read_at"])
    return notice


def mark_unread(user: User, *, read_at: datetime) -> int:
    """How many notices of `user` that he read at that very moment are unread again; takes `mark_all_read` back."""
    return in_app(user).filter(read_at=read_at).update(read_at=None)


def mark_all_read(user: User, *, now: datetime, up_to: int | None = None, topic: str = "") -> int:
    """How many notices of `user` were unread and now are read; those newer than `up_to` or of another topic stay."""
    unread = in_app(user).filter(about(topic), read_at=None)
    if up_to is not None:
        unread = unread.filter(pk__lte=up_to)
    return unread.update(read_at=now)
