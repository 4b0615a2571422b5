"""Claims beside the guarantee: every golden case, what cannot be answered, and amounts that never fall."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.warranty_rules.makers import rest_days, the_edition
from warranty.rules.claims.answer import DUES, EVIDENCE, MISSING, ROUTES, STEPS, Answer, Step
from warranty.rules.claims.claim import Act, Claim, Harm, Topic, Wrong, claim_problems
from warranty.rules.claims.guide import answer
from warranty.rules.claims.question import Question
from warranty.rules.facts import Buyer, NoReturnClass

PATH = Path(__file__).parent.parent / "golden" / "compensation.toml"
CASES: list[dict[str, Any]] = tomllib.loads(PATH.read_text("utf-8"))["case"]
_KINDS = {"topic": Topic, "buyer": Buyer, "act": Act, "harm": Harm, "wrong": Wrong, "no_return_class": NoReturnClass}
_SUMS = ("price", "treatment", "care", "lost_income")
LATER = date(2026, 3, 10)


def claim_of(told: dict[str, Any]) -> Claim:
    made: dict[str, Any] = {name: _KINDS[name](value) if name in _KINDS else value for name, value in told.items()}
    made |= {name: Decimal(told[name]) for name in _SUMS if name in told}
    return Claim(**made)


def answered(claim: Claim, as_of: date = LATER) -> Answer:
    return answer(claim, the_edition(), rest_days(), as_of)


def fraud(**told: Any) -> Claim:
    return Claim(**{"topic": Topic.FRAUD, "event_on": date(2025, 1, 1), "act": Act.FAKE_GOODS, "proven": True, **told})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_golden_claim_is_answered_as_its_sentence_says(case: dict[str, Any]) -> None:
    found = answered(claim_of(case["claim"]), case.get("as_of", LATER))
    assert list(found.codes) == case["dues"], case["says"]
    assert found.total == (Decimal(case["total"]) if "total" in case else None)
    assert found.needs_a_person == ("review" in case["dues"])
    assert list(found.missing) == case.get("missing", [])
    assert found.freight_by == case.get("freight", "")
    assert set(case.get("steps", [])) <= {step.key for step in found.steps}
    if "norm" in case:
        assert f"{found.dues[0].norm} {found.dues[0].article}" == case["norm"]


def test_the_golden_claims_have_a_sentence_and_an_id_of_their_own() -> None:
    assert len({case["id"] for case in CASES}) == len(CASES)
    assert all(case["says"].endswith(".") for case in CASES)


def test_every_code_of_the_lists_is_used_by_some_golden_claim() -> None:
    found = [answered(claim_of(case["claim"]), case.get("as_of", LATER)) for case in CASES]
    assert {code for one in found for code in one.codes} == set(DUES)
    assert {step.key for one in found for step in one.steps} == set(STEPS)
    assert {code for one in found for code in one.missing} == set(MISSING)
    assert {code for one in found for code in one.evidence} == set(EVIDENCE)
    assert {one.routes for one in found} == {ROUTES, ()}


def test_the_ways_of_a_dispute_stand_on_the_law_of_the_day() -> None:
    before = answered(Claim(topic=Topic.ROUTES, event_on=date(2014, 3, 14)))
    on_the_day = answered(Claim(topic=Topic.ROUTES, event_on=date(2014, 3, 15)))
    assert (before.routes_norm, before.routes_article) == ("CPL93", "34")
    assert (on_the_day.routes_norm, on_the_day.routes_article) == ("CPL13", "39")


@pytest.mark.parametrize("price", ["0.01", "100.00", "166.66", "166.67", "2999.00", "99999999.99"])
def test_damages_are_three_times_the_price_and_never_below_the_least_sum(price: str) -> None:
    total = answered(fraud(price=Decimal(price))).total
    assert total == max(Decimal(500), Decimal(price) * 3)


def test_the_same_claim_is_answered_the_same_for_ever() -> None:
    assert answered(fraud(price=Decimal(10))) == answered(fraud(price=Decimal(10)))


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ({"event_on": date(2026, 3, 11)}, ("event_on", "event_in_the_future")),
        ({"price": Decimal(0)}, ("price", "price_not_positive")),
        ({"price": Decimal(100000000)}, ("price", "price_too_large")),
        ({"care": Decimal(-1)}, ("care", "sum_negative")),
        ({"asked_on": date(2026, 3, 11)}, ("asked_on", "day_in_the_future")),
        ({"answered_on": date(2024, 12, 31)}, ("answered_on", "day_before_event")),
        ({"sold_on": date(2026, 3, 11)}, ("sold_on", "sold_in_the_future")),
        ({"topic": Topic.RETURN, "product": "spaceship"}, ("product", "product_unknown")),
    ],
)
def test_what_cannot_be_is_named_at_its_field(told: dict[str, Any], problem: tuple[str, str]) -> None:
    assert claim_problems(fraud(**told), the_edition(), LATER) == (problem,)


def test_a_claim_that_can_be_answered_has_no_problems() -> None:
    assert claim_problems(fraud(price=Decimal(10)), the_edition(), LATER) == ()


def test_a_step_that_no_page_could_word_is_refused() -> None:
    with pytest.raises(ValueError, match="astrology"):
        Step("astrology")
    with pytest.raises(ValueError, match="at_least"):
        Step("at_least", (("minimum", 1),))


def test_a_figure_that_the_files_lack_is_named() -> None:
    question = Question(claim=fraud(), edition=the_edition(), rest_days=rest_days(), as_of=LATER)
    with pytest.raises(LookupError, match="astrology"):
        question.figure("astrology")


@pytest.mark.parametrize(
    ("act", "confidence"), [("fake_goods", "high"), ("part_swap", "medium"), ("false_price", "low")]
)
def test_damages_are_no_surer_than_that_the_act_is_a_fraud(act: str, confidence: str) -> None:
    assert answered(fraud(act=Act(act), price=Decimal(10))).dues[0].confidence == confidence
