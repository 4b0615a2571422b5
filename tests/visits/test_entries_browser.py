"""The pages of work sent late in a real browser: both languages, both sizes, light and dark."""

import os
import re
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from dispatch.services import Why, reassign_technician
from servicedesk import clock
from servicedesk.people.models import Role, User
from tests.defaults import load_defaults
from tests.journeys.axe import dark_findings, findings
from tests.journeys.widths import too_wide
from tests.make import PASSWORD, make_user
from tests.make_dispatch import make_technician
from tests.make_visits import make_visit
from tests.visits.phones import STROKES, Phone, picture
from tests.visits.test_entries_orders import drawing
from visits.models import Visit, VisitEntry

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)
# Where pictures are put for somebody to look at; empty leaves them out.
PICTURES = os.environ.get("LATE_WORK_PICTURES", "")


@pytest.fixture
def visit(transactional_db: None) -> Visit:
    """A visit given to another while its technician was at the door without a network."""
    load_defaults()
    now = clock.now()
    visit = make_visit(upto="en_route", now=now - timedelta(hours=3))
    other, start = make_technician(visit.technician.outlet), now + timedelta(hours=2)
    why = Why("换人", "测试")
    end = start + timedelta(hours=1)
    reassign_technician(visit.ticket_id, other, start, end, why, actor=None, now=now - 70 * MINUTE)
    phone, at = Phone(visit.technician.user), now - 60 * MINUTE
    for entry in (
        phone.entry(visit, "arrive", at),
        phone.entry(visit, "answer_item", at + MINUTE, code="5.3", value="not_done", note="没带垫布"),
        phone.entry(visit, "add_photo", at + 2 * MINUTE, token=str(uuid4()), content=picture(9)),
        phone.entry(visit, "record_outcome", at, outcome="fixed", finding="排水泵堵塞", work="更换排水泵"),
        phone.entry(visit, "sign", at + 3 * MINUTE, opinion="很满意", drawing=drawing(), strokes=STROKES),
    ):
        assert phone.send(visit, entry, now).status_code == 200
    assert VisitEntry.objects.filter(state="review").count() == 5
    return visit


def sign_in(page: Page, live_app: str, user: User) -> None:
    page.goto(f"{live_app}/login/")
    page.locator("input[name=username]").fill(user.employee_no)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit], main form button:not([type])").first.click()
    page.wait_for_url(re.compile("/dispatch/"))


def look_at(page: Page, name: str) -> None:
    """Axe finds nothing grave in light or dark, nothing is too wide; pictures where they are asked for."""
    assert findings(page) == []
    assert dark_findings(page) == []
    assert too_wide(page) == {}
    if not PICTURES:
        return
    for width in (1366, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            page.screenshot(path=Path(PICTURES) / f"{name}-{width}-{scheme}.png", full_page=True)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1366, "height": 768})


@pytest.mark.browser
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_late_work_is_looked_at_and_taken_over(page: Page, live_app: str, visit: Visit, language: str) -> None:
    page.context.add_cookies([{"name": "django_language", "value": language, "url": live_app}])
    sign_in(page, live_app, make_user(Role.DISPATCHER, visit.technician.outlet))
    page.goto(f"{live_app}/late-work/")
    look_at(page, f"list-{language}")
    page.get_by_role("link", name=visit.ticket.number).click()
    expect(page.get_by_text("很满意")).to_be_visible()
    look_at(page, f"work-{language}")
    page.locator("input[name=decision][value=take_over]").check()
    page.locator("textarea[name=reason]").fill("工作已经做完")
    page.locator("form[data-primary] button[type=submit]").click()
    expect(page.get_by_text("工作已经做完")).to_be_visible()
    assert not VisitEntry.objects.filter(state="review", decision="").exists()
