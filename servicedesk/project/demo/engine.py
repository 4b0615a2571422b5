"""Runs all lives in the order of time, with the sweep of the clocks at every due instant between, up to a moment."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush

import pgtrigger
from django.db import connection, transaction
from django.db.models import F, Max

from servicedesk import clock
from servicedesk.notify.models import Notification
from servicedesk.project.demo.life import Life, Moments
from servicedesk.project.demo.staff import Staff
from servicedesk.project.demo.visiting import whole_life
from servicedesk.sla.escalation.models import Escalation
from servicedesk.sla.pauses import remind_once
from servicedesk.sla.sweep import sweep_once
from servicedesk.tickets.models import Ticket, TicketEvent, TicketState
from servicedesk.tickets.services import acknowledge_breach
from visits.models import VisitEvent

# Whoever works reads his notices the same day.
READ_WITHIN = timedelta(hours=5)
# An overdue promise is taken on so soon; those that broke within the last hours may still wait for a hand.
TAKEN_ON_AFTER, TAKEN_ON_WITHIN = timedelta(minutes=20), timedelta(hours=6)
Progress = Callable[[int], None]
_SETTLE = """
WITH dated AS (
    UPDATE servicedesk_notification SET created_at = %(now)s, sent_at = %(now)s WHERE id > %(last)s RETURNING id
)
SELECT coalesce((SELECT max(id) FROM dated), %(last)s), (SELECT min(next_fire_at) FROM servicedesk_slaclock)
"""


class Engine:
    """The lives that go on, by their next moment."""

    def __init__(self, lives: Iterable[Life], staff: Staff, end: datetime) -> None:
        self.staff, self.end = staff, end
        self.queue: list[tuple[datetime, int, Moments]] = [
            (life.plan.at, number, whole_life(life)) for number, life in enumerate(lives)
        ]
        heapify(self.queue)
        self.last_notice = Notification.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        self.next_due: datetime | None = None

    def run(self, progress: Progress) -> None:
        """Lets everything happen that happens before the end; `progress` hears how many lives have begun."""
        begun: set[int] = set()
        self.settle(self.end)
        while self.queue and self.queue[0][0] <= self.end:
            moment, number, life = heappop(self.queue)
            self.sweep_until(moment)
            with clock.at(moment), transaction.atomic():
                following = next(life, None)
            self.settle(moment)
            if following is not None:
                heappush(self.queue, (max(following, moment), number, life))
            if number not in begun:
                begun.add(number)
                progress(len(begun))
        self.sweep_until(self.end)
        self.take_on_what_broke()

    def take_on_what_broke(self) -> None:
        """Overdue promises have been taken on by the owners of their tickets, except those of the last hours."""
        still = Escalation.objects.filter(
            acknowledged_at=None, clock__stopped_at=None, clock__breached_at__isnull=False
        )
        old = still.filter(clock__breached_at__lt=self.end - TAKEN_ON_WITHIN)
        living = old.exclude(clock__ticket__state__in=[TicketState.CLOSED, TicketState.CANCELLED])
        for ticket in Ticket.objects.filter(pk__in=living.values("clock__ticket")).select_related("owner"):
            broke = living.filter(clock__ticket=ticket).aggregate(at=Max("clock__breached_at"))["at"]
            taken_on = broke + TAKEN_ON_AFTER
            with clock.at(taken_on), transaction.atomic():
                acknowledge_breach(ticket.pk, actor=ticket.owner, now=taken_on)
            self.settle(self.end)
        # What was to be told in the past was: the ladders go on from here.
        Escalation.objects.filter(next_at__lt=self.end).update(next_at=self.end + TAKEN_ON_AFTER)

    def sweep_until(self, moment: datetime) -> None:
        """The sweep at every instant at which a clock warns or breaks up to `moment`, as the timers would have."""
        while self.next_due is not None and self.next_due <= moment:
            # A breach is one only after its instant.
            noticed = min(self.next_due + timedelta(seconds=1), moment)
            with clock.at(noticed):
                taken = sweep_once(noticed).taken + remind_once(noticed)
            self.settle(noticed)
            if not taken:
                return

    def settle(self, moment: datetime) -> None:
        """Dates the notices of this moment, forgets what would wake pages that were not open then, and looks when a
        clock is due next.
        """
        with connection.cursor() as cursor:
            cursor.execute(_SETTLE, {"last": self.last_notice, "now": moment})
            self.last_notice, self.next_due = cursor.fetchone()
        # All of this happened before anybody looked; nothing of it is news to an open page.
        connection.run_on_commit.clear()


def date_back(since_ticket: int, end: datetime) -> None:
    """Gives what the database stamped with its own time the time at which it happened, and reads old notices."""
    tickets = Ticket.objects.filter(pk__gt=since_ticket)
    tickets.update(created_at=F("received_at"))
    # The story may not be changed; what is dated here is being written for the first time, in this transaction.
    with pgtrigger.ignore("servicedesk.TicketEvent:append_only", "visits.VisitEvent:append_only"):
        TicketEvent.objects.filter(ticket__in=tickets).update(recorded_at=F("at"))
        VisitEvent.objects.filter(visit__ticket__in=tickets).update(recorded_at=F("at"))
    old = Notification.objects.filter(ticket__in=tickets, created_at__lt=end - READ_WITHIN, read_at=None)
    old.update(read_at=F("created_at") + READ_WITHIN / 10)
