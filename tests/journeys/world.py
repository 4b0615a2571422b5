"""A small house in the middle of a working day: tickets in every state, all by real actions."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any

from dispatch.models import Assignment
from dispatch.services import assign_technician
from servicedesk import clock
from servicedesk.care.services import give_consent, record_care_note
from servicedesk.catalogue.models import FaultCode, ProductCategory, ProductModel
from servicedesk.notify.heartbeat import write_heartbeat
from servicedesk.notify.models import MessageTemplate
from servicedesk.notify.outgoing import serve as send_notices
from servicedesk.notify.relay import relay_once
from servicedesk.people.models import Customer, Membership, Outlet, Role, ServiceZone, User
from servicedesk.sending.http import Answer
from servicedesk.sla.recompute.models import RecomputeJob, RecomputeSample
from servicedesk.sla.sweep import sweep_once
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.services import close_ticket, pause_clock, send_to_outlet
from servicedesk.webhooks.models import WebhookEndpoint
from servicedesk.webhooks.relay import serve
from servicedesk.webhooks.services import send_test
from tests.defaults import load_defaults
from tests.make import NOW, make_appliance, make_customer, make_handed_over, make_outlet, make_ticket, make_user
from tests.make_channels import make_channel, make_outgoing
from tests.make_dispatch import make_technician
from tests.make_learning import make_article, make_idea
from tests.make_remedies import make_entitled, make_remedy
from tests.make_visits import make_follow_up, make_ready, make_visit
from tests.make_warranty import make_proof, make_sold
from tests.make_webhooks import make_endpoint
from visits.aftercare.services import CustomerAnswer, claim_callback, record_attempt
from visits.care.services import record_care_event
from visits.lists.services import begin_draft
from visits.models import Callback, ChecklistTemplate, DelightStory, Visit
from visits.services import ItemAnswer, answer_item, complete_visit
from visits.stories.services import Telling, approve_story, propose_story, publish_story
from warranty.models import Decision, PartsWait, RemedyCase, RepairRecord
from warranty.repair_log import RepairElsewhere, record_elsewhere
from warranty.services import decide_for
from warranty.waits import NewWait, open_wait

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class World:
    """What pages are opened about."""

    people: dict[str, User]
    outlet: Outlet
    customer: Customer
    unsent: Ticket
    to_assign: Ticket
    offer: Assignment
    planned: Visit
    working: Visit
    to_call: Callback
    in_hand: Callback
    done: Callback
    decision: Decision
    story: DelightStory
    webhook: WebhookEndpoint
    recompute: RecomputeJob
    repair: RepairRecord
    wait: PartsWait
    remedy: RemedyCase


def make_washer(customer: Customer, serial: str) -> None:
    """A washing machine bought three months ago with an invoice."""
    washer = ProductCategory.objects.get(code="washing_machine")
    model, _made = ProductModel.objects.get_or_create(
        code="XQG100-B14", defaults={"category": washer, "brand": "Lumi"}
    )
    make_appliance(
        customer,
        category=washer,
        model=model,
        serial=serial,
        invoice_date=date(2025, 12, 1),
        delivery_date=date(2025, 12, 3),
        invoice_status="present",
        price=3299,
    )


def make_household(name: str, phone: str, serial: str) -> Customer:
    customer = make_customer(name=name, phone=phone)
    make_washer(customer, serial)
    return customer


def make_people(outlet: Outlet) -> dict[str, User]:
    """One of every role."""
    names = {
        "agent": "陈静",
        "dispatcher": "赵敏",
        "supervisor": "郑凯",
        "manager": "孙宁",
        "auditor": "钱云",
        "admin": "周明",
    }
    people = {
        role: make_user(Role(role), *([outlet] if role in {"dispatcher", "supervisor"} else []), name=name)
        for role, name in names.items()
    }
    people["admin"].is_staff = people["admin"].is_superuser = True
    people["admin"].save(update_fields=["is_staff", "is_superuser"])
    return people


def finish(visit: Visit) -> Callback:
    """The visit completed half an hour ago, with the callback that is owed for it."""
    at = NOW - 30 * MINUTE
    make_ready(visit, now=at - 5 * MINUTE)
    complete_visit(visit.pk, actor=visit.technician.user, now=at)
    return Callback.objects.get(ticket=visit.ticket)


def end(callback: Callback, agent: User, score: int) -> Ticket:
    """The customer was reached and content; the ticket is closed."""
    at = NOW - 20 * MINUTE
    claim_callback(callback.pk, actor=agent, now=at)
    answer = CustomerAnswer("satisfied", score, {"fee": "more"}, "师傅很准时")
    record_attempt(callback.pk, "reached", actor=agent, now=at, answer=answer)
    return close_ticket(callback.ticket_id, actor=agent, now=at)


class Day:
    """The outlet, its people, and what is the same in every ticket of the day."""

    def __init__(self) -> None:
        load_defaults()
        self.outlet = make_outlet(code="FD01", name_zh="涪东服务网点", name_en="Fudong outlet", phone="0816-2200001")
        make_outlet(code="JY01", name_zh="江油服务网点", name_en="Jiangyou outlet")
        ServiceZone.objects.create(outlet=self.outlet, district="涪东区")
        self.people = make_people(self.outlet)
        self.agent = self.people["agent"]
        washer = ProductCategory.objects.get(code="washing_machine")
        crew = (make_technician(self.outlet, name=name, category=washer) for name in ("李强", "吴刚", "何平"))
        self.li, self.wu, self.he = crew
        self.people["technician"] = self.li.user
        self.fault = FaultCode.objects.get(category=washer, code="no_spin")
        self.household = count(1)

    def words(self, name: str, minutes_ago: int) -> dict[str, Any]:
        """The facts of a ticket that came in so many minutes ago, of a household of that name."""
        place = next(self.household)
        customer = make_household(name, f"1390000{place:04d}", f"XQG100-1{place:03d}")
        return {**self.common(), "customer": customer, "now": NOW - minutes_ago * MINUTE}

    def common(self) -> dict[str, Any]:
        return {"actor": self.agent, "fault": self.fault, "description": "脱水时一直响"}


def known_caller() -> Customer:
    """A customer with a card, two appliances and nothing open."""
    customer = make_household("王芳", "13800008000", "XQG100-0001")
    make_washer(customer, "XQG100-0002")
    days = {"valid_from": date(2026, 1, 1), "valid_until": date(2027, 3, 1)}
    Membership.objects.create(customer=customer, kind="club", card_no="C-1", **days)
    return customer


def fill_queue(day: Day) -> Ticket:
    """Tickets sent, waiting for the customer, half a day overdue, and one to assign, which is given back."""
    sent = make_ticket(**day.words("刘洋", 12))
    send_to_outlet(sent.pk, day.outlet, actor=day.agent, now=NOW - 10 * MINUTE)
    waiting = make_handed_over(day.outlet, **day.words("徐磊", 50))
    pause_clock(waiting.pk, "waiting_for_customer", actor=day.agent, now=NOW - 40 * MINUTE, note="客户出差，周五回来")
    make_handed_over(day.outlet, **day.words("马超", 15 * 60))
    return make_handed_over(day.outlet, **day.words("黄丽", 20))


def offer_to_li(day: Day) -> Assignment:
    offered = make_handed_over(day.outlet, **day.words("朱琳", 25))
    start, actor = NOW + 4 * HOUR, day.people["dispatcher"]
    return assign_technician(offered.pk, day.li, start, start + HOUR, actor=actor, now=NOW - 15 * MINUTE)


def work_of_li(day: Day) -> Visit:
    """The visit the technician is at, with the first rows of the checklist answered."""
    working = make_visit(day.li, "working", start=NOW - HOUR / 2, **day.words("郭敏", 60))
    certificate = day.li.certificates.get().number
    for said in (ItemAnswer("1.1", "done", certificate), ItemAnswer("5.2", "done")):
        answer_item(working.pk, said, actor=day.li.user, now=NOW)
    return working


def care_for(unsent: Ticket, closed: Ticket, day: Day) -> DelightStory:
    """A health note by consent on the one, a visit of courtesy and a story that waits on the other."""
    at, agent = NOW - 15 * MINUTE, day.agent
    give_consent(unsent.pk, "health", "phone", actor=agent, now=NOW - 4 * MINUTE)
    record_care_note(unsent.pk, "mobility", "腿伤未愈，开门较慢", actor=agent, now=NOW - 3 * MINUTE)
    give_consent(closed.pk, "story", "phone", actor=agent, now=at)
    record_care_event(closed.pk, "gift", "送上手写卡片", actor=agent, now=at)
    told = propose_story(closed.pk, Telling("雨夜里的一盏灯", "停电时留下应急灯。", "修理之外"), actor=agent, now=at)
    published = approve_story(told.pk, actor=day.people["manager"], now=at)
    return publish_story(published.pk, actor=day.people["manager"], now=at)


def hook_up() -> WebhookEndpoint:
    """A webhook with messages in every state."""
    endpoint = make_endpoint(description="仓库系统")
    for status, excerpt in ((200, "ok"), (500, "sorry")):
        send_test(endpoint.pk, actor=None, now=NOW - MINUTE)
        answer = Answer(status, excerpt=excerpt, millis=status)
        serve(endpoint.pk, NOW, lambda *_asked, answer=answer: answer)
    send_test(endpoint.pk, actor=None, now=NOW)
    return endpoint


def send_out(ticket: Ticket, reader: User) -> None:
    """Text messages that were delivered, failed, are uncertain and wait; and words of one's own for one of them."""
    make_channel("sms", sender="Yipiao", address="http://127.0.0.1:9/sms", token_header="", at_most_once=True)
    MessageTemplate.objects.create(kind="praise", channel="sms", language="en", text="{sentence} {link}")
    User.objects.filter(pk=reader.pk).update(phone="13900000001")
    for answer in (Answer(200, excerpt="ok", millis=80), Answer(500, excerpt="sorry"), Answer(504, was_begun=True)):
        make_outgoing("sms", reader, ticket=ticket)
        send_notices("sms", clock.now(), lambda *_asked, answer=answer: answer)
    make_outgoing("sms", reader, kind="unhappy_customer", ticket=ticket)


