"""Entries of a phone: stored, applied in its order, once; refused, asked about or held for the office."""

from datetime import timedelta
from uuid import uuid4

import pytest

from servicedesk import clock
from servicedesk.tickets.models import Ticket
from tests.make import NOW, make_appliance
from tests.make_visits import MINUTE, make_ready, make_visit
from tests.visits.phones import STROKES, Phone, picture
from visits.inspection import checks_for
from visits.models import Answer, Photo, Visit, VisitEntry, VisitEvent

pytestmark = pytest.mark.django_db


def test_steps_sent_at_once_are_applied_with_the_device_s_time() -> None:
    visit = make_visit()
    phone = Phone(visit.technician.user)
    for step, minutes in (("depart", 20), ("arrive", 50), ("start_work", 55)):
        said = phone.do(visit, step, NOW + minutes * MINUTE)
        assert (said["state"], said["code"]) == ("applied", "")
    assert said["visit"]["state"] == "working"
    visit.refresh_from_db()
    assert visit.arrived_at == NOW + 50 * MINUTE


def test_an_entry_waits_for_the_one_before_and_is_told_when_it_is_freed() -> None:
    visit = make_visit()
    phone = Phone(visit.technician.user)
    first, second = phone.entry(visit, "depart", NOW + 20 * MINUTE), phone.entry(visit, "arrive", NOW + 50 * MINUTE)
    late = NOW + 60 * MINUTE
    assert phone.send(visit, second, late).json()["state"] == "waiting"
    said = phone.send(visit, first, late).json()
    assert said["state"] == "applied"
    assert [(one["id"], one["state"]) for one in said["applied"]] == [(second["id"], "applied")]
    assert said["visit"]["state"] == "on_site"


def test_a_repeat_changes_nothing_and_gives_the_same() -> None:
    visit = make_visit()
    phone = Phone(visit.technician.user)
    entry = phone.entry(visit, "depart", NOW + 20 * MINUTE)
    first = phone.send(visit, entry, NOW + 21 * MINUTE)
    again = phone.send(visit, entry, NOW + 40 * MINUTE)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json()["state"] == "applied"
    assert VisitEvent.objects.filter(visit=visit, step="depart").count() == 1


def test_an_id_or_a_number_used_twice_is_refused() -> None:
    visit = make_visit()
    phone = Phone(visit.technician.user)
    entry = phone.entry(visit, "depart", NOW + 20 * MINUTE)
    phone.send(visit, entry, NOW + 21 * MINUTE)
    other = phone.send(visit, {**entry, "action": "arrive"}, NOW + 22 * MINUTE)
    assert (other.status_code, other.json()["code"]) == (422, "entry_reused")
    taken = phone.send(visit, {**entry, "id": str(uuid4())}, NOW + 22 * MINUTE)
    assert (taken.status_code, taken.json()["code"]) == (409, "seq_taken")


def test_a_cut_upload_leaves_nothing() -> None:
    visit = make_visit()
    phone = Phone(visit.technician.user)
    with clock.at(NOW + 20 * MINUTE):
        answer = phone.api.client.generic(
            "POST", f"/api/v1/visits/{visit.pk}/entries", b'{"id": "', "application/json", headers=phone.api.headers
        )
    assert answer.status_code == 400
    assert not VisitEntry.objects.exists()


def test_a_whole_visit_by_phone() -> None:
    visit = make_visit(upto="working")
    phone = Phone(visit.technician.user)
    at = NOW + 60 * MINUTE
    assert phone.do(visit, "answer_item", at, code="5.2", value="done")["state"] == "applied"
    token = str(uuid4())
    assert phone.do(visit, "add_photo", at, token=token, content=picture())["state"] == "applied"
    assert Photo.objects.get(token=token).visit_id == visit.pk
    assert phone.do(visit, "sign", at, opinion="很满意", typed_name="王芳", strokes=STROKES)["state"] == "applied"
    said = phone.do(visit, "complete_visit", at)
    assert (said["state"], said["code"]) == ("refused", "outcome_missing")
    report = {"outcome": "fixed", "finding": "泵堵", "work": "换泵"}
    assert phone.do(visit, "record_outcome", at, **report)["state"] == "applied"
    said = phone.do(visit, "complete_visit", at)
    assert (said["state"], said["code"]) == ("refused", "checklist_incomplete")


