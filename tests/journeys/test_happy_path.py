"""One ticket to the end, through the pages: agent, dispatcher, technician, agent again, manager, and the customer."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from servicedesk.catalogue.models import ProductCategory
from servicedesk.people.models import Customer, Role, ServiceZone, User
from servicedesk.sla.models import SlaEvent
from servicedesk.tickets.models import Ticket
from tests.defaults import load_defaults
from tests.journeys.hands import Enter, Person, draw
from tests.journeys.house_clock import HouseClock
from tests.make import make_appliance, make_customer, make_outlet, make_user
from tests.make_dispatch import make_technician
from tests.make_sla import clock_of
from tests.make_visits import jpeg
from visits.models import ChecklistItem, Signature, Visit

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
WORDS_OF_CUSTOMER = "脱水时一直响，停不下来"


@dataclass
class Cast:
    """Who takes part."""

    agent: User
    dispatcher: User
    technician: User
    manager: User
    customer: Customer


@pytest.fixture
def cast(house_clock: HouseClock) -> Cast:
    """An outlet that serves the customer's district, and one of everybody."""
    load_defaults()
    outlet = make_outlet(name_zh="涪东服务网点", name_en="Fudong outlet", phone="0816-2200001")
    ServiceZone.objects.create(outlet=outlet, district="涪东区")
    washer = ProductCategory.objects.get(code="washing_machine")
    make_technician(make_outlet(), name="周凯", category=washer)
    technician = make_technician(outlet, name="李强", category=washer)
    customer = make_customer(name="王芳", phone="13800008000")
    make_appliance(customer, category=washer, serial="XQG100-2026-0001")
    return Cast(
        agent=make_user(Role.AGENT, name="陈静"),
        dispatcher=make_user(Role.DISPATCHER, outlet, name="赵敏"),
        technician=technician.user,
        manager=make_user(Role.MANAGER, name="孙经理"),
        customer=customer,
    )


def stage(customer: Person, text: str) -> None:
    """The customer looks again and sees how far it is."""
    customer.page.reload()
    expect(customer.page.locator(".stepper [aria-current=step]")).to_contain_text(customer.words(text, "stage"))


def take_the_call(agent: Person) -> str:
    """A known caller rings; the agent answers and opens the ticket. Gives its number."""
    agent.fill("Number that calls", "138 0000 8000")
    agent.press("Let it ring")
    agent.reads("王芳", agent.page.locator(".call-bar"))
    agent.press("Answer")
    agent.reads("桃园路8号3单元", agent.page.locator("#intake"))
    agent.choose("不脱水")
    agent.page.locator("#questions input").first.fill("没有故障代码")
    agent.fill("In the customer's words", WORDS_OF_CUSTOMER)
    agent.page.locator(".slots .choice", has_text="14–16").first.click()
    summary = agent.page.locator("#summary")
    for said in ("王芳", "138****8000", "桃园路8号3单元", "不脱水", WORDS_OF_CUSTOMER, "14:00"):
        expect(summary).to_contain_text(said)
    agent.page.get_by_label(agent.words("I have read this back to the customer")).check()
    agent.press("Open ticket")
    return agent.ticket_number()


def send(agent: Person) -> None:
    """The agent sends the ticket to the outlet that serves the district."""
    agent.press("Send to outlet")
    agent.sees("%(outlet)s serves %(district)s.", within=agent.dialog(), outlet="涪东服务网点", district="涪东区")
    agent.send_dialog()
    expect(agent.page.locator("#ticket-facts")).to_contain_text("涪东服务网点")


def assign(dispatcher: Person, number: str) -> None:
    """The dispatcher accepts the hand-over and gives the job to the first candidate."""
    dispatcher.go("/dispatch/?view=accept")
    row = dispatcher.page.locator("tr", has_text=number)
    dispatcher.press("Accept", within=row)
    expect(dispatcher.toast()).to_contain_text(number)
    dispatcher.go("/dispatch/")
    dispatcher.press("Assign", within=dispatcher.page.locator("tr", has_text=number))
    first = dispatcher.page.locator("#dispatch-side .candidate").first
    expect(first).to_contain_text("李强")
    expect(first).to_contain_text("14:00")
    first.locator("button.button--primary").click()
    expect(dispatcher.toast()).to_contain_text("李强")


