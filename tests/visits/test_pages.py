"""The technician's pages: what they show, what they refuse, and that nothing typed is lost."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from servicedesk import clock
from servicedesk.people.models import Role, User
from servicedesk.tickets.models import TicketFacts
from tests.make import make_customer, make_ticket, make_user
from tests.make_dispatch import make_assignment, make_technician
from tests.make_visits import answer_all, inspect, jpeg, make_ready, make_visit
from visits.models import Answer, Charge, Inspection, Photo, Signature, Visit, VisitEvent
from visits.services import abort_visit, complete_visit

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def present() -> datetime:
    """When the tickets of these tests came in: pages read the real clock."""
    return clock.now() - timedelta(hours=2)


def visit_now(upto: str = "planned", **overrides: Any) -> Visit:
    return make_visit(upto=upto, now=present(), **overrides)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(name: str, visit: Visit, *more: Any) -> str:
    return reverse(name, args=[visit.pk, *more])


def reload(visit: Visit) -> Visit:
    return Visit.objects.select_related("ticket").get(pk=visit.pk)


# --- the day ---------------------------------------------------------------------------------------------------------


def test_the_day_shows_offers_first_then_jobs_in_the_order_of_time_and_what_is_done() -> None:
    technician = make_technician()
    now = clock.now()
    late = make_visit(technician, now=present(), start=now + timedelta(hours=3))
    soon = make_visit(technician, now=present(), start=now + timedelta(hours=1))
    offered = make_assignment(technician, now + timedelta(hours=6), now=present())
    finished = make_visit(technician, upto="on_site", now=present(), start=now - timedelta(hours=1))
    abort_visit(finished.pk, "nobody_home", actor=technician.user, now=now)
    html = signed_in(technician.user).get(reverse("visit_today")).content.decode()
    places = [html.index(number) for number in (offered.ticket.number, soon.ticket.number, late.ticket.number)]
    assert places == sorted(places)
    assert html.index(page("visit_detail", finished)) > places[-1]


def test_an_empty_day_says_so() -> None:
    technician = make_technician()
    response = signed_in(technician.user).get(reverse("visit_today"))
    assert "empty__title" in response.content.decode()


def test_a_full_day_takes_few_queries(django_assert_max_num_queries: Callable[..., Any]) -> None:
    technician = make_technician()
    for n in range(6):
        make_visit(technician, now=present(), start=clock.now() + timedelta(hours=n * 2, minutes=5))
    client = signed_in(technician.user)
    with django_assert_max_num_queries(12):
        client.get(reverse("visit_today"))


def test_the_day_is_for_technicians_only() -> None:
    assert signed_in(make_user(Role.AGENT)).get(reverse("visit_today")).status_code == 403


def test_accepting_an_offer_leads_to_its_visit_and_a_second_tap_too() -> None:
    technician = make_technician()
    offer = make_assignment(technician, clock.now() + timedelta(hours=1), now=present())
    client = signed_in(technician.user)
    answers = [client.post(reverse("offer_accept", args=[offer.pk])) for _tap in range(2)]
    visit = Visit.objects.get(assignment=offer)
    assert [(one.status_code, one["Location"]) for one in answers] == [(303, page("visit_detail", visit))] * 2


def test_refusing_an_offer_needs_a_reason() -> None:
    technician = make_technician()
    offer = make_assignment(technician, clock.now() + timedelta(hours=1), now=present())
    client = signed_in(technician.user)
    url = reverse("offer_refuse", args=[offer.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"reason": " "}).status_code == 422
    assert client.post(url, {"reason": "家里有事"}).status_code == 303
    offer.refresh_from_db()
    assert (offer.state, offer.reason) == ("refused", "家里有事")


def test_a_colleagues_offer_does_not_exist() -> None:
    technician = make_technician()
    offer = make_assignment(technician, clock.now() + timedelta(hours=1), now=present())
    colleague = make_technician(technician.outlet)
    assert signed_in(colleague.user).post(reverse("offer_accept", args=[offer.pk])).status_code == 404


# --- one visit -------------------------------------------------------------------------------------------------------


def test_the_visit_shows_who_where_and_what_with_links_to_call_and_navigate() -> None:
    visit = visit_now()
    address = visit.ticket.address
    assert address is not None
    address.lat, address.lon = 31.5, 104.75
    address.save()
    visit.ticket.contact_phone_raw, visit.ticket.contact_phone = "13800008000", "+8613800008000"
    visit.ticket.save()
    html = signed_in(visit.technician.user).get(page("visit_detail", visit)).content.decode()
    assert 'href="tel:+8613800008000"' in html
    assert "geo:31.500000,104.750000?q=" in html
    assert page("visit_step", visit, "depart") in html


def test_an_auditor_reads_the_visit_with_the_phone_masked_and_without_buttons() -> None:
    visit = visit_now()
    visit.ticket.contact_phone_raw = "13800008000"
    visit.ticket.save()
    html = signed_in(make_user(Role.AUDITOR)).get(page("visit_detail", visit)).content.decode()
    assert "13800008000" not in html
    assert page("visit_step", visit, "depart") not in html


def test_the_history_of_the_appliance_stands_in_three_lines() -> None:
    customer = make_customer()
    earlier = [make_ticket(customer=customer, now=present() - timedelta(days=n)) for n in (40, 30, 20, 10)]
    TicketFacts.objects.filter(ticket=earlier[-1]).update(outcome="fixed")
    visit = visit_now(customer=customer)
    response = signed_in(visit.technician.user).get(page("visit_detail", visit))
    assert [ticket.pk for ticket in response.context["history"]] == [ticket.pk for ticket in reversed(earlier)][:3]


@pytest.mark.parametrize("upto", ["planned", "en_route", "on_site", "working"])
def test_a_visit_page_takes_few_queries(upto: str, django_assert_max_num_queries: Callable[..., Any]) -> None:
    visit = visit_now(upto)
    client = signed_in(visit.technician.user)
    with django_assert_max_num_queries(22):
        assert client.get(page("visit_detail", visit)).status_code == 200


def test_every_page_of_a_colleagues_visit_does_not_exist() -> None:
    visit = visit_now("working")
    client = signed_in(make_technician(visit.technician.outlet).user)
    for name in ("visit_detail", "visit_checklist", "visit_inspection", "visit_photos", "visit_charges", "visit_sign"):
        assert client.get(page(name, visit)).status_code == 404
    for name in ("visit_outcome", "visit_complete", "visit_abort"):
        assert client.post(page(name, visit)).status_code == 404
    assert client.post(page("visit_step", visit, "depart")).status_code == 404


def test_the_steps_are_taken_by_one_button_each_and_a_second_tap_does_no_harm() -> None:
    visit = visit_now()
    client = signed_in(visit.technician.user)
    for step, state in (("depart", "en_route"), ("arrive", "on_site"), ("start", "working")):
        for _tap in range(2):
            assert client.post(page("visit_step", visit, step)).status_code == 303
        assert reload(visit).state == state
    assert VisitEvent.objects.filter(visit=visit, step="arrive").count() == 1


def test_a_step_out_of_order_shows_the_visit_as_it_stands() -> None:
    visit = visit_now()
    response = signed_in(visit.technician.user).post(page("visit_step", visit, "start"))
    assert response.status_code == 409
    assert page("visit_step", visit, "depart") in response.content.decode()
    assert signed_in(visit.technician.user).post(page("visit_step", visit, "fly")).status_code == 404


def test_a_step_sent_in_the_background_is_answered_with_the_way_on() -> None:
    visit = visit_now()
    response = signed_in(visit.technician.user).post(page("visit_step", visit, "depart"), headers=HTMX)
    assert (response.status_code, response["HX-Redirect"]) == (204, page("visit_detail", visit))


@pytest.mark.parametrize("sent", ["", "yesterday", "2026-13-45T99:99:99Z", "2026-03-10T10:00:00"])
def test_a_device_time_that_is_nonsense_is_left_out(sent: str) -> None:
    visit = visit_now()
    signed_in(visit.technician.user).post(page("visit_step", visit, "depart"), {"device_at": sent})
    assert VisitEvent.objects.get(visit=visit, step="depart").device_at is None


def test_a_clock_that_is_off_by_more_than_two_minutes_is_shown() -> None:
    visit = visit_now()
    client = signed_in(visit.technician.user)
    device = clock.now() - timedelta(minutes=5)
    client.post(page("visit_step", visit, "depart"), {"device_at": device.isoformat()})
    assert [event.step for event in client.get(page("visit_detail", visit)).context["skewed"]] == ["depart"]


def test_the_technicians_call_stops_his_contact_clock_and_two_taps_are_one_call() -> None:
    visit = visit_now()
    client = signed_in(visit.technician.user)
    for _tap in range(2):
        data = {"reached": "yes", "note": "十点半到"}
        assert client.post(page("visit_contact", visit), data).status_code == 303
    assert visit.ticket.events.filter(action="record_contact").count() == 1
    assert visit.ticket.clocks.get(kind="technician_contact").stopped_at is not None


def test_a_call_without_result_is_asked_for_again_and_keeps_its_note() -> None:
    visit = visit_now()
    response = signed_in(visit.technician.user).post(page("visit_contact", visit), {"note": "占线"})
    assert response.status_code == 422
    assert 'value="占线"' in response.content.decode()


# --- checklist, inspection, proofs -----------------------------------------------------------------------------------


def test_one_answer_is_saved_and_its_row_comes_back() -> None:
    visit = visit_now("working")
    client = signed_in(visit.technician.user)
    item = reload(visit).checklist.items.get(code="5.2")  # type: ignore[union-attr]
    response = client.post(page("visit_answer", visit, item.pk), {"value": "done"}, headers=HTMX)
    html = response.content.decode()
    assert (response.status_code, html.count("check-row"), "<html" in html) == (200, html.count("check-row"), False)
    assert 'data-kept="yes"' in html
    assert Answer.objects.get(visit=visit).value == "done"


def test_an_answer_works_without_a_script() -> None:
    visit = visit_now("working")
    item = reload(visit).checklist.items.get(code="5.2")  # type: ignore[union-attr]
    response = signed_in(visit.technician.user).post(page("visit_answer", visit, item.pk), {"value": "done"})
    assert (response.status_code, response["Location"]) == (303, page("visit_checklist", visit) + "#item-5.2")


@pytest.mark.parametrize("how", [{}, HTMX])
def test_a_wrong_certificate_is_refused_beside_its_row_and_stays_typed(how: dict[str, str]) -> None:
    visit = visit_now("working")
    item = reload(visit).checklist.items.get(code="1.1")  # type: ignore[union-attr]
    client = signed_in(visit.technician.user)
    response = client.post(page("visit_answer", visit, item.pk), {"value": "done", "proof": "XJ-WRONG"}, headers=how)
    assert response.status_code == 422
    assert 'value="XJ-WRONG"' in response.content.decode()
    assert "field__error" in response.content.decode()


def test_an_item_of_another_checklist_does_not_exist() -> None:
    visit = visit_now("working")
    assert signed_in(visit.technician.user).post(page("visit_answer", visit, 999999)).status_code == 404


def test_the_checklist_page_takes_few_queries(django_assert_max_num_queries: Callable[..., Any]) -> None:
    visit = visit_now("working")
    answer_all(visit, clock.now())
    client = signed_in(visit.technician.user)
    with django_assert_max_num_queries(16):
        html = client.get(page("visit_checklist", visit)).content.decode()
    assert html.count('class="check-row"') == 17


def test_the_inspection_is_saved_and_gaps_are_named_with_the_rest_kept() -> None:
    visit = visit_now("working")
    client = signed_in(visit.technician.user)
    codes = ["electrical_safety", "power_on", "inlet", "drain", "leaks", "filters", "noise", "fixings", "wear"]
    data = {f"check_{code}": "ok" for code in codes[:-1]} | {"reading_noise": "52", "remark": "冰箱异响"}
    refused = client.post(page("visit_inspection", visit), data)
    assert refused.status_code == 422
    assert "冰箱异响" in refused.content.decode()
    data |= {"check_wear": "bad", "others_asked": "on"}
    assert client.post(page("visit_inspection", visit), data).status_code == 303
    inspection = Inspection.objects.get(visit=visit)
    assert {one["code"]: one["ok"] for one in inspection.checks}["wear"] is False
    assert (inspection.remark, inspection.others_asked) == ("冰箱异响", True)


def test_a_photo_is_saved_shown_and_kept_from_others() -> None:
    visit = visit_now("working")
    client = signed_in(visit.technician.user)
    file = SimpleUploadedFile("a.jpg", jpeg(), content_type="image/jpeg")
    assert client.post(page("visit_photos", visit), {"photo": file, "token": uuid4()}).status_code == 303
    photo = Photo.objects.get(visit=visit)
    url = reverse("photo_file", args=[photo.token])
    response = client.get(url)
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert "private" in response["Cache-Control"]
    assert signed_in(make_user(Role.AGENT)).get(url).status_code == 200
    assert signed_in(make_technician(visit.technician.outlet).user).get(url).status_code == 404
    assert signed_in(make_user(Role.DISPATCHER, make_technician().outlet)).get(url).status_code == 404
    assert Client().get(url).status_code == 302


@pytest.mark.parametrize(
    ("files", "word"),
    [
        ({}, "照片"),
        ({"photo": SimpleUploadedFile("a.jpg", b"<script>alert(1)</script>", content_type="image/jpeg")}, "JPEG"),
    ],
)
def test_what_is_no_photo_is_refused_in_words(files: dict[str, Any], word: str) -> None:
    visit = visit_now("working")
    response = signed_in(visit.technician.user).post(page("visit_photos", visit), files)
    assert response.status_code == 422
    assert "error-summary" in response.content.decode()
    assert word in response.content.decode()
    assert not Photo.objects.exists()


def test_a_photo_whose_file_is_gone_is_not_found() -> None:
    visit = visit_now("working")
    photo = Photo.objects.create(visit=visit, token=uuid4(), width=1, height=1, taken_at=clock.now())
    url = reverse("photo_file", args=[photo.token])
    assert signed_in(visit.technician.user).get(url).status_code == 404


def test_a_charge_is_added_and_removed() -> None:
    visit = visit_now("on_site")
    client = signed_in(visit.technician.user)
    data = {"item": "L20", "quantity": "2", "free_reason": ""}
    for _tap in range(2):
        assert client.post(page("visit_charges", visit), data).status_code == 303
    charge = Charge.objects.get(visit=visit)
    assert "¥120.00" in client.get(page("visit_charges", visit)).content.decode()
    for _tap in range(2):
        assert client.post(page("charge_remove", visit, charge.pk)).status_code == 303
    assert not Charge.objects.filter(visit=visit).exists()


def test_a_charge_that_is_not_on_the_list_is_refused_and_stays_typed() -> None:
    visit = visit_now("on_site")
    data = {"item": "ZZ", "quantity": "99", "free_reason": "三包期内"}
    response = signed_in(visit.technician.user).post(page("visit_charges", visit), data)
    assert response.status_code == 422
    assert 'value="三包期内"' in response.content.decode()


def test_the_signature_is_saved_once_and_a_second_tap_does_no_harm() -> None:
    visit = visit_now("working")
    client = signed_in(visit.technician.user)
    data = {"opinion_choice": "very_satisfied", "opinion": "师傅很好", "typed_name": "王芳", "signature": ""}
    for _tap in range(2):
        assert client.post(page("visit_sign", visit), data).status_code == 303
    signature = Signature.objects.get(visit=visit)
    assert signature.opinion.endswith("师傅很好")
    assert signed_in(visit.technician.user).get(page("signature_file", visit)).status_code == 404


def test_a_signature_without_opinion_is_refused_and_the_name_stays_typed() -> None:
    visit = visit_now("working")
    response = signed_in(visit.technician.user).post(page("visit_sign", visit), {"typed_name": "王芳"})
    assert response.status_code == 422
    assert 'value="王芳"' in response.content.decode()


# --- the end ---------------------------------------------------------------------------------------------------------


def test_the_last_page_lists_what_is_missing_each_with_its_place() -> None:
    visit = visit_now("working")
    client = signed_in(visit.technician.user)
    html = client.get(page("visit_complete", visit)).content.decode()
    assert page("visit_outcome", visit) in html
    assert page("visit_sign", visit) in html
    assert page("visit_checklist", visit) + "#item-1.1" in html
    client.post(page("visit_outcome", visit), {"outcome": "fixed", "finding": "a", "work": "b", "version": 99})
    assert client.post(page("visit_complete", visit)).status_code == 409


def test_a_whole_visit_is_worked_through_the_pages() -> None:
    visit = visit_now()
    client = signed_in(visit.technician.user)
    for step in ("depart", "arrive", "start"):
        client.post(page("visit_step", visit, step))
    visit = reload(visit)
    outcome = {"outcome": "fixed", "finding": "排水泵堵塞", "work": "清理排水泵", "version": visit.row_version}
    assert client.post(page("visit_outcome", visit), outcome).status_code == 303
    inspect(visit, clock.now())
    client.post(page("visit_sign", visit), {"opinion_choice": "satisfied", "typed_name": "王芳"})
    answer_all(visit, clock.now())
    shown = client.get(page("visit_complete", visit))
    assert shown.context["missing"] == []
    for _tap in range(2):
        response = client.post(page("visit_complete", visit), {"version": reload(visit).row_version})
        assert response.status_code == 303
    assert reload(visit).ticket.state == "awaiting_callback"
    assert client.get(page("visit_detail", visit)).status_code == 200


def test_an_outcome_saved_by_somebody_else_is_shown_beside_ones_own() -> None:
    visit = visit_now("working")
    client = signed_in(visit.technician.user)
    old = visit.row_version
    first = {"outcome": "needs_part", "finding": "缺排水泵", "work": "", "version": old}
    client.post(page("visit_outcome", visit), first)
    mine = {"outcome": "fixed", "finding": "排水泵堵塞", "work": "清理", "version": old}
    response = client.post(page("visit_outcome", visit), mine)
    html = response.content.decode()
    assert response.status_code == 409
    assert "缺排水泵" in html
    assert "排水泵堵塞" in html
    again = {**mine, "version": response.context["version_now"]}
    assert client.post(page("visit_outcome", visit), again).status_code == 303
    assert reload(visit).outcome == "fixed"


def test_an_outcome_without_finding_is_refused_and_stays_typed() -> None:
    visit = visit_now("working")
    data = {"outcome": "fixed", "finding": "", "work": "清理了排水泵", "version": 1}
    response = signed_in(visit.technician.user).post(page("visit_outcome", visit), data)
    assert response.status_code == 422
    assert "清理了排水泵" in response.content.decode()


def test_breaking_off_leads_back_with_the_reason_kept_and_a_second_tap_does_no_harm() -> None:
    visit = visit_now("on_site")
    client = signed_in(visit.technician.user)
    assert client.post(page("visit_abort", visit), {"note": "没人"}).status_code == 422
    for _tap in range(2):
        assert client.post(page("visit_abort", visit), {"reason": "nobody_home", "note": "没人"}).status_code == 303
    assert reload(visit).abort_reason == "nobody_home"


# --- the office ------------------------------------------------------------------------------------------------------


def test_a_supervisor_gives_a_reason_first_and_then_acts_on_behalf() -> None:
    visit = visit_now()
    supervisor = make_user(Role.SUPERVISOR, visit.technician.outlet)
    client = signed_in(supervisor)
    assert page("visit_step", visit, "depart") not in client.get(page("visit_detail", visit)).content.decode()
    assert client.post(page("visit_step", visit, "depart")).status_code == 422
    assert client.post(page("visit_on_behalf", visit), {"reason": ""}).status_code == 422
    assert client.post(page("visit_on_behalf", visit), {"reason": "手机没电"}).status_code == 303
    assert client.post(page("visit_step", visit, "depart")).status_code == 303
    assert visit.ticket.events.get(action="depart").note == "手机没电"
    client.post(page("visit_on_behalf", visit), {"end": "1"})
    assert client.post(page("visit_step", visit, "arrive")).status_code == 422


@pytest.mark.parametrize("role", [Role.AGENT, Role.DISPATCHER, Role.SUPERVISOR, Role.MANAGER, Role.AUDITOR])
def test_the_panel_shows_the_visit_to_everybody_who_sees_the_ticket(role: str) -> None:
    visit = visit_now("working")
    make_ready(visit, now=clock.now(), c4_1="喝了水")
    complete_visit(visit.pk, actor=visit.technician.user, now=clock.now())
    client = signed_in(make_user(role, visit.technician.outlet))
    html = client.get(reverse("visit_panel", args=[visit.ticket.number])).content.decode()
    assert "4.1" in html
    assert "更换排水泵" in html


def test_the_panel_of_a_ticket_without_visit_says_so_and_is_hidden_from_outsiders() -> None:
    ticket = make_ticket()
    url = reverse("visit_panel", args=[ticket.number])
    assert signed_in(make_user(Role.AGENT)).get(url).status_code == 200
    assert signed_in(make_user(Role.DISPATCHER, make_technician().outlet)).get(url).status_code == 404


def test_the_panel_takes_few_queries(django_assert_max_num_queries: Callable[..., Any]) -> None:
    visit = visit_now("working")
    make_ready(visit, now=clock.now())
    client = signed_in(make_user(Role.AGENT))
    with django_assert_max_num_queries(18):
        client.get(reverse("visit_panel", args=[visit.ticket.number]))


def test_the_panel_of_a_visit_under_way_passes_nothing_while_items_are_open() -> None:
    visit = visit_now("working")
    agent = signed_in(make_user(Role.AGENT))
    html = agent.get(reverse("visit_panel", args=[visit.ticket.number])).content.decode()
    assert "项未完成" in html
    assert "合格" not in html
    make_ready(visit, now=present() + timedelta(hours=1))
    complete_visit(visit.pk, actor=visit.technician.user, now=present() + timedelta(hours=1))
    html = agent.get(reverse("visit_panel", args=[visit.ticket.number])).content.decode()
    assert "合格" in html
    assert "项未完成" not in html
