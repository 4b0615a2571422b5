"""A sheet made ready for page and paper: its words, its drawing, its code."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from visits.models import ServiceRecord
from visits.sheets.drawing import as_data, customer_link, drawing_of, square_code
from visits.sheets.pdf import Printed, pdf_of
from visits.sheets.readers import Reader
from visits.sheets.showing import Shown, show

LANGUAGES = ("zh-hans", "en")


def replaced_by(sheet: ServiceRecord) -> str:
    """The number of the sheet that took its place; empty for the one that holds."""
    after: ServiceRecord | None = getattr(sheet, "replaced_by", None)
    return after.number if after is not None else ""


def shown_sheet(sheet: ServiceRecord, reader: Reader) -> Shown:
    """The sheet in the language being spoken."""
    return show(sheet.content, reader, replaced_by=replaced_by(sheet))


def sheet_context(sheet: ServiceRecord, reader: Reader, request: HttpRequest) -> dict[str, Any]:
    """What the template of a sheet needs."""
    return {
        "sheet": sheet,
        "shown": shown_sheet(sheet, reader),
        "drawing": as_data(drawing_of(sheet)),
        "code": as_data(square_code(customer_link(sheet.visit.ticket, request))),
    }


def sheet_pdf(sheet: ServiceRecord, reader: Reader, request: HttpRequest | None) -> bytes:
    """The sheet as a PDF file in the language being spoken."""
    link = customer_link(sheet.visit.ticket, request)
    printed = Printed(sheet.content_hash, drawing_of(sheet), link, square_code(link))
    return pdf_of(shown_sheet(sheet, reader), printed)


def pdf_response(sheet: ServiceRecord, reader: Reader, request: HttpRequest) -> HttpResponse:
    """The PDF as a browser opens it; `?lang=` asks for a language other than the reader's own."""
    wanted = request.GET.get("lang", "")
    language = wanted if wanted in LANGUAGES else translation.get_language() or LANGUAGES[0]
    with translation.override(language):
        response = HttpResponse(sheet_pdf(sheet, reader, request), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{sheet.number.replace("/", "-")}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    return response