def ask_to_recompute(ticket: Ticket) -> RecomputeJob:
    """A recompute that waits for a decision, with an example."""
    job = RecomputeJob.objects.create(asked_at=NOW, state="ready", total=40, looked_at=40, moved=1, newly_broken=1)
    RecomputeSample.objects.create(
        job=job,
        clock=ticket.clocks.get(kind="arrival"),
        due_before=NOW + HOUR,
        due_after=NOW,
        state_before="running",
        state_after="breached",
    )
    return job


def repair_elsewhere(customer: Customer, agent: User) -> tuple[RepairRecord, PartsWait]:
    """The customer's second washer is with a repairer nearby, who has waited for a part since early January."""
    unit = customer.appliances.get(serial="XQG100-0002")
    told = RepairElsewhere(
        repairer="城东家电维修", kind="warranty", handed_over_on=date(2026, 1, 2), work="等待主控板"
    )
    repair = record_elsewhere(unit.pk, told, actor=agent, now=NOW)
    make_proof(unit, repair=repair)
    wait = NewWait(cause="no_parts", since=date(2026, 1, 2), part="主控板", promised_on=date(2026, 2, 1))
    return repair, open_wait(unit.pk, wait, actor=agent, now=NOW)


def money_back(day: Day) -> RemedyCase:
    """A refund less depreciation that is approved: the unit is still with its customer."""
    sold = make_sold(make_customer(name="秦岚"), serial="XQG100-2001")
    ticket = make_entitled(appliance=sold, outlet=day.outlet, actor=day.agent, fault=day.fault)
    return make_remedy(ticket, "refund_less_depreciation", approved=True)


