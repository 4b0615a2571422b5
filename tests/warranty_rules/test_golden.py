"""Every golden row of the warranty vectors, cell by cell: those handed down and those worked out beside them."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.warranty_rules.makers import rest_days, the_edition
from warranty.rules.cells import promises_of
from warranty.rules.conventions import CONVENTIONS, deciding
from warranty.rules.vector_file import read_rows
from warranty.rules.vectors import differences, judged

FOLDER = Path(__file__).parent.parent / "golden"
ROWS = {row["id"]: row for row in read_rows(FOLDER / "warranty.csv")}
MORE = {row["id"]: row for row in read_rows(FOLDER / "warranty-more.csv")}
ALL = [*ROWS.values(), *MORE.values()]

# The first day of a norm, with the pairs of rows that differ in nothing but the day of the sale.
BOUNDARIES = {
    "1995-08-25": [("Q01a", "Q01b")],
    "2001-11-15": [("Q02a", "Q02b")],
    "2002-09-01": [("Q03a", "Q03b"), ("Q03c", "Q03d")],
    "2011-03-01": [("Q04a", "Q04b")],
    "2014-03-15": [("Q05a", "Q05b"), ("Q05c", "Q05d"), ("Q05e", "Q05f"), ("Q05g", "Q05h")],
    "2017-05-01": [("Q06a", "Q06b"), ("Q06c", "Q06d")],
    "2024-07-01": [("Q07a", "Q07b"), ("Q07c", "Q07d"), ("Q07e", "Q07f")],
}
EXPECTED = [column for column in next(iter(MORE.values())) if column.startswith("exp_")]


@pytest.mark.parametrize("row", ALL, ids=[row["id"] for row in ALL])
def test_a_golden_row_agrees_in_every_expected_cell(row: dict[str, str]) -> None:
    assert differences([row], the_edition(), rest_days()) == []


def test_no_row_has_the_name_of_another_and_each_says_why() -> None:
    assert len({row["id"] for row in ALL}) == len(ALL)
    assert [row["id"] for row in ALL if not row["note"] or not row["rule"]] == []


@pytest.mark.parametrize(
    ("first_day", "before", "since"), [(day, *pair) for day, pairs in BOUNDARIES.items() for pair in pairs]
)
def test_each_norm_has_a_row_the_day_before_it_and_one_on_the_day_and_they_differ(
    first_day: str, before: str, since: str
) -> None:
    day = date.fromisoformat(first_day)
    earlier, later = MORE[before], MORE[since]

    assert earlier["invoice_date"] == (day - timedelta(days=1)).isoformat()
    assert later["invoice_date"] == first_day
    assert [earlier[column] for column in EXPECTED] != [later[column] for column in EXPECTED]


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
    with pytest.raises(ValueError, match="is no promise: for ever"):
        promises_of("for ever")


@pytest.mark.parametrize(
    ("row", "convention"),
    [
        ("A01", "C1"),
        ("B13", "C2"),
        ("S01", "C3"),
        ("B06", "C4"),
        ("R03", "C5"),
        ("A13", "C6"),
        ("C05", "C7"),
        ("C06", "C8"),
        ("E03", "C9"),
        ("K05", "C10"),
        ("F03", "C11"),
        ("W01", "C12"),
        ("H08", "C13"),
        ("H06", "C14"),
        ("D06", "same_fault_required"),
        ("D08", "unit_term_only"),
        ("P35", "unit_term_only"),
        ("D05", "paid_and_no_fault_visits"),
        ("AF7", "paid_repair_extends_term"),
        ("A03", "window_refund_less_depreciation"),
        ("D10", "depreciation_contested"),
        ("B15", "clock_since_2024"),
        ("J03", "living_use"),
        ("I08", "unlisted"),
        ("J01", "promise"),
        ("E08", "local_law"),
        ("I05", "special_rule"),
        ("P44", "unverified"),
        ("M06", "steward"),
        ("H10", "no_fault"),
        ("T01", "in_term"),
    ],
)
def test_each_convention_is_named_by_a_row_that_hangs_on_it(row: str, convention: str) -> None:
    cells = ROWS.get(row) or MORE[row]
    asks = bool(cells["exp_whole_last_day"] or cells["exp_part_last_day"])

    assert convention in deciding(*judged(cells, the_edition(), rest_days()), dates_asked=asks)


def test_every_row_below_high_names_what_decides_it() -> None:
    unsure = [row for row in ALL if row["confidence"] != "high"]

    for row in unsure:
        assert set(deciding(*judged(row, the_edition(), rest_days()))) <= set(CONVENTIONS)
    assert {row["confidence"] for row in unsure} == {"medium", "low"}
