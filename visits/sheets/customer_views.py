"""The sheets behind the customer's own link."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from servicedesk import clock
from visits.aftercare.access import ticket_of_link
from visits.aftercare.services.customer import link_has_ended
from visits.aftercare.views.customer import private, unknown_link
from visits.models import ServiceRecord
from visits.sheets.access import sheet_of_link
from visits.sheets.printing import pdf_response, sheet_context
from visits.sheets.readers import CUSTOMER


@login_not_required
@require_GET
def customer_sheet(request: HttpRequest, token: str, visit_no: int, version: int) -> HttpResponse:
    """One sheet of the customer's own request."""
    sheet = _sheet(token, visit_no, version)
    if sheet is None:
        return unknown_link(request)
    context = {**sheet_context(sheet, CUSTOMER, request), "ticket": sheet.visit.ticket, "visit_no": visit_no}
    return private(render(request, "customer/customer_sheet.html", context))


@login_not_required
@require_GET
def customer_sheet_pdf(request: HttpRequest, token: str, visit_no: int, version: int) -> HttpResponse:
    """The same as a PDF."""
    sheet = _sheet(token, visit_no, version)
    return unknown_link(request) if sheet is None else private(pdf_response(sheet, CUSTOMER, request))


def _sheet(token: str, visit_no: int, version: int) -> ServiceRecord | None:
    """The sheet; None for a link nobody was given or whose time is over, and for another's sheet."""
    ticket = ticket_of_link(token)
    if ticket is None or link_has_ended(ticket, clock.now()):
        return None
    sheet = sheet_of_link(ticket, visit_no, version)
    if sheet is not None:
        sheet.visit.ticket = ticket
    return sheet
