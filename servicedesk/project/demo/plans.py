"""Which tickets there will be: when each comes in, what it is about, and what befalls it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from random import Random
from uuid import UUID

from servicedesk.catalogue.models import Appliance, FaultCode
from servicedesk.clock import LOCAL
from servicedesk.project.demo.city import chance
from servicedesk.project.demo.households import Household
from servicedesk.project.demo.scale import Scale
from servicedesk.tickets.models import VISIT_KINDS, IntakeChannel, TicketKind


class Goal(StrEnum):
    """How far a ticket gets before the day asked for; `END` lets it live its life."""

    END = "end"
    CANCELLED = "cancelled"
    UNSENT = "unsent"
    SENT = "sent"
    REFUSED = "refused"
    ACCEPTED = "accepted"
    PAUSED = "paused"
    OFFERED = "offered"
    JOB_REFUSED = "job_refused"
    PLANNED = "planned"
    EN_ROUTE = "en_route"
    ON_SITE = "on_site"
    WORKING = "working"
    ABORTED = "aborted"
    PARTS = "parts"
    ANOTHER_VISIT = "another_visit"
    WORKSHOP = "workshop"
    CALLBACK = "callback"
    CALLED_IN_VAIN = "called_in_vain"
    REOPENED = "reopened"
    UNANSWERED = "unanswered"


class Twist(StrEnum):
    """Something that does not go smoothly, or goes better than usual."""

    NONE = ""
    REFUSED_BY_OUTLET = "refused_by_outlet"
    REFUSED_BY_TECHNICIAN = "refused_by_technician"
    REASSIGNED = "reassigned"
    NOBODY_HOME = "nobody_home"
    NEEDS_PART = "needs_part"
    SECOND_VISIT = "second_visit"
    WORKSHOP = "workshop"
    NO_FAULT = "no_fault"
    SENT_AWAY = "sent_away"
    REPLACED = "replaced"
    UNHAPPY = "unhappy"
    NOT_REACHED = "not_reached"
    PAUSED = "paused"
    SLOW_DESK = "slow_desk"
    SLOW_ANSWER = "slow_answer"
    SLOW_DISPATCH = "slow_dispatch"
    LATE = "late"
    LATE_CALLBACK = "late_callback"
    PRAISED = "praised"


# How often each befalls a ticket, in percent; the rest goes smoothly.
TWISTS: dict[Twist, int] = {
    Twist.REFUSED_BY_OUTLET: 4,
    Twist.REFUSED_BY_TECHNICIAN: 4,
    Twist.REASSIGNED: 5,
    Twist.NOBODY_HOME: 4,
    Twist.NEEDS_PART: 6,
    Twist.SECOND_VISIT: 4,
    Twist.WORKSHOP: 2,
    Twist.NO_FAULT: 5,
    Twist.SENT_AWAY: 2,
    Twist.REPLACED: 1,
    Twist.UNHAPPY: 4,
    Twist.NOT_REACHED: 4,
    Twist.PAUSED: 5,
    Twist.SLOW_DESK: 3,
    Twist.SLOW_ANSWER: 4,
    Twist.SLOW_DISPATCH: 4,
    Twist.LATE: 5,
    Twist.LATE_CALLBACK: 4,
    Twist.PRAISED: 6,
}
# What the living tickets are in the middle of: share of all living, and minutes since it came in (from, to).
LIVING: dict[Goal, tuple[int, tuple[int, int]]] = {
    Goal.UNSENT: (3, (2, 50)),
    Goal.SENT: (4, (12, 70)),
    Goal.REFUSED: (2, (60, 110)),
    Goal.ACCEPTED: (6, (35, 190)),
    Goal.PAUSED: (2, (200, 700)),
    Goal.OFFERED: (3, (45, 120)),
    Goal.JOB_REFUSED: (1, (80, 150)),
    Goal.PLANNED: (7, (60, 240)),
    Goal.EN_ROUTE: (2, (120, 260)),
    Goal.ON_SITE: (1, (130, 260)),
    Goal.WORKING: (2, (160, 300)),
    Goal.ABORTED: (1, (300, 500)),
    Goal.PARTS: (2, (1900, 3400)),
    Goal.ANOTHER_VISIT: (1, (900, 1500)),
    Goal.WORKSHOP: (1, (1700, 3000)),
    Goal.CALLBACK: (4, (400, 1500)),
    Goal.CALLED_IN_VAIN: (1, (2000, 2600)),
    Goal.REOPENED: (1, (2400, 3200)),
    Goal.UNANSWERED: (2, (10, 100)),
}
KINDS = {
    TicketKind.REPAIR: 74,
    TicketKind.INSTALL: 8,
    TicketKind.MAINTENANCE: 6,
    TicketKind.CONSULTATION: 6,
    TicketKind.SUGGESTION: 1,
    TicketKind.COMPLAINT: 3,
    TicketKind.PRAISE: 2,
}
CHANNELS = {
    IntakeChannel.PHONE: 68,
    IntakeChannel.MESSAGE: 12,
    IntakeChannel.WEB: 10,
    IntakeChannel.OUTLET: 5,
    IntakeChannel.EMAIL: 3,
    IntakeChannel.WALK_IN: 2,
}
# Calls by the hour of the day: mostly in the morning and after work, some at night.
HOURLY = (1, 1, 0, 0, 0, 1, 3, 8, 18, 24, 24, 20, 14, 14, 17, 18, 17, 16, 15, 16, 15, 10, 5, 2)
CANCELLED_SHARE = 0.04
SETTLED = timedelta(hours=1)


@dataclass(frozen=True)
class Plan:
    """One ticket before it happens."""

    seed: str
    at: datetime
    goal: Goal
    kind: TicketKind
    channel: IntakeChannel
    household: Household
    appliance: Appliance | None
    fault: FaultCode | None
    twist: Twist = Twist.NONE

    @property
    def submission(self) -> UUID:
        """The name of the form it came in by; the same seed gives the same."""
        return UUID(int=chance(self.seed).getrandbits(128), version=4)


class Planner:
    """Draws plans over the households of the city."""

    def __init__(self, households: Sequence[Household], seed: str, as_of: datetime) -> None:
        self.households, self.seed, self.as_of = households, seed, as_of
        self.faults: dict[int, list[FaultCode]] = {}
        for fault in FaultCode.objects.filter(is_active=True).select_related("category").order_by("category", "code"):
            self.faults.setdefault(fault.category_id, []).append(fault)

    def all_of(self, scale: Scale) -> list[Plan]:
        """Every plan of a world of that size, by the time at which it comes in."""
        plans = [*self._living(scale.living), *self._history(scale.tickets - scale.living, scale.days)]
        return sorted(plans, key=lambda plan: plan.at)

    def _history(self, count: int, days: int) -> Iterator[Plan]:
        for number in range(count):
            seed = f"{self.seed}/past/{number}"
            rng = chance(seed)
            at = self._past_moment(rng, days)
            goal = Goal.CANCELLED if rng.random() < CANCELLED_SHARE else Goal.END
            twist = rng.choices((*TWISTS, Twist.NONE), (*TWISTS.values(), 100 - sum(TWISTS.values())))[0]
            kind = rng.choices(tuple(KINDS), tuple(KINDS.values()))[0]
            if kind not in VISIT_KINDS:
                goal, twist = Goal.END, Twist.NONE
            yield self._plan(rng, seed, at, goal, kind, twist)

    def _past_moment(self, rng: Random, days: int) -> datetime:
        """A moment of the last `days`, the last week busier than the rest, so that charts show a trend."""
        back = rng.random() * 7 if rng.random() < 0.25 else rng.random() * days
        day = (self.as_of - timedelta(days=back)).astimezone(LOCAL).date()
        hour = rng.choices(range(24), HOURLY)[0]
        at = datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60)), LOCAL)
        return at if at < self.as_of - SETTLED else at - timedelta(days=1)

    def _living(self, count: int) -> Iterator[Plan]:
        shares = sum(share for share, _since in LIVING.values())
        number = 0
        for goal, (share, since) in LIVING.items():
            for _each in range(max(1, round(share * count / shares))):
                number += 1
                seed = f"{self.seed}/living/{number}"
                rng = chance(seed)
                at = self.as_of - timedelta(minutes=rng.uniform(*since))
                kind = self._living_kind(goal, rng)
                yield self._plan(rng, seed, at, goal, kind, Twist.NONE)

    def _living_kind(self, goal: Goal, rng: Random) -> TicketKind:
        if goal == Goal.UNANSWERED:
            return rng.choice((TicketKind.COMPLAINT, TicketKind.CONSULTATION, TicketKind.SUGGESTION))
        quick = goal in {Goal.PARTS, Goal.WORKSHOP, Goal.REOPENED, Goal.ANOTHER_VISIT}
        return TicketKind.REPAIR if quick or rng.random() < 0.85 else TicketKind.INSTALL

    def _plan(self, rng: Random, seed: str, at: datetime, goal: Goal, kind: TicketKind, twist: Twist) -> Plan:
        household = rng.choice(self.households)
        appliance = rng.choice(household.appliances)
        channel = rng.choices(tuple(CHANNELS), tuple(CHANNELS.values()))[0]
        fault = self._fault(rng, kind, appliance) if kind in VISIT_KINDS else None
        # What is installed is not on the customer's list yet.
        known = appliance if kind != TicketKind.INSTALL else None
        if fault is None and kind in VISIT_KINDS:
            raise LookupError(f"no work of kind {kind} in the catalogue for {appliance.category.code}")
        return Plan(seed, at, goal, kind, channel, household, known, fault, twist)

    def _fault(self, rng: Random, kind: TicketKind, appliance: Appliance) -> FaultCode | None:
        rows = self.faults.get(appliance.category_id, [])
        wanted = {TicketKind.INSTALL: "install", TicketKind.MAINTENANCE: "maintain"}.get(kind)
        if wanted is not None:
            return next((row for row in rows if row.code == wanted), None)
        symptoms = [row for row in rows if row.code not in {"install", "maintain", "other"}]
        return rng.choice(symptoms) if symptoms else None
