"""Every golden row of the warranty vectors, cell by cell."""

from pathlib import Path

import pytest

from tests.warranty_rules.makers import rest_days, the_edition
from warranty.rules.vectors import differences, promises_of, read_rows

ROWS = {row["id"]: row for row in read_rows(Path(__file__).parent.parent / "golden" / "warranty.csv")}

# Rows not covered yet, by id, each with its reason; a row that begins to agree fails until it is taken off.
NOT_COVERED: dict[str, str] = {}


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(
            row, marks=pytest.mark.xfail(strict=True, reason=NOT_COVERED[name]) if name in NOT_COVERED else ()
        )
        for name, row in ROWS.items()
    ],
    ids=list(ROWS),
)
def test_a_golden_row_agrees_in_every_expected_cell(row: dict[str, str]) -> None:
    assert differences([row], the_edition(), rest_days()) == []


def test_no_row_marked_high_is_left_out() -> None:
    assert not {name for name in NOT_COVERED if ROWS[name]["confidence"] == "high"}


@pytest.mark.parametrize(
    ("row", "column", "wrong"),
    [
        ("A01", "exp_entitlements", "exchange|repair"),
        ("A01", "exp_part_last_day", "2026-03-07"),
        ("A06", "exp_dep_amount", "26.00"),
        ("A06", "exp_dep_days", "12"),
        ("A06", "exp_dep_rate_pct_per_day", "0.1"),
        ("L01", "exp_transport_by", "operator"),
        ("H08", "exp_burden_of_proof", "consumer"),
        ("L08", "exp_other_amount", "297.00"),
    ],
)
def test_a_wrong_expectation_is_named_with_both_values(row: str, column: str, wrong: str) -> None:
    found = differences([ROWS[row] | {column: wrong}], the_edition(), rest_days())

    assert [(item.row, item.column, item.expected) for item in found] == [(row, column, wrong)]
    assert found[0].actual != wrong


def test_words_that_are_no_promise_are_refused() -> None:
    with pytest.raises(ValueError, match="no promise: for ever"):
        promises_of("for ever")
