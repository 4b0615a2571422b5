"""Writing rows out in constant memory: CSV piece by piece as it is read, XLSX into a file on disk."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlsxwriter
from defusedcsv import csv
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from servicedesk.exports.cells import guarded
from servicedesk.exports.columns import Column, Value, asked_for, read_row, with_columns
from servicedesk.exports.sources import Source

# Rows fetched from the database's cursor at a time; memory depends on this, not on how many there are.
CHUNK = 2000
# A sheet holds 1,048,576 lines, and the first is the head.
XLSX_ROWS = 1_048_575
# Longer texts are cut by the format.
XLSX_SIGNS = 32_767
# Tells Excel that the text is Chinese in UTF-8.
BOM = "\ufeff"


@dataclass
class Listing:
    """What is written: source, columns and marks in the language asked for; `written` counts the rows on the way."""

    source: Source
    columns: Sequence[Column]
    language: str
    # Who took it, when, and under which filters: label and text.
    marks: Sequence[tuple[str, str]]
    written: int = field(default=0)


def rows_of(listing: Listing, chunk: int = CHUNK) -> Iterator[list[list[Value]]]:
    """The rows in pieces of `chunk`, all from one snapshot: one query, read through a cursor of the database."""
    path = listing.source.path
    wanted = asked_for(listing.columns, path)
    found: Any = with_columns(listing.source.rows, path).values_list(*wanted)
    with transaction.atomic():
        piece: list[list[Value]] = []
        for values in found.iterator(chunk_size=chunk):
            # Not around the loop: between two pieces the thread belongs to somebody else's language.
            piece.append(values)
            if len(piece) == chunk:
                yield _read(listing, piece)
                piece = []
        if piece:
            yield _read(listing, piece)


def _read(listing: Listing, piece: Sequence[Sequence[Any]]) -> list[list[Value]]:
    with translation.override(listing.language):
        return [read_row(listing.columns, values) for values in piece]


def csv_pieces(listing: Listing, chunk: int = CHUNK) -> Iterator[bytes]:
    """The file in UTF-8 with a mark for Excel: head, rows, and at the end a blank line and the marks.

    The marks come last and carry the number of rows: a file without them was cut off on the way.
    """
    with translation.override(listing.language):
        head = [str(column.title) for column in listing.columns]
    yield (BOM + _csv([head])).encode()
    for piece in rows_of(listing, chunk):
        listing.written += len(piece)
        yield _csv(piece).encode()
    yield ("\r\n" + _csv([[label, text] for label, text in all_marks(listing)])).encode()


def _csv(rows: Sequence[Sequence[Value]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue()


def all_marks(listing: Listing) -> list[tuple[str, str]]:
    """The marks with the number of rows at the end."""
    with translation.override(listing.language):
        return [*listing.marks, (_("Rows"), str(listing.written))]


def write_xlsx(listing: Listing, file: Path, chunk: int = CHUNK) -> None:
    """Writes the file: a sheet with the rows, every text typed as text, and a sheet with the marks.

    The rows go to disk one by one, also in between: temporary files stand beside `file`.
    """
    options = {
        "constant_memory": True,
        "tmpdir": str(file.parent),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with translation.override(listing.language):
        titles = [str(column.title) for column in listing.columns]
        rows_name, marks_name = _("Rows"), _("About this file")
    with xlsxwriter.Workbook(str(file), options) as book:
        # The apostrophe of Excel itself: the cell stays text when the sheet is saved as CSV and opened again.
        text = book.add_format({"num_format": "@", "quote_prefix": True})
        bold = book.add_format({"bold": True, "num_format": "@"})
        sheet = book.add_worksheet(rows_name)
        sheet.freeze_panes(1, 1)
        sheet.set_footer("&L" + " · ".join(words for _label, words in listing.marks).replace("&", "&&")[:200])
        for place, column in enumerate(listing.columns):
            sheet.set_column(place, place, column.width)
        for place, title in enumerate(titles):
            sheet.write_string(0, place, title, bold)
        for piece in rows_of(listing, chunk):
            for row in piece:
                listing.written += 1
                _write_row(sheet, listing.written, row, text)
        about = book.add_worksheet(marks_name)
        about.set_column(0, 0, 16)
        about.set_column(1, 1, 60)
        for line, (label, words) in enumerate(all_marks(listing)):
            about.write_string(line, 0, label, bold)
            about.write_string(line, 1, words, text)


def _write_row(sheet: Any, line: int, row: Sequence[Value], text: Any) -> None:
    for place, cell in enumerate(row):
        if isinstance(cell, str):
            sheet.write_string(line, place, cell[:XLSX_SIGNS], text)
        elif cell is not None:
            sheet.write_number(line, place, cell)
