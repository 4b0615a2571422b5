"""Whoever asks “why” on the screen is answered: each candidate, each who cannot go, each moved appointment."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from dispatch.models import Technician, TechnicianDistrict
from dispatch.services import Why, reassign_technician
from servicedesk import clock
from servicedesk.people.models import Role, User
from tests.make import NOW, make_category, make_handed_over, make_outlet, make_user
from tests.make_dispatch import make_absence, make_assignment, make_technician

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
LATER = NOW + timedelta(minutes=5)
NOON = NOW + timedelta(hours=2)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's clock stands at five past ten, in every thread."""
    monkeypatch.setattr(clock, "now", lambda: LATER)


def sign_in(page: Page, live_app: str, user: User) -> None:
    client = Client()
    client.force_login(user)
    cookies = {
        settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
        "django_language": "en",
    }
    page.context.add_cookies([{"name": name, "value": value, "url": live_app} for name, value in cookies.items()])


def adds_up(opened: Locator) -> int:
    """The total of an opened score, whose parts have to add up to it."""
    parts = [int(text) for text in opened.locator("tbody td").all_inner_texts()]
    total = int(opened.locator("tfoot td").inner_text())
    assert len(parts) == 7
    assert sum(parts) == total
    return total


def test_every_candidate_opens_its_score_and_the_parts_add_up(page: Page, live_app: str) -> None:
    outlet = make_outlet()
    for place in range(4):
        technician = make_technician(outlet)
        Technician.objects.filter(pk=technician.pk).update(home_lon=104.73 + 0.05 * place, stars=1 + place)
        make_assignment(technician, NOON + place * HOUR)
    ticket = make_handed_over(outlet)
    sign_in(page, live_app, make_user(Role.DISPATCHER, outlet))
    page.goto(live_app + reverse("candidate_list", args=[ticket.number]))
    cards = page.locator(".candidate:has(.score)")
    expect(cards).to_have_count(4)
    totals = []
    for card in cards.all():
        card.locator("summary").first.press("Enter")
        expect(card.locator(".score")).to_be_visible()
        assert all(words.strip() for words in card.locator("tbody th").all_inner_texts())
        totals.append(adds_up(card))
    assert totals == sorted(totals)


def test_everybody_who_cannot_go_says_why(page: Page, live_app: str) -> None:
    outlet = make_outlet()
    reasons = {
        "away": make_technician(outlet, name="孙涛"),
        "district": make_technician(outlet, name="周凯"),
        "paper": make_technician(outlet, name="吴刚"),
        "skill": make_technician(outlet, name="郑伟", category=make_category("air_conditioner")),
    }
    make_absence(reasons["away"], NOW - 3 * HOUR, NOW + 14 * HOUR)
    TechnicianDistrict.objects.create(technician=reasons["district"], district="别处")
    reasons["paper"].certificates.all().delete()
    make_technician(outlet, name="李强")
    ticket = make_handed_over(outlet)
    sign_in(page, live_app, make_user(Role.DISPATCHER, outlet))
    page.goto(live_app + reverse("candidate_list", args=[ticket.number]) + f"?day={NOW:%Y-%m-%d}")
    words = {
        "孙涛": "Away (Leave)",
        "周凯": "Does not work in",
        "吴刚": "no valid certificate",
        "郑伟": "Has not learned this kind of product",
    }
    shown = page.locator(".candidate, .ask-why__lines li")
    for group in page.locator(".ask-why > summary").all():
        group.press("Enter")
    for name, sentence in words.items():
        expect(shown.filter(has_text=name)).to_contain_text(sentence)
    expect(shown.filter(has_text="周凯")).to_contain_text("A supervisor may allow it")


def test_in_the_boards_dialog_too_everybody_who_cannot_go_says_why(page: Page, live_app: str) -> None:
    outlet = make_outlet()
    make_technician(outlet, name="李强")
    paper = make_technician(outlet, name="吴刚")
    paper.certificates.all().delete()
    away = make_technician(outlet, name="孙涛")
    make_absence(away, NOW - 3 * HOUR, NOW + 14 * HOUR)
    make_handed_over(outlet)
    sign_in(page, live_app, make_user(Role.DISPATCHER, outlet))
    page.goto(live_app + reverse("dispatch_timeline"))
    expect(page.locator("dispatch-board")).to_have_attribute("data-ready", "")
    page.keyboard.press("a")
    dialog = page.locator("[data-candidates]")
    expect(dialog.locator(".candidate").first).to_contain_text("李强")
    for group in dialog.locator(".ask-why > summary").all():
        group.press("Enter")
    said = dialog.locator(".candidate, .ask-why__lines li")
    for name, sentence in {"吴刚": "no valid certificate", "孙涛": "Away (Leave)"}.items():
        expect(said.filter(has_text=name)).to_contain_text(sentence)
    dialog.locator(".candidate summary").first.press("Enter")
    adds_up(dialog.locator(".candidate").first)


def test_a_moved_appointment_says_who_moved_it_and_why_he_goes(page: Page, live_app: str) -> None:
    outlet = make_outlet()
    first, second = make_technician(outlet, name="李强"), make_technician(outlet, name="赵敏")
    job = make_assignment(first, NOON)
    why = Why("客户临时有事", "客户同意", moved_by="customer")
    dispatcher = make_user(Role.DISPATCHER, outlet)
    later = NOON + 3 * HOUR
    reassign_technician(job.ticket_id, second, later, later + HOUR, why, actor=dispatcher, now=LATER)
    sign_in(page, live_app, dispatcher)
    page.goto(live_app + reverse("ticket_detail", args=[job.ticket.number]))
    panel = page.locator(".assignment")
    expect(panel).to_contain_text("赵敏")
    panel.get_by_text("Moved or given back 1 time").press("Enter")
    ledger = panel.locator("ol.rows")
    for text in ("李强", "赵敏", "客户临时有事", "Appointment moved by: The customer", "held for"):
        expect(ledger).to_contain_text(text)
    panel.get_by_text("Why this technician").press("Enter")
    adds_up(panel.locator(".score"))
