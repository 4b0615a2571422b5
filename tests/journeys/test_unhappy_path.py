"""Everything goes wrong once, through the pages: refused, reassigned, paused, overdue, and an unhappy customer."""

import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from dispatch.models import Assignment, Technician
from servicedesk.catalogue.models import ProductCategory
from servicedesk.people.models import Outlet, Role, ServiceZone, User
from servicedesk.sla.models import SlaEvent
from servicedesk.tickets.models import Ticket, TicketFacts
from tests.defaults import load_defaults
from tests.journeys.hands import Enter, Person
from tests.journeys.house_clock import HouseClock
from tests.make import NOW, make_outlet, make_user
from tests.make_dispatch import make_assignment, make_technician
from tests.make_sla import clock_of
from tests.make_visits import make_ready
from visits.models import Visit

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
NOON = NOW + timedelta(hours=2)
ENGLISH = "en"
Wait = Callable[[Callable[[], Any]], None]


@dataclass
class Cast:
    """Who takes part."""

    agent: User
    near: Outlet
    far: Outlet
    near_dispatcher: User
    far_dispatcher: User
    supervisor: User
    li: Technician
    zhao: Technician
    job_at_noon: Assignment


@pytest.fixture
def cast(house_clock: HouseClock) -> Cast:
    """Two outlets; at the second one two technicians, one of them taken from noon to one."""
    load_defaults()
    near = make_outlet(name_zh="涪东服务网点", name_en="Fudong outlet")
    far = make_outlet(name_zh="江油服务网点", name_en="Jiangyou outlet")
    ServiceZone.objects.create(outlet=near, district="涪东区")
    washer = ProductCategory.objects.get(code="washing_machine")
    li = make_technician(far, name="李强", category=washer)
    zhao = make_technician(far, name="赵敏", category=washer)
    return Cast(
        agent=make_user(Role.AGENT, name="陈静"),
        near=near,
        far=far,
        near_dispatcher=make_user(Role.DISPATCHER, near, name="何平"),
        far_dispatcher=make_user(Role.DISPATCHER, far, name="吴刚"),
        supervisor=make_user(Role.SUPERVISOR, far, name="郑主管"),
        li=li,
        zhao=zhao,
        job_at_noon=make_assignment(zhao, NOON),
    )


def open_for_new_caller(agent: Person) -> str:
    """An unknown caller whose number cannot be read; it blocks nothing. Gives the ticket's number."""
    agent.press("New request")
    agent.fill("Name", "孙丽")
    agent.fill("Phone", "总机转8021")
    expect(agent.page.locator("#phone-hint")).to_contain_text(agent.words("Not readable as a phone number.")[:3])
    agent.fill("City", "绵城市")
    agent.fill("District", "涪东区")
    agent.fill("Street, house, flat", "学院路12号")
    agent.page.get_by_label(agent.words("Product")).select_option(label="Washing machine")
    agent.choose("Does not spin")
    agent.page.get_by_label(agent.words("I have read this back to the customer")).check()
    agent.press("Open ticket")
    number = agent.ticket_number()
    agent.sees("The phone number was kept as given; it cannot be read as a phone number.")
    return number


def send_to(agent: Person, outlet: Outlet | None = None) -> None:
    """Sends the ticket to the proposed outlet, or to another one."""
    agent.press("Send to outlet")
    if outlet is not None:
        agent.dialog().locator("select[name=outlet]").select_option(str(outlet.pk))
    agent.send_dialog()


def refuse_handover(dispatcher: Person, number: str) -> None:
    """The first outlet has nobody for it."""
    dispatcher.go("/dispatch/?view=accept")
    row = dispatcher.page.locator("tr", has_text=number)
    row.locator("summary").click()
    row.locator("input[name=reason]").fill("今天无人可派")
    row.locator("details button").click()
    expect(dispatcher.toast()).to_contain_text(number)
    expect(dispatcher.page.locator("tr", has_text=number)).to_have_count(0)


def accept_and_assign(dispatcher: Person, number: str, name: str) -> None:
    """The second outlet takes it and gives it to a technician among the candidates."""
    dispatcher.go("/dispatch/?view=accept")
    dispatcher.press("Accept", within=dispatcher.page.locator("tr", has_text=number))
    dispatcher.go("/dispatch/")
    dispatcher.press("Assign", within=dispatcher.page.locator("tr", has_text=number))
    candidate = dispatcher.page.locator("#dispatch-side .candidate", has_text=name)
    candidate.get_by_role("button").click()
    expect(dispatcher.toast()).to_contain_text(name)


