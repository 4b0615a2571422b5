"""Plays one visit in the technician's app and photographs each step, for docs/tour.md: `manage.py pictures tour`.

From the self-check of the morning through a home without a network to the record sheet, the office and the customer.
"""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from playwright.sync_api import BrowserContext, FilePayload, Page

from servicedesk.project.picture_list import come_to_rest, customers_page

TECHNICIANS = ("T001", "T002")
FAILING = "5.2"
SENT_MS = 60_000
DAY = "() => fetch('/api/v1/field/day').then((answer) => answer.json())"
# Bars that stay in view would lie across a picture of the whole page, and a toast over what it is about.
CALM = """whole => {
  document.querySelectorAll(".toast").forEach((toast) => { toast.style.display = "none"; });
  const bars = document.querySelectorAll(".phone-bar, .next-step, .tabbar");
  bars.forEach((bar) => { bar.style.position = whole ? "static" : ""; });
}"""
Shoot = Callable[[Page, str, bool], Path]
Open = Callable[[str, bool], BrowserContext]


def walk(address: str, open_as: Open, shoot: Shoot) -> Iterator[Path]:
    """Takes the pictures one after another. `open_as` signs somebody in, on a phone or not; `shoot` takes a picture.

    Raises LookupError where no technician of the demonstration has a repair to go to.
    """

    def calmly(page: Page, name: str, whole: bool) -> Path:
        page.evaluate(CALM, whole)
        file = shoot(page, name, whole)
        page.evaluate(CALM, False)
        return file

    for login in TECHNICIANS:
        context = open_as(login, True)
        page = context.new_page()
        page.goto(f"{address}/app/")
        page.wait_for_selector("#now")
        visit = next((one for one in page.evaluate(DAY)["visits"] if _fits(one)), None)
        if visit is not None:
            yield from _visit(page, visit, calmly)
            yield from _afterwards(address, open_as, calmly, visit["ticket"]["number"])
            return
        context.close()
    raise LookupError("no technician has a planned repair")


def _fits(visit: dict[str, Any]) -> bool:
    return bool(visit["state"] == "planned" and visit["ticket"]["kind"] == "repair" and visit["inspection_checks"])


def _visit(page: Page, visit: dict[str, Any], shoot: Shoot) -> Iterator[Path]:
    at = f"visit/{visit['id']}"
    yield from _before(page, at, shoot)
    page.context.set_offline(True)
    yield from _work(page, visit, at, shoot)
    yield from _end(page, at, shoot)
    page.context.set_offline(False)
    page.wait_for_selector(".field-pill[data-tone=ok]", timeout=SENT_MS)
    page.wait_for_timeout(2_000)
    yield shoot(page, "tour-14-sent", False)


def _before(page: Page, at: str, shoot: Shoot) -> Iterator[Path]:
    _go(page, "check")
    yield shoot(page, "tour-01-self-check", False)
    for button in page.locator(".panel__head button").all():
        button.click()
    _next(page)
    yield shoot(page, "tour-02-today", False)
    _go(page, at)
    yield shoot(page, "tour-03-visit", True)


def _work(page: Page, visit: dict[str, Any], at: str, shoot: Shoot) -> Iterator[Path]:
    for _step in range(3):
        _next(page)
    yield shoot(page, "tour-04-steps", False)
    _go(page, f"{at}/checklist")
    _answer(page)
    page.locator(f"[id='item-{FAILING}']").evaluate("row => row.scrollIntoView({ block: 'center' })")
    yield shoot(page, "tour-05-checklist", False)
    _go(page, f"{at}/inspection")
    _inspect(page, visit)
    yield shoot(page, "tour-06-inspection", True)
    _next(page)
    _go(page, f"{at}/photos")
    page.locator("input[name=photos]").set_input_files([_photo(n) for n in range(4)])
    page.wait_for_selector(".photos li:nth-child(4) img")
    yield shoot(page, "tour-07-photos", False)
    _go(page, f"{at}/charges")
    page.locator("#price-item").select_option(index=1)
    _next(page)
    yield shoot(page, "tour-08-charges", False)


