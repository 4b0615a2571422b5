"""What no keyboard sends: signs the database cannot hold, numbers that are none, days at the ends of the calendar."""

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from servicedesk.people.models import CustomerPhone
from servicedesk.tickets.models import Draft, TicketEvent
from tests.url_roles.world import World, build_world
from visits.models import Answer, VisitEvent
from visits.services import arrive, depart, start_work

NUL = "a\0b"
# Digits to Python's eye, but no number of ours: a superscript, and more digits than any number may have.
NO_NUMBERS = ["²", "9" * 5000, "-1", "1e9"]
ENDS = ["0001-01-01T00:00", "9999-12-31T23:59", "9999-12-31T23:59-23:00", "0001-01-01T00:00+23:00"]


@pytest.fixture
def world(db: None) -> World:
    return build_world()


def browser(world: World, role: str) -> Client:
    client = Client()
    client.force_login(world.people[role])
    return client


def at_work(world: World) -> int:
    for step in (depart, arrive, start_work):
        step(world.visit.pk, actor=world.technician.user, now=world.assignment.offered_at)
    return world.visit.pk


def test_an_address_with_a_sign_no_text_can_hold_leads_nowhere(world: World) -> None:
    for address in (f"/tickets/{quote(NUL)}/", f"/dispatch/tickets/{quote(NUL)}/panel/"):
        assert browser(world, "manager").get(address).status_code == 404
    assert Client().get(f"/t/{quote(NUL)}/").status_code == 404


@pytest.mark.parametrize("address", ["/search/?q=", "/tickets/?view=all&text=", "/tickets/?after="])
def test_a_question_with_such_a_sign_is_asked_without_it(world: World, address: str) -> None:
    answer = browser(world, "manager").get(address + quote(NUL))
    assert answer.status_code == 200
    assert "\0" not in answer.content.decode()


def test_a_form_with_such_a_sign_is_refused_and_nothing_is_kept(world: World) -> None:
    agent, technician, visit = browser(world, "agent"), browser(world, "technician"), at_work(world)
    lines = TicketEvent.objects.count()
    forms: list[tuple[Client, str, dict[str, Any]]] = [
        (agent, reverse("draft_save"), {"draft_key": "intake:new", "name": NUL}),
        (agent, reverse("draft_save"), {"draft_key": "intake:new", NUL: "x"}),
        (agent, reverse("call_simulate"), {"number": NUL}),
        (agent, reverse("intake_beside"), {"phone": NUL}),
        (agent, reverse("intake_append", args=[world.ticket.number]), {"description": NUL}),
        (technician, reverse("visit_answer", args=[visit, 1]), {"value": "done", "note": NUL}),
    ]
    for client, url, sent in forms:
        assert client.post(url, sent).status_code == 422, url
    assert not Draft.objects.exists()
    assert not Answer.objects.exists()
    assert TicketEvent.objects.count() == lines


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_number_finds_nothing(world: World, text: str) -> None:
    manager, number = browser(world, "manager"), world.fresh_ticket.number
    for name in ("intake_beside", "intake_symptoms"):
        assert manager.post(reverse(name), {"customer": text, "category": text}).status_code == 200
    assert manager.get(reverse("intake"), {"customer": text}).status_code == 200
    assert manager.post(reverse("intake"), {"customer": text, "category": text}).status_code == 422
    form = reverse("assignment_create", args=[number])
    assert manager.get(form, {"technician": text}).status_code == 200
    assert manager.post(form, {"technician": text}).status_code == 422
    complete = reverse("visit_complete", args=[at_work(world)])
    assert browser(world, "technician").post(complete, {"version": text}).status_code == 409


@pytest.mark.parametrize("key", ["intake:²", "intake:" + "9" * 50])
def test_a_draft_with_a_strange_name_does_not_close_the_desk(world: World, key: str) -> None:
    agent = browser(world, "agent")
    agent.post(reverse("draft_save"), {"draft_key": key, "name": "孙丽"})
    assert agent.get(reverse("desk")).status_code == 200


def test_only_half_typed_requests_are_kept_as_drafts(world: World) -> None:
    agent = browser(world, "agent")
    answer = agent.post(reverse("draft_save"), {"draft_key": "call", "name": "孙丽"})
    assert (answer.status_code, answer.json()["code"]) == (422, "draft_key_unknown")
    assert agent.get(reverse("desk")).status_code == 200


@pytest.mark.parametrize("moment", ENDS)
def test_a_time_at_the_end_of_the_calendar_is_no_time(world: World, moment: str) -> None:
    manager = browser(world, "manager")
    for name, field in (("ticket_pause", "expected_end_at"), ("ticket_edit", "requested_until")):
        answer = manager.post(reverse(name, args=[world.ticket.number]), {field: moment})
        assert answer.status_code == 422
        assert field in answer.context["form"].errors


@pytest.mark.parametrize("days", [("0001-01-01", "0001-01-05"), ("9999-12-25", "9999-12-31")])
def test_a_dashboard_of_the_end_of_the_calendar_shows_the_usual_days(world: World, days: tuple[str, str]) -> None:
    answer = browser(world, "manager").get(reverse("dashboard"), {"from": days[0], "until": days[1]})
    assert answer.status_code == 200


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_a_device_with_a_mad_clock_records_its_step_without_it(world: World, moment: str) -> None:
    url = reverse("visit_step", args=[world.visit.pk, "depart"])
    assert browser(world, "technician").post(url, {"device_at": moment}).status_code == 303
    assert VisitEvent.objects.get(visit=world.visit, step="depart").device_at is None


@pytest.mark.parametrize("raw", ["+99999", "+abc", "+"])
def test_a_number_that_only_looks_foreign_is_shown_as_given(world: World, raw: str) -> None:
    phone = CustomerPhone.objects.create(customer=world.ticket.customer, raw=raw)
    answer = browser(world, "agent").post(reverse("phone_reveal", args=[phone.customer_id, phone.pk]))
    assert answer.status_code == 200
    assert raw in answer.content.decode()
