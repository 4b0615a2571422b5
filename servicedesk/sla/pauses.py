"""Pauses that should have ended come back as tasks: the owner and the outlet's dispatchers are asked to look.

They stay in the list "pauses to check" until somebody ends them or says a new end; a reminder comes once a day.
"""

from datetime import datetime, timedelta

from django.db import connection, transaction

from servicedesk.notify.services import notify
from servicedesk.people.models import Role, User
from servicedesk.sla.models import SlaClock

BATCH = 200
AGAIN = timedelta(days=1)

# The ticket is only looked at, and skipped while an action holds it.
_TAKE = """
SELECT c.id FROM servicedesk_slaclock c
JOIN servicedesk_ticket t ON t.id = c.ticket_id
WHERE c.next_fire_at <= %(now)s AND c.next_level = 'pause'
ORDER BY c.next_fire_at
LIMIT %(limit)s
FOR NO KEY UPDATE OF c SKIP LOCKED
FOR KEY SHARE OF t SKIP LOCKED
"""


def remind_once(now: datetime) -> int:
    """How many clocks stand still although their pause should have ended and somebody was told of it in this round.

    One notice a ticket and day, however many of its clocks stand still.
    """
    if not SlaClock.objects.filter(next_fire_at__lte=now, next_level="pause").exists():
        return 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, {"now": now, "limit": BATCH})
            taken = [clock_id for (clock_id,) in cursor.fetchall()]
        clocks = SlaClock.objects.filter(pk__in=taken).select_related("ticket__owner").order_by("ticket", "id")
        by_ticket = {clock.ticket_id: clock for clock in clocks}
        for clock in by_ticket.values():
            _remind(clock, now)
        SlaClock.objects.filter(pk__in=taken).update(next_fire_at=now + AGAIN)
    return len(taken)


def _remind(clock: SlaClock, now: datetime) -> None:
    ticket = clock.ticket
    dispatchers = User.objects.filter(role=Role.DISPATCHER, outlets=ticket.outlet_id, is_active=True)
    key = f"pause:{clock.ticket_id}:{now:%Y-%m-%d}"
    ends = None if clock.pause_ends_at is None else clock.pause_ends_at.isoformat()
    notify(key, [ticket.owner, *dispatchers], "pause_overdue", ticket=ticket, values={"ended": ends})
