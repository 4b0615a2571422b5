"""What would change the answer, against the plain way of asking day by day."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.warranty_rules.makers import day, decided, make_facts, repair, rest_days, the_edition
from warranty.rules.decide import decide, evaluate
from warranty.rules.facts import (
    Channel,
    Facts,
    FaultType,
    MembershipCard,
    Promise,
    PromiseKind,
    Repair,
    RepairKind,
    Wait,
)
from warranty.rules.outcome import Change, Decision

SOLD = date(2022, 3, 14)
LONGEST = 1200


def change(decision: Decision, code: str) -> Change | None:
    return next((item for item in decision.what_would_change if item.code == code), None)


def test_inside_the_seven_days_the_eighth_changes_the_answer() -> None:
    found = change(decided("2022-03-16"), "next_day")

    assert found == Change(
        code="next_day", on=day("2022-03-22"), entitlements=("exchange", "refund_less_depreciation", "repair")
    )


def test_after_the_term_the_last_day_of_the_term_is_the_nearest_earlier_change() -> None:
    found = change(decided("2023-09-04"), "previous_day")

    assert found == Change(code="previous_day", on=day("2023-03-14"), entitlements=("repair",))


def test_with_one_failed_repair_one_more_opens_the_exchange() -> None:
    answer = decided("2022-08-08", repairs=(repair("2022-05-09", "2022-05-13"),), symptom="noise")

    found = change(answer, "one_more_failed_repair")

    assert found is not None
    assert "exchange" in found.entitlements


def test_an_open_job_names_the_day_on_which_waiting_opens_the_exchange() -> None:
    wait = (Wait(first=day("2022-05-09")),)

    answer = decided(
        "2022-06-01", reported_on="2022-05-09", repairs=(repair("2022-05-09"),), parts_waits=wait, symptom="noise"
    )

    found = change(answer, "next_day")
    assert found is not None
    assert found.on == day("2022-08-08")


def test_the_stock_changes_the_answer_where_an_exchange_is_open() -> None:
    there = decided("2022-03-24")
    gone = decided("2022-03-24", same_model_in_stock=False)

    assert change(there, "same_model_gone") == Change(
        code="same_model_gone", on=None, entitlements=("refund", "repair")
    )
    assert change(gone, "same_model_found") is not None


def test_a_used_steward_visit_comes_back_with_the_new_year() -> None:
    answer = decided(
        "2022-06-01",
        fault_type=FaultType.MAINTENANCE,
        membership=MembershipCard.CLUB,
        maintenance_visits=(day("2022-05-05"),),
    )

    found = change(answer, "next_day")
    assert found == Change(code="next_day", on=day("2023-01-01"), entitlements=("maintenance_free",))


def test_where_nothing_would_change_nothing_is_said() -> None:
    assert decided("2022-06-01", fault_type=FaultType.MISUSE).what_would_change == ()


@st.composite
def closed_cases(draw: st.DrawFn) -> tuple[Facts, date]:
    """Facts with closed repairs only and a day after the last of them."""
    repairs: list[Repair] = []
    free_from = SOLD
    for _ in range(draw(st.integers(0, 3))):
        handed = free_from + timedelta(days=draw(st.integers(0, 200)))
        free_from = handed + timedelta(days=draw(st.integers(0, 40)))
        kind = draw(st.sampled_from(RepairKind))
        repairs.append(Repair(handed_on=handed, returned_on=free_from, kind=kind, symptom="noise"))
    promise = Promise(kind=PromiseKind.WHOLE_UNIT, months=draw(st.sampled_from([6, 18, 30])))
    facts = make_facts(
        product=draw(st.sampled_from(["washing_machine", "shaver", "mobile_phone", "electronic_keyboard"])),
        jurisdiction=draw(st.sampled_from(["CN", "CN-ZJ", "CN-SD"])),
        fault_type=draw(st.sampled_from([FaultType.PERFORMANCE, FaultType.NO_FAULT])),
        channel=draw(st.sampled_from(Channel)),
        main_part=draw(st.sampled_from(["", "motor"])),
        symptom=draw(st.sampled_from(["noise", "leak"])),
        cause_disputed=draw(st.booleans()),
        repairs=tuple(repairs),
        promises=draw(st.sampled_from([(), (promise,)])),
    )
    return facts, free_from + timedelta(days=draw(st.integers(0, 500)))


def codes_on(facts: Facts, on: date) -> tuple[str, ...]:
    return evaluate(facts.at_day(on), the_edition(), rest_days(), on).codes


@settings(max_examples=40, deadline=None)
@given(closed_cases())
def test_the_nearest_changes_are_those_found_by_asking_every_day(case: tuple[Facts, date]) -> None:
    facts, today = case
    answer = decide(facts.at_day(today), the_edition(), rest_days(), today)
    ahead = (today + timedelta(days=n) for n in range(1, LONGEST))
    first = max([SOLD, *(item.returned_on for item in facts.repairs if item.returned_on)])
    behind = (today - timedelta(days=n) for n in range(1, (today - first).days + 1))

    expected_next = next((on for on in ahead if codes_on(facts, on) != answer.codes), None)
    expected_before = next((on for on in behind if codes_on(facts, on) != answer.codes), None)

    following, previous = change(answer, "next_day"), change(answer, "previous_day")
    assert (following.on if following else None) == expected_next
    assert (previous.on if previous else None) == expected_before


@settings(max_examples=150, deadline=None)
@given(closed_cases())
def test_laws_that_hold_for_every_case(case: tuple[Facts, date]) -> None:
    facts, today = case
    answer = decide(facts.at_day(today), the_edition(), rest_days(), today)

    assert answer.entitlements
    assert answer.headline in answer.codes
    assert all(item.norm in the_edition().norms for item in answer.entitlements)
    assert all(item.amount is None or 0 <= item.amount <= Decimal("2999.00") for item in answer.entitlements)
    assert not {"refund", "refund_less_depreciation"} <= set(answer.codes)
    if "review" not in answer.codes and "paid_repair" in answer.codes:
        assert answer.codes == ("paid_repair",)


@settings(max_examples=100, deadline=None)
@given(closed_cases(), st.sampled_from(["CN-ZJ", "CN-SD"]))
def test_local_law_only_adds(case: tuple[Facts, date], province: str) -> None:
    facts, today = case
    worth = {"refund": 5, "refund_less_depreciation": 4, "exchange": 3, "repair": 2}
    national = decided(today.isoformat(), **_fields(facts, today, "CN"))
    local = decided(today.isoformat(), **_fields(facts, today, province))

    best_national = max((worth.get(code, 0) for code in national.codes), default=0)
    assert max((worth.get(code, 0) for code in local.codes), default=0) >= best_national
    if "exchange" in national.codes:
        assert "exchange" in local.codes


def _fields(facts: Facts, today: date, jurisdiction: str) -> dict[str, object]:
    moved = facts.at_day(today)
    return {name: getattr(moved, name) for name in moved.__dataclass_fields__} | {"jurisdiction": jurisdiction}


@pytest.mark.parametrize("province", ["CN-XX", ""])
def test_a_province_without_figures_has_the_national_floor(province: str) -> None:
    assert decided("2022-03-24", jurisdiction=province).codes == decided("2022-03-24").codes
