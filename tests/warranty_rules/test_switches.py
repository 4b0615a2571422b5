"""Doubtful readings are dated switches: turning one changes the answer without a line of code."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.warranty_rules.makers import day, keys, make_facts, repair, rest_days, the_edition
from warranty.rules.decide import decide
from warranty.rules.edition import Edition, FigureValue
from warranty.rules.outcome import Decision

TWO_REPAIRS = (repair("2022-05-09", "2022-05-13"), repair("2022-07-04", "2022-07-08", symptom="leak"))


def edition_with(code: str, value: FigureValue) -> Edition:
    """The edition that ships with one national figure set to another value for all days."""
    turned = [replace(item, value=value) if item.code == code else item for item in the_edition().figures]
    return replace(the_edition(), figures=tuple(turned))


def decided_with(code: str, value: FigureValue, as_of: str, **facts: Any) -> Decision:
    return decide(make_facts(reported_on=as_of, **facts), edition_with(code, value), rest_days(), day(as_of))


def test_asking_for_the_same_fault_leaves_out_the_repair_of_another() -> None:
    answer = decided_with("same_fault_required", True, "2022-08-08", repairs=TWO_REPAIRS, symptom="noise")

    assert answer.codes == ("repair",)
    assert [note.value("reason") for note in answer.lines if note.key == "repair_not_counted"] == ["other_fault"]


def test_windows_may_end_on_a_rest_day() -> None:
    sold = {"invoice_on": "2022-03-12", "delivered_on": "2022-03-12"}

    assert "refund" in decided_with("windows_end_on_working_day", True, "2022-03-21", **sold).codes
    assert "refund" not in decided_with("windows_end_on_working_day", False, "2022-03-21", **sold).codes


def test_paid_repairs_may_leave_the_term_as_it_is() -> None:
    paid = (repair("2022-05-09", "2022-05-19", "paid"),)

    assert decided_with("paid_repair_extends_term", True, "2022-08-08", repairs=paid).terms[0].excluded_days == 10
    assert decided_with("paid_repair_extends_term", False, "2022-08-08", repairs=paid).terms[0].excluded_days == 0


def test_days_eight_to_fifteen_may_know_no_refund() -> None:
    answer = decided_with("window_refund_less_depreciation", False, "2022-03-24")

    assert answer.codes == ("exchange", "repair")


def test_an_edition_without_a_figure_the_rules_need_is_no_edition() -> None:
    kept = tuple(item for item in the_edition().figures if item.code != "free_repair")

    with pytest.raises(LookupError, match="no figure free_repair on 2022-03-14"):
        decide(make_facts(), replace(the_edition(), figures=kept), rest_days(), day("2022-08-08"))


def test_a_switch_is_no_number() -> None:
    figure = the_edition().find("free_repair", ("national",), day("2022-03-14"))

    assert figure is not None
    with pytest.raises(TypeError, match="free_repair is no number"):
        assert figure.number


def test_a_depreciation_above_the_price_is_capped_and_says_so() -> None:
    phone = {"product": "mobile_phone", "price": Decimal("1999.00"), "repairs": TWO_REPAIRS, "symptom": "noise"}

    answer = decided_with("failed_repairs", 2, "2023-03-13", **phone)

    assert answer.depreciation is not None
    assert (answer.depreciation.amount, answer.depreciation.refund) == (Decimal("1999.00"), Decimal("0.00"))
    assert "depreciation_capped" in keys(answer.lines)
