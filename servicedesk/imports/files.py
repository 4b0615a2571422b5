"""The files an import gives out: templates to fill in, and the refused rows with their reasons."""

import io
from collections.abc import Iterable

import xlsxwriter
from defusedcsv import csv
from django.utils.translation import gettext as _

from servicedesk.exports.cells import guarded
from servicedesk.imports.kinds import Kind
from servicedesk.imports.models import Import, ImportRow

BOM = "\ufeff"
REFUSED = (ImportRow.State.REFUSED, ImportRow.State.LATE, ImportRow.State.KEPT)


def template_csv(kind: Kind) -> bytes:
    """Headings in the reader's language and one example row."""
    return _csv([[str(column.title) for column in kind.columns], [column.example for column in kind.columns]])


def template_xlsx(kind: Kind) -> bytes:
    """The same as a spreadsheet, with a second sheet that says what each column holds."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        # Text cells: Excel would make a number of an employee number and a date of a day.
        text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "num_format": "@"})
        sheet, about = book.add_worksheet(_("Rows")), book.add_worksheet(_("Columns"))
        sheet.freeze_panes(1, 0)
        about.set_column(0, 0, 24)
        about.set_column(1, 1, 12)
        about.set_column(2, 2, 70)
        for place, title in enumerate((_("Column"), _("Must be filled"), _("What it holds"))):
            about.write_string(0, place, title, bold)
        for place, column in enumerate(kind.columns):
            sheet.set_column(place, place, 18, text)
            sheet.write_string(0, place, str(column.title), bold)
            sheet.write_string(1, place, column.example, text)
            about.write_string(place + 1, 0, str(column.title), text)
            about.write_string(place + 1, 1, _("yes") if column.required else _("no"), text)
            about.write_string(place + 1, 2, str(column.allowed), text)
    return out.getvalue()


def refused_csv(batch: Import, kind: Kind) -> bytes:
    """The refused rows with their own columns, and behind them row, column and reason; no cell can be a formula.

    A heading keeps its place, so that the file can be mended and brought again as it is.
    """
    head = [*batch.headings, _("Row in the file"), _("Refused column"), _("Why it was refused")]
    width = len(batch.headings)
    lines: Iterable[list[str]] = (
        [
            *(row.cells + [""] * width)[:width],
            str(row.number),
            column_title(kind, row.field),
            row.expected,
        ]
        for row in batch.rows.filter(state__in=REFUSED).order_by("number")
    )
    return _csv([head, *lines])


def column_title(kind: Kind, key: str) -> str:
    """The heading of a column in the reader's language; the key itself where it is no column, empty for none."""
    column = kind.column(key)
    return str(column.title) if column is not None else ""


def _csv(rows: Iterable[list[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([guarded(cell) for cell in row])
    return (BOM + out.getvalue()).encode()
