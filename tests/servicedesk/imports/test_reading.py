"""Files as people bring them: encodings, separators, spreadsheets, and what is refused before it is unpacked."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

import openpyxl
import pytest

from servicedesk.errors import ActionError
from servicedesk.imports.reading import MAX_BYTES, MAX_UNPACKED, read_table

ROWS = [["工号", "日期"], ["E0001", "2026-03-10"]]


def text_file(separator: str = ",") -> str:
    return "\r\n".join(separator.join(row) for row in ROWS) + "\r\n"


def sheet(*rows: Sequence[object]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    page: Any = book.active
    for row in rows:
        page.append(row)
    book.save(out)
    return out.getvalue()


def refusal(data: bytes, name: str = "a.csv", most: int = 100) -> str:
    with pytest.raises(ActionError) as refused:
        read_table(name, data, most)
    assert (refused.value.status, refused.value.field) == (422, "file")
    return refused.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_list_is_read_in_every_usual_encoding_and_with_every_separator(encoding: str, separator: str) -> None:
    table = read_table("a.csv", text_file(separator).encode(encoding), 100)
    assert (table.headings, table.rows) == (ROWS[0], [(2, ROWS[1])])


def test_rows_keep_the_number_a_person_counts_and_empty_ones_are_left_out() -> None:
    table = read_table("a.csv", b"a,b\r\n\r\n1,2\r\n,,\r\n3\r\n", 100)
    assert table.rows == [(3, ["1", "2"]), (5, ["3", ""])]


def test_a_sheet_gives_days_times_and_numbers_as_people_type_them() -> None:
    data = sheet(["a", "b", "c", "d", "e"], [datetime(2026, 3, 10), time(8, 30), 3.0, 31.5, True], [date(2026, 3, 11)])
    table = read_table("a.xlsx", data, 100)
    assert table.rows == [
        (2, ["2026-03-10", "08:30", "3", "31.5", "1"]),
        (3, ["2026-03-11", "", "", "", ""]),
    ]


def test_a_formula_counts_as_the_value_beside_it_and_is_never_worked_out() -> None:
    assert read_table("a.xlsx", sheet(["a", "b"], ["x", "=1+1"]), 100).rows == [(2, ["x", ""])]
    assert read_table("a.csv", b"a\r\n=1+1\r\n", 100).rows == [(2, ["=1+1"])]


def test_the_apostrophe_of_our_own_files_is_taken_away_again() -> None:
    assert read_table("a.csv", b"a\r\n'=1+1\r\n", 100).rows == [(2, ["=1+1"])]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b"a,b\r\n", "no_rows"),
        (b"x" * (MAX_BYTES + 1), "file_too_big"),
        (b"\xd0\xcf\x11\xe0rest", "file_kind"),
        (b"a\xff\xff\x80,b\r\n1,2", "file_encoding"),
        (b"a\0b,c\r\n1,2", "file_encoding"),
        (b"PK\x03\x04nothing", "file_unreadable"),
        (b"a\r\n" + b"1\r\n" * 101, "too_many_rows"),
        (b",".join(b"h" for _ in range(61)) + b"\r\n1", "too_many_columns"),
    ],
)
def test_what_is_no_list_is_refused_with_its_code(data: bytes, code: str) -> None:
    assert refusal(data) == code


def test_a_sheet_that_would_unpack_to_too_much_is_refused_before_it_is() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b" " * (MAX_UNPACKED + 1))
    assert len(out.getvalue()) < 100_000
    assert refusal(out.getvalue(), "a.xlsx") == "file_unpacks_too_large"


def test_a_sheet_that_declares_entities_is_refused() -> None:
    data, out = sheet(["a"], ["b"]), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename.endswith("sheet1.xml"):
                content = content.replace(b"<worksheet", b'<!DOCTYPE a [<!ENTITY x "xx">]><worksheet', 1)
            new.writestr(info.filename, content)
    assert refusal(out.getvalue(), "a.xlsx") == "file_unreadable"


def test_a_sheet_whose_parts_are_missing_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as parts:
        parts.writestr("hello.txt", "no sheet")
    assert refusal(out.getvalue(), "a.xlsx") == "file_unreadable"


def test_a_sheet_with_more_rows_than_allowed_is_refused() -> None:
    assert refusal(sheet(["a"], *[["x"] for _ in range(101)]), "a.xlsx") == "too_many_rows"
