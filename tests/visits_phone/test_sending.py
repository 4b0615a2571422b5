"""What can go wrong on the way to the house, and what the phone says then."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from PIL import Image
from playwright.sync_api import Page, Route, expect

from dispatch.services import Why, reassign_technician
from servicedesk import clock
from servicedesk.tickets.models import Outcome
from tests.make_dispatch import make_technician
from tests.make_visits import make_visit
from tests.visits_phone import hands
from tests.visits_phone.conftest import Phone
from visits.models import Photo, Visit, VisitEntry
from visits.services import Report, record_outcome

pytestmark = pytest.mark.django_db(transaction=True)


def go_offline(phone: Phone, offline: bool = True) -> None:
    assert phone.context is not None
    phone.context.set_offline(offline)


def sent(page: Page) -> None:
    hands.wait_until_sent(page)


def test_two_visits_in_a_row_never_mix(phone: Phone, live_app: str, visit: Visit, tmp_path: Any) -> None:
    start = clock.now() + timedelta(hours=2)
    second = make_visit(visit.technician, now=clock.now() - timedelta(hours=2), start=start)
    page = phone.start()
    hands.sign_in(page, live_app, visit)
    go_offline(phone)
    hands.walk_to_work(page, visit)
    hands.take_photos(page, visit, tmp_path, 1)
    hands.open_place(page, f"visit/{visit.pk}/abort")
    page.locator("input[value=unsafe]").check()
    # Gone on to the next house before the phone has written the end of the first: it does not call back.
    hands.press(page, "中止")
    hands.walk_to_work(page, second)
    hands.take_photos(page, second, tmp_path, 2)
    go_offline(phone, False)
    sent(page)
    for one, photos, state in ((visit, 1, "aborted"), (second, 2, "working")):
        entries = VisitEntry.objects.filter(visit=one).order_by("seq")
        assert [entry.seq for entry in entries] == list(range(1, 4 + photos + (state == "aborted")))
        assert Photo.objects.filter(visit=one).count() == photos
        assert Visit.objects.get(pk=one.pk).state == state


def test_answers_cut_on_the_way_back_make_no_second_entry(
    phone: Phone, live_app: str, visit: Visit, tmp_path: Any
) -> None:
    page = phone.start()
    hands.sign_in(page, live_app, visit)
    cut: set[str] = set()

    def once_cut(route: Route) -> None:
        name = json.loads(route.request.post_data or "{}")["id"]
        answer = route.fetch()
        if name in cut:
            route.fulfill(response=answer)
        else:
            cut.add(name)
            route.abort("connectionreset")

    page.route("**/api/v1/visits/*/entries", once_cut)
    hands.walk_to_work(page, visit)
    hands.take_photos(page, visit, tmp_path, 2)
    for _try in range(8):
        hands.open_place(page, "outbox")
        hands.big(page).click()
        page.wait_for_timeout(1200)
    sent(page)
    assert len(cut) == VisitEntry.objects.count() == 5
    assert Photo.objects.filter(visit=visit).count() == 2


def test_work_on_a_visit_reassigned_meanwhile_goes_to_the_office(phone: Phone, live_app: str, visit: Visit) -> None:
    other = make_technician(visit.technician.outlet)
    page = phone.start()
    hands.sign_in(page, live_app, visit)
    go_offline(phone)
    hands.walk_to_work(page, visit)
    start = clock.now() + timedelta(hours=4)
    why = Why("车坏了", "测试")
    reassign_technician(visit.ticket_id, other, start, start + timedelta(hours=1), why, actor=None, now=clock.now())
    go_offline(phone, False)
    sent(page)
    assert set(VisitEntry.objects.values_list("state", flat=True)) == {"review"}
    hands.open_place(page, "outbox")
    expect(page.locator("[data-state=review]")).to_have_count(3)
    expect(page.locator("[data-state=review]").first).to_contain_text("办公室")
    hands.open_place(page, f"visit/{visit.pk}")
    expect(page.locator("main")).to_contain_text("没有丢失")


def test_signed_out_nothing_is_lost_and_another_user_sends_none_of_it(
    phone: Phone, live_app: str, visit: Visit
) -> None:
    other = make_visit(now=clock.now() - timedelta(hours=2))
    page = phone.start()
    hands.sign_in(page, live_app, visit)
    Session.objects.all().delete()
    hands.open_place(page, f"visit/{visit.pk}")
    hands.big(page).click()
    expect(page.locator(".field-banner")).to_contain_text("退出登录")
    expect(page.locator(".field-pill")).to_contain_text("1 条待发送")
    hands.sign_in(page, live_app, other)
    hands.open_place(page, "outbox")
    expect(page.locator(".field-banner")).to_contain_text("另一位用户的 1 条")
    assert not VisitEntry.objects.exists()
    Session.objects.all().delete()
    hands.sign_in(page, live_app, visit)
    sent(page)
    assert VisitEntry.objects.get().visit_id == visit.pk


def test_a_full_phone_says_so_and_pretends_nothing(phone: Phone, live_app: str, visit: Visit, tmp_path: Any) -> None:
    page = phone.start()
    hands.sign_in(page, live_app, visit)
    hands.walk_to_work(page, visit)
    sent(page)
    assert phone.context is not None
    phone.context.set_offline(True)
    hands.open_place(page, f"visit/{visit.pk}/photos")
    # The browser remembers for half a minute how much room there was; one that has just begun asks.
    phone.kill()
    page = phone.start()
    devtools = phone.context.new_cdp_session(page)
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": live_app, "quotaSize": 1})
    phone.context.set_offline(True)
    page.goto(f"{live_app}/app/#visit/{visit.pk}/photos")
    file = tmp_path / "full.jpg"
    Image.effect_noise((1600, 1200), 120).convert("RGB").save(file)
    page.locator("input[name=photos]").set_input_files(file)
    expect(page.locator(".field-notice")).to_contain_text("没有保存")
    expect(page.locator(".photos img")).to_have_count(0)
    expect(page.locator(".field-pill")).not_to_contain_text("待发送")


def test_a_conflict_shows_both_values_and_the_choice_holds(phone: Phone, live_app: str, visit: Visit) -> None:
    page = phone.start()
    hands.sign_in(page, live_app, visit)
    hands.walk_to_work(page, visit)
    sent(page)
    go_offline(phone)
    hands.report(page, visit, finding="水泵卡死", work="换泵")
    actor = visit.technician.user
    record_outcome(visit.pk, Report(Outcome.FIXED, None, "水泵漏水", "换泵"), actor=actor, now=clock.now())
    go_offline(phone, False)
    expect(page.locator(".field-pill")).to_contain_text("1 条需处理", timeout=30_000)
    hands.open_place(page, "outbox")
    row = page.locator("[data-state=conflict]")
    expect(row.locator("table")).to_contain_text("水泵漏水")
    expect(row.locator("table")).to_contain_text("水泵卡死")
    row.get_by_role("button", name="采用我的").click()
    sent(page)
    expect(page.locator(".field-pill")).to_contain_text("已全部发送")
    assert Visit.objects.get(pk=visit.pk).finding == "水泵卡死"
