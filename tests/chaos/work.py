"""Work for a house under test: tickets opened by the real action, their clocks due when the test wants them to be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from servicedesk.notify.models import ChannelSettings, Notification
from servicedesk.people.models import Customer, Role, User
from servicedesk.sla.escalation.models import Escalation, Ladder, LadderStep
from servicedesk.sla.models import SlaClock, SlaEvent, SlaPolicy, SlaTarget
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.services import Intake, open_ticket
from servicedesk.tickets.services.intake import VISIT_CLOCKS
from servicedesk.webhooks.models import WebhookDelivery
from servicedesk.worktime.defaults import ALWAYS, SINCE
from servicedesk.worktime.models import WorkCalendar
from tests.make import make_appliance, make_customer, make_user

# Clocks a ticket opened here has: all of a visit, since nobody has spoken to the customer yet.
CLOCKS = len(VISIT_CLOCKS)
PRIORITIES = (1, 2, 3)


@dataclass(frozen=True)
class Desk:
    """Who works here, for whom, and how many minutes every clock of a ticket is given."""

    agents: Sequence[User]
    admin: User
    customers: Sequence[Customer]
    minutes: int

    def open(self, due: datetime, number: int = 0) -> Ticket:
        """A ticket all of whose clocks are due at `due`; their warnings come at three quarters of the time."""
        customer = self.customers[number % len(self.customers)]
        intake = Intake(
            customer=customer,
            kind="repair",
            channel="email",
            description=f"不转 {number}",
            address=customer.addresses.first(),
            appliance=customer.appliances.first(),
            priority=PRIORITIES[number % len(PRIORITIES)],
        )
        actor = self.agents[number % len(self.agents)]
        return open_ticket(intake, actor=actor, now=due - timedelta(minutes=self.minutes))

    def open_many(self, clocks: int, since: datetime, until: datetime) -> list[Ticket]:
        """Tickets with together at least so many clocks, due evenly between two instants."""
        tickets = -(-clocks // CLOCKS)
        step = (until - since) / tickets
        return [self.open(since + step * number, number) for number in range(tickets)]


def make_desk(minutes: int = 60) -> Desk:
    """Staff, customers, and policies that give every clock of a repair `minutes` round the clock."""
    calendar = WorkCalendar.objects.get(code=ALWAYS)
    for priority in PRIORITIES:
        # Kind and priority together beat the policies every installation starts with.
        policy = SlaPolicy.objects.create(
            code=f"chaos-{priority}", effective_from=SINCE, kind="repair", priority=priority
        )
        targets = [
            SlaTarget(
                policy=policy, clock=kind, minutes=minutes, calendar=calendar, pausable_by=["waiting_for_customer"]
            )
            for kind in VISIT_CLOCKS
        ]
        SlaTarget.objects.bulk_create(targets)
    # A step soon after the breach, told at any hour; no repeats, which would come in the middle of a long run.
    Ladder.objects.update(repeat_minutes=None, waits_at_night=False)
    LadderStep.objects.filter(moment=LadderStep.Moment.PERCENT).update(percent=101)
    customers = [make_customer() for _ in range(5)]
    for customer in customers:
        make_appliance(customer)
    agents = [make_user(Role.AGENT) for _ in range(4)]
    make_user(Role.SUPERVISOR)
    make_user(Role.MANAGER)
    return Desk(agents, make_user(Role.ADMIN), customers, minutes)


def unnoticed(now: datetime) -> int:
    """How many clocks past due at `now` have no breach written."""
    overdue = SlaClock.objects.filter(due_at__lt=now, stopped_at=None)
    return overdue.exclude(events__level=SlaEvent.Level.BREACH).count()


def unclimbed(now: datetime) -> int:
    """How many ladders have a step due at `now` that nobody has been told of."""
    return Escalation.objects.filter(next_at__lt=now).count()


def lags(now: datetime) -> list[float]:
    """Seconds between the due time of each breach and its being noticed, in order."""
    found = SlaEvent.objects.filter(level=SlaEvent.Level.BREACH, noticed_at__lte=now)
    return sorted((event.noticed_at - event.due_at).total_seconds() for event in found)


def shorten_waits(now: datetime) -> None:
    """Ends every lease and every rest of the outboxes now, which otherwise would take minutes to hours."""
    waiting = Notification.objects.filter(sent_at=None, outcome="")
    # A lease that has run out tells of a relay that died; one that was given back tells of none.
    waiting.filter(lease_until__gt=now).update(lease_until=now)
    waiting.update(next_try_at=None)
    ChannelSettings.objects.update(rests_until=None)
    WebhookDelivery.objects.filter(state=WebhookDelivery.State.WAITING).update(leased_until=None, next_try_at=now)


def unsettled() -> int:
    """How many rows of the outboxes still wait."""
    messages = WebhookDelivery.objects.filter(state=WebhookDelivery.State.WAITING).count()
    return messages + Notification.objects.filter(sent_at=None, outcome="").count()