def accept_and_call(technician: Person, number: str) -> None:
    """The technician takes the job and tells the customer when he comes."""
    expect(technician.page.locator(".job--offer")).to_contain_text(number)
    technician.press("Accept", "job")
    technician.page.wait_for_url(re.compile(r"/my/visits/\d+/$"))
    technician.choose("Reached")
    technician.fill("What was agreed", "下午两点到")
    technician.press("Record the call")
    technician.sees("Reached", within=technician.page.locator("section[aria-labelledby=call] .panel__head"))


def task(technician: Person, text: str) -> None:
    """Opens a part of the record sheet."""
    technician.page.locator(".tasks a", has_text=technician.words(text)).click()


def answer_checklist(technician: Person, visit: Visit, _folder: Path) -> None:
    """Every row of the norm, each with its proof; what is proven elsewhere is left for there."""
    task(technician, "Checklist 1-2-3-4-5")
    items = ChecklistItem.objects.filter(version=visit.checklist_id).exclude(proof__in=["signature", "inspection"])
    certificate = technician.page.locator('[id="item-1.1"] input[name=proof]')
    expect(certificate).to_have_value(re.compile("^XJ"))
    expect(technician.page.locator('[id="item-2.1"] input[name=proof]')).to_have_value(re.compile(r"\d{4}"))
    assert len(items) == 15
    for item in items:
        row = technician.page.locator(f'[id="item-{item.code}"]')
        row.locator("button[name=choice]" if item.proof == "choice" else "button[value=done]").first.click()
        expect(row).to_have_attribute("data-kept", "yes")


def inspect(technician: Person, _visit: Visit, _folder: Path) -> None:
    """The one-stop inspection, all in order."""
    task(technician, "One-stop inspection")
    rows: Locator = technician.page.locator("fieldset.inspect")
    for place in range(rows.count()):
        technician.choose("In order", "inspection", rows.nth(place))
    technician.page.get_by_label(technician.words("Asked about the other appliances at home")).check()
    technician.press("Save the inspection")
    technician.page.wait_for_url(re.compile(r"/my/visits/\d+/$"))


def photograph(technician: Person, _visit: Visit, folder: Path) -> None:
    """A real photo of the type plate."""
    photo = folder / "plate.jpg"
    photo.write_bytes(jpeg(320, 240))
    task(technician, "Photos")
    technician.page.set_input_files("input[type=file]", photo)
    expect(technician.page.locator(".photo__preview")).to_be_visible()
    technician.press("Save the photo")
    expect(technician.page.locator(".photos img")).to_have_count(1)


def report(technician: Person, _visit: Visit, _folder: Path) -> None:
    """What was found and done."""
    task(technician, "Outcome")
    technician.choose("Fixed")
    technician.fill("What was found", "排水泵堵塞")
    technician.fill("What was done", "更换排水泵，试机正常")
    technician.press("Save the outcome")
    technician.page.wait_for_url(re.compile(r"/my/visits/\d+/$"))


def let_sign(technician: Person) -> None:
    """The customer says what she thinks and signs with her finger."""
    task(technician, "Opinion and signature")
    expect(technician.page.locator("main")).to_contain_text("更换排水泵")
    technician.choose("Very satisfied")
    draw(technician.page, technician.page.locator("signature-field canvas"))
    expect(technician.page.locator("[data-image]")).to_have_value(re.compile("^data:image/png;base64,"))
    technician.press("Save the signature")
    expect(technician.page.locator("signature-field")).to_have_count(0)


def call_back(agent: Person, number: str) -> None:
    """The agent takes the callback; the customer is satisfied, and the ticket is closed."""
    agent.go("/callbacks/")
    agent.press("Next callback")
    agent.press("Take and call")
    expect(agent.page.locator(".call-number")).to_have_text(re.compile(r"138\s?0000\s?8000"))
    agent.choose("Reached")
    for question in agent.page.locator("fieldset.question").all():
        question.locator("label.choice:not(:has([data-contradicts]))").first.click()
    expect(agent.page.locator(".question__against:visible")).to_have_count(0)
    agent.page.locator("label.choice", has=agent.page.locator('input[name=score][value="5"]')).click()
    agent.choose("Satisfied")
    agent.page.get_by_label(agent.words("Close the ticket if nothing else is open")).check()
    agent.press("Save and next")
    expect(agent.toast()).to_contain_text(
        agent.words("%(n)s: the customer has been heard, the ticket is closed.", n=number)
    )