def refuse_job(technician: Person, number: str) -> None:
    """The technician cannot."""
    offer = technician.page.locator(".job--offer", has_text=number)
    technician.press("Refuse", "job", within=offer)
    technician.fill("Reason", "车坏在路上")
    technician.press("Refuse the job")
    expect(technician.page.locator(".job--offer")).to_have_count(0)


def overlap_is_refused(dispatcher: Person, number: str, cast: Cast) -> None:
    """The other technician is taken at noon: the page names the job, keeps what was typed and writes nothing."""
    dispatcher.go(
        f"/dispatch/tickets/{number}/assign/?technician={cast.zhao.pk}&day=2026-03-10&start=12:30&minutes=60"
    )
    dispatcher.fill("Why a rule is overridden", "客户催得急")
    before = Assignment.objects.count()
    dispatcher.press("Assign")
    alert = dispatcher.page.locator(".error-summary")
    expect(alert).to_contain_text(cast.job_at_noon.ticket.number)
    expect(dispatcher.page.locator("#id_override_reason")).to_have_value("客户催得急")
    expect(dispatcher.page.locator("#id_start")).to_have_value(re.compile("^12:30"))
    assert Assignment.objects.count() == before
    dispatcher.page.locator("#id_start").fill("14:00")
    dispatcher.press("Assign")
    expect(dispatcher.toast()).to_contain_text("14:00–15:00")


def reassign(dispatcher: Person, number: str) -> None:
    """Back to the first technician, whose car runs again; the reason is asked for."""
    dispatcher.go("/dispatch/?view=today")
    dispatcher.press("Reassign", within=dispatcher.page.locator("tr", has_text=number))
    dispatcher.press("Reassign to %(name)s", name="李强")
    dispatcher.page.locator("#id_reason").fill("")
    dispatcher.press("Reassign")
    expect(dispatcher.page.locator(".error-summary")).to_be_visible()
    dispatcher.fill("Reason for the change", "李强的车修好了，离得近")
    dispatcher.press("Reassign")
    expect(dispatcher.toast()).to_contain_text("李强")


def pause_and_resume(agent: Person, customer: Person, house_clock: HouseClock) -> None:
    """The customer is away for an hour; the promises wait for her."""
    agent.page.reload()
    agent.page.locator(".ticket-head summary", has_text=agent.words("More")).click()
    agent.page.locator(".menu__item", has_text=agent.words("Pause")).click()
    agent.choose("Waiting for the customer", within=agent.dialog())
    agent.fill("What shows it", "通话录音", within=agent.dialog())
    agent.fill("Note", "客户外出，一小时后再约", within=agent.dialog())
    agent.send_dialog()
    expect(agent.page.locator(".clock-row [data-state=paused]")).not_to_have_count(0)
    customer.page.reload()
    customer.sees("We are waiting to hear from you: call us, or ask for a call.")
    house_clock.forward(60)
    agent.page.locator(".ticket-head summary", has_text=agent.words("More")).click()
    agent.page.locator(".menu__item", has_text=agent.words("Resume")).click()
    agent.send_dialog()
    expect(agent.page.locator(".clock-row [data-state=paused]")).to_have_count(0)


def work_late(technician: Person, visit: Visit, house_clock: HouseClock) -> None:
    """The technician comes at last and does his work; the papers are filled in beforehand by the same actions."""
    technician.go(f"/my/visits/{visit.pk}/")
    technician.press("Depart", "visit")
    house_clock.forward(10)
    technician.press("I have arrived", "visit")
    technician.press("Start work", "visit")
    technician.sees("One-stop inspection")
    make_ready(visit, now=house_clock.now())
    technician.press("Complete", "visit")
    technician.press("Complete the visit")
    expect(technician.page.locator(".status--chip").first).to_contain_text(
        technician.words("Completed", "visit state")
    )


