"""A nameplate is read with the reader that is fetched for it, on the one page that may compile it."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from servicedesk.catalogue.models import Appliance
from tests.conftest import Wait
from tests.visits_phone import hands
from tests.visits_phone.conftest import Phone
from visits.models import Visit, VisitEntry

# Code 39: nine bars and gaps a sign, w for a wide one.
SIGNS = {
    "*": "nwnnwnwnn", "A": "wnnnnwnnw", "B": "nnwnnwnnw", "1": "wnnwnnnnw", "2": "nnwwnnnnw", "3": "wnwwnnnnn",
    "4": "nnnwwnnnw", "5": "wnnwwnnnn", "6": "nnwwwnnnn", "7": "nnnwnnwnw", "8": "wnnwnnwnn",
}  # fmt: skip

pytestmark = pytest.mark.django_db(transaction=True)


def nameplate(serial: str) -> Image.Image:
    """The picture of a bar code."""
    picture = Image.new("RGB", (1400, 300), "white")
    pen, x = ImageDraw.Draw(picture), 60
    for sign in f"*{serial}*":
        for n, kind in enumerate(SIGNS[sign]):
            width = 9 if kind == "w" else 3
            if n % 2 == 0:
                pen.rectangle((x, 60, x + width - 1, 240), fill="black")
            x += width
        x += 3
    return picture


def test_the_code_of_a_nameplate_becomes_the_serial_number(
    phone: Phone, live_app: str, visit: Visit, tmp_path: Path, wait_for: Wait
) -> None:
    page = phone.start()
    hands.sign_in(page, live_app, visit)
    plate = tmp_path / "plate.png"
    nameplate("AB12345678").save(plate)
    answer = page.goto(f"{live_app}/app/scan/#{visit.pk}")
    assert answer is not None
    assert "wasm-unsafe-eval" in answer.headers["content-security-policy"]
    page.locator("input[type=file]").set_input_files(plate)
    page.wait_for_url("**/nameplate/AB12345678")
    expect(page.locator("input[name=serial]")).to_have_value("AB12345678")
    hands.press(page, "保存")
    wait_for(VisitEntry.objects.exists)
    entry = VisitEntry.objects.get()
    assert (entry.action, entry.data["serial"]) == ("name_appliance", "AB12345678")
    assert not Appliance.objects.filter(serial="AB12345678").exists() or entry.state == "applied"


def test_only_the_scan_page_may_compile(phone: Phone, live_app: str, visit: Visit) -> None:
    page = phone.start()
    hands.sign_in(page, live_app, visit)
    answer = page.request.get(f"{live_app}/app/")
    assert "wasm" not in answer.headers["content-security-policy"]
