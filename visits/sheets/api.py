"""Record sheets over the API: the sheets of a visit, one of them, its PDF, what would be frozen now, a correction."""

from base64 import b64encode
from typing import Any

from rest_framework import serializers

from servicedesk.api.endpoint import Call, Endpoint, operation
from servicedesk.api.fields import Body, Number, Text
from servicedesk.api.references import symptom_named
from servicedesk.api.shapes import PersonOut, Shown
from visits.access import VISIT_READERS, visit_or_404
from visits.models import ServiceRecord
from visits.sheets.access import sheet_or_404
from visits.sheets.printing import sheet_pdf
from visits.sheets.readers import Reader, reader_of
from visits.sheets.selectors import current_content, sheets_of
from visits.sheets.services import Correction, correct_sheet

READ, WRITE = "visits:read", "visits:write"
READERS = frozenset(VISIT_READERS)


class SheetOut(Shown):
    """A record sheet without its content."""

    number = serializers.CharField(help_text="Ticket number, which of its visits, version.")
    version = serializers.IntegerField()
    reason = serializers.ChoiceField(ServiceRecord.Reason.values)
    note = serializers.CharField(allow_blank=True)
    replaces = serializers.CharField(source="replaces.number", allow_null=True, default=None)
    content_hash = serializers.CharField(help_text="SHA-256 of the content in JSON: keys in order, no spaces, UTF-8.")
    made_at = serializers.DateTimeField()
    made_by = PersonOut(allow_null=True)
    signed_at = serializers.DateTimeField(allow_null=True)
    keep_until = serializers.DateField()


class FullSheetOut(SheetOut):
    """A record sheet with its content; phone and street are masked for those who may not read them."""

    content = serializers.SerializerMethodField()

    def get_content(self, sheet: ServiceRecord) -> dict[str, Any]:
        """The content as the reader may see it."""
        return masked(sheet.content, reader_of(self.context["reader"]))


class PreviewOut(Shown):
    """What would be frozen now."""

    content = serializers.DictField()


class PdfOut(Shown):
    """A sheet as a file."""

    number = serializers.CharField()
    content_hash = serializers.CharField()
    content = serializers.CharField(help_text="The PDF in base64.")


class CorrectBody(Body):
    """What the sheet shall say, why, and which sheet was read."""

    version = Number(min_value=1, max_value=32767, help_text="Of the sheet that is corrected.")
    reason = Text(max_length=300)
    finding = Text(max_length=500)
    work = Text(required=False, default="", allow_blank=True, max_length=1000)
    confirmed_fault = Text(
        required=False, allow_null=True, default=None, max_length=40, help_text="Code of a symptom."
    )
    remark = Text(required=False, default="", allow_blank=True, max_length=500)


class SheetEndpoint(Endpoint):
    """An address of record sheets."""

    tag = "visits"


class Sheets(SheetEndpoint):
    """The sheets of a visit."""

    @operation("list_sheets", READ, SheetOut, roles=READERS, find=visit_or_404, many=True)
    def get(self, call: Call) -> list[Any]:
        """Lists the record sheets of a visit, the one that holds first."""
        return list(sheets_of(call.found))


class OneSheet(SheetEndpoint):
    """One sheet."""

    @operation("read_sheet", READ, FullSheetOut, roles=READERS, find=sheet_or_404)
    def get(self, call: Call) -> Any:
        """Reads a record sheet with its frozen content."""
        return call.found


class SheetFile(SheetEndpoint):
    """One sheet as a PDF."""

    @operation("read_sheet_pdf", READ, PdfOut, roles=READERS, find=sheet_or_404)
    def get(self, call: Call) -> Any:
        """Reads a record sheet as a PDF in the language of the answer."""
        sheet = call.found
        file = sheet_pdf(sheet, reader_of(call.user), call.request._request)
        return {
            "number": sheet.number,
            "content_hash": sheet.content_hash,
            "content": b64encode(file).decode(),
        }


class SheetPreview(SheetEndpoint):
    """The sheet before it is signed."""

    @operation("read_sheet_preview", READ, PreviewOut, roles=READERS, find=visit_or_404)
    def get(self, call: Call) -> Any:
        """Reads the content as it would be frozen now; nothing is written."""
        return {"content": masked(current_content(call.found.pk, call.now), reader_of(call.user))}


class CorrectSheet(SheetEndpoint):
    """A correction."""

    @operation("correct_sheet", WRITE, FullSheetOut, body=CorrectBody, find=visit_or_404, status=201)
    def post(self, call: Call) -> Any:
        """Corrects the sheet of a completed visit: a new one, unsigned, takes its place and names it."""
        given, category = call.given, call.found.ticket.category
        fault = None if given["confirmed_fault"] is None else symptom_named(category, given["confirmed_fault"])
        said = Correction(given["finding"], given["work"], fault, given["remark"])
        who: dict[str, Any] = {"actor": call.user, "now": call.now}
        return correct_sheet(call.found.pk, said, given["reason"], version=given["version"], **who)


def masked(content: dict[str, Any], reader: Reader) -> dict[str, Any]:
    """The content without phone and street where the reader may not see them."""
    if reader.full:
        return content
    customer = {**content["customer"], "phone": "***", "address": content["customer"]["place"]}
    return {**content, "customer": customer}
