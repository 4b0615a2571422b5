"""No cell is taken for a formula, and nothing of what stood in it is lost."""

import csv
import io
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import Mock

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from servicedesk.exports import writing
from servicedesk.exports.cells import guarded, is_formula, unguarded
from servicedesk.exports.columns import Column, plain
from servicedesk.exports.writing import Listing

SPOILT = [
    "=1+1",
    "+86",
    "-1",
    "@SUM(A1)",
    "|cmd",
    "%x",
    "\t=1",
    "\r=1",
    "\n=1",
    "\tquiet",
    " =1",
    "\u00a0=1",
    "\u3000=1",
    "\ufeff=1",
    "\u200b=1",
    "\x00=1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "　＝1",
    "'=1",
    "''\t=1",
    "first\n=second",
    "first\r\n @second",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x","y")',
]
# What a database column can hold, with the dangerous signs far more often than chance would bring them.
SIGNS = st.sampled_from(list("=+-@|%＝＋－＠'\t\r\n \u00a0\u3000\ufeff\u200b,\";|"))
LETTERS = st.characters(codec="utf-8", exclude_characters="\x00")
TEXTS = st.lists(SIGNS | LETTERS, max_size=12).map("".join)
INKLESS = re.compile(r"^[\s\x00-\x20\x7f-\xa0\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")


def looks_like_formula(cell: str) -> bool:
    """A reading of its own, by taking blanks away and looking at the first sign."""
    return any(
        INKLESS.sub("", line)[:1] in {*"=+-@|%＝＋－＠％｜"} for line in re.split("[\r\n]", cell) if line.strip()
    )


@pytest.mark.parametrize("text", SPOILT)
def test_a_text_that_could_be_a_formula_gets_the_mark_for_text(text: str) -> None:
    assert is_formula(text)
    assert not looks_like_formula(guarded(text))
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["", "王芳", "138****5678", "A=1", "桃园路8-3", "O'Brien", "'quoted'", "3 + 4", "5%"])
def test_an_everyday_text_stays_as_it_is(text: str) -> None:
    assert guarded(text) == text


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS)
def test_whatever_is_guarded_is_no_formula_and_comes_back(text: str) -> None:
    kept = guarded(text)
    assert not looks_like_formula(kept)
    assert kept[:1] not in {"\t", "\r"}
    assert unguarded(kept) == text


def listing_of(rows: list[list[Any]], monkeypatch: pytest.MonkeyPatch) -> Listing:
    columns = [Column(f"={place}", (str(place),), plain) for place in range(len(rows[0]) if rows else 1)]
    monkeypatch.setattr(writing, "rows_of", lambda _listing, _chunk: iter([rows]))
    return Listing(Mock(), columns, "en", [("=who", "@me")])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(TEXTS, min_size=3, max_size=3), min_size=1, max_size=6))
def test_a_csv_file_holds_no_formula_and_gives_back_what_was_put_in(rows: list[list[str]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        text = b"".join(writing.csv_pieces(listing_of(rows, patch))).decode()
    assert text.startswith("\ufeff")
    read = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert not [cell for line in read for cell in line if looks_like_formula(cell)]
    assert [[unguarded(cell) for cell in line] for line in read[1 : len(rows) + 1]] == rows
    assert read[0] == ["'=0", "'=1", "'=2"]
    assert read[len(rows) + 1 :] == [[], ["'=who", "'@me"], ["Rows", str(len(rows))]]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(TEXTS, min_size=3, max_size=3), min_size=1, max_size=6))
def test_a_sheet_holds_texts_only_and_gives_back_what_was_put_in(rows: list[list[str]]) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        file = Path(folder) / "list.xlsx"
        writing.write_xlsx(listing_of(rows, patch), file)
        book = openpyxl.load_workbook(file)
    sheet = book.worksheets[0]
    cells = [[sheet.cell(line + 2, place + 1) for place in range(3)] for line in range(len(rows))]
    assert not [
        cell for each in book.worksheets for line in each.iter_rows() for cell in line if cell.data_type == "f"
    ]
    assert all(cell.quotePrefix for line in cells for cell in line if cell.value)
    found = [[unescaped(cell.value) for cell in line] for line in cells]
    assert found == rows


def unescaped(value: Any) -> str:
    """A cell without the escapes of the format for signs XML cannot hold."""
    text = "" if value is None else str(value)
    return re.sub("_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), text)
