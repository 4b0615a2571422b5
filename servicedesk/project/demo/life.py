"""The life of one ticket: real actions at believable moments, as a generator of the moments at which it goes on.

The engine resumes a life when its next moment has come, so that all lives pass in the order of time.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from dispatch import services as booking
from servicedesk.clock import LOCAL
from servicedesk.errors import ActionError
from servicedesk.people.models import User
from servicedesk.project.demo.city import chance, say
from servicedesk.project.demo.plans import Goal, Plan, Twist
from servicedesk.project.demo.staff import Hand, Staff
from servicedesk.sla.models import PauseReason
from servicedesk.tickets import services as desk
from servicedesk.tickets.models import VISIT_KINDS, IntakeChannel, Ticket, TicketKind
from warranty.services import decide_for

Moments = Iterator[datetime]
PAID = "paid_repair"
GIVE_UP_AFTER = 40
# By a word of the question; every other one is answered by yes or no.
ANSWERS = {
    "什么时候": ("半年前", "去年夏天", "记不清了"),
    "还是": ("一直这样", "偶尔出现", "说不清"),
    "位置": ("阳台外侧，方便操作", "外墙，需要安全带", "楼顶平台"),
}
YES_OR_NO = ("是", "否", "不清楚")


class GoalReachedError(Exception):
    """The ticket has got as far as its plan goes."""


@dataclass
class Life:
    """A ticket on its way: who works on it, and what time it is for it."""

    plan: Plan
    staff: Staff
    as_of: datetime
    now: datetime = field(init=False)
    rng: Random = field(init=False)
    agent: User = field(init=False)
    ticket: Ticket = field(init=False)
    hand: Hand | None = None
    free_of_charge: bool = True

    def __post_init__(self) -> None:
        self.now = self.plan.at
        self.rng = chance(f"{self.plan.seed}/life")
        self.agent = self.rng.choice(self.staff.agents)

    def after(self, low: float, high: float) -> datetime:
        """The next moment of this life: some minutes between `low` and `high` later."""
        self.now += timedelta(minutes=self.rng.uniform(low, high))
        return self.now

    def until(self, moment: datetime) -> datetime:
        """The next moment of this life: `moment`, or now where that is over."""
        self.now = max(self.now, moment)
        return self.now

    def reached(self, goal: Goal) -> None:
        """Raises GoalReachedError where the plan goes no further."""
        if self.plan.goal == goal:
            raise GoalReachedError

    def has(self, twist: Twist) -> bool:
        """Whether this befalls the ticket."""
        return self.plan.twist == twist

    def say(self, topic: str) -> str:
        """Something said about `topic`, of this product and symptom."""
        product = self.plan.fault.category.name_zh if self.plan.fault else "家电"
        if self.plan.appliance is not None:
            product = self.plan.appliance.category.name_zh
        return say(self.rng, topic, product=product, symptom=self.plan.fault.name_zh if self.plan.fault else "")

    @property
    def dispatcher(self) -> User:
        """Who plans for the outlet that has the ticket."""
        return self.rng.choice(self.staff.dispatchers[self.ticket.outlet_id or 0])


def _answers_to(question: str) -> tuple[str, ...]:
    """What a customer may say to it."""
    for word, answers in ANSWERS.items():
        if word in question:
            return answers
    return YES_OR_NO


def intake(life: Life) -> None:
    """The request comes in and is typed; whoever calls is asked for everything."""
    plan, spoken = life.plan, life.plan.channel in {IntakeChannel.PHONE, IntakeChannel.WALK_IN}
    window = _wish(life)
    home = plan.household
    answers = [
        {"question": question["zh"], "answer": life.rng.choice(_answers_to(question["zh"]))}
        for question in (plan.fault.questions if plan.fault else [])
    ]
    life.ticket = desk.open_ticket(
        desk.Intake(
            kind=plan.kind,
            channel=plan.channel,
            customer=home.customer,
            contact_phone=home.phone,
            address=home.address if plan.kind in VISIT_KINDS else None,
            category=plan.fault.category if plan.fault else None,
            appliance=plan.appliance,
            fault=plan.fault,
            description=life.say(plan.kind),
            answers=answers if plan.kind == TicketKind.REPAIR else [],
            requested_from=window[0] if window else None,
            requested_until=window[1] if window else None,
            read_back=spoken,
            submission=plan.submission,
        ),
        actor=life.agent,
        now=life.now,
    )


def _wish(life: Life) -> tuple[datetime, datetime] | None:
    """A third of the callers name a time: tomorrow morning, afternoon or evening."""
    quick = life.plan.goal not in {Goal.END, Goal.CANCELLED, Goal.PLANNED, Goal.ACCEPTED, Goal.OFFERED}
    if quick or life.plan.kind not in VISIT_KINDS or life.rng.random() > 0.35:
        return None
    start = life.now.astimezone(LOCAL).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    start = start.replace(hour=life.rng.choice((9, 13, 17)))
    return start, start + timedelta(hours=3)


def answered_without_visit(life: Life) -> Moments:
    """A question, a word of praise, a complaint: answered by the desk and closed."""
    intake(life)
    life.reached(Goal.UNANSWERED)
    if life.plan.channel not in {IntakeChannel.PHONE, IntakeChannel.WALK_IN}:
        yield life.after(5, 45)
        desk.record_contact(life.ticket.pk, reached=True, note=life.say("contact"), actor=life.agent, now=life.now)
    yield life.after(10, 100)
    topic = "complaint_answer" if life.plan.kind == TicketKind.COMPLAINT else "answer"
    note = life.say(topic)
    desk.add_note(life.ticket.pk, note, actor=life.agent, now=life.now)
    if life.plan.kind == TicketKind.PRAISE:
        desk.record_praise(life.ticket.pk, life.say("praise"), life.plan.channel, actor=life.agent, now=life.now)
    yield life.after(2, 30)
    desk.close_ticket(life.ticket.pk, actor=life.agent, now=life.now)


def to_the_outlet(life: Life) -> Moments:
    """From the call to the outlet that has accepted: verdict, contact, hand-over, its answer."""
    intake(life)
    _verdict(life)
    if life.plan.channel not in {IntakeChannel.PHONE, IntakeChannel.WALK_IN}:
        yield from first_contact(life)
    life.reached(Goal.UNSENT)
    priority = life.ticket.priority
    yield life.after(20 * priority, 50 * priority) if life.has(Twist.SLOW_DESK) else life.after(0.5, 2.5 * priority)
    if life.plan.goal == Goal.CANCELLED:
        yield from cancelled(life)
    if life.has(Twist.REFUSED_BY_OUTLET) or life.plan.goal == Goal.REFUSED:
        yield from refused_by_outlet(life)
    home = life.staff.outlet_of[life.plan.household.address.district]
    desk.send_to_outlet(life.ticket.pk, home, actor=life.agent, now=life.now)
    life.ticket.refresh_from_db()
    life.reached(Goal.SENT)
    yield life.after(25 * priority, 90 * priority) if life.has(Twist.SLOW_ANSWER) else life.after(1, 5 * priority)
    desk.accept_handover(life.ticket.pk, actor=life.dispatcher, now=life.now)
    life.reached(Goal.ACCEPTED)
    if life.rng.random() < 0.12:
        yield life.after(3, 20)
        desk.add_note(life.ticket.pk, life.say("note"), actor=life.agent, now=life.now)


def first_contact(life: Life) -> Moments:
    """The desk calls back who wrote; one in six does not answer at once."""
    priority = life.ticket.priority
    if life.rng.random() < 0.16:
        yield life.after(1, 4 * priority)
        desk.record_contact(life.ticket.pk, reached=False, note=life.say("no_answer"), actor=life.agent, now=life.now)
    yield life.after(1, 4 * priority)
    desk.record_contact(life.ticket.pk, reached=True, note=life.say("contact"), actor=life.agent, now=life.now)


def cancelled(life: Life) -> Moments:
    """The customer no longer wants it; sometimes only after the outlet has it."""
    reason = life.rng.choice(("customer_wish", "solved_by_phone", "duplicate", "other_party"))
    yield life.after(5, 60)
    desk.cancel_ticket(life.ticket.pk, reason, note=life.say("cancelled"), actor=life.agent, now=life.now)
    raise GoalReachedError


def refused_by_outlet(life: Life) -> Moments:
    """It goes to an outlet that sends it back with a reason."""
    others = [one for one in life.staff.outlets if one != life.staff.outlet_of[life.plan.household.address.district]]
    desk.send_to_outlet(life.ticket.pk, life.rng.choice(others), actor=life.agent, now=life.now)
    life.ticket.refresh_from_db()
    yield life.after(4, 14)
    desk.refuse_handover(life.ticket.pk, life.say("handover_refused"), actor=life.dispatcher, now=life.now)
    life.reached(Goal.REFUSED)
    yield life.after(3, 12)


def _verdict(life: Life) -> None:
    """The agent records what the guarantee says; who pays follows from it."""
    appliance = life.plan.appliance
    if appliance is None or life.plan.kind != TicketKind.REPAIR:
        life.free_of_charge = life.plan.kind == TicketKind.INSTALL
        return
    decision = decide_for(appliance.pk, ticket=life.ticket, actor=life.agent, now=life.now)
    life.free_of_charge = decision.headline != PAID


def with_a_technician(life: Life) -> Moments:
    """From the accepted hand-over to the planned visit, with the technician's own call to the customer."""
    goal = life.plan.goal
    if life.has(Twist.PAUSED) or goal == Goal.PAUSED:
        yield from waiting_for_customer(life)
    priority = life.ticket.priority
    slow = life.has(Twist.SLOW_DISPATCH)
    yield life.after(30 * priority, 140 * priority) if slow else life.after(2, 6 * priority)
    yield from assigned(life)
    life.reached(Goal.OFFERED)
    if life.has(Twist.REFUSED_BY_TECHNICIAN) or goal == Goal.JOB_REFUSED:
        yield from refused_by_technician(life)
    yield life.after(1, 4 * priority)
    _accept(life)
    if life.has(Twist.REASSIGNED):
        yield life.after(4, 25)
        yield from assigned(life, instead=True)
        yield life.after(1, 10)
        _accept(life)
    yield life.until(min(life.now + timedelta(minutes=life.rng.uniform(2, 8 * priority)), _start_of(life)))
    hand = the_hand(life)
    desk.record_contact(life.ticket.pk, reached=True, note=life.say("contact"), actor=hand.user, now=life.now)
    life.reached(Goal.PLANNED)


