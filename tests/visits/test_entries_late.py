"""Time truth and trouble: counted times and the clocks, work on visits that ended meanwhile, two devices at once."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from dispatch.services import Why, reassign_technician
from servicedesk import clock
from servicedesk.notify.models import Notification
from servicedesk.people.models import Role
from servicedesk.sla.models import ClockKind, PauseReason, SlaEvent, SlaSegment
from servicedesk.sla.services import pause_clocks
from servicedesk.sla.sweep import sweep_once
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.services import cancel_ticket
from tests.dispatch.races import at_once
from tests.make import NOW, make_user
from tests.make_dispatch import make_shift, make_technician
from tests.make_visits import MINUTE, make_visit
from tests.visits.phones import STROKES, Phone, picture
from visits.entries import timing
from visits.entries.positions import forget_positions, give_consent
from visits.entries.reviewing import keep_as_record, take_over
from visits.models import Answer, KeptPicture, Photo, Signature, Visit, VisitEntry, VisitEvent, VisitPosition

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def arrival(visit: Visit) -> VisitEvent:
    return VisitEvent.objects.get(visit=visit, step="arrive")


def on_the_way(**overrides: Any) -> tuple[Visit, Phone]:
    skew = overrides.pop("skew", timedelta())
    visit = make_visit(upto="en_route", **overrides)
    return visit, Phone(visit.technician.user, skew=skew)


# The rules, without a database.


def told(happened: int, sent: int, received: int) -> timing.Told:
    return timing.Told(NOW + happened * MINUTE, NOW + sent * MINUTE, NOW + received * MINUTE)


@pytest.mark.parametrize(
    ("said", "floors", "at", "marks"),
    [
        ((10, 11, 11), [], 10, ()),
        ((10, 40, 40), [], 10, ("late",)),
        ((70, 71, 11), [], 10, ("skewed",)),
        ((10, 11, 11), [10.5], 10.5, ("moved",)),
        ((12, 11, 11), [], 11, ("moved",)),
        ((-800, 0, 0), [], -720, ("late", "moved")),
        ((10, 12.5, 15), [], 12.5, ("skewed",)),
    ],
)
def test_what_counts(said: Any, floors: Any, at: float, marks: Any) -> None:
    found = timing.count(told(*said), [NOW + floor * MINUTE for floor in floors])
    assert (found.at, found.marks) == (NOW + at * MINUTE, marks)


def test_the_way_between_two_points() -> None:
    assert round(timing.metres_between((31.46, 104.73), (31.47, 104.73))) == 1112
    assert not timing.is_far(590, 100)
    assert timing.is_far(601, 100)


# Clocks.


def test_an_arrival_sent_late_keeps_a_promise_whose_breach_had_been_told() -> None:
    visit, phone = on_the_way()
    due = visit.ticket.clocks.get(kind=ClockKind.ARRIVAL).due_at
    assert due is not None
    came, sent = due - 8 * MINUTE, due + 40 * MINUTE
    sweep_once(due + MINUTE)
    assert SlaEvent.objects.filter(clock__ticket=visit.ticket, clock__kind=ClockKind.ARRIVAL, level="breach").exists()
    said = phone.send(visit, phone.entry(visit, "arrive", came), sent).json()
    assert said["state"] == "applied"
    found = visit.ticket.clocks.get(kind=ClockKind.ARRIVAL)
    assert (found.state, found.stopped_at, found.breached_at) == ("met", came, None)
    event = arrival(visit)
    assert (event.at, event.data["marks"]) == (came, ["late"])
    # What people were told stays in the record.
    assert SlaEvent.objects.filter(clock=found, level="breach").exists()


def test_an_arrival_after_the_promise_breaks_it_whenever_it_is_sent() -> None:
    visit, phone = on_the_way()
    due = visit.ticket.clocks.get(kind=ClockKind.ARRIVAL).due_at
    assert due is not None
    phone.send(visit, phone.entry(visit, "arrive", due + 5 * MINUTE), due + 90 * MINUTE)
    found = visit.ticket.clocks.get(kind=ClockKind.ARRIVAL)
    assert (found.state, found.breached_at) == ("breached", due)


def test_an_arrival_before_a_pause_of_the_office_counts_from_the_pause() -> None:
    visit, phone = on_the_way()
    paused = NOW + 80 * MINUTE
    ticket = Ticket.objects.get(pk=visit.ticket_id)
    pause_clocks(ticket, PauseReason.WAITING_FOR_CUSTOMER, at=paused, actor=None)
    phone.send(visit, phone.entry(visit, "arrive", NOW + 50 * MINUTE), NOW + 100 * MINUTE)
    event = arrival(visit)
    assert (event.at, sorted(event.data["marks"])) == (paused, ["late", "moved"])
    lines = list(SlaSegment.objects.filter(clock__ticket=ticket).order_by("clock", "id").values_list("clock", "at"))
    assert lines == sorted(lines)


def test_a_wrong_clock_of_the_device_is_taken_off() -> None:
    visit, phone = on_the_way(skew=timedelta(hours=3))
    phone.send(visit, phone.entry(visit, "arrive", NOW + 50 * MINUTE), NOW + 51 * MINUTE)
    event = arrival(visit)
    assert (event.at, event.data["marks"], event.data["skew_s"]) == (NOW + 50 * MINUTE, ["skewed"], -3 * 3600)
    assert event.device_at == NOW + 50 * MINUTE + timedelta(hours=3)


def test_a_step_before_midnight_sent_after_it_belongs_to_its_own_day() -> None:
    evening = datetime.fromisoformat("2026-03-10T22:30:00+08:00")
    technician = make_technician()
    make_shift(technician, evening - HOUR, evening + 5 * HOUR)
    visit, phone = on_the_way(technician=technician, now=evening)
    before, after = evening + 80 * MINUTE, evening + 110 * MINUTE
    phone.send(visit, phone.entry(visit, "arrive", before), after)
    visit.refresh_from_db()
    assert visit.arrived_at == before


# Where.


def test_a_position_is_kept_with_consent_only_and_not_for_ever() -> None:
    visit, phone = on_the_way()
    place = visit.ticket.address
    assert place is not None
    place.lat, place.lon = 31.46, 104.73
    place.save()
    give_consent(visit.technician.user, position=True, now=NOW)
    entry = phone.entry(visit, "arrive", NOW + 60 * MINUTE)
    there = {"lat": 31.48, "lon": 104.73, "accuracy_m": 20.0}
    phone.send(visit, entry, NOW + 61 * MINUTE, position=there)
    event = arrival(visit)
    assert (event.data["marks"], event.data["distance_m"]) == (["far"], 2224)
    assert VisitPosition.objects.get().lat == 31.48
    assert forget_positions(NOW + timedelta(days=89)) == 0
    assert forget_positions(NOW + timedelta(days=91)) == 1


def test_without_consent_no_position_is_kept_and_withdrawing_deletes() -> None:
    visit, phone = on_the_way()
    there = {"lat": 31.48, "lon": 104.73, "accuracy_m": 20.0}
    phone.send(visit, phone.entry(visit, "arrive", NOW + 60 * MINUTE), NOW + 61 * MINUTE, position=there)
    assert not VisitPosition.objects.exists()
    assert not VisitEntry.objects.exclude(position=None).exists()
    VisitPosition.objects.create(event=arrival(visit), lat=1, lon=1, accuracy_m=1, kept_at=NOW)
    give_consent(visit.technician.user, position=False, now=NOW)
    assert not VisitPosition.objects.exists()


# Meanwhile.


def late_work(visit: Visit, phone: Phone, sent: datetime) -> list[dict[str, Any]]:
    """Everything of a short visit, sent after it had ended."""
    at = NOW + 60 * MINUTE
    entries = [
        phone.entry(visit, "arrive", at),
        phone.entry(visit, "answer_item", at + MINUTE, code="5.2", value="done"),
        phone.entry(visit, "add_photo", at + 2 * MINUTE, token=str(uuid4()), content=picture()),
        phone.entry(visit, "sign", at + 3 * MINUTE, opinion="很满意", typed_name="王芳", strokes=STROKES),
    ]
    return [phone.send(visit, entry, sent).json() for entry in entries]


def reassigned() -> tuple[Visit, Phone]:
    visit, phone = on_the_way()
    other, start = make_technician(visit.technician.outlet), NOW + 4 * HOUR
    why = Why("换人", "测试")
    reassign_technician(visit.ticket_id, other, start, start + HOUR, why, actor=None, now=NOW + 70 * MINUTE)
    return visit, phone


def test_work_on_a_visit_given_to_another_waits_for_the_office_and_nothing_is_lost() -> None:
    visit, phone = on_the_way()
    dispatcher = make_user(Role.DISPATCHER, visit.technician.outlet)
    other, start = make_technician(visit.technician.outlet), NOW + 4 * HOUR
    why = Why("换人", "测试")
    reassign_technician(visit.ticket_id, other, start, start + HOUR, why, actor=None, now=NOW + 70 * MINUTE)
    said = late_work(visit, phone, NOW + 2 * HOUR)
    assert [(one["state"], one["code"]) for one in said] == [("review", "called_off")] * 4
    assert VisitEntry.objects.filter(state="review").count() == 4
    assert KeptPicture.objects.count() == 1
    assert Notification.objects.filter(kind="late_work", recipient=dispatcher, channel="app").count() <= 1
    assert Notification.objects.filter(kind="late_work", recipient=dispatcher).count() == 1
    found = take_over(visit.pk, "工作已做完", actor=dispatcher, now=NOW + 3 * HOUR)
    assert (found.answers, found.photos, found.signed) == (1, 1, True)
    visit.refresh_from_db()
    assert (visit.state, visit.abort_reason) == ("aborted", "called_off")
    assert Answer.objects.get(visit=visit).item.code == "5.2"
    assert Photo.objects.get(visit=visit).token == KeptPicture.objects.get().token
    assert Signature.objects.get(visit=visit).opinion == "很满意"


def test_work_on_a_cancelled_ticket_waits_for_the_office() -> None:
    visit, phone = on_the_way()
    cancel_ticket(visit.ticket_id, "customer_wish", actor=None, now=NOW + 70 * MINUTE)
    said = late_work(visit, phone, NOW + 2 * HOUR)
    assert {(one["state"], one["code"]) for one in said} == {("review", "ticket_cancelled")}
    assert keep_as_record(visit.pk, "客户已取消", actor=None, now=NOW + 3 * HOUR) == 4
    assert not Photo.objects.exists()
    assert set(VisitEntry.objects.values_list("decision", flat=True)) == {"kept"}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_office_looks_at_the_work_and_decides(language: str) -> None:
    visit, phone = reassigned()
    late_work(visit, phone, NOW + 2 * HOUR)
    office = Client()
    office.force_login(make_user(Role.DISPATCHER, visit.technician.outlet))
    office.cookies["django_language"] = language
    assert visit.ticket.number in office.get(reverse("late_work_list")).content.decode()
    url = reverse("late_work", args=[visit.pk])
    page = office.get(url)
    assert (page.status_code, "很满意" in page.content.decode()) == (200, True)
    token = KeptPicture.objects.get().token
    assert office.get(reverse("late_work_picture", args=[token])).status_code == 200
    assert office.post(url, {"decision": "take_over"}).status_code == 422
    assert office.post(url, {"decision": "take_over", "reason": "已做"}).status_code == 303
    assert office.post(url, {"decision": "keep", "reason": "已做"}).status_code == 409
    assert office.get(reverse("late_work_list"), {"view": "done"}).status_code == 200


def test_another_outlet_knows_nothing_of_it() -> None:
    visit, phone = reassigned()
    late_work(visit, phone, NOW + 2 * HOUR)
    office = Client()
    office.force_login(make_technician().user)
    assert office.get(reverse("late_work_list")).status_code == 403
    office.force_login(make_user(Role.DISPATCHER, make_technician().outlet))
    assert office.get(reverse("late_work", args=[visit.pk])).status_code == 404
    assert office.get(reverse("late_work_picture", args=[KeptPicture.objects.get().token])).status_code == 404


def test_a_dot_is_no_signature() -> None:
    visit = make_visit(upto="working")
    phone = Phone(visit.technician.user)
    dot = [[{"x": 5.0, "y": 5.0}, {"x": 6.0, "y": 5.0}]]
    said = phone.do(visit, "sign", NOW + HOUR, opinion="好", typed_name="王芳", strokes=dot)
    assert (said["state"], said["code"]) == ("refused", "signature_too_small")


def test_two_phones_that_take_the_same_step_take_it_once() -> None:
    visit = make_visit()
    one, two = Phone(visit.technician.user), Phone(visit.technician.user)
    assert one.do(visit, "depart", NOW + 20 * MINUTE)["code"] == ""
    assert two.do(visit, "depart", NOW + 21 * MINUTE)["code"] == "already"


def test_the_day_asks_as_often_for_three_visits_as_for_one(django_assert_num_queries: Any) -> None:
    technician = make_technician()
    make_visit(technician)
    phone = Phone(technician.user)
    with clock.at(NOW + 10 * MINUTE):
        phone.api.get("/field/day")
        with counted() as few:
            phone.api.get("/field/day")
    for hours in (3, 5):
        make_visit(technician, start=NOW + hours * HOUR)
    with clock.at(NOW + 10 * MINUTE), counted() as many:
        assert len(phone.api.get("/field/day").json()["visits"]) == 3
    assert len(many) <= len(few) <= 30


def counted() -> Any:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    return CaptureQueriesContext(connection)


# At once.


@pytest.mark.django_db(transaction=True)
def test_the_same_entry_sent_twice_at_once_is_one() -> None:
    visit = make_visit()
    phone = Phone(visit.technician.user)
    entry = phone.entry(visit, "depart", NOW + 20 * MINUTE)
    answers = at_once([partial(phone.send, visit, entry, NOW + 21 * MINUTE)] * 4)
    assert [answer.status_code for answer in answers] == [200] * 4
    assert {answer.json()["state"] for answer in answers} == {"applied"}
    assert VisitEvent.objects.filter(visit=visit, step="depart").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_phones_at_once_on_one_visit_lose_nothing() -> None:
    visit = make_visit(upto="working")
    phones = [Phone(visit.technician.user) for _n in range(2)]
    calls = []
    for place, phone in enumerate(phones):
        for code in ("5.1", "5.2", "5.3"):
            note = "" if code == "5.1" else f"手机{place}"
            entry = phone.entry(visit, "answer_item", NOW + HOUR, code=code, value="done", note=note)
            calls.append(partial(phone.send, visit, entry, NOW + 61 * MINUTE))
    answers = at_once(calls)
    assert {answer.status_code for answer in answers} == {200}
    states = list(VisitEntry.objects.filter(visit=visit).values_list("target", "state"))
    assert sorted(states) == [
        ("5.1", "applied"),
        ("5.1", "applied"),
        ("5.2", "applied"),
        ("5.2", "conflict"),
        ("5.3", "applied"),
        ("5.3", "conflict"),
    ]
