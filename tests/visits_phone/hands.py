"""The hands of a technician at the app."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.make import PASSWORD
from tests.make_visits import jpeg
from visits.models import Visit

KEPT = "navigator.serviceWorker.ready.then(() => true)"


def sign_in(page: Page, live_app: str, visit: Visit) -> None:
    """Sign in and open the app; waits until the phone holds the day and the service worker all files."""
    page.goto(f"{live_app}/login/?next=/app/")
    page.locator("input[name=username]").fill(visit.technician.user.employee_no)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit], main form button:not([type])").first.click()
    page.wait_for_url(re.compile("/app/"))
    expect(page.locator(f"a.job[href='#visit/{visit.pk}']")).to_be_visible()
    page.evaluate(KEPT)


def big(page: Page) -> Any:
    """The one big button."""
    return page.locator(".next-step .button--primary")


def open_place(page: Page, place: str) -> None:
    """Go to a place of the app."""
    page.evaluate("place => { location.hash = place }", place)
    page.wait_for_timeout(60)


def press(page: Page, word: str) -> None:
    """Press the big button once it says so."""
    expect(big(page)).to_contain_text(word)
    big(page).click()


def walk_to_work(page: Page, visit: Visit) -> None:
    """Depart, arrive, begin."""
    open_place(page, f"visit/{visit.pk}")
    for word in ("出发", "到达", "开始"):
        press(page, word)
    expect(big(page)).to_contain_text("完成")


def answer_everything(page: Page, visit: Visit) -> None:
    """Answer each item of the checklist that has its answer on the page."""
    open_place(page, f"visit/{visit.pk}/checklist")
    rows = page.locator(".check-row:not([data-kept=yes])").filter(has=page.locator(".check-row__answers"))
    while rows.count():
        row = rows.first
        name = row.get_attribute("id")
        number = row.locator("input[inputmode=decimal]")
        if number.count():
            number.fill("5")
        row.locator(".check-row__answers button").first.click()
        expect(page.locator(f"[id='{name}'][data-kept]:not([data-kept=''])")).to_be_visible()


def take_photos(page: Page, visit: Visit, folder: Path, count: int) -> None:
    """Take so many different photos."""
    open_place(page, f"visit/{visit.pk}/photos")
    files = []
    for n in range(count):
        file = folder / f"photo-{n}.jpg"
        file.write_bytes(jpeg(300 + n, 200))
        files.append(file)
    before = page.locator(".photos img").count()
    page.locator("input[name=photos]").set_input_files(files)
    expect(page.locator(".photos img")).to_have_count(before + count)


def inspect_all(page: Page, visit: Visit) -> None:
    """Everything is in order."""
    open_place(page, f"visit/{visit.pk}/inspection")
    expect(page.locator(".check-row").first).to_be_visible()
    for row in page.locator(".check-row", has=page.locator("button[value=done]")).all():
        row.locator("button[value=done]").click()
    big(page).click()
    expect(page.locator("#tasks")).to_be_visible()


def report(page: Page, visit: Visit, finding: str = "排水泵堵塞", work: str = "清理排水泵") -> None:
    """Say that it is fixed."""
    open_place(page, f"visit/{visit.pk}/outcome")
    page.locator("input[value=fixed]").check()
    page.locator("textarea[name=finding]").fill(finding)
    page.locator("textarea[name=work]").fill(work)
    big(page).click()
    expect(page.locator("#tasks")).to_be_visible()


def draw(page: Page, *, dot: bool = False) -> None:
    """A stroke in the place of the signature."""
    canvas = page.locator("signature-place canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    if not dot:
        page.mouse.move(box["x"] + 180, box["y"] + 110, steps=10)
        page.mouse.move(box["x"] + 60, box["y"] + 130, steps=10)
    page.mouse.up()


def sign(page: Page, visit: Visit) -> None:
    """The customer is content and signs."""
    open_place(page, f"visit/{visit.pk}/sign")
    page.locator("input[value=satisfied]").check()
    big(page).click()
    draw(page)
    big(page).click()
    expect(page.locator("#tasks")).to_be_visible()


def complete(page: Page, visit: Visit) -> None:
    """End the visit."""
    open_place(page, f"visit/{visit.pk}/complete")
    expect(big(page)).to_be_enabled()
    big(page).click()
    expect(big(page)).to_contain_text("离开")


def wait_until_sent(page: Page) -> None:
    """Wait until nothing on the phone is on its way."""
    pill = page.locator(".field-pill")
    expect(pill).not_to_contain_text(re.compile("待发送|正在发送"), timeout=60_000)
