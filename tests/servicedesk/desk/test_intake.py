"""Taking a request: known and new callers, every trouble named, nothing typed is lost, one form makes one ticket."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from servicedesk import clock
from servicedesk.catalogue.models import Appliance
from servicedesk.clock import LOCAL
from servicedesk.people.models import Address, Customer, CustomerPhone, Role
from servicedesk.tickets.models import Draft, Ticket, TicketEvent, TicketNumber
from tests.defaults import load_defaults
from tests.make import (
    NOW,
    make_appliance,
    make_category,
    make_customer,
    make_fault,
    make_outlet,
    make_ticket,
    make_user,
)
from tests.make_desk import browser_of, known_caller, new_caller

pytestmark = pytest.mark.django_db
URL = "/tickets/new/"
QueryLimit = Callable[[int], AbstractContextManager[Any]]


@pytest.fixture(autouse=True)
def _defaults() -> None:
    load_defaults()


@pytest.fixture
def agent() -> Client:
    return browser_of(make_user(Role.AGENT))


def rows() -> tuple[int, ...]:
    """Everything an intake could have written."""
    tables = (Ticket, Customer, CustomerPhone, Address, Appliance, TicketEvent, TicketNumber)
    return tuple(table.objects.count() for table in tables)


def opened() -> Any:
    """The one ticket there is."""
    return Ticket.objects.get()


def send(client: Client, fields: dict[str, Any]) -> Any:
    with clock.at(NOW):
        return client.post(URL, fields)


def refused(client: Client, fields: dict[str, Any], field: str, *, status: int = 422) -> str:
    """The page of a refusal: the field has its error, what was typed stands there, nothing was saved."""
    before = rows()
    answer = send(client, fields)
    assert answer.status_code == status
    assert field in answer.context["form"].errors, answer.context["form"].errors
    assert rows() == before
    page: str = answer.content.decode()
    assert f'href="#id_{field}' in page or field == "window"
    for name in ("description", "detail", "phone", "serial", "name"):
        if fields.get(name):
            assert str(fields[name]) in page
    assert str(fields["submission"]) in page
    return page


# -- the good ways ---------------------------------------------------------------------------------------------


def test_a_known_callers_request_becomes_a_ticket_of_the_agent(agent: Client) -> None:
    customer = make_customer()
    make_appliance(customer)
    answer = send(agent, known_caller(customer))
    ticket = opened()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/tickets/{ticket.number}/")
    assert (ticket.customer, ticket.appliance, ticket.address) == (
        customer,
        customer.appliances.get(),
        customer.addresses.get(),
    )
    assert ticket.contact_phone == customer.phones.get().number
    assert (ticket.read_back_at, ticket.channel) == (NOW, "phone")
    assert Customer.objects.count() == 1


def test_a_new_caller_is_made_together_with_number_place_and_ticket(agent: Client) -> None:
    send(agent, new_caller(make_category().pk))
    ticket = opened()
    assert ticket.customer.name == "孙丽"
    assert str(ticket.customer.phones.get().number) == "+8613900004321"
    assert ticket.address is not None
    assert ticket.address.text == "绵城市涪东区学院路12号"
    assert ticket.category == make_category()


def test_the_symptom_brings_its_priority_and_its_answers_are_kept(agent: Client) -> None:
    questions = [{"zh": "已拔插头吗？", "en": "Unplugged?"}, {"zh": "哪里漏？", "en": "Where?"}]
    fault = make_fault(code="odd_power", priority=1, questions=questions)
    customer = make_customer()
    make_appliance(customer)
    send(agent, known_caller(customer, fault=fault.code, description="", answer_0="拔了", answer_1=" "))
    ticket = opened()
    assert (ticket.fault, ticket.priority) == (fault, 1)
    assert ticket.answers == [{"question": "已拔插头吗？", "answer": "拔了"}]


def test_a_chosen_window_is_kept_in_the_local_day(agent: Client) -> None:
    customer = make_customer()
    make_appliance(customer)
    send(agent, known_caller(customer, window="2026-03-10/14-16"))
    ticket = opened()
    assert ticket.requested_from.astimezone(LOCAL).hour == 14
    assert ticket.requested_until - ticket.requested_from == timedelta(hours=2)


def test_an_own_time_is_read_as_local_time(agent: Client) -> None:
    customer = make_customer()
    make_appliance(customer)
    fields = {"window": "own", "own_from": "2026-03-12T09:30", "own_until": "2026-03-12T11:00"}
    send(agent, known_caller(customer, **fields))
    assert opened().requested_from.astimezone(LOCAL).isoformat() == "2026-03-12T09:30:00+08:00"


def test_another_number_of_a_known_caller_can_be_kept_with_him(agent: Client) -> None:
    customer = make_customer()
    make_appliance(customer)
    send(agent, known_caller(customer, phone_choice="other", phone="13900001111", keep_phone="on"))
    assert str(opened().contact_phone) == "+8613900001111"
    assert customer.phones.count() == 2


def test_another_number_is_for_this_ticket_alone_unless_it_shall_be_kept(agent: Client) -> None:
    customer = make_customer()
    make_appliance(customer)
    send(agent, known_caller(customer, phone_choice="other", phone="13900001111"))
    assert customer.phones.count() == 1


def test_a_new_place_of_a_known_caller_is_added(agent: Client) -> None:
    customer = make_customer()
    make_appliance(customer)
    send(agent, known_caller(customer, address_choice="new", district="桃园区", detail="新街1号"))
    assert opened().address.text == "桃园区新街1号"


def test_a_consultation_needs_neither_product_nor_place(agent: Client) -> None:
    fields = new_caller(0, kind="consultation", category="", detail="", district="", city="", description="怎么清洗？")
    answer = send(agent, fields)
    assert answer.status_code == 302
    assert opened().kind == "consultation"


def test_the_draft_goes_when_the_ticket_is_open(agent: Client) -> None:
    customer = make_customer()
    make_appliance(customer)
    agent.post("/drafts/", {"draft_key": f"intake:{customer.pk}", "description": "漏水"})
    assert Draft.objects.count() == 1
    send(agent, known_caller(customer))
    assert not Draft.objects.exists()


# -- trouble -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["95588", "abc", "12345678901234567890", "+999 1", "内线 203", "转接李工"])
def test_an_unreadable_number_is_kept_as_given_and_blocks_nothing(agent: Client, number: str) -> None:
    answer = agent.post(URL, new_caller(make_category().pk, phone=number), follow=True)
    ticket = opened()
    assert (ticket.contact_phone_raw, str(ticket.contact_phone)) == (number, "")
    assert ticket.customer.phones.get().raw == number
    assert any("warning" in message.tags for message in answer.context["messages"])


def test_a_foreign_number_is_understood(agent: Client) -> None:
    send(agent, new_caller(make_category().pk, phone="+44 20 7946 0958"))
    assert str(opened().contact_phone) == "+442079460958"


def test_a_window_that_is_over_is_refused(agent: Client) -> None:
    customer = make_customer()
    make_appliance(customer)
    refused(agent, known_caller(customer, window="2026-03-09/14-16"), "window")


def test_an_own_time_upside_down_is_refused(agent: Client) -> None:
    customer = make_customer()
    make_appliance(customer)
    fields = {"window": "own", "own_from": "2026-03-12T11:00", "own_until": "2026-03-12T09:00"}
    page = refused(agent, known_caller(customer, **fields), "window")
    assert 'value="2026-03-12T11:00"' in page


def test_half_a_time_is_refused_at_the_half_that_lacks(agent: Client) -> None:
    customer = make_customer()
    make_appliance(customer)
    refused(agent, known_caller(customer, window="own", own_until="2026-03-12T09:00"), "own_from")
    refused(agent, known_caller(customer, window="own"), "own_from")


@pytest.mark.parametrize("value", ["x", "2026-03-10/25-26", "2026-13-01/8-10", "2026-03-10/8", "2026-03-10"])
def test_a_window_that_is_none_is_refused(agent: Client, value: str) -> None:
    customer = make_customer()
    make_appliance(customer)
    refused(agent, known_caller(customer, window=value), "window")


def test_somebody_elses_appliance_is_refused(agent: Client) -> None:
    customer, other = make_customer(), make_customer(name="李强")
    make_appliance(customer)
    foreign = make_appliance(other)
    refused(agent, known_caller(customer, appliance=foreign.pk), "appliance")


def test_somebody_elses_address_is_refused(agent: Client) -> None:
    customer, other = make_customer(), make_customer(name="李强")
    make_appliance(customer)
    refused(agent, known_caller(customer, address_choice=other.addresses.get().pk), "address_choice")


def test_an_unknown_serial_number_is_recorded_as_a_new_appliance_with_a_word_about_it(agent: Client) -> None:
    customer = make_customer()
    fields = known_caller(customer, appliance="other", category=make_category().pk, serial="hl 2024-77")
    answer = agent.post(URL, fields, follow=True)
    ticket = opened()
    assert ticket.appliance.serial == "HL2024-77"
    assert any("warning" in message.tags for message in answer.context["messages"])


def test_a_serial_number_the_customer_already_owns_is_that_appliance(agent: Client) -> None:
    customer = make_customer()
    known = make_appliance(customer, serial="HL202477")
    make_appliance(customer)
    send(agent, known_caller(customer, appliance="other", category=make_category().pk, serial="hl202477"))
    assert opened().appliance == known
    assert Appliance.objects.count() == 2


def test_the_serial_number_of_somebody_elses_appliance_is_refused_in_words(agent: Client) -> None:
    other = make_customer(name="李强")
    make_appliance(other, serial="HL202477")
    fields = new_caller(make_category().pk, serial="HL202477")
    page = refused(agent, fields, "serial")
    assert "李强" not in page


def test_a_repair_without_a_word_about_the_trouble_is_refused(agent: Client) -> None:
    customer = make_customer()
    make_appliance(customer)
    refused(agent, known_caller(customer, description="  "), "description")


@pytest.mark.parametrize("field", ["name", "phone", "detail", "category"])
def test_what_a_new_caller_must_be_asked_is_named(agent: Client, field: str) -> None:
    refused(agent, new_caller(make_category().pk, **{field: ""}), field)


def test_a_customer_out_of_scope_counts_as_a_new_caller_and_is_not_touched() -> None:
    dispatcher = browser_of(make_user(Role.DISPATCHER, make_outlet()))
    stranger = make_customer()
    make_appliance(stranger)
    before = rows()
    answer = send(dispatcher, known_caller(stranger))
    assert (answer.status_code, rows()) == (422, before)


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.AUDITOR, Role.ADMIN])
def test_roles_that_open_no_tickets_are_refused(role: str) -> None:
    client = browser_of(make_user(role))
    before = rows()
    assert client.get(URL).status_code == 403
    assert send(client, new_caller(make_category().pk)).status_code == 403
    assert rows() == before


# -- sent twice ----------------------------------------------------------------------------------------------------


def test_a_form_without_its_mark_is_not_taken_for_another_request(agent: Client) -> None:
    make_ticket()
    for mark in ("", "no-uuid"):
        refused(agent, new_caller(make_category().pk, submission=mark), "submission")


def test_who_opens_a_ticket_is_led_to_it_wherever_it_will_go() -> None:
    dispatcher = browser_of(make_user(Role.DISPATCHER, make_outlet()))
    answer = send(dispatcher, new_caller(make_category().pk))
    ticket = opened()
    assert (answer.status_code, answer["Location"]) == (302, reverse("ticket_detail", args=[ticket.number]))
    assert dispatcher.get(answer["Location"]).status_code == 200
    assert ticket.outlet is None


def test_the_back_button_and_a_second_click_lead_to_the_same_ticket(agent: Client) -> None:
    fields = new_caller(make_category().pk)
    first = send(agent, fields)
    before = rows()
    second = send(agent, fields)
    assert second.headers["Location"] == first.headers["Location"]
    assert rows() == before
    # Changed after “back”, and by now not even valid: still the ticket it made.
    third = send(agent, {**fields, "name": "", "description": "另一个问题"})
    assert (third.headers["Location"], rows()) == (first.headers["Location"], before)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_make_one_customer_and_one_ticket() -> None:
    client = browser_of(make_user(Role.AGENT))
    fields = new_caller(make_category().pk)
    start, answers = Barrier(4), []

    def click() -> None:
        mine = Client()
        mine.cookies = client.cookies
        start.wait()
        answers.append(mine.post(URL, fields).headers.get("Location"))
        connection.close()

    threads = [Thread(target=click) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (Ticket.objects.count(), Customer.objects.count(), len(set(answers))) == (1, 1, 1)


# -- kept ------------------------------------------------------------------------------------------------------------


def test_what_was_half_typed_is_there_again_after_a_reload_or_a_log_out() -> None:
    user, customer = make_user(Role.AGENT), make_customer()
    make_appliance(customer)
    client = browser_of(user)
    typed = known_caller(customer, description="只打了一半", draft_key=f"intake:{customer.pk}")
    assert client.post("/drafts/", typed).status_code == 200
    client.post("/logout/")
    page = browser_of(user).get(f"{URL}?customer={customer.pk}").content.decode()
    assert "只打了一半" in page
    assert typed["submission"] in page
    assert 'name="read_back" id="id_read_back" checked' not in page


def test_starting_afresh_throws_the_draft_away(agent: Client) -> None:
    agent.post("/drafts/", {"draft_key": "intake:new", "name": "孙丽"})
    assert "孙丽" in agent.get(URL).content.decode()
    assert "孙丽" not in agent.get(f"{URL}?fresh=1").content.decode()
    assert not Draft.objects.exists()


def test_a_form_sent_after_the_sign_in_ran_out_is_there_again_for_the_same_person() -> None:
    user = make_user(Role.AGENT)
    client = Client()
    fields = new_caller(make_category().pk, form_user=user.pk, description="登录已过期")
    before = rows()
    answer = send(client, fields)
    assert (answer.status_code, rows()) == (302, before)
    assert answer.headers["Location"] == f"/login/?next={URL}"
    client.force_login(user)
    page = client.get(URL).content.decode()
    assert "登录已过期" in page
    assert fields["submission"] in page
    # Given once only.
    assert "登录已过期" not in client.get(URL).content.decode()


def test_somebody_else_who_signs_in_at_the_same_browser_gets_nothing_of_it() -> None:
    client = Client()
    send(client, new_caller(make_category().pk, form_user=make_user(Role.AGENT).pk, description="登录已过期"))
    client.force_login(make_user(Role.AGENT))
    assert "登录已过期" not in client.get(URL).content.decode()


def test_a_draft_of_unreasonable_length_is_refused(agent: Client) -> None:
    answer = agent.post("/drafts/", {"draft_key": "intake:new", "description": "长" * 20_001})
    assert (answer.status_code, answer.json()["code"]) == (422, "draft_too_long")


# -- beside the form ------------------------------------------------------------------------------------------------


def test_look_alikes_are_shown_before_saving_and_take_the_words_as_a_note(agent: Client) -> None:
    customer = make_customer()
    make_appliance(customer)
    with clock.at(NOW):
        ticket = make_ticket(customer=customer)
        page = agent.post("/tickets/new/beside/", known_caller(customer)).content.decode()
        assert f"/tickets/new/append/{ticket.number}/" in page
        fields = known_caller(customer, description="又打电话来催")
        answer = agent.post(f"/tickets/new/append/{ticket.number}/", fields)
    assert answer.headers["Location"] == f"/tickets/{ticket.number}/"
    assert Ticket.objects.count() == 1
    assert "又打电话来催" in ticket.events.get(action="add_note").note


def test_a_note_is_not_appended_to_a_ticket_out_of_scope() -> None:
    ticket = make_ticket()
    dispatcher = browser_of(make_user(Role.DISPATCHER, make_outlet()))
    assert dispatcher.post(f"/tickets/new/append/{ticket.number}/", {"description": "x"}).status_code == 404
    assert not ticket.events.filter(action="add_note").exists()


def test_a_new_callers_known_number_is_pointed_out(agent: Client) -> None:
    customer = make_customer(name="王芳", phone="13812345678")
    page = agent.post("/tickets/new/beside/", new_caller(make_category().pk, phone="138 1234 5678")).content.decode()
    assert f"?customer={customer.pk}" in page


def test_place_and_carrier_stand_under_the_number(agent: Client) -> None:
    page = agent.post("/tickets/new/beside/", new_caller(make_category().pk, phone="13812345678")).content.decode()
    assert "中国移动" in page


def test_the_summary_reads_back_what_was_said(agent: Client) -> None:
    customer = make_customer(name="王芳", phone="13812345678")
    make_appliance(customer)
    fields = known_caller(customer, window="2026-03-11/10-12")
    with clock.at(NOW):
        page = agent.post("/tickets/new/beside/", fields).content.decode()
    for words in ("王芳", "138****5678", "桃园路8号3单元", "洗衣机", "脱水时跳动", "03-11 10:00 – 12:00"):
        assert words in page, words


def test_half_a_form_is_read_without_a_refusal(agent: Client) -> None:
    for fields in ({}, {"customer": "x"}, {"phone": "1"}, {"submission": "x", "window": "?", "category": "999999"}):
        assert agent.post("/tickets/new/beside/", fields).status_code == 200
        assert agent.post("/tickets/new/symptoms/", fields).status_code == 200


def test_the_product_brings_its_symptoms_and_the_symptom_its_questions(agent: Client) -> None:
    fault = make_fault(code="odd", name_zh="冒紫烟", questions=["从哪里冒？"])
    page = agent.post("/tickets/new/symptoms/", {"category": fault.category_id}).content.decode()
    assert "冒紫烟" in page
    assert "从哪里冒？" not in page
    page = agent.post("/tickets/new/symptoms/", {"category": fault.category_id, "fault": "odd"}).content.decode()
    assert "从哪里冒？" in page


def test_the_windows_of_today_that_are_over_are_not_offered(agent: Client) -> None:
    with clock.at(NOW.replace(hour=9)):
        page = agent.get(URL).content.decode()
    assert "2026-03-10/14-16" not in page
    assert "2026-03-10/18-20" in page
    assert "2026-03-12/8-10" in page


def test_the_form_of_a_big_household_asks_few_queries(
    agent: Client, django_assert_max_num_queries: QueryLimit
) -> None:
    customer = make_customer()
    for number in range(8):
        appliance = make_appliance(customer, serial=f"S{number}")
        make_ticket(customer=customer, appliance=appliance)
    with django_assert_max_num_queries(22):
        assert agent.get(f"{URL}?customer={customer.pk}").status_code == 200


def test_an_unknown_customer_in_the_address_opens_an_empty_form(agent: Client) -> None:
    assert agent.get(f"{URL}?customer=999999").status_code == 200
    assert agent.get(f"{URL}?customer=x").status_code == 200


def test_a_submission_that_is_none_is_refused(agent: Client) -> None:
    fields = new_caller(make_category().pk, submission="x")
    before = rows()
    assert send(agent, fields).status_code == 422
    assert rows() == before
    assert send(agent, {**fields, "submission": str(uuid4())}).status_code == 302