def test_what_is_heard_of_another_appliance_becomes_a_ticket_when_the_visit_is_over() -> None:
    visit = make_visit(upto="working")
    phone, at = Phone(visit.technician.user), NOW + 60 * MINUTE
    fridge = make_appliance(visit.ticket.customer)
    make_ready(visit, now=at)
    checks = [{"code": one.code, "ok": True} for one in checks_for("washing_machine")]
    heard = {"appliance": fridge.pk, "kind": "repair", "words": "冷藏室结冰"}
    said = phone.do(visit, "record_inspection", at, checks=checks, others_asked=True, others=[heard])
    assert (said["state"], said["code"]) == ("applied", "")
    assert phone.do(visit, "complete_visit", at)["state"] == "applied"
    follow_on = Ticket.objects.get(parent=visit.ticket)
    assert (follow_on.appliance, follow_on.owner, follow_on.description) == (fridge, visit.ticket.owner, "冷藏室结冰")


def test_data_that_does_not_fit_its_action_is_refused_and_kept() -> None:
    visit = make_visit(upto="working")
    phone = Phone(visit.technician.user)
    said = phone.do(visit, "answer_item", NOW + 60 * MINUTE, code="5.2", value="perhaps")
    assert (said["state"], said["field"]) == ("refused", "value")
    said = phone.do(visit, "answer_item", NOW + 60 * MINUTE, code="5.2", value="done")
    assert said["state"] == "applied"


def test_a_field_both_sides_changed_is_asked_about() -> None:
    visit = make_visit(upto="working")
    one, two = Phone(visit.technician.user), Phone(visit.technician.user)
    at = NOW + 60 * MINUTE
    one.do(visit, "answer_item", at, code="5.2", value="done", note="一")
    said = two.do(visit, "answer_item", at, code="5.2", value="done", note="二")
    assert said["state"] == "conflict"
    assert said["detail"]["fields"] == [{"name": "note", "base": "", "theirs": "一", "mine": "二"}]
    base = {"value": "done", "proof": "", "note": "一"}
    assert two.do(visit, "answer_item", at, base=base, code="5.2", value="done", note="二")["state"] == "applied"
    assert Answer.objects.filter(visit=visit).last().note == "二"  # type: ignore[union-attr]


def test_fields_only_one_side_changed_are_merged() -> None:
    visit = make_visit(upto="working")
    one, two = Phone(visit.technician.user), Phone(visit.technician.user)
    at = NOW + 60 * MINUTE
    first = {"outcome": "fixed", "finding": "泵堵", "work": "换泵"}
    one.do(visit, "record_outcome", at, **first)
    base = {"confirmed_fault": None, **first}
    one.do(visit, "record_outcome", at, base=base, **{**first, "work": "换泵和管"})
    said = two.do(visit, "record_outcome", at, base=base, **{**first, "finding": "泵坏"})
    assert said["state"] == "applied"
    visit.refresh_from_db()
    assert (visit.finding, visit.work) == ("泵坏", "换泵和管")


def test_another_technician_s_visit_does_not_exist() -> None:
    visit, other = make_visit(), make_visit()
    phone = Phone(other.technician.user)
    assert phone.send(visit, phone.entry(visit, "depart", NOW), NOW).status_code == 404
    assert phone.send(Visit(pk=10**9), phone.entry(visit, "depart", NOW), NOW).status_code == 404


@pytest.mark.parametrize("hours", [1, 5])
def test_the_day_comes_with_everything(hours: int) -> None:
    visit = make_visit(upto="working")
    phone = Phone(visit.technician.user)
    with clock.at(NOW + timedelta(hours=hours)):
        answer = phone.api.get("/field/day")
    assert answer.status_code == 200, answer.content
    (found,) = answer.json()["visits"]
    assert found["checklists"]["on_site"]["id"] == visit.checklist_id
    assert found["ticket"]["number"] == visit.ticket.number
    assert found["price_list"]["items"]
