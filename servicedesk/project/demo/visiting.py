"""The visit of a life: the way there, the work by the checklist, how it ends; then the call to the customer."""

from collections.abc import Generator
from datetime import datetime, timedelta

from dispatch import services as booking
from servicedesk.clock import LOCAL
from servicedesk.people.models import User
from servicedesk.project.demo.city import work_of
from servicedesk.project.demo.hearing import answers_of
from servicedesk.project.demo.life import (
    GoalReachedError,
    Life,
    Moments,
    answered_without_visit,
    assigned,
    the_hand,
    to_the_outlet,
    with_a_technician,
)
from servicedesk.project.demo.plans import Goal, Twist
from servicedesk.project.demo.staff import Hand
from servicedesk.tickets import services as desk
from servicedesk.tickets.models import VISIT_KINDS, Outcome
from visits import services as onsite
from visits.aftercare import services as aftercare
from visits.aftercare.ladder import inside_calling_hours
from visits.inspection import checks_for
from visits.models import AbortReason, Answer, Callback, CallbackAttempt, ChecklistItem, Visit
from visits.selectors import items_to_play, local_day, price_list_on, proof_of_keeping, valid_certificates
from visits.services import ChargeLine, CheckResult, Findings, Report, SignedSheet

IN_GUARANTEE = "保修期内"
LINK_SHARE = 0.12
MINUTE = timedelta(minutes=1)
# Items of the checklist that are over before the work begins: the certificate, the price list and what follows.
AT_THE_DOOR = 4


def whole_life(life: Life) -> Moments:
    """The life of a ticket from the first call on, as far as its plan goes."""
    try:
        if life.plan.kind in VISIT_KINDS:
            yield from to_the_outlet(life)
            yield from with_a_technician(life)
            yield from served(life)
        else:
            yield from answered_without_visit(life)
    except GoalReachedError:
        return


def served(life: Life) -> Moments:
    """Visit after visit until the work is done, then the callback; an unhappy customer is visited once more."""
    outcome = yield from visited(life)
    while outcome not in FINISHED:
        yield from again(life, outcome)
        outcome = yield from visited(life, last=True)
    life.reached(Goal.CALLBACK)
    happy = yield from called_back(life)
    if not happy:
        life.reached(Goal.REOPENED)
        yield from another_job(life, 15, 90)
        yield from visited(life, last=True)
        yield from called_back(life, second=True)
    if life.has(Twist.PRAISED):
        yield life.after(5, 600)
        text = life.say("praised")
        desk.record_praise(life.ticket.pk, text, life.plan.channel, actor=life.agent, now=life.now)
    yield life.after(2, 12)
    desk.close_ticket(life.ticket.pk, actor=life.agent, now=life.now)


FINISHED = frozenset({Outcome.FIXED, Outcome.NO_FAULT_FOUND, Outcome.REPLACED, Outcome.REFUSED_BY_CUSTOMER})
ENDINGS = {
    Twist.NEEDS_PART: Outcome.NEEDS_PART,
    Twist.SECOND_VISIT: Outcome.NEEDS_ANOTHER_VISIT,
    Twist.WORKSHOP: Outcome.TAKEN_TO_WORKSHOP,
    Twist.NO_FAULT: Outcome.NO_FAULT_FOUND,
    Twist.SENT_AWAY: Outcome.REFUSED_BY_CUSTOMER,
    Twist.REPLACED: Outcome.REPLACED,
    Goal.PARTS: Outcome.NEEDS_PART,
    Goal.ANOTHER_VISIT: Outcome.NEEDS_ANOTHER_VISIT,
    Goal.WORKSHOP: Outcome.TAKEN_TO_WORKSHOP,
}
ABORTED = ""
# Minutes since the arrival of those who are under way as of the day asked for; before zero it lies ahead.
UNDER_WAY = {Goal.EN_ROUTE: (-8, -3), Goal.ON_SITE: (1, 4), Goal.WORKING: (20, 45)}


def ending_of(life: Life, *, last: bool) -> str:
    """How this visit ends; a last one ends well."""
    if last:
        return Outcome.FIXED
    goal = life.plan.goal
    wanted = ENDINGS.get(life.plan.twist) if goal == Goal.END else ENDINGS.get(goal)
    if wanted in {Outcome.TAKEN_TO_WORKSHOP, Outcome.NEEDS_PART} and life.plan.appliance is None:
        return Outcome.FIXED
    return wanted or Outcome.FIXED


