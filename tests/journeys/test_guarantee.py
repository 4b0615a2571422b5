"""The guarantee through the pages: two repairs in vain, then another unit or the money, to the closed ticket."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, expect

from dispatch.models import Technician
from servicedesk.catalogue.models import Appliance, ProductCategory
from servicedesk.people.models import Outlet, Role, ServiceZone, User
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.services import accept_handover, send_to_outlet
from tests.defaults import load_defaults
from tests.journeys.hands import Enter, Person
from tests.journeys.house_clock import HouseClock
from tests.journeys.keyboard import Hands
from tests.make import make_customer, make_outlet, make_user
from tests.make_dispatch import make_technician
from tests.make_remedies import REDUCED, make_entitled, make_remedy
from tests.make_visits import make_ready, make_visit
from tests.make_warranty import make_sold
from visits.services import complete_visit
from warranty.models import Decision, RemedyCase, RepairRecord

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
NOTHING_OPEN = "Neither exchange nor refund is open now. The guarantee beside says why, and what would change it."
OLD, NEW = "XQG100-OLD-1", "XQG100-NEW-2"
# From day to day, so that the customer is rung inside calling hours.
A_DAY = 24 * 60


@dataclass
class Cast:
    """Who takes part."""

    agent: User
    supervisor: User
    manager: User
    li: Technician
    outlet: Outlet
    washer: Appliance


@pytest.fixture
def cast(house_clock: HouseClock) -> Cast:
    """An outlet with its technician, and a customer whose washing machine has invoice, price and serial on record."""
    load_defaults()
    outlet = make_outlet(name_zh="涪东服务网点", name_en="Fudong outlet")
    ServiceZone.objects.create(outlet=outlet, district="涪东区")
    washer = ProductCategory.objects.get(code="washing_machine")
    customer = make_customer(name="王芳", phone="13800008000")
    return Cast(
        agent=make_user(Role.AGENT, name="陈静"),
        supervisor=make_user(Role.SUPERVISOR, outlet, name="郑主管"),
        manager=make_user(Role.MANAGER, name="孙经理"),
        li=make_technician(outlet, name="李强", category=washer),
        outlet=outlet,
        washer=make_sold(customer, category=washer, serial=OLD),
    )


def panel(person: Person, key: str) -> Locator:
    """A panel beside the ticket: `guarantee` or `remedy`."""
    return person.page.locator(f"section[aria-labelledby=panel-{key}-title]")


def says(person: Person, place: Locator, text: str, context: str = "", **values: str) -> None:
    """This sentence stands in that place."""
    expect(place).to_contain_text(person.words(text, context, **values))


def take_the_call(agent: Person) -> str:
    """The known customer rings; the verdict stands beside the form before anything is promised. Gives the number."""
    agent.fill("Number that calls", "138 0000 8000")
    agent.press("Let it ring")
    agent.press("Answer")
    agent.reads("王芳", agent.page.locator("#intake"))
    agent.choose("不脱水")
    agent.fill("In the customer's words", "脱水时不转")
    card = agent.page.locator("[data-verdict]")
    says(agent, card, "The repair is free")
    says(agent, card, "in term")
    expect(card).to_contain_text("请向法务核实")
    agent.page.get_by_label(agent.words("I have read this back to the customer")).check()
    agent.press("Open ticket")
    return agent.ticket_number()


def record_the_verdict(agent: Person) -> None:
    """The verdict beside the ticket is put on record as it is read."""
    card = panel(agent, "guarantee")
    says(agent, card, "The repair is free")
    agent.press("Record this verdict", within=card)
    says(agent, card, "The verdict is recorded.")
    says(agent, panel(agent, "remedy"), NOTHING_OPEN)


def first_visit(technician: Person, ticket: Ticket, cast: Cast, house_clock: HouseClock) -> None:
    """The technician drives, arrives and completes on his phone; the papers are filled in by the same actions."""
    visit = make_visit(cast.li, ticket=ticket, now=house_clock.now(), start=house_clock.now() + timedelta(hours=1))
    technician.enter(cast.li.user)
    technician.go(f"/my/visits/{visit.pk}/")
    technician.press("Depart", "visit")
    house_clock.forward(20)
    technician.press("I have arrived", "visit")
    technician.press("Start work", "visit")
    technician.sees("One-stop inspection")
    make_ready(visit, now=house_clock.now())
    technician.press("Complete", "visit")
    technician.press("Complete the visit")
    says(technician, technician.page.locator(".status--chip").first, "Completed", "visit state")


def second_visit(ticket: Ticket, cast: Cast, house_clock: HouseClock) -> None:
    """The same again, quickly."""
    start = house_clock.now() + timedelta(hours=1)
    visit = make_visit(cast.li, "working", ticket=ticket, now=house_clock.now(), start=start)
    house_clock.forward(70)
    make_ready(visit, now=house_clock.now())
    complete_visit(visit.pk, actor=cast.li.user, now=house_clock.now())


def begin_callback(agent: Person, number: str) -> None:
    """The agent takes the callback of the ticket and reaches the customer."""
    agent.go("/callbacks/")
    agent.page.locator("tr", has_text=number).get_by_role("link", name=number).click()
    agent.press("Take and call")
    agent.choose("Reached")


def score(agent: Person, points: int) -> None:
    """What the customer gives the work."""
    agent.page.locator("label.choice", has=agent.page.locator(f'input[name=score][value="{points}"]')).click()


def unhappy(agent: Person, number: str, words: str) -> None:
    """The customer is not satisfied: the ticket is open again."""
    begin_callback(agent, number)
    agent.choose("Not satisfied")
    score(agent, 1)
    agent.page.locator("textarea[name=opinion]").fill(words)
    agent.press("Save and next")
    expect(agent.toast()).to_contain_text(
        agent.words("%(n)s is open again. Supervisors and managers have been told.", n=number)
    )


def content(agent: Person, number: str) -> None:
    """The customer is satisfied, and the ticket is closed."""
    begin_callback(agent, number)
    for question in agent.page.locator("fieldset.question").all():
        question.locator("label.choice:not(:has([data-contradicts]))").first.click()
    score(agent, 5)
    agent.choose("Satisfied")
    agent.page.get_by_label(agent.words("Close the ticket if nothing else is open")).check()
    agent.press("Save and next")
    expect(agent.toast()).to_contain_text(
        agent.words("%(n)s: the customer has been heard, the ticket is closed.", n=number)
    )


def choose_exchange(agent: Person) -> None:
    """By keyboard alone: the dialog, the remedy, the customer's words."""
    remedy, keys = panel(agent, "remedy"), Hands(agent)
    says(agent, remedy, "Exchange for the same model")
    says(agent, remedy, "Refund less depreciation")
    agent.pressable("Exchange or refund", within=remedy).focus()
    keys.press("Enter")
    dialog = agent.dialog()
    exchange = dialog.locator("input[name=kind][value=exchange]")
    expect(exchange).to_be_visible()
    exchange.focus()
    keys.press("Space")
    expect(exchange).to_be_checked()
    keys.walk_to(agent.words("In the customer's words"))
    keys.type("不要再修了，换一台新的")
    keys.press("Control+Enter")
    expect(dialog).to_have_count(0)
    says(agent, remedy, "A manager decides.")
    expect(remedy).to_contain_text("不要再修了，换一台新的")
    expect(agent.pressable("Approve", within=remedy)).to_have_count(0)


