"""Matching the headings of a file with the columns of a kind, and reading a row by them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from servicedesk.errors import INVALID, ActionError, invalid
from servicedesk.imports.cells import BadCellError
from servicedesk.imports.kinds import Column, Kind, plain_heading


@dataclass(frozen=True)
class Layout:
    """Which place of a row belongs to which column; headings nobody knows are left out and named."""

    places: tuple[tuple[Column, int], ...]
    ignored: tuple[str, ...]


def layout_of(kind: Kind, headings: Sequence[str]) -> Layout:
    """Where the columns of `kind` stand. Refuses with 422 heading_missing, heading_twice, naming them."""
    titles = {title: column for column in kind.columns for title in column.titles()}
    places: dict[str, tuple[Column, int]] = {}
    ignored: list[str] = []
    for place, heading in enumerate(headings):
        column = titles.get(plain_heading(heading))
        if column is None:
            ignored += [heading] if heading else []
        elif column.key in places:
            raise invalid("file", "heading_twice", _("Two columns are called “%(name)s”.") % {"name": column.title})
        else:
            places[column.key] = (column, place)
    missing = [str(column.title) for column in kind.columns if column.required and column.key not in places]
    if missing:
        raise invalid(
            "file",
            "heading_missing",
            _("These columns are missing: %(names)s. Take the template.") % {"names": ", ".join(missing)},
            columns=missing,
        )
    return Layout(tuple(places.values()), tuple(ignored))


def read_cells(kind: Kind, layout: Layout, cells: Sequence[str]) -> dict[str, Any]:
    """The values of a row by column; None for an empty cell and for a column the file does not have.

    Refuses with 422 cell_missing or cell_unreadable on the first column that cannot be read.
    """
    values: dict[str, Any] = {column.key: None for column in kind.columns}
    for column, place in layout.places:
        given = cells[place] if place < len(cells) else ""
        if "\0" in given:
            raise bad_cell(column.key, _("text without signs no keyboard sends"), "cell_unreadable")
        if not given:
            if column.required:
                raise bad_cell(column.key, _("something: this column must be filled"), "cell_missing")
            continue
        try:
            values[column.key] = column.read(given)
        except BadCellError as error:
            raise bad_cell(column.key, error.expected, "cell_unreadable") from None
    return values


def given_in(layout: Layout, cells: Sequence[str], key: str) -> str:
    """What stands in the column `key` of a row."""
    return next((cells[place] for column, place in layout.places if column.key == key and place < len(cells)), "")


def bad_cell(key: str, expected: str, code: str) -> ActionError:
    """The refusal of a row for the cell of a column; its message says what is expected."""
    return ActionError(code, expected, status=INVALID, field=key)
