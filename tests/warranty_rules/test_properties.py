"""What holds for every case: repair days, promises, the same answer for ever, depreciation, how remedies fall."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import wraps
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.warranty_rules.cases import any_facts, faulty, promises
from tests.warranty_rules.makers import rest_days, the_edition
from tests.warranty_rules.test_golden import ROWS
from warranty.rules.decide import decide, evaluate, judge
from warranty.rules.facts import Facts, Promise, Repair
from warranty.rules.outcome import Decision, Finding
from warranty.rules.storage import as_json, decision_from_json, facts_from_json
from warranty.rules.vectors import facts_of

ANSWERS = Path(__file__).parent.parent / "golden" / "warranty-answers.json"
STORED = Path(__file__).parent.parent / "golden" / "warranty-decision-of-an-earlier-edition.json"
RIGHTS = {
    "refund",
    "exchange",
    "refund_less_depreciation",
    "repair",
    "promise_repair",
    "no_reason_return",
    "punitive_damages",
    "maintenance_free",
}
ONE_DAY = timedelta(days=1)
FEW, MANY = 60, 3000


def at_both_sizes(*strategies: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Ask a law of a few random cases in the suite, and of thousands in the long proof of the same name."""

    def wrap(law: Callable[..., None]) -> Callable[..., None]:
        @wraps(law)
        def test(examples: int) -> None:
            checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
            size = settings(max_examples=examples, deadline=None, suppress_health_check=checks)
            drawn: Any = given(*strategies)
            size(drawn(law))()

        del test.__wrapped__  # pytest would take the arguments of the law for fixtures
        many = pytest.param(MANY, id="many", marks=pytest.mark.proof)
        sized = pytest.mark.parametrize("examples", [pytest.param(FEW, id="few"), many])
        marked: Callable[..., None] = pytest.mark.hypothesis(sized(test))
        return marked

    return wrap


def found(facts: Facts, on: date) -> Finding:
    return evaluate(facts.at_day(on), the_edition(), rest_days(), on)


def asked(facts: Facts, on: date) -> Decision:
    return judge(facts.at_day(on), the_edition(), rest_days(), on)


@at_both_sizes(faulty(), st.integers(0, 3), st.integers(0, 700))
def test_one_more_day_in_repair_never_shortens_a_term(case: tuple[Facts, date], place: int, later: int) -> None:
    facts, last = case
    on = last + timedelta(days=later + 1)
    if not facts.repairs:
        return
    place %= len(facts.repairs)
    item = facts.repairs[place]
    assert item.returned_on
    longer = replace(item, returned_on=item.returned_on + ONE_DAY)
    stretched = replace(facts, repairs=(*facts.repairs[:place], longer, *facts.repairs[place + 1 :]))

    before, after = asked(facts, on), asked(stretched, on)

    assert [term.kind for term in before.terms] == [term.kind for term in after.terms]
    for short, long in zip(before.terms, after.terms, strict=True):
        assert long.last_day >= short.last_day
        assert long.excluded_days >= short.excluded_days


@at_both_sizes(faulty(), st.integers(0, 700), st.integers(0, 30))
def test_one_more_repair_never_shortens_a_term(case: tuple[Facts, date], handed: int, days: int) -> None:
    facts, last = case
    first = last + timedelta(days=handed)
    more = Repair(handed_on=first, returned_on=first + timedelta(days=days), symptom="noise")
    on = first + timedelta(days=days)

    before, after = asked(facts, on), asked(replace(facts, repairs=(*facts.repairs, more)), on)

    for short, long in zip(before.terms, after.terms, strict=True):
        assert long.last_day >= short.last_day


@at_both_sizes(faulty(), promises, st.integers(0, 1800))
def test_a_promise_never_removes_a_right(case: tuple[Facts, date], promise: Promise, later: int) -> None:
    facts, last = case
    on = last + timedelta(days=later)

    without, beside = asked(facts, on), asked(replace(facts, promises=(*facts.promises, promise)), on)

    assert RIGHTS & set(without.codes) - {"promise_repair"} <= set(beside.codes)
    if "promise_repair" in without.codes:
        assert {"promise_repair", "repair"} & set(beside.codes)
    for right in without.entitlements:
        held = beside.entitlement(right.code)
        if right.amount is not None and held is not None:
            assert held.amount is not None
            assert held.amount >= right.amount


