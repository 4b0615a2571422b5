"""What makes it an app: the manifest, the service worker, the start without a network, its weight, its looks."""

import gzip
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.conftest import ROOT
from tests.journeys.axe import dark_findings, findings
from tests.visits_phone import hands
from tests.visits_phone.conftest import Phone
from visits.models import Visit
from visits.phone import files

BUDGET = 160_000

SMALL_TARGETS = """() => [...app.querySelectorAll("a, button, input, select, textarea, summary")]
  .filter((one) => one.offsetParent !== null && !one.matches(".sr-only, label input"))
  .map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
  .filter(([, box]) => box.height > 0 && box.height < 43.5)
  .map(([what, box]) => `${Math.round(box.height)} ${what}`)"""


def sources() -> dict[str, str]:
    """The scripts of the app by name."""
    return {path.name: path.read_text() for path in (ROOT / "static" / "js" / "field").rglob("*.js")}


def test_every_word_of_the_app_stands_in_its_page() -> None:
    page = (ROOT / "templates" / "phone" / "_texts.html").read_text()
    known = set(re.findall(r'data-name="([^"{]+)"', page))
    used = {name for text in sources().values() for name in re.findall(r'\btext\(\s*"([^"]+)"', text)}
    icons = {f"icon.{name}" for text in sources().values() for name in re.findall(r'\bicon\("([^"]+)"', text)}
    assert sorted((used | icons) - known) == []


@pytest.mark.django_db
def test_the_first_load_is_light(live_server: Any) -> None:
    weights = {path: len(gzip.compress(_bytes(path))) for path in files.kept() if path.endswith((".js", ".css"))}
    assert sum(weights.values()) < BUDGET, weights


def _bytes(path: str) -> bytes:
    answer = Client().get(f"/static/{path}")
    assert answer.status_code == 200, path
    return b"".join(getattr(answer, "streaming_content"))  # noqa: B009 - the types do not know it


@pytest.mark.django_db
def test_the_manifest_and_the_worker_are_open_and_whole() -> None:
    manifest = Client().get(reverse("phone_manifest"))
    told = manifest.json()
    assert manifest["Content-Type"].startswith("application/manifest+json")
    assert (told["start_url"], told["scope"], told["display"]) == ("/app/", "/app/", "standalone")
    assert {(one["sizes"], one["purpose"]) for one in told["icons"]} == {
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    }
    worker = Client().get(reverse("phone_worker"))
    assert worker["Content-Type"].startswith("text/javascript")
    assert files.version() in worker.content.decode()


@pytest.mark.django_db(transaction=True)
def test_it_starts_without_a_network_and_shows_today(phone: Phone, live_app: str, visit: Visit) -> None:
    page = phone.start()
    hands.sign_in(page, live_app, visit)
    assert page.evaluate("fetch('/app/manifest.webmanifest').then((a) => a.json()).then((m) => m.icons.length)") == 3
    page.reload()
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    phone.kill()
    page = phone.start()
    assert phone.context is not None
    phone.context.set_offline(True)
    page.goto(f"{live_app}/app/")
    expect(page.locator(f"a.job[href='#visit/{visit.pk}']")).to_be_visible()
    expect(page.locator("main")).to_contain_text("没有网络")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_is_sound_at_360_pixels(phone: Phone, live_app: str, visit: Visit, language: str) -> None:
    visit.technician.user.language = language
    visit.technician.user.save(update_fields=["language"])
    phone.options["locale"] = language
    page = phone.start()
    hands.sign_in(page, live_app, visit)
    assert phone.context is not None
    phone.context.set_offline(True)
    look_at(page, "today", "check", "outbox", "settings", f"visit/{visit.pk}", f"visit/{visit.pk}/contact")
    hands.open_place(page, f"visit/{visit.pk}")
    for done in range(1, 4):
        hands.big(page).click()
        expect(page.locator(".field-way li[data-done=yes]")).to_have_count(done)
    working = "checklist inspection photos charges outcome sheet sign sign/draw complete abort nameplate"
    look_at(page, f"visit/{visit.pk}", *(f"visit/{visit.pk}/{name}" for name in working.split()), "outbox")


def look_at(page: Page, *places: str) -> None:
    """Nothing runs out of the page, every target is big enough, axe finds nothing in the light or in the dark."""
    for place in places:
        hands.open_place(page, place)
        page.locator(".field-notice .toast").wait_for(state="detached")
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 360, place
        assert page.evaluate(SMALL_TARGETS) == [], place
        assert [*findings(page), *dark_findings(page)] == [], place
        step = page.locator(".next-step")
        if step.count():
            box = step.bounding_box()
            assert box is not None
            assert box["y"] > 370, place


def test_the_icons_are_there() -> None:
    for name in ("app-192", "app-512", "app-maskable-512"):
        assert (ROOT / "static" / "img" / f"{name}.png").stat().st_size > 1000
