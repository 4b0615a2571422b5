"""Bad input: each contradiction has a name, nothing is corrected in silence, what is missing is asked for."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.warranty_rules.makers import day, decided, keys, make_facts, repair
from warranty.rules.codes import CONTRADICTIONS
from warranty.rules.contradictions import LAST_DAY, order_problems, price_problem
from warranty.rules.facts import Promise, PromiseKind, Proof, Wait

AS_OF = "2022-09-13"


def promise(**values: Any) -> tuple[Promise, ...]:
    return (replace(Promise(kind=PromiseKind.WHOLE_UNIT, months=12), **values),)


# Facts about a machine sold and delivered on 2022-03-14, as of 2022-09-13, and the code that names what is wrong.
CASES: list[tuple[dict[str, Any], str]] = [
    ({"invoice_on": "2022-09-20", "delivered_on": None}, "sold_in_the_future"),
    ({"delivered_on": "2022-09-20"}, "delivered_in_the_future"),
    ({"reported_on": "2022-03-01"}, "fault_before_sale"),
    ({"reported_on": "2022-09-20"}, "fault_in_the_future"),
    ({"reported_on": "2022-06-01", "occurred_on": "2022-06-02"}, "fault_after_report"),
    ({"exchanged_on": "2022-03-01"}, "exchange_before_sale"),
    ({"exchanged_on": "2022-09-20"}, "exchange_in_the_future"),
    ({"installed_on": "2022-03-01"}, "installed_before_sale"),
    ({"delivered_on": "2022-03-20", "installed_on": "2022-03-18"}, "installed_before_delivery"),
    ({"installed_on": "2022-09-20"}, "installed_in_the_future"),
    ({"conduct_on": "2022-09-20"}, "conduct_in_the_future"),
    ({"maintenance_visits": (day("2022-09-20"),)}, "visit_in_the_future"),
    ({"repairs": (repair("2022-03-01", "2022-03-20"),)}, "repair_before_sale"),
    ({"repairs": (repair("2022-05-09", "2022-05-08"),)}, "returned_before_handed"),
    ({"repairs": (repair("2022-05-09", "2022-09-20"),)}, "repair_in_the_future"),
    ({"repairs": (repair("2022-09-20"),)}, "repair_in_the_future"),
    ({"parts_waits": (Wait(first=day("2022-03-01")),)}, "wait_before_sale"),
    ({"parts_waits": (Wait(first=day("2022-05-09"), last=day("2022-05-08")),)}, "wait_ended_before_begun"),
    ({"repairer_delays": (Wait(first=day("2022-09-20")),)}, "wait_in_the_future"),
    ({"price": Decimal(0)}, "price_not_positive"),
    ({"price": Decimal("-5.00")}, "price_not_positive"),
    ({"price_paid": Decimal(0)}, "price_not_positive"),
    ({"price": Decimal("100000000.00")}, "price_too_large"),
    ({"price": Decimal("19.999")}, "price_not_in_fen"),
    ({"promises": promise(months=601)}, "promise_too_long"),
    ({"promises": promise(main_part_months=601)}, "promise_too_long"),
    ({"promises": promise(months=-1)}, "promise_too_long"),
    ({"promises": promise(kind=PromiseKind.DEPRECIATION, percent=Decimal(101))}, "percent_missing"),
    ({"promises": promise(production_month=day("2022-10-01"))}, "production_in_the_future"),
    ({"promises": promise(production_month=day("2022-04-01"))}, "production_after_sale"),
]


@pytest.mark.parametrize(("facts", "problem"), CASES, ids=[f"{n}-{case[1]}" for n, case in enumerate(CASES)])
def test_a_contradiction_is_named_and_goes_to_a_person(facts: dict[str, Any], problem: str) -> None:
    answer = decided(AS_OF, **facts)

    assert answer.codes == ("review",)
    assert problem in [note.value("problem") for note in answer.flags]


def test_every_declared_contradiction_has_a_case() -> None:
    assert {problem for _facts, problem in CASES} == set(CONTRADICTIONS) - {"day_out_of_range"}


def test_a_day_no_calendar_reaches_is_refused_and_the_last_one_is_not() -> None:
    assert order_problems(make_facts(), LAST_DAY) == ()
    assert order_problems(make_facts(), LAST_DAY.replace(year=2200)) == ("day_out_of_range",)


def test_several_contradictions_are_named_together_each_once() -> None:
    twice = (repair("2022-03-01", "2022-02-01"), repair("2022-03-02", "2022-02-02"))

    assert order_problems(make_facts(price=Decimal(0), repairs=twice), day(AS_OF)) == (
        "repair_before_sale",
        "returned_before_handed",
        "price_not_positive",
    )


@pytest.mark.parametrize(
    "facts",
    [
        {"invoice_on": "2022-03-16", "delivered_on": "2022-03-14"},
        {"installed_on": "2022-03-14"},
        {"price": Decimal("19.990")},
        {"price": Decimal("0.01")},
        {"promises": promise(production_month=day("2022-03-01"))},
        {"promises": promise(months=600)},
    ],
    ids=["billed after delivery", "installed on the day", "a needless zero", "one fen", "made this month", "long"],
)
def test_what_is_unusual_and_possible_is_decided_on(facts: dict[str, Any]) -> None:
    assert order_problems(make_facts(**facts), day(AS_OF)) == ()


def test_a_price_says_what_is_wrong_with_it_or_nothing() -> None:
    assert [price_problem(Decimal(text)) for text in ("1", "0", "1E+9", "1.001")] == [
        "",
        "price_not_positive",
        "price_too_large",
        "price_not_in_fen",
    ]


def test_repairs_over_each_other_are_counted_once_and_named() -> None:
    over = (repair("2022-05-09", "2022-05-19"), repair("2022-05-16", "2022-05-23"))

    answer = decided(AS_OF, repairs=over)

    named = [note for note in answer.flags if note.key == "repairs_overlap"]
    assert [(note.value("first"), note.value("last")) for note in named] == [(day("2022-05-16"), day("2022-05-19"))]
    assert answer.terms[0].excluded_days == 14


def test_a_repair_that_begins_on_the_day_another_ends_is_no_overlap() -> None:
    one_after_the_other = (repair("2022-05-09", "2022-05-16"), repair("2022-05-16", "2022-05-23"))

    assert "repairs_overlap" not in keys(decided(AS_OF, repairs=one_after_the_other).flags)


def test_two_open_repairs_are_named() -> None:
    answer = decided(AS_OF, repairs=(repair("2022-09-05"), repair("2022-09-12")))

    assert {"two_open_repairs", "repairs_overlap"} <= keys(answer.flags)


def test_repairs_of_the_unit_before_the_exchange_are_not_held_against_those_after_it() -> None:
    old_and_new = (repair("2022-05-09"), repair("2022-08-08", "2022-08-09"))

    flags = keys(decided(AS_OF, exchanged_on="2022-07-04", repairs=old_and_new).flags)

    assert not {"two_open_repairs", "repairs_overlap"} & flags


def test_without_any_proof_the_serial_number_is_asked_for_until_it_tells_the_month() -> None:
    unproven = {"proof": Proof.NONE, "invoice_on": None, "delivered_on": None}

    assert decided(AS_OF, **unproven).missing == ("production_month",)
    assert decided(AS_OF, **unproven, promises=promise(production_month=day("2020-01-01"))).missing == ()


def test_a_price_that_is_needed_and_not_known_is_asked_for() -> None:
    assert "price" in decided("2022-03-16", price=None).missing
    assert decided(AS_OF, price=None).missing == ()
