"""Restore mode: after a restore nothing leaves an outbox until a person has decided about what waits.

A restored database knows nothing of what was sent since the backup was taken; sending it again would tell a day of old
news. Source: reliability rules of the project, "restore mode" (docs/operations.md).
"""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from servicedesk import ports
from servicedesk.errors import ActionError
from servicedesk.notify.models import Channel, Notification, OutboxHold


def is_held() -> bool:
    """Whether every relay has to rest."""
    return OutboxHold.objects.filter(released_at=None).exists()


def current_hold() -> OutboxHold | None:
    """The hold in force, None where messages flow."""
    return OutboxHold.objects.filter(released_at=None).first()


@transaction.atomic
def hold_outboxes(restore_point: datetime, *, now: datetime) -> OutboxHold:
    """Stops every relay; `restore_point` is the instant the restored data were true.

    A hold in force stays, with the earlier of the two restore points.
    """
    held = OutboxHold.objects.select_for_update().filter(released_at=None).first()
    if held is None:
        return OutboxHold.objects.create(restore_point=restore_point, held_at=now)
    if restore_point < held.restore_point:
        held.restore_point = restore_point
        held.save(update_fields=["restore_point"])
    return held


def waiting_by_outbox() -> dict[str, int]:
    """How many messages wait in each outbox, by its name."""
    return {outbox.name: outbox.waiting() for outbox in ports.outboxes}


@transaction.atomic
def send_held(*, now: datetime) -> int:
    """Ends the hold, and the relays send all that waits; returns how many that are. Raises `not_held`."""
    return _release(OutboxHold.Outcome.SENT, sum(waiting_by_outbox().values()), now)


@transaction.atomic
def discard_held(*, now: datetime) -> int:
    """Gives up all that waits and ends the hold; returns how many they were. Raises `not_held`.

    Notices in the app stay readable, since they are there by being written.
    """
    _require_hold()
    return _release(OutboxHold.Outcome.DISCARDED, sum(outbox.discard(now) for outbox in ports.outboxes), now)


def _release(outcome: str, messages: int, now: datetime) -> int:
    held = _require_hold()
    held.released_at, held.outcome, held.messages = now, outcome, messages
    held.save(update_fields=["released_at", "outcome", "messages"])
    return messages


def _require_hold() -> OutboxHold:
    held = OutboxHold.objects.select_for_update().filter(released_at=None).first()
    if held is None:
        raise ActionError("not_held", _("Nothing is held: messages are being sent."))
    return held


def waiting_notices() -> int:
    """How many notices have not been handed over."""
    return _waiting().count()


def discard_notices(now: datetime) -> int:
    """Settles what waits without telling anybody; returns how many notices that were."""
    told = _waiting().filter(channel=Channel.IN_APP).update(sent_at=now, lease_until=None)
    return told + _waiting().update(
        outcome=Notification.Outcome.DISCARDED, ended_at=now, lease_until=None, next_try_at=None
    )


def _waiting() -> QuerySet[Notification]:
    return Notification.objects.filter(sent_at=None, outcome="")


NOTICES = ports.Outbox("notices", waiting_notices, discard_notices)