def waiting_for_customer(life: Life) -> Moments:
    """The customer asks to wait; the clocks stand still for a recorded reason."""
    yield life.after(2, 12)
    end = life.now + timedelta(hours=life.rng.randint(20, 60))
    desk.pause_clock(
        life.ticket.pk,
        PauseReason.WAITING_FOR_CUSTOMER,
        note=life.say("waiting_customer"),
        expected_end_at=end,
        actor=life.agent,
        now=life.now,
    )
    life.reached(Goal.PAUSED)
    yield life.after(9 * 60, 40 * 60)
    desk.resume_clock(life.ticket.pk, note=life.say("resumed"), actor=life.agent, now=life.now)


def refused_by_technician(life: Life) -> Moments:
    """The first technician says no with a reason; another one is asked."""
    yield life.after(3, 15)
    hand = the_hand(life)
    lead = life.ticket.assignments.latest("id")
    booking.refuse_assignment(lead.pk, life.say("job_refused"), actor=hand.user, now=life.now)
    hand.diary.jobs.pop(life.ticket.pk, None)
    life.reached(Goal.JOB_REFUSED)
    yield life.after(5, 20)
    yield from assigned(life, but=hand)


def _accept(life: Life) -> None:
    lead = life.ticket.assignments.latest("id")
    booking.accept_assignment(lead.pk, actor=the_hand(life).user, now=life.now)


