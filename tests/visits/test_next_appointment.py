"""The next appointment agreed on at the door, and what the customer has been told before."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from servicedesk import clock
from servicedesk.errors import ActionError
from servicedesk.people.models import Role
from servicedesk.tickets.models import Outcome, Ticket, TicketEvent, TicketException
from servicedesk.tickets.services import record_contact
from tests.make import NOW, make_user
from tests.make_dispatch import make_technician
from tests.make_visits import MINUTE, answer_all, inspect, make_ready, make_visit
from tests.visits.phones import Phone
from visits.models import ServiceRecord, Visit
from visits.promises import told_of
from visits.services import Report, SignedSheet, complete_visit, record_outcome, sign
from visits.sheets.readers import Reader
from visits.sheets.showing import show
from visits.wording import STORY
from warranty.models import PartsWait

pytestmark = pytest.mark.django_db

LATER = NOW + 60 * MINUTE
END = NOW + 90 * MINUTE
AGREED = "2026-03-12/14-16"
TIMES = (datetime(2026, 3, 12, 6, tzinfo=UTC), datetime(2026, 3, 12, 8, tzinfo=UTC))


def report(visit: Visit, outcome: str, agreed: str = AGREED, now: datetime = LATER) -> Visit:
    said = Report(outcome, visit.ticket.fault, "缺主控板", "已检查", agreed)
    return record_outcome(visit.pk, said, actor=visit.technician.user, now=now)


def completed(outcome: str) -> Visit:
    visit = make_ready(make_visit(upto="working"), outcome, now=LATER)
    report(visit, outcome)
    return complete_visit(visit.pk, actor=visit.technician.user, now=END)


@pytest.mark.parametrize("outcome", [Outcome.NEEDS_PART, Outcome.NEEDS_ANOTHER_VISIT, Outcome.TAKEN_TO_WORKSHOP])
def test_what_was_agreed_on_is_what_the_ticket_asks_for(outcome: str) -> None:
    visit = completed(outcome)
    ticket = Ticket.objects.get(pk=visit.ticket_id)
    assert (ticket.requested_from, ticket.requested_until) == TIMES
    line = TicketEvent.objects.get(ticket=ticket, action="complete_visit")
    assert "约定下次上门：2026-03-12 14-16" in STORY["complete_visit"](line)


def test_a_visit_that_ends_the_work_keeps_none() -> None:
    visit = report(make_visit(upto="working"), Outcome.NEEDS_PART)
    assert (visit.next_from, visit.next_until) == TIMES
    visit = report(visit, Outcome.FIXED)
    assert (visit.next_from, visit.next_until) == (None, None)


@pytest.mark.parametrize(
    ("agreed", "code"),
    [
        ("tomorrow", "window_unknown"),
        ("2026-03-12/9-11", "window_unknown"),
        ("2026-03-12/14-8", "window_unknown"),
        ("2026-02-30/8-10", "window_unknown"),
        ("2026-03-10/8-10", "window_in_past"),
        ("2026-03-09/18-20", "window_in_past"),
    ],
)
def test_an_appointment_that_cannot_be_kept_is_refused(agreed: str, code: str) -> None:
    visit = make_visit(upto="working")
    with pytest.raises(ActionError) as refused:
        report(visit, Outcome.NEEDS_PART, agreed)
    assert (refused.value.code, refused.value.field) == (code, "next_window")
    visit.refresh_from_db()
    assert visit.outcome == ""


def test_the_customer_signs_for_it_and_a_change_makes_a_new_sheet() -> None:
    visit = make_visit(upto="working")
    report(visit, Outcome.NEEDS_ANOTHER_VISIT)
    visit = ready_keeping(visit)
    signed = ServiceRecord.objects.get()
    rows = {row.label: row.value for section in show(signed.content, Reader()).sections for row in section.rows}
    assert rows["下次上门"] == "2026-03-12 14:00–16:00，待客服确认"
    report(visit, Outcome.NEEDS_ANOTHER_VISIT, "2026-03-13/8-10")
    complete_visit(visit.pk, actor=visit.technician.user, now=END)
    changed = ServiceRecord.objects.get(version=2)
    assert (changed.replaces, changed.content["sheet"]["parts"]) == (signed, ["next"])


def ready_keeping(visit: Visit) -> Visit:
    """Inspected, answered and signed, with the outcome as it stands."""
    inspect(visit, LATER)
    answer_all(visit, LATER)
    sign(visit.pk, SignedSheet("很满意", typed_name="王芳"), actor=visit.technician.user, now=LATER)
    visit.refresh_from_db()
    return visit


# The page.


def posted(visit: Visit, **changes: Any) -> Any:
    client = Client()
    client.force_login(visit.technician.user)
    data = {"outcome": Outcome.NEEDS_PART, "finding": "缺主控板", "work": "", "version": visit.row_version, **changes}
    with clock.at(LATER):
        return client.post(reverse("visit_outcome", args=[visit.pk]), data)


def test_day_and_hours_are_chosen_on_the_page_and_shown_again() -> None:
    visit = make_visit(upto="working")
    assert posted(visit, next_day="2026-03-12", next_hours="14-16").status_code == 303
    visit.refresh_from_db()
    assert (visit.next_from, visit.next_until) == TIMES
    client = Client()
    client.force_login(visit.technician.user)
    html = client.get(reverse("visit_outcome", args=[visit.pk])).content.decode()
    assert 'value="2026-03-12"' in html
    assert '<option value="14-16" selected>' in html


@pytest.mark.parametrize(
    ("day", "hours", "said"),
    [
        ("2026-03-12", "", "请选择下次上门的日期和时段。"),
        ("", "14-16", "请选择下次上门的日期和时段。"),
        ("2026-03-09", "14-16", "下次上门的时间已经过去。"),
    ],
)
def test_half_an_appointment_or_one_that_is_over_is_told_on_the_page(day: str, hours: str, said: str) -> None:
    visit = make_visit(upto="working")
    answer = posted(visit, next_day=day, next_hours=hours)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert said in html
    assert "缺主控板" in html


def test_hours_left_over_from_another_outcome_do_no_harm() -> None:
    visit = make_visit(upto="working")
    assert posted(visit, outcome=Outcome.FIXED, work="换泵", next_day="", next_hours="14-16").status_code == 303


# The phone and the API.


def test_the_phone_sends_it_and_reads_it_back() -> None:
    visit = make_visit(upto="working")
    phone = Phone(visit.technician.user)
    said = phone.do(
        visit, "record_outcome", LATER, outcome="needs_part", finding="缺主控板", next_window=AGREED, work=""
    )
    assert said["state"] == "applied"
    with clock.at(LATER):
        told = phone.api.get("/field/day").json()["visits"][0]
    assert told["next_window"] == AGREED
    again = phone.do(
        visit, "record_outcome", LATER, outcome="needs_part", finding="缺主控板", next_window="soon", work=""
    )
    assert (again["state"], again["field"]) == ("refused", "next_window")


def test_two_who_agree_on_different_times_are_asked() -> None:
    visit = make_visit(upto="working")
    phone = Phone(visit.technician.user)
    report(visit, Outcome.NEEDS_PART)
    mine = {"outcome": "needs_part", "finding": "缺主控板", "work": "已检查", "next_window": "2026-03-13/8-10"}
    seen = {"outcome": "", "confirmed_fault": None, "finding": "", "work": "", "next_window": ""}
    said = phone.send(visit, phone.entry(visit, "record_outcome", LATER, base=seen, **mine), LATER).json()
    assert said["state"] == "conflict"
    fields = {one["name"]: (one["theirs"], one["mine"]) for one in said["detail"]["fields"]}
    assert fields["next_window"] == (AGREED, "2026-03-13/8-10")


# What the customer has been told.


def told_before(visit: Visit) -> None:
    ticket = visit.ticket
    record_contact(ticket.pk, reached=True, note="下午带排水泵来", actor=visit.technician.user, now=NOW)
    TicketException.objects.create(
        ticket=ticket,
        rule="fee_waived",
        reason="投诉减免",
        granted_at=NOW + MINUTE,
        granted_by=make_user(Role.MANAGER),
    )
    PartsWait.objects.create(
        ticket=ticket,
        cause="no_parts",
        source="hand",
        part="主控板",
        since=date(2026, 3, 9),
        promised_on=date(2026, 3, 15),
        opened_at=NOW + 2 * MINUTE,
    )


def test_promises_are_told_the_newest_first() -> None:
    visit = make_ready(make_visit(upto="working"), Outcome.NEEDS_ANOTHER_VISIT, now=LATER)
    told_before(visit)
    report(visit, Outcome.NEEDS_ANOTHER_VISIT)
    complete_visit(visit.pk, actor=visit.technician.user, now=END)
    made = [(one.label, one.text) for one in told_of([visit.ticket]).promises[visit.ticket_id]]
    assert made == [
        ("下次上门", "03-12 14:00–16:00"),
        ("承诺配件到货", "主控板，03-15"),
        ("免收费用", "投诉减免"),
        ("通话", "下午带排水泵来"),
    ]


def test_an_empty_note_a_part_that_came_and_other_tickets_promise_nothing() -> None:
    visit = make_visit()
    record_contact(visit.ticket_id, reached=False, actor=visit.technician.user, now=NOW)
    told_before(make_visit(make_technician(visit.technician.outlet), start=NOW + timedelta(hours=5)))
    assert told_of([visit.ticket]).promises == {}


def test_visit_and_phone_say_what_was_promised_and_whether_the_customer_was_called() -> None:
    visit = make_visit()
    told_before(visit)
    phone = Phone(visit.technician.user)
    with clock.at(NOW + 5 * MINUTE):
        told = phone.api.get("/field/day").json()["visits"][0]
        client = Client()
        client.force_login(visit.technician.user)
        html = client.get(reverse("visit_detail", args=[visit.pk])).content.decode()
    assert [one["text"] for one in told["promises"]] == ["主控板，03-15", "投诉减免", "下午带排水泵来"]
    assert told["contact"]["reached"] is True
    assert told["after_repair"] == {"until": "2026-04-09", "days": 30}
    for words in ("主控板，03-15", "投诉减免", "下午带排水泵来"):
        assert words in html
