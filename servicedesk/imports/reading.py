"""From the bytes of a file to a table of texts, within limits; nothing of it is ever evaluated.

A spreadsheet is a zip of XML: what it would unpack to is looked at before it is unpacked, and a document that declares
entities is refused. Formulas count as the value that was stored beside them.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

# Only the name of the error; what reads is openpyxl, behind the limits below.
from xml.etree.ElementTree import ParseError  # nosec B405

from django.utils.translation import gettext_lazy as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from servicedesk.errors import ActionError, invalid
from servicedesk.exports.cells import unguarded

MAX_MB = 5
MAX_BYTES = MAX_MB * 1024 * 1024
MAX_COLUMNS = 60
# A sheet of some thousand rows unpacks to a few megabytes.
MAX_UNPACKED = 60 * 1024 * 1024
MAX_PARTS = 400
MAX_CELL = 40_000
ENCODINGS = ("utf-8-sig", "gb18030")
SEPARATORS = (",", ";", "\t")
WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
UNREADABLE = (
    InvalidFileException,
    zipfile.BadZipFile,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    zipfile.LargeZipFile,
)


@dataclass(frozen=True)
class Table:
    """Headings, and rows with their line as a person counts them, the headings being line 1; every cell a text."""

    headings: list[str]
    rows: list[tuple[int, list[str]]]


def read_table(name: str, data: bytes, most_rows: int) -> Table:
    """The table in the file. Refuses with 422 on `file`: file_empty, file_too_big, file_kind, file_unreadable,
    file_unpacks_too_large, file_encoding, too_many_rows, too_many_columns, no_rows.
    """
    if not data:
        raise invalid("file", "file_empty", _("The file is empty."))
    if len(data) > MAX_BYTES:
        raise invalid("file", "file_too_big", _("The file is larger than %(mb)s MB.") % {"mb": MAX_MB}, max_mb=MAX_MB)
    lines: Iterable[list[str]]
    if data.startswith(b"PK\x03\x04"):
        lines = _sheet_lines(data, most_rows)
    elif data.startswith(b"\xd0\xcf\x11\xe0") or name.lower().endswith(".xls"):
        raise invalid("file", "file_kind", _("This is an old Excel file (.xls). Save it as .xlsx or CSV."))
    else:
        lines = _text_lines(data)
    return _table(lines, most_rows)


def _table(lines: Iterable[list[str]], most_rows: int) -> Table:
    headings: list[str] = []
    rows: list[tuple[int, list[str]]] = []
    for number, line in enumerate(lines, start=1):
        cells = [cell.strip() for cell in line]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if len(cells) > MAX_COLUMNS:
            raise invalid("file", "too_many_columns", _("The file has more than %(n)s columns.") % {"n": MAX_COLUMNS})
        if not headings:
            headings = cells
            continue
        if len(rows) == most_rows:
            raise invalid(
                "file",
                "too_many_rows",
                _("The file has more than %(n)s rows. Split it into several.") % {"n": most_rows},
                limit=most_rows,
            )
        width = len(headings)
        rows.append((number, (cells + [""] * width)[: max(width, len(cells))]))
    if not rows:
        raise invalid("file", "no_rows", _("The file has headings but no rows, or nothing at all."))
    return Table(headings, rows)


def _text_lines(data: bytes) -> Iterator[list[str]]:
    text = _decoded(data)
    head = text.lstrip("\r\n").partition("\n")[0]
    separator = max(SEPARATORS, key=head.count)
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=False):
            yield [unguarded(cell) for cell in line]
    except csv.Error:
        raise _unreadable() from None


def _decoded(data: bytes) -> str:
    if data.startswith(WIDE_MARKS):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ENCODINGS
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise invalid(
        "file", "file_encoding", _("This is no text in UTF-8 or GB18030, and no XLSX. Save it as one of them.")
    )


def _sheet_lines(data: bytes, most_rows: int) -> list[list[str]]:
    _check_parts(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            sheet: Any = book.worksheets[0]
            # What the file says of its own size may be wrong, and would be believed.
            sheet.reset_dimensions()
            found = sheet.iter_rows(max_row=2 * most_rows + 2, max_col=MAX_COLUMNS + 1, values_only=True)
            return [[_shown(cell) for cell in row] for row in found]
        finally:
            book.close()
    except UNREADABLE:
        raise _unreadable() from None


def _check_parts(data: bytes) -> None:
    """Refuses a spreadsheet that unpacks to far more than a list needs, or whose XML declares something of its own."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            infos = parts.infolist()
            # No more is ever unpacked than a part says it has.
            if len(infos) > MAX_PARTS or sum(info.file_size for info in infos) > MAX_UNPACKED:
                raise invalid("file", "file_unpacks_too_large", _("This file unpacks to far more than a list needs."))
            for info in infos:
                content = parts.read(info) if info.filename.endswith((".xml", ".rels")) else b""
                if content.startswith(WIDE_MARKS) or b"\0" in content[:8] or b"<!DOCTYPE" in content:
                    raise _unreadable()
    except ActionError:
        raise
    except UNREADABLE:
        raise _unreadable() from None


def _unreadable() -> ActionError:
    return invalid("file", "file_unreadable", _("The file could not be read. Save it anew as XLSX or CSV."))


def _shown(value: Any) -> str:
    """A cell of a spreadsheet as a person would type it."""
    if isinstance(value, bool):
        return "1" if value else "0"
    # A datetime is a date as well, so it is asked first.
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d" if value.time() == time() else "%Y-%m-%d %H:%M")
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, timedelta):
        minutes = int(value.total_seconds()) // 60
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return "" if value is None else str(value)[:MAX_CELL]