def build_world() -> World:
    """The house at ten in the morning of the tests' day."""
    day = Day()
    customer = known_caller()
    unsent = make_ticket(customer=customer, now=NOW - 5 * MINUTE, **day.common())
    to_assign, offer, working = fill_queue(day), offer_to_li(day), work_of_li(day)
    planned = make_visit(day.li, start=NOW + 2 * HOUR, **day.words("胡军", 30))
    to_call = finish(make_visit(day.wu, "working", start=NOW - HOUR, **day.words("林涛", 120)))
    in_hand = finish(make_visit(day.he, "working", start=NOW - HOUR, **day.words("高洁", 120)))
    claim_callback(in_hand.pk, actor=day.agent, now=NOW)
    done = finish(make_visit(day.wu, "working", start=NOW - 2 * HOUR, **day.words("梁宇", 26 * 60)))
    assert done.visit is not None
    make_follow_up(done.visit, made_at=NOW - 30 * MINUTE)
    begin_draft(ChecklistTemplate.objects.get(code="install").pk, actor=None)
    closed = end(done, day.agent, 5)
    make_idea(closed, day.agent, now=NOW - 15 * MINUTE)
    make_article(closed, day.agent, now=NOW - 15 * MINUTE)
    decision = decide_for(unsent.appliance_id or 0, ticket=unsent, actor=None, now=NOW)
    repair, wait = repair_elsewhere(customer, day.agent)
    story, webhook = care_for(unsent, closed, day), hook_up()
    send_out(closed, day.people["agent"])
    sweep_once(NOW)
    relay_once(NOW)
    # In the next hours no page says that the timers run late.
    write_heartbeat("timers", NOW + 12 * HOUR)
    return World(
        people=day.people,
        outlet=day.outlet,
        customer=customer,
        unsent=unsent,
        to_assign=to_assign,
        offer=offer,
        planned=planned,
        working=working,
        to_call=to_call,
        in_hand=in_hand,
        done=done,
        decision=decision,
        story=story,
        webhook=webhook,
        recompute=ask_to_recompute(unsent),
        repair=repair,
        wait=wait,
        remedy=money_back(day),
    )