def _end(page: Page, at: str, shoot: Shoot) -> Iterator[Path]:
    _go(page, f"{at}/outcome")
    page.locator("input[value=fixed]").check()
    page.locator("textarea[name=finding]").fill("排水泵被异物卡住，排水不畅。")
    page.locator("textarea[name=work]").fill("清理异物，更换排水泵，试机正常。")
    yield shoot(page, "tour-09-outcome", True)
    _next(page)
    _go(page, f"{at}/sheet")
    yield shoot(page, "tour-10-sheet", True)
    _next(page)
    page.locator("input[value=satisfied]").check()
    _next(page)
    _draw(page)
    yield shoot(page, "tour-11-signature", False)
    _next(page)
    _prove_by_photo(page, at)
    _go(page, f"{at}/complete")
    yield shoot(page, "tour-12-complete", False)
    _next(page)
    _go(page, "outbox")
    yield shoot(page, "tour-13-outbox", False)


def _afterwards(address: str, open_as: Open, shoot: Shoot, number: str) -> Iterator[Path]:
    office = open_as("M001", False).new_page()
    office.goto(f"{address}/tickets/{number}/")
    come_to_rest(office)
    office.locator("a[href*='/sheets/']").first.evaluate("link => link.scrollIntoView({ block: 'end' })")
    yield shoot(office, "tour-15-office", False)
    office.goto(f"{address}/follow-ups/")
    come_to_rest(office)
    yield shoot(office, "tour-16-follow-ups", False)
    # The link to the customer's page stands with those who speak with him.
    agent = open_as("A001", False).new_page()
    agent.goto(f"{address}/tickets/{number}/")
    come_to_rest(agent)
    customers_page(agent)
    yield shoot(agent, "tour-17-customer", True)


def _go(page: Page, place: str) -> None:
    page.evaluate("place => { location.hash = place }", place)
    page.wait_for_timeout(200)


def _next(page: Page) -> None:
    """Presses the one big button and waits until what it did is kept."""
    page.locator(".next-step .button--primary").click()
    page.wait_for_timeout(500)


def _answer(page: Page) -> None:
    """Every item that is answered on the page itself, one of them not kept."""
    open_rows = page.locator(".check-row[data-kept='']").filter(has=page.locator(".check-row__answers"))
    while open_rows.count():
        row = open_rows.first
        name = row.get_attribute("id") or ""
        number = row.locator("input[inputmode=decimal]")
        if number.count():
            number.fill("5")
        words = row.locator("input[inputmode=text]:not([readonly])")
        if words.count() and not words.input_value():
            words.fill("正常")
        answers = row.locator(".check-row__answers button")
        (answers.last if name == f"item-{FAILING}" else answers.first).click()
        page.wait_for_selector(f"[id='{name}']:not([data-kept=''])")


def _inspect(page: Page, visit: dict[str, Any]) -> None:
    """All is well but the noise; another appliance at home wants looking after."""
    for check in visit["inspection_checks"]:
        wrong = check["code"] == visit["inspection_checks"][-1]["code"]
        value = "not_done" if wrong else "done"
        page.locator(".check-row", has_text=check["label"]).first.locator(f"button[value={value}]").click()
    page.locator("input[type=checkbox]").first.check()
    others = page.locator("section[aria-labelledby=others] .check-row")
    if others.count():
        others.first.locator("button").nth(1).click()
        others.first.locator("input").fill("想做一次清洗保养")


def _prove_by_photo(page: Page, at: str) -> None:
    """What asks for a photo of its own, where the list has such items."""
    _go(page, f"{at}/checklist")
    for link in [row.get_attribute("href") for row in page.locator(f"a[href^='#{at}/photos/']").all()]:
        _go(page, (link or "").removeprefix("#"))
        page.locator("input[name=photos]").set_input_files(_photo(9))
        page.wait_for_timeout(1500)


def _draw(page: Page) -> None:
    """A signature."""
    box = page.locator("signature-place canvas").bounding_box()
    if box is None:
        raise LookupError("no place for the signature")
    left, top = box["x"] + 40, box["y"] + box["height"] / 3
    page.mouse.move(left, top)
    page.mouse.down()
    for right, down in ((60, -30), (110, 60), (150, -20), (190, 70), (240, 10)):
        page.mouse.move(left + right, top + down, steps=8)
    page.mouse.up()


def _photo(n: int) -> FilePayload:
    """A picture of a part, drawn here."""
    picture = Image.new("RGB", (1200, 900), ("slategray", "steelblue", "darkseagreen", "rosybrown")[n % 4])
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((250, 180, 950, 720), 60, fill="whitesmoke", outline="dimgray", width=12)
    pen.ellipse((420, 270, 780, 630), fill="lightsteelblue", outline="dimgray", width=16)
    pen.ellipse((530, 380, 670, 520), fill="gray")
    out = BytesIO()
    picture.save(out, "JPEG")
    return {"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}