def _start_of(life: Life) -> datetime:
    return the_hand(life).diary.jobs[life.ticket.pk][0]


def the_hand(life: Life) -> Hand:
    """The technician who has the ticket. Raises LookupError where nobody has."""
    if life.hand is None:
        raise LookupError(f"ticket {life.ticket.number} has no technician")
    return life.hand


def assigned(life: Life, *, instead: bool = False, but: Hand | None = None) -> Moments:
    """The dispatcher gives the job to somebody; where nobody is free it waits, and the clocks run."""
    old = life.hand if instead else None
    for _attempt in range(GIVE_UP_AFTER):
        life.ticket.refresh_from_db()
        for start, hand in offers(life, but=old or but):
            if _book(life, hand, start, instead=instead):
                if old is not None:
                    old.diary.jobs.pop(life.ticket.pk, None)
                return
        yield life.after(45, 120)
    raise LookupError(f"no technician of outlet {life.ticket.outlet_id} was ever free for {life.ticket.number}")


def offers(life: Life, *, but: Hand | None) -> list[tuple[datetime, Hand]]:
    """Who could come and when, the soonest first."""
    ticket, length = life.ticket, length_of(life)
    earliest = wanted_start(life)
    category = ticket.category.code if ticket.category else ""
    found = []
    for hand in life.staff.hands[ticket.outlet_id or 0]:
        if hand is but or category not in hand.levels:
            continue
        start = hand.diary.free_from(earliest, length)
        if start is not None and hand.has_paper(start.astimezone(LOCAL).date()):
            found.append((start, life.rng.random(), hand))
    found.sort(key=lambda offer: offer[:2])
    return [(start, hand) for start, _chance, hand in found]