def figures(manager: Person, number: str) -> None:
    """The ticket stands in the figures, and behind the figure stands the ticket."""
    manager.go("/dashboard/")
    arrival = manager.page.locator(".figure", has=manager.page.locator("a[href*='figure=clock-arrival-']")).first
    expect(arrival).to_contain_text("100")
    arrival.locator("a").first.click()
    expect(manager.page.locator("tbody tr")).to_have_count(1)
    row = manager.page.locator("tbody tr", has_text=number)
    expect(row).to_contain_text("李强")
    row.get_by_role("link", name=number).click()
    expect(manager.page.locator(".ticket-head")).to_contain_text(manager.words("Closed", "ticket state"))


def travel(technician: Person, customer: Person, house_clock: HouseClock) -> None:
    """Out, there, to work; the customer sees each of it."""
    technician.page.reload()
    technician.press("Depart", "visit")
    technician.sees("I have arrived", "visit")
    stage(customer, "On the way")
    name = customer.words("Technician %(surname)s", "customer", surname="李")
    expect(customer.page.locator("main")).to_contain_text(name)
    house_clock.forward(20)
    technician.press("I have arrived", "visit")
    technician.press("Start work", "visit")
    technician.sees("One-stop inspection")
    stage(customer, "At work")


def work(technician: Person, visit: Visit, house_clock: HouseClock, tmp_path: Path) -> None:
    """Everything that belongs on the record sheet, and its end."""
    path = f"/my/visits/{visit.pk}/"
    visit.refresh_from_db()
    for record in (answer_checklist, inspect, photograph, report):
        technician.go(path)
        record(technician, visit, tmp_path)
    house_clock.forward(40)
    technician.go(path)
    let_sign(technician)
    technician.go(path)
    technician.press("Complete", "visit")
    technician.press("Complete the visit")
    expect(technician.page.locator(".status--chip").first).to_contain_text(
        technician.words("Completed", "visit state")
    )
    technician.go("/my/")
    expect(technician.page.locator("section[aria-labelledby=done]")).to_contain_text("王芳")


def test_one_ticket_to_the_end(
    cast: Cast, person: Enter, timers: subprocess.Popen[str], house_clock: HouseClock, tmp_path: Path
) -> None:
    agent, dispatcher, manager = person(), person(), person()
    technician, customer = person(phone=True), person(phone=True)
    agent.sign_in(cast.agent)
    number = take_the_call(agent)
    ticket = Ticket.objects.get(number=number)
    assert (ticket.state, ticket.owner, ticket.customer) == ("open", cast.agent, cast.customer)
    customer.page.goto(agent.page.locator(".copy-line input").input_value())
    stage(customer, "Received")
    send(agent)

    house_clock.forward(6)
    dispatcher.sign_in(cast.dispatcher)
    assign(dispatcher, number)
    stage(customer, "Booked")

    house_clock.forward(4)
    technician.sign_in(cast.technician)
    accept_and_call(technician, number)
    visit = Visit.objects.get(ticket=ticket)
    # The customer asked for two to four in the afternoon.
    house_clock.forward(215)
    travel(technician, customer, house_clock)
    work(technician, visit, house_clock, tmp_path)
    visit.refresh_from_db()
    assert (visit.state, visit.outcome) == ("completed", "fixed")
    assert Signature.objects.get(visit=visit).image
    customer.page.reload()
    customer.sees("The work has been completed.")

    house_clock.forward(30)
    call_back(agent, number)
    manager.sign_in(cast.manager)
    figures(manager, number)
    ticket.refresh_from_db()
    assert ticket.state == "closed"
    assert (clock_of(ticket, "arrival").state, clock_of(ticket, "fix").state) == ("met", "met")
    # A real worker has watched all the while and found nothing overdue.
    assert timers.poll() is None
    assert not SlaEvent.objects.filter(clock__ticket=ticket, level="breach").exists()
