"""A whole visit without a network, with a dead battery in the middle: everything arrives once, in order."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.visits_phone import hands
from tests.visits_phone.conftest import Phone
from visits.models import Answer, Photo, Signature, Visit, VisitEntry, VisitEvent

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_whole_visit_without_a_network_survives_a_dead_battery(
    phone: Phone, live_app: str, visit: Visit, tmp_path: Path, wait_for: Any
) -> None:
    page = phone.start()
    hands.sign_in(page, live_app, visit)
    assert phone.context is not None
    phone.context.set_offline(True)
    hands.walk_to_work(page, visit)
    hands.take_photos(page, visit, tmp_path, 10)
    hands.answer_everything(page, visit)
    hands.open_place(page, f"visit/{visit.pk}/outcome")
    page.locator("input[value=fixed]").check()
    page.locator("textarea[name=finding]").fill("排水泵堵塞")
    page.wait_for_timeout(500)
    phone.kill()

    page = phone.start()
    phone.context.set_offline(True)
    page.goto(f"{live_app}/app/#visit/{visit.pk}/outcome")
    expect(page.locator("textarea[name=finding]")).to_have_value("排水泵堵塞")
    page.locator("textarea[name=work]").fill("清理排水泵")
    hands.big(page).click()
    hands.inspect_all(page, visit)
    hands.sign(page, visit)
    hands.complete(page, visit)
    assert not VisitEntry.objects.exists()

    phone.context.set_offline(False)
    hands.wait_until_sent(page)
    assert Visit.objects.get(pk=visit.pk).state == "completed"
    expect(page.locator(".field-pill")).to_contain_text("已全部发送")
    entries = list(VisitEntry.objects.order_by("seq"))
    assert [one.seq for one in entries] == list(range(1, len(entries) + 1))
    assert {one.state for one in entries} == {"applied"}
    assert {one.visit_id for one in entries} == {visit.pk}
    assert Photo.objects.filter(visit=visit).count() == 10
    assert Signature.objects.get(visit=visit).strokes
    assert Answer.objects.filter(visit=visit).values("item").distinct().count() == Answer.objects.count()
    steps = list(VisitEvent.objects.filter(visit=visit).values_list("step", flat=True))
    assert [s for s in steps if s in {"depart", "arrive", "start_work", "complete_visit"}] == [
        "depart",
        "arrive",
        "start_work",
        "complete_visit",
    ]
