"""The pages of exchanges, refunds, grants and limits: what they show, keep and refuse."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from servicedesk.people.models import Outlet, Role
from servicedesk.tickets.models import Ticket
from tests.make import NOW, make_outlet, make_user
from tests.make_remedies import make_entitled, make_remedy
from tests.make_visits import jpeg
from tests.make_warranty import make_sold
from warranty.models import ApprovalRule, DecisionOverride, RemedyCase
from warranty.services import decide_for


def path_of(name: str, ticket: Ticket) -> str:
    return reverse(name, args=[ticket.number])


def signed_in(role: str, *outlets: Outlet) -> Client:
    """Somebody of that role who reads English."""
    client = Client()
    client.force_login(make_user(role, *outlets))
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def manager() -> Client:
    return signed_in(Role.MANAGER)


@pytest.fixture
def agent() -> Client:
    return signed_in(Role.AGENT)


def test_the_panel_offers_what_the_verdict_opens(agent: Client) -> None:
    page = agent.get(path_of("remedy_panel", make_entitled())).content.decode()

    assert "Exchange for the same model · ¥2,999.00" not in page
    assert "Exchange for the same model · if the same model is there" in page
    # The page reads the real clock: the sum falls from day to day.
    assert re.search(r"Refund less depreciation · ¥2,[0-9]{3}\.[0-9]{2} · if the same model is there", page)
    assert "Refund of the whole price · ¥2,999.00 · if the same model is not there" in page


def test_the_choice_is_made_in_its_form_and_approved_by_somebody_else(agent: Client, manager: Client) -> None:
    ticket = make_entitled()

    answer = agent.post(path_of("remedy_choose", ticket), {"kind": "exchange", "how": "phone", "words": "换新"})
    assert answer.status_code == 302
    assert path_of("remedy_approve", ticket) not in agent.get(path_of("remedy_panel", ticket)).content.decode()
    assert path_of("remedy_approve", ticket) in manager.get(path_of("remedy_panel", ticket)).content.decode()
    assert manager.post(path_of("remedy_approve", ticket), {"note": ""}).status_code == 302

    assert RemedyCase.objects.get(ticket=ticket).state == "approved"


def test_a_refused_form_keeps_what_was_typed_and_names_the_field(agent: Client) -> None:
    remedy = make_remedy(approved=True)

    answer = agent.post(path_of("remedy_exchange", remedy.ticket), {"serial": "OLD-1", "handed_over_on": "2026-03-10"})

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "This is the serial number of the old unit." in page
    assert 'value="OLD-1"' in page


def test_a_day_and_a_reason_to_leave_the_unit_exclude_each_other(agent: Client) -> None:
    remedy = make_remedy(approved=True)

    answer = agent.post(
        path_of("remedy_old_unit", remedy.ticket),
        {"back_on": "2026-03-10", "serial": "OLD-1", "condition": "fine", "left_because": "burnt"},
    )

    assert answer.status_code == 422
    assert "not both" in answer.content.decode()


def test_without_a_case_the_steps_say_so(agent: Client) -> None:
    answer = agent.post(path_of("remedy_withdraw", make_entitled()), {"reason": "x"})

    assert answer.status_code == 409
    assert "No exchange or refund is on its way" in answer.content.decode()


def test_the_list_shows_each_state_in_a_fixed_number_of_queries(
    manager: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(3):
        make_remedy(make_entitled(appliance=make_sold(serial=f"S-{n}")))
    with django_assert_max_num_queries(12):
        page = manager.get(reverse("remedy_list")).content.decode()
    assert page.count("data-row") == 3
    assert "data-row" not in manager.get(reverse("remedy_list"), {"view": "done"}).content.decode()


def test_an_outlet_sees_only_its_own() -> None:
    make_remedy()

    assert "data-row" not in signed_in(Role.SUPERVISOR, make_outlet()).get(reverse("remedy_list")).content.decode()


def test_a_grant_is_made_on_its_page_and_stands_on_the_verdict(manager: Client) -> None:
    make_entitled()
    sold = make_sold(serial="X", invoice_date=date(2020, 1, 6), delivery_date=None, install_date=None)
    decision = decide_for(sold.pk, actor=None, now=NOW)
    where = reverse("verdict_override", args=[decision.pk])
    typed = {"grants": "repair", "worth": "300", "reason": "Promised by the outlet on the phone.", "evidence": ""}

    refused = manager.post(where, typed)
    assert (refused.status_code, DecisionOverride.objects.count()) == (422, 0)
    assert "Promised by the outlet on the phone." in refused.content.decode()
    photo = SimpleUploadedFile("sheet.jpg", jpeg(), content_type="image/jpeg")
    assert manager.post(where, typed | {"evidence": "Recording of the call", "photo": photo}).status_code == 302

    page = manager.get(reverse("warranty_decision", args=[decision.pk])).content.decode()
    assert "Granted beside the verdict: Free repair" in page
    proof = DecisionOverride.objects.get().proof
    assert proof is not None
    assert reverse("proof_file", args=[proof.token]) in page


def test_limits_are_set_by_managers_and_read_by_supervisors(manager: Client) -> None:
    make_entitled()
    where = reverse("approval_limits")
    typed = {"effective_from": "2099-01-01", "supervisor_limit": "500", "manager_limit": "100"}

    assert manager.post(where, typed).status_code == 422
    assert manager.post(where, typed | {"manager_limit": "5000"}).status_code == 302
    assert ApprovalRule.objects.count() == 2
    reader = signed_in(Role.SUPERVISOR)
    assert reader.get(where).status_code == 200
    assert reader.post(where, typed | {"effective_from": "2099-01-02", "manager_limit": "5000"}).status_code == 403


def test_days_are_filled_in_as_a_browser_reads_them_in_chinese_too(agent: Client) -> None:
    remedy = make_remedy(approved=True)
    agent.cookies["django_language"] = "zh-hans"

    for name, field in (("remedy_exchange", "handed_over_on"), ("remedy_old_unit", "back_on")):
        page = agent.get(path_of(name, remedy.ticket)).content.decode()
        assert re.search(rf'name="{field}" value="\d{{4}}-\d\d-\d\d"', page), name
