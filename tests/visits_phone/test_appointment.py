"""The next appointment on the phone, without a network; and what the customer reads before he signs."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from servicedesk import clock
from servicedesk.clock import LOCAL
from servicedesk.tickets.services import record_contact
from tests.visits_phone import hands
from tests.visits_phone.conftest import Phone
from visits.appointments import next_value
from visits.models import Visit

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_next_appointment_is_agreed_on_without_a_network(phone: Phone, live_app: str, visit: Visit) -> None:
    day = (clock.now() + timedelta(days=2)).astimezone(LOCAL).date().isoformat()
    page = phone.start()
    hands.sign_in(page, live_app, visit)
    assert phone.context is not None
    phone.context.set_offline(True)
    hands.walk_to_work(page, visit)
    hands.open_place(page, f"visit/{visit.pk}/outcome")
    expect(page.locator("#next-day")).to_have_count(0)
    page.locator("input[value=needs_another_visit]").check()
    page.locator("textarea[name=finding]").fill("缺主控板")
    page.locator("#next-day").fill(day)
    hands.big(page).click()
    expect(page.get_by_role("alert")).to_contain_text("请选择下次上门的日期和时段")
    page.locator("#next-hours").select_option("14-16")
    hands.big(page).click()
    expect(page.locator("#tasks")).to_be_visible()
    hands.open_place(page, f"visit/{visit.pk}/sheet")
    expect(page.locator(".facts")).to_contain_text(f"{day} 14-16")
    phone.context.set_offline(False)
    hands.wait_until_sent(page)
    kept = Visit.objects.get(pk=visit.pk)
    assert next_value(kept.next_from, kept.next_until) == f"{day}/14-16"

    # Repaired after all: nobody comes again, and the guarantee begins.
    hands.open_place(page, f"visit/{visit.pk}/outcome")
    expect(page.locator("#next-day")).to_have_value(day)
    page.locator("input[value=fixed]").check()
    expect(page.locator("#next-day")).to_have_count(0)
    page.locator("textarea[name=work]").fill("更换主控板")
    hands.big(page).click()
    hands.open_place(page, f"visit/{visit.pk}/sheet")
    until = (clock.now().astimezone(LOCAL).date() + timedelta(days=30)).isoformat()
    expect(page.locator(".facts")).to_contain_text(f"{until}（同一故障 30 天内）")
    expect(page.locator(".facts")).not_to_contain_text("下次上门")
    hands.wait_until_sent(page)
    kept.refresh_from_db()
    assert (kept.outcome, kept.next_from) == ("fixed", None)


def test_a_call_recorded_elsewhere_is_known_on_the_phone(phone: Phone, live_app: str, visit: Visit) -> None:
    actor = visit.technician.user
    record_contact(visit.ticket_id, reached=True, note="带主控板", actor=actor, now=clock.now())
    page = phone.start()
    hands.sign_in(page, live_app, visit)
    hands.open_place(page, f"visit/{visit.pk}")
    expect(page.locator(f"a[href='#visit/{visit.pk}/contact']")).to_contain_text("已联系上")
    expect(page.locator("section", has=page.locator("#promises"))).to_contain_text("带主控板")