def length_of(life: Life) -> timedelta:
    """How long the job is planned: what its fault usually takes, in quarters of an hour."""
    minutes = life.plan.fault.minutes if life.plan.fault else 60
    return timedelta(minutes=-(-minutes // 15) * 15 + 15)


def wanted_start(life: Life) -> datetime:
    """From when on the job may begin: the customer's wish, by day unless it is urgent; for a living one as planned."""
    ticket, goal = life.ticket, life.plan.goal
    if goal in {Goal.EN_ROUTE, Goal.ON_SITE, Goal.WORKING}:
        lead = {Goal.EN_ROUTE: (-12, -4), Goal.ON_SITE: (10, 20), Goal.WORKING: (30, 55)}[goal]
        return max(life.now, life.as_of - timedelta(minutes=life.rng.uniform(*lead)))
    if goal == Goal.PLANNED:
        return max(life.now, life.as_of + timedelta(minutes=life.rng.uniform(20, 420)))
    soonest = life.now + timedelta(minutes=life.rng.uniform(25, 60))
    if ticket.requested_from is not None:
        return max(soonest, ticket.requested_from)
    return soonest if ticket.priority == 1 or goal != Goal.END else by_day(soonest)


def by_day(moment: datetime) -> datetime:
    """`moment`, or the next morning where people do not want a visit."""
    local = moment.astimezone(LOCAL)
    if local.hour >= 19:
        local += timedelta(days=1)
    elif local.hour >= 8:
        return moment
    return local.replace(hour=8, minute=30, second=0, microsecond=0)


def _book(life: Life, hand: Hand, start: datetime, *, instead: bool) -> bool:
    """Whether the booking was taken; the dispatcher gives a reason where a soft rule asks for one."""
    end = start + length_of(life)
    for reason in ("", life.say("override")):
        try:
            if instead:
                booking.reassign_technician(
                    life.ticket.pk,
                    hand.technician,
                    start,
                    end,
                    booking.Why(life.say("reassigned"), reason),
                    actor=life.dispatcher,
                    now=life.now,
                )
            else:
                booking.assign_technician(
                    life.ticket.pk,
                    hand.technician,
                    start,
                    end,
                    override_reason=reason,
                    actor=life.dispatcher,
                    now=life.now,
                )
        except ActionError as refusal:
            if refusal.code == "override_reason_missing" and not reason:
                continue
            return False
        life.hand = hand
        hand.diary.jobs[life.ticket.pk] = (start, end)
        return True
    return False