def visited(life: Life, *, last: bool = False) -> Generator[datetime, None, str]:
    """One visit; its value is the outcome, empty where it was broken off."""
    hand = the_hand(life)
    visit = Visit.objects.filter(ticket=life.ticket.pk).latest("id")
    arrival = arrival_of(life, hand.diary.jobs[life.ticket.pk][0], last=last)
    yield life.until(arrival - life.rng.uniform(9, 24) * MINUTE)
    onsite.depart(visit.pk, actor=hand.user, now=life.now)
    life.reached(Goal.EN_ROUTE)
    if _nobody_home(life, last=last):
        yield life.until(arrival + 12 * MINUTE)
        reason = AbortReason.NOBODY_HOME
        onsite.abort_visit(visit.pk, reason, actor=hand.user, now=life.now, note=life.say("no_answer"))
        hand.diary.jobs.pop(life.ticket.pk, None)
        life.reached(Goal.ABORTED)
        return ABORTED
    yield life.until(arrival)
    onsite.arrive(visit.pk, actor=hand.user, now=life.now)
    life.reached(Goal.ON_SITE)
    yield life.after(2, 6)
    onsite.start_work(visit.pk, actor=hand.user, now=life.now)
    outcome = yield from worked(life, visit, ending_of(life, last=last))
    hand.diary.jobs.pop(life.ticket.pk, None)
    return outcome


def arrival_of(life: Life, start: datetime, *, last: bool) -> datetime:
    """When the technician is at the door: about the planned start, hours late, or just as the plan of a living one
    wants it.
    """
    ago = UNDER_WAY.get(life.plan.goal)
    if ago is not None:
        return life.as_of - life.rng.uniform(*ago) * MINUTE
    late = timedelta(minutes=life.rng.uniform(70, 190)) if life.has(Twist.LATE) and not last else timedelta()
    return start + late + life.rng.uniform(-6, 9) * MINUTE


def _nobody_home(life: Life, *, last: bool) -> bool:
    return not last and (life.has(Twist.NOBODY_HOME) or life.plan.goal == Goal.ABORTED)


def worked(life: Life, visit: Visit, outcome: str) -> Generator[datetime, None, str]:
    """The work itself: certificate and price list first, inspection and signature last."""
    hand = the_hand(life)
    visit.refresh_from_db()
    items = items_to_play(visit)
    failing = life.rng.choice(items[AT_THE_DOOR:]).code if life.rng.random() < 0.06 else ""
    _answer(life, visit, items[:AT_THE_DOOR], failing)
    life.reached(Goal.WORKING)
    usual = life.plan.fault.minutes if life.plan.fault else 45
    yield life.after(usual * 0.4, usual * 0.75)
    work = work_of(life.plan.fault.group if life.plan.fault else "other")
    note = life.say("parts_note") if outcome == Outcome.NEEDS_PART else ""
    finding = "通电检测各项参数正常，未见故障。" if outcome == Outcome.NO_FAULT_FOUND else work.finding
    done = work.work if outcome in FINISHED - {Outcome.NO_FAULT_FOUND} else note
    report = Report(outcome, life.plan.fault if outcome in FINISHED else None, finding, done)
    onsite.record_outcome(visit.pk, report, actor=hand.user, now=life.now)
    visit.refresh_from_db()
    if outcome in FINISHED:
        _charge(life, visit, work.charges)
    _answer(life, visit, _left(visit, items[:AT_THE_DOOR]), failing)
    if outcome in FINISHED:
        _inspect(life, visit)
    yield life.after(2, 8)
    sheet = SignedSheet(opinion=life.say("signed"), typed_name=life.plan.household.customer.name)
    onsite.sign(visit.pk, sheet, actor=hand.user, now=life.now)
    onsite.complete_visit(visit.pk, actor=hand.user, now=life.now)
    life.reached(Goal.PARTS if outcome == Outcome.NEEDS_PART else Goal.ANOTHER_VISIT)
    if outcome == Outcome.TAKEN_TO_WORKSHOP:
        life.reached(Goal.WORKSHOP)
    return outcome


def _left(visit: Visit, answered: list[ChecklistItem]) -> list[ChecklistItem]:
    """What is asked for beside what was answered; taking the product away has changed the list."""
    codes = {item.code for item in answered}
    return [item for item in items_to_play(visit) if item.code not in codes]


def _answer(life: Life, visit: Visit, items: list[ChecklistItem], failing: str) -> None:
    """Answers `items` in one go, as calls of `answer_item` would have; completing the visit checks each of them."""
    hand = the_hand(life)
    rows = []
    for item in items:
        kept = item.code != failing
        rows.append(
            Answer(
                visit=visit,
                item=item,
                value=Answer.Value.DONE if kept else Answer.Value.NOT_DONE,
                proof=_proof(life, hand, item) if kept else "",
                note="" if kept else life.say("not_done"),
                at=life.now,
                actor=hand.user,
            )
        )
    Answer.objects.bulk_create(rows)


def _proof(life: Life, hand: Hand, item: ChecklistItem) -> str:
    if item.proof == ChecklistItem.Proof.CERTIFICATE:
        return valid_certificates(hand.technician, life.now)[0]
    if item.proof == ChecklistItem.Proof.PRICE_LIST:
        prices = price_list_on(local_day(life.now))
        return prices.version if prices else ""
    if item.proof == ChecklistItem.Proof.READING:
        return f"{life.rng.uniform(0.8, 9.5):.1f}"
    return proof_of_keeping(item)


