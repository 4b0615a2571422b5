"""Every row of the reference vectors agrees, and a row that would not is found."""

from pathlib import Path

import pytest

from servicedesk.sla.arithmetic.vectors import (
    Difference,
    VectorError,
    compare_row,
    compare_rows,
    load_calendars,
    load_rows,
)

GOLDEN = Path(__file__).parents[2] / "golden"
CALENDARS = load_calendars(GOLDEN / "sla-calendars.json")
ROWS = load_rows(GOLDEN / "sla.csv")
# Computed by hand: more of each group, each near an edge.
MORE_CALENDARS = load_calendars(GOLDEN / "sla-more-calendars.json")
MORE_ROWS = load_rows(GOLDEN / "sla-more.csv")


def make_row(**overrides: str) -> dict[str, str]:
    return {**next(row for row in ROWS if row["id"] == "D01"), **overrides}


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_the_row_agrees(row: dict[str, str]) -> None:
    assert compare_row(row, CALENDARS) == []


@pytest.mark.parametrize("row", MORE_ROWS, ids=[row["id"] for row in MORE_ROWS])
def test_the_row_near_an_edge_agrees(row: dict[str, str]) -> None:
    assert compare_row(row, MORE_CALENDARS) == []


def test_the_golden_copy_holds_rows_of_every_group() -> None:
    assert {row["id"][0] for row in ROWS} == set("ABCDEFGH")
    assert len(ROWS) >= 68


@pytest.mark.parametrize(
    ("column", "value", "got"),
    [
        ("expected_due_at", "2026-03-10T15:00:01+08:00", "2026-03-10T15:00:00+08:00"),
        ("expected_due_at", "", "2026-03-10T15:00:00+08:00"),
        ("expected_warn_at", "2026-03-10T14:12:01+08:00", "2026-03-10T14:12:00+08:00"),
        ("expected_elapsed_min", "90.001", "90.0000"),
        ("expected_remaining_min", "", "150.0000"),
        ("expected_remaining_min", "many", "150.0000"),
        ("expected_state", "paused", "running"),
        ("expected_breach_at", "2026-03-10T15:00:00+08:00", ""),
        ("expected_flags", "bad-pause", ""),
    ],
)
def test_a_value_that_does_not_agree_is_named(column: str, value: str, got: str) -> None:
    row = make_row(**{column: value})
    assert compare_row(row, CALENDARS) == [Difference("D01", column, value, got)]


def test_minutes_agree_to_a_ten_thousandth() -> None:
    assert compare_row(make_row(expected_elapsed_min="90.00009"), CALENDARS) == []


def test_instants_agree_across_zones() -> None:
    assert compare_row(make_row(expected_due_at="2026-03-10T07:00:00+00:00"), CALENDARS) == []


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("start", "yesterday", "'yesterday' is not an instant"),
        ("start", "2026-03-10T10:00:00", "has no offset"),
        ("calendar", "MOON", "calendar 'MOON' is not known"),
        ("events", "calendar@2026-03-10T11:00+08:00=MOON", "calendar 'MOON' is not known"),
        ("events", "snooze@2026-03-10T11:00+08:00", "is not verb@instant"),
        ("events", "pause@2026-03-10T11:00+08:00=5", "is not verb@instant"),
        ("events", "pause", "is not an instant"),
        ("warn_pct", "180", "not between 0 and 100"),
    ],
)
def test_a_row_that_cannot_be_read_counts_as_a_difference(column: str, value: str, words: str) -> None:
    (found,) = compare_row(make_row(**{column: value}), CALENDARS)
    assert (found.row, found.column) == ("D01", "row")
    assert words in found.got


def test_a_target_that_is_no_number_is_a_bad_target() -> None:
    columns = ("due_at", "warn_at", "elapsed_min", "remaining_min", "breach_at")
    none = {f"expected_{column}": "" for column in columns}
    row = make_row(target_min="soon", expected_state="none", expected_flags="bad-target", **none)
    assert compare_row(row, CALENDARS) == []


def test_differences_of_several_rows_come_in_their_order() -> None:
    rows = [make_row(id="X1", expected_state="met"), make_row(id="X2"), make_row(id="X3", expected_state="met")]
    assert [found.row for found in compare_rows(rows, CALENDARS)] == ["X1", "X3"]


def test_a_csv_without_a_column_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("id,start\nA01,2026-03-10T10:00:00+08:00\n", encoding="utf-8")
    with pytest.raises(VectorError, match="no column calendar, target_min"):
        load_rows(path)


def test_a_csv_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VectorError, match=r"rows\.csv"):
        load_rows(tmp_path / "rows.csv")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "calendars.json"),
        ("[]", "no object 'calendars'"),
        ('{"calendars": {"A": {"tz": "Asia/Shanghai", "week": {"mon": ["9-18"]}}}}', "calendar A: week mon"),
        ('{"calendars": {"A": "open"}}', "calendar A"),
    ],
)
def test_calendars_that_cannot_be_read_are_refused_by_name(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "calendars.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(VectorError, match=words):
        load_calendars(path)
