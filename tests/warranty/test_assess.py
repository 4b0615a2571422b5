"""Facts without a ticket over the API: the answer in words and codes, each wrong fact at its path, nothing kept."""

import re
from dataclasses import fields
from typing import Any

import pytest

from servicedesk.people.models import Role
from tests.make import make_user
from tests.make_api import ApiClient
from warranty.assess_api import AssessBody, body_of
from warranty.models import Decision
from warranty.rules.codes import CONTRADICTIONS
from warranty.rules.facts import Facts, Promise, Repair, Wait
from warranty.selectors import the_edition
from warranty.wording.problems import PROBLEMS, problem_words

pytestmark = pytest.mark.django_db
PATH = "/warranty/assess"
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture
def agent() -> ApiClient:
    return ApiClient(make_user(Role.AGENT))


def washing_machine(**overrides: Any) -> dict[str, Any]:
    """A washing machine sold on Monday 2022-03-14 whose fault came on the fourth day."""
    return {
        "product": "washing_machine",
        "price": "2999.00",
        "invoice_on": "2022-03-14",
        "delivered_on": "2022-03-14",
        "same_model_in_stock": True,
        "reported_on": "2022-03-18",
        "as_of": "2022-03-18",
        **overrides,
    }


def wrong_fields(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.json()
    return {one["field"]: one["code"] for one in answer.json()["detail"]["errors"]}


def test_facts_without_a_ticket_are_answered_with_codes_words_and_nothing_is_kept(agent: ApiClient) -> None:
    found = agent.post(PATH, washing_machine(asked="refund"), **{"Accept-Language": "en"}).json()
    assert found["headline"] == "refund"
    assert found["entitlements"] == ["refund", "exchange", "repair"]
    assert found["edition"] == the_edition().code
    assert found["calendar"]
    assert found["as_of"] == "2022-03-18"
    assert found["verdict"]["entitlements"][0]["amount"] == "2999.00"
    assert found["words"]["headline"] == "The customer chooses: refund, exchange or free repair"
    assert found["words"]["rights"][0]["norm"].endswith("art. 9")
    assert found["words"]["counsel"].startswith("Check with counsel")
    assert not Decision.objects.exists()


def test_the_words_come_in_the_language_of_the_request(agent: ApiClient, in_chinese: None) -> None:
    found = agent.post(PATH, washing_machine(), **{"Accept-Language": "zh-hans"})
    assert found.headers["Content-Language"] == "zh-hans"
    assert "退货" in found.json()["words"]["headline"]


def test_what_is_not_sent_is_asked_for_and_never_assumed(agent: ApiClient) -> None:
    lacking = {"product": "washing_machine", "invoice_on": "2022-03-14", "as_of": "2022-03-18"}
    found = agent.post(PATH, lacking, **{"Accept-Language": "en"}).json()
    assert {"price", "same_model_in_stock", "reported_on"} <= set(found["missing"])
    assert "price" in found["words"]["missing"]
    assert found["facts"]["price"] is None


def test_repairs_waits_and_promises_are_read_as_lists(agent: ApiClient) -> None:
    repairs = [
        {"handed_on": "2022-05-01", "returned_on": "2022-05-04", "kind": "warranty", "symptom": "noise"},
        {"handed_on": "2022-07-01", "returned_on": "2022-07-04", "symptom": "noise"},
    ]
    promises = [{"kind": "whole_unit", "months": 36, "main_part_months": 60}]
    sent = washing_machine(
        repairs=repairs, promises=promises, symptom="noise", reported_on="2022-09-01", as_of="2022-09-01"
    )
    found = agent.post(PATH, sent).json()
    assert "exchange" in found["entitlements"]
    assert found["facts"]["repairs"][1]["kind"] == "warranty"
    assert found["facts"]["promises"][0]["main_part_months"] == 60


def test_every_wrong_fact_is_named_at_its_own_path_in_one_answer(agent: ApiClient) -> None:
    sent = washing_machine(
        price="0",
        installed_on="2022-03-01",
        reported_on="2022-03-30",
        repairs=[
            {"handed_on": "2022-03-01", "returned_on": "2022-02-20"},
            {"handed_on": "2022-03-15", "returned_on": "2022-03-17"},
            {"handed_on": "2022-03-16", "returned_on": "2022-03-18"},
        ],
        parts_waits=[{"first": "2022-03-17", "last": "2022-03-16"}],
        promises=[{"kind": "whole_unit"}, {"kind": "depreciation", "percent": "120"}],
    )
    assert wrong_fields(agent.post(PATH, sent)) == {
        "price": "price_not_positive",
        "installed_on": "installed_before_sale",
        "reported_on": "fault_in_the_future",
        "repairs[0].handed_on": "repair_before_sale",
        "repairs[0].returned_on": "returned_before_handed",
        "repairs[2].handed_on": "repairs_overlap",
        "parts_waits[0].last": "wait_ended_before_begun",
        "promises[0].months": "promise_without_months",
        "promises[1].percent": "percent_missing",
    }


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"product": "spaceship"}, "product", "product_unknown"),
    ({"price": "-1"}, "price", "price_not_positive"),
    ({"price": 2999}, "price", "invalid"),
    ({"price": "2999.001"}, "price", "max_decimal_places"),
    ({"price": "NaN"}, "price", "invalid"),
    ({"invoice_on": "2023-02-29"}, "invoice_on", "no_such_day"),
    ({"invoice_on": "14.3.2022"}, "invoice_on", "invalid"),
    ({"invoice_on": "2022-03-19", "delivered_on": None}, "invoice_on", "sold_in_the_future"),
    ({"delivered_on": "2022-03-19"}, "delivered_on", "delivered_in_the_future"),
    ({"installed_on": "2022-03-19"}, "installed_on", "installed_in_the_future"),
    ({"exchanged_on": "2022-03-01"}, "exchanged_on", "exchange_before_sale"),
    ({"exchanged_on": "2022-03-19"}, "exchanged_on", "exchange_in_the_future"),
    ({"fault_type": "fraud", "conduct_on": "2022-03-19"}, "conduct_on", "conduct_in_the_future"),
    ({"fault_type": "fraud", "conduct_on": "1993-03-19"}, "conduct_on", "conduct_before_first_day"),
    ({"occurred_on": "2022-03-13"}, "occurred_on", "fault_before_sale"),
    ({"occurred_on": "2022-03-18", "reported_on": "2022-03-17"}, "occurred_on", "fault_after_report"),
    ({"reported_on": "2022-03-13"}, "reported_on", "fault_before_sale"),
    ({"occurred_on": "2022-03-15", "reported_on": "2022-03-20"}, "reported_on", "report_in_the_future"),
    ({"repairs": [{"handed_on": "2022-03-20"}]}, "repairs[0].handed_on", "repair_in_the_future"),
    (
        {"repairs": [{"handed_on": "2022-03-15", "returned_on": "2022-03-20"}]},
        "repairs[0].returned_on",
        "repair_in_the_future",
    ),
    ({"repairs": [{"kind": "warranty"}]}, "repairs[0].handed_on", "required"),
    ({"repairs": [{"handed_on": "2024-02-30"}]}, "repairs[0].handed_on", "no_such_day"),
    ({"repairs": [{"handed_on": "2022-03-15", "colour": "red"}]}, "repairs[0].colour", "unknown_field"),
    ({"repairer_delays": [{"first": "2022-03-01"}]}, "repairer_delays[0].first", "wait_before_sale"),
    ({"maintenance_visits": ["2022-04-01"]}, "maintenance_visits[0]", "visit_in_the_future"),
    (
        {"promises": [{"kind": "whole_unit", "months": 12, "production_month": "2022-04-01"}]},
        "promises[0].production_month",
        "production_in_the_future",
    ),
    (
        {
            "invoice_on": "2022-03-02",
            "promises": [{"kind": "whole_unit", "months": 1, "production_month": "2022-03-10"}],
        },
        "promises[0].production_month",
        "production_after_sale",
    ),
    ({"jurisdiction": "CN-XX"}, "jurisdiction", "invalid_choice"),
    ({"buyer": None}, "buyer", "null"),
    ({"repairs": [{"handed_on": "2022-03-15"}] * 51}, "repairs", "max_length"),
    ({"serial": "X1"}, "serial", "unknown_field"),
    ({"as_of": "1700-01-01"}, "as_of", "invalid"),
]


