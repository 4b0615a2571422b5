"""The sheet for staff: page and print, PDF, correction."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from servicedesk import clock
from servicedesk.access import base_of, roles_allowed, staff_of
from servicedesk.errors import ActionError
from servicedesk.people.models import Role, User
from servicedesk.tickets.transitions import fits
from visits.access import VISIT_READERS, visit_or_404
from visits.models import ServiceRecord, Visit
from visits.sheets.access import sheet_or_404
from visits.sheets.forms import CorrectionForm
from visits.sheets.printing import pdf_response, sheet_context
from visits.sheets.readers import reader_of
from visits.sheets.selectors import current_content, current_sheet, sheets_of
from visits.sheets.services import correct_sheet
from visits.sheets.showing import show
from visits.views.common import done, refused

PAGE = "sheets/sheet.html"


@require_GET
def visit_sheet(request: HttpRequest, visit_id: int) -> HttpResponse:
    """The sheet that holds; while there is none, what would be written down now."""
    user = staff_of(request)
    visit = visit_or_404(user, visit_id)
    sheet = current_sheet(visit)
    if sheet is not None:
        return _page(request, user, sheet_or_404(user, visit_id, sheet.version))
    content = current_content(visit.pk, clock.now())
    return render(request, PAGE, {**_around(user, visit), "shown": show(content, reader_of(user))})


@require_GET
def visit_sheet_version(request: HttpRequest, visit_id: int, version: int) -> HttpResponse:
    """One sheet of the visit, also one that was replaced."""
    user = staff_of(request)
    return _page(request, user, sheet_or_404(user, visit_id, version))


@require_GET
def visit_sheet_pdf(request: HttpRequest, visit_id: int, version: int) -> HttpResponse:
    """One sheet as a PDF."""
    user = staff_of(request)
    return pdf_response(sheet_or_404(user, visit_id, version), reader_of(user), request)


@require_http_methods(["GET", "POST"])
@roles_allowed(Role.SUPERVISOR, Role.MANAGER)
def visit_sheet_correct(request: HttpRequest, visit_id: int) -> HttpResponse:
    """A supervisor or manager corrects the sheet that holds, with a reason; a new one takes its place."""
    user = staff_of(request)
    visit = visit_or_404(user, visit_id)
    sheet = current_sheet(visit)
    if sheet is None:
        raise Http404
    sheet.visit = visit
    form = CorrectionForm(sheet, request.POST or None)
    template = "sheets/sheet_correct.html"
    context = {**_around(user, visit), "sheet": sheet, "form": form}
    if request.method != "POST":
        return render(request, template, context)
    if not form.is_valid():
        return refused(request, template, context)
    reason, version = form.cleaned_data["reason"], form.cleaned_data["version"]
    try:
        correct_sheet(visit_id, form.correction(), reason, actor=user, now=clock.now(), version=version)
    except ActionError as refusal:
        return refused(request, template, context, refusal)
    return done(request, reverse("visit_sheet", args=[visit_id]), _("A new sheet has been written."))


def _page(request: HttpRequest, user: User, sheet: ServiceRecord) -> HttpResponse:
    visit = sheet.visit
    current = current_sheet(visit)
    context = {
        **_around(user, visit),
        **sheet_context(sheet, reader_of(user), request),
        "may_correct": current == sheet and fits("correct_sheet", user, visit.state),
    }
    return render(request, PAGE, context)


def _around(user: User, visit: Visit) -> dict[str, Any]:
    opens = user.role in VISIT_READERS
    ticket_page = reverse("ticket_detail", args=[visit.ticket.number])
    return {
        "base_template": base_of(user),
        "visit": visit,
        "ticket": visit.ticket,
        "sheets": list(sheets_of(visit)),
        "back": reverse("visit_detail", args=[visit.pk]) if opens else ticket_page,
    }