def _charge(life: Life, visit: Visit, items: tuple[str, ...]) -> None:
    for code in items:
        line = ChargeLine(code, free_reason=IN_GUARANTEE if life.free_of_charge else "")
        onsite.add_charge(visit.pk, line, actor=the_hand(life).user, now=life.now)


def _inspect(life: Life, visit: Visit) -> None:
    category = life.plan.fault.category.code if life.plan.fault else ""
    odd = life.rng.random() < 0.08
    checks = [CheckResult(check.code, not (odd and check.code == "wear")) for check in checks_for(category)]
    remark = life.say("inspection") if odd else ""
    findings = Findings(checks, remark, others_asked=True)
    onsite.record_inspection(visit.pk, findings, actor=the_hand(life).user, now=life.now)


def again(life: Life, outcome: str) -> Moments:
    """What lies between an unfinished visit and the next one."""
    if outcome == Outcome.NEEDS_PART:
        yield life.after(26 * 60, 70 * 60)
        life.ticket.refresh_from_db()
        if life.ticket.clocks.filter(state="paused", stopped_at=None).exists():
            note = "配件已到网点。"
            desk.resume_clock(life.ticket.pk, note=note, actor=life.dispatcher, now=life.now)
    low, high = (18 * 60, 50 * 60) if outcome == Outcome.TAKEN_TO_WORKSHOP else (10, 90)
    yield from another_job(life, low, high)


def another_job(life: Life, low: float, high: float) -> Moments:
    """A technician is sent once more."""
    yield life.after(low, high)
    yield from assigned(life)
    yield life.after(1, 12)
    hand = the_hand(life)
    lead = life.ticket.assignments.latest("id")
    booking.accept_assignment(lead.pk, actor=hand.user, now=life.now)


def called_back(life: Life, *, second: bool = False) -> Generator[datetime, None, bool]:
    """The desk calls until the customer is reached, or the ladder ends; the value says whether he was happy."""
    if life.rng.random() < LINK_SHARE and not life.has(Twist.UNHAPPY):
        yield life.after(30, 180)
        score = life.rng.choice((4, 5, 5))
        aftercare.rate_service(life.ticket.pk, score, now=life.now, text=life.say("happy"))
    delay = life.rng.uniform(24, 40) if life.has(Twist.LATE_CALLBACK) else life.rng.uniform(1, 6)
    wanted = life.now + timedelta(hours=delay)
    vain = {Twist.NOT_REACHED: 3}.get(life.plan.twist, 1 if life.rng.random() < 0.15 else 0)
    vain = 1 if life.plan.goal == Goal.CALLED_IN_VAIN else 0 if second else vain
    attempt = 0
    while True:
        callback = Callback.objects.get(ticket=life.ticket.pk, kind=Callback.Kind.COMPLETION, state="open")
        yield life.until(calling_moment(max(wanted, callback.not_before), life))
        caller = life.rng.choice(life.staff.agents)
        aftercare.claim_callback(callback.pk, actor=caller, now=life.now)
        yield life.after(1, 4)
        if attempt >= vain:
            return _reached(life, callback, caller, second=second)
        attempt += 1
        kind = CallbackAttempt.Outcome.NO_ANSWER
        note = life.say("no_answer")
        aftercare.record_attempt(callback.pk, kind, actor=caller, now=life.now, note=note)
        life.reached(Goal.CALLED_IN_VAIN)
        callback.refresh_from_db()
        if callback.state != Callback.State.OPEN:
            return True


def calling_moment(wanted: datetime, life: Life) -> datetime:
    """A moment at which the customer may be rung, a little after the hour in which everybody is."""
    moment = inside_calling_hours(wanted, LOCAL)
    return moment + life.rng.uniform(1, 25) * MINUTE if moment.astimezone(LOCAL).hour < 19 else moment


def _reached(life: Life, callback: Callback, caller: User, *, second: bool) -> bool:
    said = answers_of(callback, caller, life.now, f"{life.plan.seed}/{int(second)}")
    unhappy = not second and (life.has(Twist.UNHAPPY) or life.plan.goal == Goal.REOPENED)
    partly = not unhappy and life.rng.random() < 0.08
    if unhappy:
        answer = aftercare.CustomerAnswer(
            Callback.Result.NOT_SATISFIED, life.rng.choice((1, 2)), said, life.say("unhappy")
        )
    elif partly:
        answer = aftercare.CustomerAnswer(Callback.Result.PARTLY, life.rng.choice((3, 4)), said, life.say("partly"))
    else:
        answer = aftercare.CustomerAnswer(
            Callback.Result.SATISFIED, life.rng.choice((4, 5, 5, 5)), said, life.say("happy")
        )
    reached = CallbackAttempt.Outcome.REACHED
    aftercare.record_attempt(callback.pk, reached, actor=caller, now=life.now, answer=answer)
    return not unhappy