def unhappy_answer(agent: Person, number: str) -> None:
    """The customer is reached and not satisfied; without her words nothing is saved."""
    agent.go("/callbacks/")
    agent.page.locator("tr", has_text=number).get_by_role("link", name=number).click()
    agent.press("Take and call")
    agent.choose("Reached")
    agent.choose("Not satisfied")
    agent.press("Save and next")
    expect(agent.page.locator(".error-summary")).to_be_visible()
    agent.page.locator("label.choice", has=agent.page.locator('input[name=score][value="1"]')).click()
    agent.page.locator("textarea[name=opinion]").fill("修完第二天又不转了")
    agent.press("Save and next")
    expect(agent.toast()).to_contain_text(
        agent.words("%(n)s is open again. Supervisors and managers have been told.", n=number)
    )


def handed_over_twice(agent: Person, outlet_people: tuple[Person, Person], cast: Cast, number: str) -> None:
    """The first outlet refuses, the second takes the ticket and books the first technician."""
    first, dispatcher = outlet_people
    send_to(agent)
    first.sign_in(cast.near_dispatcher)
    refuse_handover(first, number)
    agent.go(f"/tickets/{number}/")
    expect(agent.page.locator("#ticket-facts")).to_contain_text("今天无人可派")
    send_to(agent, cast.far)
    dispatcher.sign_in(cast.far_dispatcher)
    accept_and_assign(dispatcher, number, "李强")


def breach_is_noticed(supervisor: Person, number: str, wait_for: Wait) -> None:
    """The running sweep writes the breach down, and the supervisor is told."""
    overdue = SlaEvent.objects.filter(clock__ticket__number=number, clock__kind="arrival", level="breach")
    wait_for(overdue.exists)
    supervisor.go("/notifications/")
    notices = supervisor.page.locator("#notices li", has_text=number)
    notices.filter(has_text=supervisor.words("Arrival")).first.get_by_role("link").click()
    expect(supervisor.page.locator(".ticket-head")).to_contain_text(number)
    expect(supervisor.page.locator(".clock-row [data-state=breached]")).not_to_have_count(0)


def test_refused_reassigned_paused_overdue_unhappy_and_open_again(
    cast: Cast, person: Enter, timers: subprocess.Popen[str], house_clock: HouseClock, wait_for: Wait
) -> None:
    agent, first, dispatcher, supervisor = (person(language=ENGLISH) for _each in range(4))
    li, customer = person(phone=True, language=ENGLISH), person(phone=True, language=ENGLISH)
    agent.sign_in(cast.agent)
    number = open_for_new_caller(agent)
    ticket = Ticket.objects.get(number=number)
    handed_over_twice(agent, (first, dispatcher), cast, number)
    li.sign_in(cast.li.user)
    refuse_job(li, number)
    overlap_is_refused(dispatcher, number, cast)
    reassign(dispatcher, number)
    states = Assignment.objects.filter(ticket=ticket).order_by("pk").values_list("technician__user__name", "state")
    assert list(states) == [("李强", "refused"), ("赵敏", "released"), ("李强", "offered")]

    customer.read_in_own_language()
    customer.page.goto(agent.page.locator(".copy-line input").input_value())
    pause_and_resume(agent, customer, house_clock)
    li.page.reload()
    li.press("Accept", "job")
    li.page.wait_for_url(re.compile(r"/my/visits/\d+/$"))
    supervisor.sign_in(cast.supervisor)
    # Arrival was promised eight hours from the call, and an hour later for the pause.
    house_clock.forward(8 * 60)
    breach_is_noticed(supervisor, number, wait_for)
    customer.page.reload()
    customer.sees("We are later than we promised, and we are sorry. Ask for a call below if it cannot wait.")

    work_late(li, Visit.objects.get(ticket=ticket, state="planned"), house_clock)
    ticket.refresh_from_db()
    assert (ticket.state, clock_of(ticket, "arrival").state) == ("awaiting_callback", "breached")
    # The next morning, inside calling hours.
    house_clock.forward(15 * 60)
    unhappy_answer(agent, number)
    ticket.refresh_from_db()
    assert (ticket.state, TicketFacts.objects.get(ticket=ticket).reopened) == ("open", 1)
    assert clock_of(ticket, "fix", cycle=2).state == "running"
    assert clock_of(ticket, "arrival").state == "breached"
    supervisor.go("/notifications/")
    supervisor.sees("The customer of ticket %(number)s is not satisfied. It is open again.", number=number)
    agent.go(f"/tickets/{number}/")
    expect(agent.page.locator(".ticket-head")).to_contain_text(agent.words("Open", "ticket state"))
    assert timers.poll() is None