def test_each_wrong_fact_is_refused_by_name(agent: ApiClient) -> None:
    for change, path, code in WRONG:
        answer = agent.post(PATH, washing_machine(**change))
        assert wrong_fields(answer).get(path) == code, change
        told = next(one for one in answer.json()["detail"]["errors"] if one["field"] == path)
        assert told["message"], change


def test_29_february_of_a_leap_year_is_a_day(agent: ApiClient) -> None:
    sent = washing_machine(
        invoice_on="2024-02-29", delivered_on="2024-02-29", reported_on="2025-02-28", as_of="2025-02-28"
    )
    found = agent.post(PATH, sent)
    assert found.status_code == 200
    assert found.json()["verdict"]["terms"][0]["base_last_day"] == "2025-02-28"


def test_a_repair_that_begins_when_another_ends_is_no_overlap(agent: ApiClient) -> None:
    repairs = [{"handed_on": "2022-03-17"}, {"handed_on": "2022-03-15", "returned_on": "2022-03-17"}]
    assert agent.post(PATH, washing_machine(repairs=repairs)).status_code == 200


def test_two_repairs_that_are_both_open_overlap(agent: ApiClient) -> None:
    repairs = [{"handed_on": "2022-03-16"}, {"handed_on": "2022-03-15"}]
    assert wrong_fields(agent.post(PATH, washing_machine(repairs=repairs))) == {
        "repairs[0].handed_on": "repairs_overlap"
    }


def test_several_fields_nobody_knows_are_all_named(agent: ApiClient) -> None:
    sent = washing_machine(colour="red", weight=3)
    assert wrong_fields(agent.post(PATH, sent)) == {"colour": "unknown_field", "weight": "unknown_field"}


def test_without_a_day_the_decision_is_of_today(agent: ApiClient) -> None:
    sent = washing_machine()
    del sent["as_of"]
    found = agent.post(PATH, sent).json()
    assert found["as_of"] > "2025"


def test_the_body_has_every_fact_the_rules_read() -> None:
    for kind in (Facts, Repair, Wait, Promise):
        assert set(body_of(kind)().fields) == {item.name for item in fields(kind)}
    assert set(AssessBody().fields) == {item.name for item in fields(Facts)} | {"as_of"}


def test_a_token_needs_the_scope_and_a_role_that_asks() -> None:
    reader = make_user(Role.AUDITOR)
    assert ApiClient(reader).post(PATH, washing_machine()).json()["code"] == "role_not_allowed"
    other = ApiClient(make_user(Role.AGENT), "tickets:read")
    assert other.post(PATH, washing_machine()).json()["code"] == "scope_missing"


def test_every_contradiction_of_the_rules_has_words_for_the_field(in_chinese: None) -> None:
    for code in {*CONTRADICTIONS, *PROBLEMS}:
        assert CHINESE.search(problem_words(code)), code
