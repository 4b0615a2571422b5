"""Hours and lists of days as people write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.worktime.models import is_windows
from servicedesk.worktime.reading import MOST_LINES, DayRow, WindowError, read_day, read_list, read_windows


@pytest.mark.parametrize(
    ("text", "windows"),
    [
        ("", []),
        ("09:00-18:00", ["09:00-18:00"]),
        ("9:00-12:00, 13:30-18:00", ["09:00-12:00", "13:30-18:00"]),
        ("13:30-18:00 9:00-12:00", ["09:00-12:00", "13:30-18:00"]),
        ("9：00 — 12：00、13：30～18：00", ["09:00-12:00", "13:30-18:00"]),
        ("22:00至06:00", ["22:00-06:00"]),
        ("0:00-24:00", ["00:00-24:00"]),
    ],
)
def test_windows_are_taken_as_they_are_written(text: str, windows: list[str]) -> None:
    assert read_windows(text) == windows
    assert is_windows(windows)


@pytest.mark.parametrize("text", ["nine to five", "9-18", "25:00-26:00", "09:60-10:00", "24:00-06:00", "09:00-09:00"])
def test_what_is_no_window_is_refused_with_the_part_at_fault(text: str) -> None:
    with pytest.raises(WindowError) as refusal:
        read_windows(f"10:00-11:00, {text}")

    assert text.split(maxsplit=1)[0] in str(refusal.value)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_never_more(text: str) -> None:
    try:
        windows = read_windows(text)
    except WindowError:
        return
    assert is_windows(windows)


@pytest.mark.parametrize("text", ["2027-01-01", "2027/1/1", "2027.01.01", "2027年1月1日", " 2027-1-1 "])
def test_days_are_taken_as_they_are_written(text: str) -> None:
    assert read_day(text) == date(2027, 1, 1)


@pytest.mark.parametrize("text", ["", "2027-02-30", "27-01-01", "1999-01-01", "2100-01-01", "tomorrow"])
def test_what_is_no_day_of_this_century_is_none(text: str) -> None:
    assert read_day(text) is None


def test_a_list_is_read_with_commas_tabs_headings_and_empty_lines() -> None:
    lines = (
        "\ufeffday,kind,name_zh,name_en",
        "2027-01-01,休,元旦,New Year's Day",
        "",
        "2027/2/6\t班\t春节调休上班",
        '2027-02-07\uff0c上班\uff0c,"Make-up day, Spring"',
    )
    text = "\n".join(lines)
    rows, errors = read_list(text)

    assert errors == []
    assert rows == [
        DayRow(date(2027, 1, 1), "holiday", "元旦", "New Year's Day"),
        DayRow(date(2027, 2, 6), "makeup", "春节调休上班", ""),
        DayRow(date(2027, 2, 7), "makeup", "", "Make-up day, Spring"),
    ]


@pytest.mark.parametrize("word", ["holiday", "HOLIDAY", "休", "放假", "法定节假日"])
def test_holidays_go_by_several_words(word: str) -> None:
    assert read_list(f"2027-01-01,{word}")[0][0].kind == "holiday"


@pytest.mark.parametrize("word", ["makeup", "make-up", "班", "上班", "调休上班"])
def test_make_up_days_go_by_several_words(word: str) -> None:
    assert read_list(f"2027-01-01,{word}")[0][0].kind == "makeup"


def test_each_line_at_fault_is_named_and_the_others_are_read() -> None:
    rows, errors = read_list(
        "2027-01-01,休\n2027-02-30,休\n2027-01-02,maybe\n2027-01-01,班\n2027-01-03,休,a,b,c\n2027-01-04,休,"
        + "长" * 31
    )

    assert [row.day for row in rows] == [date(2027, 1, 1)]
    assert [error.line for error in errors] == [2, 3, 4, 5, 6]
    assert "2027-02-30" in errors[0].why
    assert "maybe" in errors[1].why
    assert "1" in errors[2].why


def test_an_endless_list_is_refused() -> None:
    _rows, errors = read_list("x\n" * (MOST_LINES + 5))

    assert errors[-1].line == MOST_LINES + 1