@at_both_sizes(any_facts())
def test_the_same_facts_edition_and_rest_days_give_the_same_decision(case: tuple[Facts, date]) -> None:
    facts, on = case
    stored = json.dumps(as_json(facts), sort_keys=True)

    answer = decide(facts, the_edition(), rest_days(), on)
    again = decide(facts_from_json(json.loads(stored)), the_edition(), rest_days(), on)

    assert again == answer
    assert json.dumps(as_json(again)) == json.dumps(as_json(answer))
    assert decision_from_json(json.loads(json.dumps(as_json(answer)))) == answer
    assert replace(answer, what_would_change=()) == judge(facts, the_edition(), rest_days(), on)


def test_an_edition_that_answers_otherwise_than_before_has_a_code_of_its_own() -> None:
    answers = []
    for row in ROWS.values():
        stored = as_json(judge(facts_of(row), the_edition(), rest_days(), date.fromisoformat(row["evaluate_on"])))
        answers.append({name: value for name, value in stored.items() if name not in {"edition", "calendar"}})
    fingerprint = hashlib.sha256(json.dumps(answers, sort_keys=True).encode()).hexdigest()[:16]
    code = the_edition().code.partition("+")[0]

    # Other answers than those written down: raise the code in edition.toml and write the new fingerprint beside it.
    assert json.loads(ANSWERS.read_text("utf-8")).get(code) == fingerprint


def test_a_decision_stored_with_an_earlier_edition_is_read_back_unchanged() -> None:
    stored = json.loads(STORED.read_text("utf-8"))

    facts, decision = facts_from_json(stored["facts"]), decision_from_json(stored["outcome"])

    assert decision.edition != the_edition().code
    assert as_json(decision) == stored["outcome"]
    assert {name: value for name, value in as_json(facts).items() if name in stored["facts"]} == stored["facts"]


@at_both_sizes(faulty(), st.integers(0, 4000))
def test_depreciation_is_never_negative_and_never_above_the_price(case: tuple[Facts, date], later: int) -> None:
    facts, last = case
    base = {facts.price, facts.price_paid}

    for sum_ in found(facts, last + timedelta(days=later)).depreciation:
        assert 0 <= sum_.amount <= sum_.price
        assert sum_.amount + sum_.refund == sum_.price
        assert sum_.price in base


def ranks(finding: Finding) -> tuple[int, int, int] | None:
    """Refund, repair and exchange of an answer as ranks; None where only a person decides."""
    codes = set(finding.codes)
    if codes == {"review"}:
        return None
    refund = 2 if "refund" in codes else 1 if "refund_less_depreciation" in codes else 0
    repair = 2 if "repair" in codes else 1 if "promise_repair" in codes else 0
    return refund, repair, int("exchange" in codes)


@at_both_sizes(faulty())
def test_as_days_pass_remedies_only_fall_and_an_exchange_never_comes_back(case: tuple[Facts, date]) -> None:
    facts, last = case
    ends = {day for day in found(facts, last).boundaries if day >= last}
    for _ in range(3):
        ends |= {day for end in ends for day in found(facts, end + ONE_DAY).boundaries if day >= last}
    days = sorted({last} | {end + timedelta(days=n) for end in ends for n in (0, 1, 2, 40)})

    answers = [ranks(found(facts, day)) for day in days]

    decided = [answer for answer in answers if answer is not None]
    for column in zip(*decided, strict=True):
        assert list(column) == sorted(column, reverse=True), (days, answers)


@at_both_sizes(faulty(), st.integers(0, 800), st.integers(1, 60))
def test_as_days_pass_a_refund_less_depreciation_only_shrinks(case: tuple[Facts, date], first: int, more: int) -> None:
    facts, last = case
    on = last + timedelta(days=first)
    early, late = (asked(facts, day).entitlement("refund_less_depreciation") for day in (on, on + more * ONE_DAY))

    if early and late:
        assert early.amount is not None
        assert late.amount is not None
        assert late.amount <= early.amount