def approve(manager: Person, cast: Cast, number: str) -> None:
    """The manager finds it among what waits for him and approves."""
    manager.enter(cast.manager)
    manager.go("/guarantee/remedies/")
    row = manager.page.locator("[data-row]", has_text=number)
    expect(row).to_contain_text("2,999.00")
    row.get_by_role("link").first.click()
    manager.press("Approve", within=panel(manager, "remedy"))
    manager.send_dialog()
    expect(panel(manager, "remedy").locator("li[data-done]").last).to_contain_text("孙经理")


def take_old_unit_back(agent: Person, serial: str) -> None:
    """The old unit is read off and taken back; another serial number is refused and stands as typed."""
    agent.press("Old unit back", within=panel(agent, "remedy"))
    agent.fill("Serial number of the old unit", "XQG100-OTHER", within=agent.dialog())
    agent.fill("What the unit looks like", "外壳有划痕", within=agent.dialog())
    agent.dialog().locator(".dialog__foot button.button--primary").click()
    expect(agent.dialog().locator(".error-summary")).to_contain_text(serial)
    expect(agent.dialog().locator("input[name=serial]")).to_have_value("XQG100-OTHER")
    agent.fill("Serial number of the old unit", serial, within=agent.dialog())
    agent.send_dialog()
    expect(panel(agent, "remedy")).to_contain_text(serial)


def hand_over(agent: Person) -> None:
    """The customer gets the new unit."""
    agent.press("Hand over the new unit", within=panel(agent, "remedy"))
    agent.fill("Serial number of the new unit", NEW.lower(), within=agent.dialog())
    agent.send_dialog()
    expect(panel(agent, "remedy")).to_contain_text(NEW)
    says(agent, agent.page.locator(".ticket-head"), "Awaiting callback", "ticket state")


