"""A vector file from the disk: header, rows and cells checked before anything is decided."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from warranty.rules.cells import DESCRIPTIONS, READERS

_CHECKED = {**READERS, **DESCRIPTIONS}


class VectorFileError(ValueError):
    """The file cannot be used; the text is one line with file, line and column."""


@dataclass(frozen=True)
class VectorRow:
    """A row of a vector file: the line on which it ends, and its cells by column without spaces around them."""

    line: int
    cells: dict[str, str]


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a vector file as texts by column. Raises VectorFileError."""
    return [row.cells for row in vector_rows(path)]


def vector_rows(path: Path) -> list[VectorRow]:
    """Return the rows of a vector file, every cell readable; a byte order mark and any line ends are taken.

    Raises VectorFileError for a file, a header, a row or a cell that cannot be used, and where there is no row.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(_rows(path.name, file))
    except (OSError, UnicodeDecodeError) as error:
        raise VectorFileError(f"{path.name}: cannot be read: {error}") from error
    if not rows:
        raise VectorFileError(f"{path.name}: no rows")
    return rows


def _rows(name: str, file: Iterable[str]) -> Iterator[VectorRow]:
    reader = csv.reader(file, strict=True)
    try:
        header = [column.strip() for column in next(reader, [])]
        if header:
            _check_header(name, header)
        for cells in reader:
            if any(text.strip() for text in cells):
                yield VectorRow(reader.line_num, _row(f"{name}, line {reader.line_num}", header, cells))
    except csv.Error as error:
        raise VectorFileError(f"{name}, line {reader.line_num}: {error}") from error


def _check_header(name: str, header: list[str]) -> None:
    missing = [column for column in READERS if column not in header]
    if missing:
        raise VectorFileError(f"{name}, line 1: columns are missing: {', '.join(missing)}")
    twice = sorted({column for column in header if column and header.count(column) > 1})
    if twice:
        raise VectorFileError(f"{name}, line 1: columns are given twice: {', '.join(twice)}")


def _row(where: str, header: list[str], cells: list[str]) -> dict[str, str]:
    if len(cells) != len(header):
        raise VectorFileError(f"{where}: {len(cells)} cells, but the header has {len(header)}")
    row = {column: text.strip() for column, text in zip(header, cells, strict=True)}
    for column, reader in _CHECKED.items():
        try:
            reader(row.get(column, ""))
        except ValueError as error:
            raise VectorFileError(f"{where}, column {column}: {row[column]!r} {error}") from error
    return row
