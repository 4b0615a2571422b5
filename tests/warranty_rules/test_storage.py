"""Facts and decisions as JSON and back."""

import json
from typing import Any

import pytest

from tests.warranty_rules.makers import day, make_facts, rest_days, the_edition
from tests.warranty_rules.test_golden import ROWS
from warranty.rules.decide import decide
from warranty.rules.storage import StorageError, as_json, decision_from_json, facts_from_json
from warranty.rules.vectors import facts_of


@pytest.mark.parametrize("row", ROWS.values(), ids=list(ROWS))
def test_facts_and_decision_of_a_golden_row_survive_json_unchanged(row: dict[str, str]) -> None:
    facts = facts_of(row)
    decision = decide(facts, the_edition(), rest_days(), day(row["evaluate_on"]))

    assert facts_from_json(json.loads(json.dumps(as_json(facts)))) == facts
    assert decision_from_json(json.loads(json.dumps(as_json(decision)))) == decision


def test_facts_written_before_a_field_was_added_still_load() -> None:
    stored = as_json(make_facts())
    del stored["conduct_on"]

    assert facts_from_json(stored) == make_facts()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"product": None}, "facts.product: must be str"),
        ({"buyer": "martian"}, "facts.buyer: must be a value, not 'martian'"),
        ({"invoice_on": "2023-02-30"}, "facts.invoice_on: must be a value, not '2023-02-30'"),
        ({"price": "NaN"}, "facts.price: must be a value, not 'NaN'"),
        ({"price": 12.5}, "facts.price: must be a value, not 12.5"),
        ({"repairs": "none"}, "facts.repairs: must be a list"),
        ({"repairs": [{"kind": "paid"}]}, "facts.repairs[0].handed_on: missing"),
        ({"repairs": ["x"]}, "facts.repairs[0]: must be an object"),
        ({"misuse": 1}, "facts.misuse: must be bool"),
        ({"colour": "red"}, "facts.colour: unknown"),
    ],
)
def test_json_that_is_no_facts_is_refused_by_field(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(StorageError) as caught:
        facts_from_json(as_json(make_facts()) | change)

    assert problem in caught.value.problems


def test_a_missing_product_and_another_mistake_are_named_together() -> None:
    stored = as_json(make_facts()) | {"channel": "owl"}
    del stored["product"]

    with pytest.raises(StorageError) as caught:
        facts_from_json(stored)

    assert len(caught.value.problems) == 2


def test_a_stored_line_with_an_unknown_key_is_refused() -> None:
    decision = decide(make_facts(), the_edition(), rest_days(), day("2022-05-05"))
    stored = as_json(decision)
    stored["lines"][0]["key"] = "astrology"

    with pytest.raises(StorageError, match=r"decision\.lines\[0\]"):
        decision_from_json(stored)


def test_what_is_no_object_is_refused() -> None:
    with pytest.raises(StorageError, match="facts: must be an object"):
        facts_from_json([])
