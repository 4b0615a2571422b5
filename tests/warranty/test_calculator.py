"""The calculator: facts without an appliance, answers of one day or two, every wrong field named and kept as typed."""

import re
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.test import Client

from servicedesk.people.models import Role
from tests.make import make_user
from tests.make_warranty import make_repair, make_sold
from warranty.calculator_forms import Calculator, query_of
from warranty.models import Decision
from warranty.rules.facts import Channel, Facts, NoReturnClass, Promise, PromiseKind, Repair, Wait
from warranty.selectors import the_edition

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
PAGE = "/guarantee/calculator/"
MACHINE = {
    "product": "washing_machine",
    "price": "2999.00",
    "invoice_on": "2022-03-14",
    "delivered_on": "2022-03-14",
    "reported_on": "2022-03-18",
    "as_of": "2022-03-18",
}


@pytest.fixture
def agent() -> Client:
    client = Client(headers={"accept-language": "en"})
    client.cookies["django_language"] = "en"
    client.force_login(make_user(Role.AGENT))
    return client


def ask(client: Client, **given: str) -> Any:
    named = {name.replace("__", "-"): value for name, value in {**MACHINE, **given}.items() if value}
    return client.get(f"{PAGE}?{urlencode(named)}")


def errors(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422
    forms = [answer.context["form"], *answer.context["calculator"].all_rows]
    return {
        form.add_prefix(name): found.as_data()[0].code
        for form in forms
        for name, found in form.errors.items()
        if found
    }


def test_nothing_asked_shows_an_empty_form_without_any_error(agent: Client) -> None:
    answer = agent.get(PAGE)
    assert answer.status_code == 200
    assert "Fill in what is known" in answer.content.decode()
    assert not answer.context["form"].errors
    assert "answers" not in answer.context


def test_the_answer_has_rights_arithmetic_changes_terms_and_the_word_of_counsel(agent: Client) -> None:
    answer = ask(agent, same_model="yes")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "The customer chooses: refund, exchange or free repair" in text
    assert "¥2,999.00" in text
    assert "What would change the answer" in text
    assert "Check with counsel" in text
    assert "art. 9" in text
    assert 'href="/guarantee/rules/?product=washing_machine&amp;on=2022-03-14"' in text
    assert not Decision.objects.exists()


def test_what_is_missing_is_asked_for(agent: Client) -> None:
    text = ask(agent, price="").content.decode()
    assert "Ask for:" in text
    assert "whether the same model can be had" in text


def test_two_days_stand_side_by_side(agent: Client) -> None:
    answer = ask(agent, reported_on="", same_model="yes", compare_on="2022-04-20")
    shown = [one.shown.headline for one in answer.context["answers"]]
    assert shown == ["The customer chooses: refund, exchange or free repair", "The repair is free"]


def test_a_day_to_come_is_said_to_be_one(agent: Client) -> None:
    text = ask(agent, as_of="2098-01-05").content.decode()
    assert "A day that is still to come." in text


def test_a_day_of_comparison_before_the_facts_is_refused_at_its_field(agent: Client) -> None:
    answer = ask(agent, compare_on="2022-03-16")
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["compare_on"]


def test_repairs_waits_and_promises_come_in_rows(agent: Client) -> None:
    answer = ask(
        agent,
        as_of="2022-09-01",
        reported_on="2022-09-01",
        symptom="drive",
        same_model="yes",
        repairs__0__handed_on="2022-05-01",
        repairs__0__returned_on="2022-05-04",
        repairs__0__symptom="drive",
        repairs__1__handed_on="2022-07-01",
        repairs__1__returned_on="2022-07-04",
        repairs__1__symptom="drive",
        waits__0__first="2022-07-01",
        waits__0__last="2022-07-03",
        waits__1__first="2022-07-02",
        waits__1__last="2022-07-03",
        waits__1__cause="repairer",
        promises__0__kind="whole_unit",
        promises__0__months="36",
    )
    facts = answer.context["calculator"].facts
    assert len(facts.repairs) == 2
    assert (len(facts.parts_waits), len(facts.repairer_delays), len(facts.promises)) == (1, 1, 1)
    assert "exchange" in answer.context["answers"][0].shown.headline
    # An empty row waits below what was filled in.
    assert len(answer.context["calculator"].rows["repairs"]) == 3


def test_another_row_comes_without_a_script_and_nothing_is_judged_yet(agent: Client) -> None:
    answer = agent.get(PAGE, {"add": "repairs", "price": "abc", "repairs-0-handed_on": "2022-05-01"})
    assert answer.status_code == 200
    assert len(answer.context["calculator"].rows["repairs"]) == 3
    text = answer.content.decode()
    assert 'value="abc"' in text
    assert 'value="2022-05-01"' in text
    assert "This could not be worked out" not in text


def test_every_mistake_is_told_at_its_field_in_one_go_and_what_was_typed_stays(agent: Client) -> None:
    answer = ask(
        agent,
        invoice_on="2023-02-29",
        price="0",
        installed_on="2022-03-01",
        repairs__0__handed_on="2022-03-15",
        repairs__0__returned_on="2022-03-17",
        repairs__1__handed_on="2022-03-16",
        repairs__1__returned_on="2022-03-14",
        promises__0__months="12",
    )
    assert errors(answer) == {
        "invoice_on": "no_such_day",
        "price": "price_not_positive",
        "installed_on": "installed_before_sale",
        "repairs-1-handed_on": "repairs_overlap",
        "repairs-1-returned_on": "returned_before_handed",
        "promises-0-kind": None,
    }
    text = answer.content.decode()
    # A browser would empty a field of days that holds no day.
    assert '<input type="text" name="invoice_on" value="2023-02-29"' in text
    assert 'value="12"' in text


WRONG: list[tuple[dict[str, str], str, str | None]] = [
    ({"product": ""}, "product", "required"),
    ({"product": "spaceship"}, "product", "invalid_choice"),
    ({"price": "-5"}, "price", "price_not_positive"),
    ({"price": "viel"}, "price", "invalid"),
    ({"invoice_on": "2022-03-20", "delivered_on": ""}, "invoice_on", "sold_in_the_future"),
    ({"delivered_on": "2022-03-20"}, "delivered_on", "delivered_in_the_future"),
    ({"reported_on": "2022-03-10"}, "reported_on", "fault_before_sale"),
    ({"reported_on": "2022-03-20"}, "reported_on", "fault_in_the_future"),
    ({"occurred_on": "2022-03-10"}, "occurred_on", "fault_before_sale"),
    ({"as_of": "0001-01-01"}, "as_of", "invalid"),
    ({"as_of": "2022/03/18"}, "as_of", "invalid"),
    ({"repairs__0__handed_on": "2022-03-01"}, "repairs-0-handed_on", "repair_before_sale"),
    ({"repairs__0__handed_on": "2022-02-30"}, "repairs-0-handed_on", "no_such_day"),
    ({"repairs__0__returned_on": "2022-03-16"}, "repairs-0-handed_on", None),
    ({"waits__0__first": "2022-03-17", "waits__0__last": "2022-03-16"}, "waits-0-last", "wait_ended_before_begun"),
    ({"waits__0__last": "2022-03-16"}, "waits-0-first", None),
    ({"promises__0__kind": "whole_unit"}, "promises-0-months", "promise_without_months"),
    (
        {"proof": "none", "promises__0__kind": "whole_unit", "promises__0__months": "12"},
        "promises-0-production_month",
        "production_month_missing",
    ),
    (
        {
            "promises__0__kind": "whole_unit",
            "promises__0__months": "9",
            "promises__0__production_month": "2022-13",
        },
        "promises-0-production_month",
        "month",
    ),
    ({"fault_type": "maintenance", "maintenance_on": "2022-03-20"}, "maintenance_on", "visit_in_the_future"),
    ({"fault_type": "fraud"}, "fault_type", "invalid_choice"),
]


def test_each_wrong_field_is_named_and_kept(agent: Client) -> None:
    for given, field, code in WRONG:
        answer = ask(agent, **given)
        assert errors(answer).get(field, "") == code, given
        assert "This could not be worked out" in answer.content.decode(), given


def test_a_price_as_people_write_it_is_read(agent: Client) -> None:
    assert str(ask(agent, price="¥2,999").context["calculator"].facts.price) == "2999"


def test_more_rows_than_anybody_needs_are_not_read(agent: Client) -> None:
    answer = ask(agent, repairs__99__handed_on="2022-03-15")
    assert answer.context["calculator"].facts.repairs == ()


def test_the_page_speaks_chinese(agent: Client, in_chinese: None) -> None:
    agent.cookies["django_language"] = "zh-hans"
    text = ask(agent).content.decode()
    assert "请咨询" in text or "法务" in text or "律师" in text
    assert "This could" not in text


def test_an_appliance_leads_to_the_calculator_with_its_facts_filled_in(agent: Client) -> None:
    appliance = make_sold()
    make_repair(appliance, date(2025, 10, 8), date(2025, 10, 11), fault_group="drive")
    page = agent.get(f"/guarantee/appliances/{appliance.pk}/")
    found = re.search(r'href="(/guarantee/calculator/[^"]+)"', page.content.decode())
    assert found
    answer = agent.get(found[1].replace("&amp;", "&"))
    assert answer.status_code == 200
    assert answer.context["calculator"].facts == page.context["reading"].facts


def test_every_fact_survives_the_way_through_the_address() -> None:
    facts = Facts(
        product="pc",
        jurisdiction="CN-ZJ",
        channel=Channel.ONLINE,
        price=Decimal("4999.00"),
        invoice_on=date(2024, 2, 29),
        reported_on=date(2024, 5, 6),
        misuse=True,
        no_return_class=NoReturnClass.AGREED,
        same_model_in_stock=False,
        repairs=(Repair(handed_on=date(2024, 4, 1)),),
        parts_waits=(Wait(first=date(2024, 4, 2)),),
        repairer_delays=(Wait(first=date(2024, 4, 3), last=date(2024, 4, 5)),),
        promises=(Promise(kind=PromiseKind.WHOLE_UNIT, months=36, production_month=date(2024, 1, 1)),),
        maintenance_visits=(date(2024, 3, 3),),
    )
    as_of = date(2024, 6, 1)
    data = QueryDict(query_of(facts, as_of)).dict()
    asked = Calculator(data, edition=the_edition(), today=date(2026, 3, 10))
    assert asked.facts == facts
    assert asked.days == (as_of,)