def read_new_guarantee(agent: Person, number: str) -> None:
    """The new unit has its own terms, which begin with the day it was handed over."""
    agent.go(f"/tickets/{number}/")
    agent.press("Its guarantee", within=panel(agent, "remedy"))
    expect(agent.page.locator("h1")).to_contain_text(agent.words("Guarantee"))
    page = agent.page.locator("main")
    expect(page).to_contain_text(NEW)
    expect(page).to_contain_text(OLD)
    expect(page).to_contain_text("2027-03-13")
    says(agent, page, "No repair yet. Completed visits write this log.")


def test_two_repairs_in_vain_then_another_unit(cast: Cast, person: Enter, house_clock: HouseClock) -> None:
    agent, manager, technician = person(), person(language="en"), person(phone=True)
    agent.sign_in(cast.agent)
    number = take_the_call(agent)
    ticket = Ticket.objects.get(number=number)
    record_the_verdict(agent)
    assert Decision.objects.get(ticket=ticket).headline == "repair"
    send_to_outlet(ticket.pk, cast.outlet, actor=cast.agent, now=house_clock.now())
    accept_handover(ticket.pk, actor=None, now=house_clock.now())

    first_visit(technician, ticket, cast, house_clock)
    house_clock.forward(A_DAY)
    unhappy(agent, number, "修完第二天又不转了")
    agent.go(f"/tickets/{number}/")
    says(agent, panel(agent, "remedy"), NOTHING_OPEN)
    second_visit(ticket, cast, house_clock)
    house_clock.forward(A_DAY)
    unhappy(agent, number, "还是不转")
    assert list(RepairRecord.objects.values_list("appliance", "kind")) == [(cast.washer.pk, "warranty")] * 2

    agent.go(f"/tickets/{number}/")
    expect(panel(agent, "guarantee")).to_contain_text("换货")
    choose_exchange(agent)
    approve(manager, cast, number)
    house_clock.forward(A_DAY)
    agent.page.reload()
    take_old_unit_back(agent, OLD)
    hand_over(agent)
    content(agent, number)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.facts.outcome, RemedyCase.objects.get().state) == ("closed", "replaced", "done")
    read_new_guarantee(agent, number)


def test_the_money_less_depreciation_by_the_day_the_unit_comes_back(
    cast: Cast, person: Enter, house_clock: HouseClock
) -> None:
    ticket = make_entitled(appliance=cast.washer, outlet=cast.outlet)
    remedy = make_remedy(ticket, "refund_less_depreciation")
    agent, supervisor, manager = person(), person(), person()
    agent.enter(cast.agent)
    agent.go(f"/guarantee/decisions/{remedy.decision_id}/")
    main = agent.page.locator("main")
    # 2999 yuan at 0.05 % for 190 days less 7 in repair, as the steps say one by one.
    for figure in ("183", "274.41", f"{float(REDUCED):,.2f}"):
        expect(main).to_contain_text(figure)

    supervisor.enter(cast.supervisor)
    supervisor.go(f"/tickets/{ticket.number}/")
    says(supervisor, panel(supervisor, "remedy"), "A manager decides.")
    expect(supervisor.pressable("Approve", within=panel(supervisor, "remedy"))).to_have_count(0)
    manager.enter(cast.manager)
    manager.go(f"/tickets/{ticket.number}/")
    expect(panel(manager, "remedy")).to_contain_text(f"{float(REDUCED):,.2f}")
    manager.press("Approve", within=panel(manager, "remedy"))
    manager.send_dialog()

    agent.go(f"/tickets/{ticket.number}/")
    expect(agent.pressable("Money paid back", within=panel(agent, "remedy"))).to_have_count(0)
    house_clock.forward(2 * A_DAY)
    agent.page.reload()
    take_old_unit_back(agent, OLD)
    # Two days more are 277.41.
    expect(panel(agent, "remedy")).to_contain_text("2,721.59")
    agent.press("Money paid back", within=panel(agent, "remedy"))
    agent.choose("Bank transfer", within=agent.dialog())
    agent.fill("Reference of the payment", "B-20260312-7", within=agent.dialog())
    agent.send_dialog()
    expect(panel(agent, "remedy")).to_contain_text("B-20260312-7")
    says(agent, agent.page.locator(".ticket-head"), "Awaiting callback", "ticket state")
    content(agent, ticket.number)
    remedy.refresh_from_db()
    assert (remedy.state, str(remedy.amount)) == ("done", "2721.59")
    assert Ticket.objects.get(pk=ticket.pk).facts.outcome == "refunded"
