"""A visit in a real browser at phone size: with scripts, without a network, with a finger."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from servicedesk import clock
from tests.defaults import load_defaults
from tests.make import PASSWORD
from tests.make_visits import answer_all, inspect, jpeg, make_visit
from visits.models import Answer, Inspection, Photo, Signature, Visit, VisitEvent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def visit(transactional_db: None) -> Visit:
    load_defaults()
    return make_visit(now=clock.now() - timedelta(hours=2), description="不转")


def sign_in(page: Page, live_app: str, visit: Visit) -> None:
    page.goto(f"{live_app}/login/")
    page.locator("input[name=username]").fill(visit.technician.user.employee_no)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit], main form button:not([type])").first.click()
    page.wait_for_url(re.compile("/my/"))


def big_button(page: Page) -> Any:
    return page.locator(".next-step .button--primary")


def state_of(visit: Visit) -> str:
    return Visit.objects.get(pk=visit.pk).state


def walk_to_work(page: Page, visit: Visit) -> None:
    """Three presses of the one big button, each on the page the last one led to."""
    for icon_of_next in ("arrive", "start"):
        big_button(page).click()
        expect(page.locator(f".next-step form[action*='/steps/{icon_of_next}/']")).to_be_visible()
    big_button(page).click()
    expect(page.locator(".next-step a[href$='/complete/']")).to_be_visible()


def test_a_visit_is_worked_with_one_thumb(
    phone_page: Page, live_app: str, visit: Visit, tmp_path: Path, wait_for: Any
) -> None:
    page = phone_page
    sign_in(page, live_app, visit)
    page.locator(f"a.job[href$='/visits/{visit.pk}/']").click()
    walk_to_work(page, visit)
    assert state_of(visit) == "working"
    assert VisitEvent.objects.get(visit=visit, step="arrive").device_at is not None

    page.locator("a[href$='/checklist/']").click()
    row = page.locator("[id='item-1.1']")
    row.locator("button[value=done]").click()
    expect(page.locator("[id='item-1.1'][data-kept=yes]")).to_be_visible()
    page.locator("[id='item-4.2'] button[value=not_done]").click()
    expect(page.locator("[id='item-4.2'][data-kept=no]")).to_be_visible()
    assert Answer.objects.filter(visit=visit).count() == 2

    file = tmp_path / "plate.jpg"
    file.write_bytes(jpeg(300, 200))
    page.goto(f"{live_app}/my/visits/{visit.pk}/photos/")
    page.locator("input[type=file]").set_input_files(file)
    page.locator("form button.button--primary").click()
    expect(page.locator(".photos img")).to_have_count(1)
    assert Photo.objects.filter(visit=visit).count() == 1

    page.goto(f"{live_app}/my/visits/{visit.pk}/outcome/")
    page.locator("input[name=outcome][value=fixed]").check()
    page.locator("textarea[name=finding]").fill("排水泵堵塞")
    page.locator("textarea[name=work]").fill("清理排水泵")
    page.locator("form button.button--primary").click()
    page.wait_for_url(re.compile(rf"/visits/{visit.pk}/$"))
    inspect(visit, clock.now())
    answer_all(visit, clock.now())
    assert Inspection.objects.filter(visit=visit).exists()

    page.goto(f"{live_app}/my/visits/{visit.pk}/sign/")
    page.locator("input[name=opinion_choice][value=satisfied]").check()
    draw(page)
    page.locator("form button.button--primary").click()
    page.wait_for_url(re.compile(rf"/visits/{visit.pk}/$"))
    assert Signature.objects.get(visit=visit).image is not None

    big_button(page).click()
    page.wait_for_url(re.compile("/complete/$"))
    page.locator("main form[hx-post] button.button--primary").click()
    page.wait_for_url(re.compile(rf"/visits/{visit.pk}/$"))
    wait_for(lambda: state_of(visit) == "completed")


def draw(page: Page) -> None:
    """A stroke across the signature area."""
    canvas = page.locator("signature-field canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 100, steps=8)
    page.mouse.up()


def test_without_a_network_nothing_typed_is_lost_and_the_page_says_so(
    phone_page: Page, live_app: str, visit: Visit
) -> None:
    page = phone_page
    sign_in(page, live_app, visit)
    page.goto(f"{live_app}/my/visits/{visit.pk}/")
    walk_to_work(page, visit)
    page.goto(f"{live_app}/my/visits/{visit.pk}/outcome/")
    page.locator("input[name=outcome][value=needs_part]").check()
    page.locator("textarea[name=finding]").fill("缺排水泵，型号待查")
    page.context.set_offline(True)
    page.locator("form button.button--primary").click()
    expect(page.locator("toast-stack .toast")).to_be_visible()
    expect(page.locator("textarea[name=finding]")).to_have_value("缺排水泵，型号待查")
    page.context.set_offline(False)
    page.locator("form button.button--primary").click()
    page.wait_for_url(re.compile(rf"/visits/{visit.pk}/$"))
    assert Visit.objects.get(pk=visit.pk).finding == "缺排水泵，型号待查"


def test_a_refused_signature_keeps_the_drawing(phone_page: Page, live_app: str, visit: Visit) -> None:
    page = phone_page
    sign_in(page, live_app, visit)
    page.goto(f"{live_app}/my/visits/{visit.pk}/")
    walk_to_work(page, visit)
    page.goto(f"{live_app}/my/visits/{visit.pk}/sign/")
    draw(page)
    for choice in page.locator("input[name=opinion_choice]").all():
        choice.evaluate("input => input.removeAttribute('required')")
    page.locator("form button.button--primary").click()
    expect(page.locator(".error-summary")).to_be_visible()
    assert page.locator("[data-image]").input_value().startswith("data:image/png")


def test_a_step_somebody_else_took_meanwhile_shows_the_visit_as_it_stands(
    phone_page: Page, live_app: str, visit: Visit
) -> None:
    page = phone_page
    sign_in(page, live_app, visit)
    page.goto(f"{live_app}/my/visits/{visit.pk}/")
    Visit.objects.filter(pk=visit.pk).update(state="on_site", arrived_at=clock.now())
    big_button(page).click()
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator(".next-step form[action*='/steps/start/']")).to_be_visible()
