"""The page before an export and the file itself, which streams out as the answer to its form."""

import logging
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from servicedesk import clock
from servicedesk.access import roles_allowed, staff_of
from servicedesk.dashboards import wording
from servicedesk.dashboards.figures import View
from servicedesk.dashboards.filters import read_filters
from servicedesk.dashboards.rows import LINES, rows_of
from servicedesk.desk.views.tickets import VIEW_LABELS, filters_of
from servicedesk.errors import INVALID, ActionError
from servicedesk.exports.columns import columns_for
from servicedesk.exports.forms import ExportForm
from servicedesk.exports.marks import described, marks_of
from servicedesk.exports.models import Export, ExportFormat
from servicedesk.exports.services import (
    EXPORTERS,
    Wish,
    finish_export,
    may_take_full_numbers,
    needs_password,
    start_export,
)
from servicedesk.exports.sources import Source, figure_source, ticket_source
from servicedesk.exports.writing import Listing, csv_pieces, write_xlsx
from servicedesk.people.models import Role, User
from servicedesk.people.reauth import confirm, is_confirmed

log = logging.getLogger(__name__)

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BLOCK = 256 * 1024


@dataclass(frozen=True)
class Door:
    """Where an export comes from: the page it leads back to."""

    source: Source
    back_url: str


@require_http_methods(["GET", "POST"])
@roles_allowed(*EXPORTERS)
def ticket_export(request: HttpRequest) -> HttpResponseBase:
    """The ticket list under the filters of the address."""
    user, now = staff_of(request), clock.now()
    filters = filters_of(request, user)
    source = ticket_source(user, filters, VIEW_LABELS[filters.view], now)
    return _export(request, user, Door(source, f"{reverse('ticket_list')}?{request.GET.urlencode()}"))


@require_http_methods(["GET", "POST"])
@roles_allowed(*EXPORTERS)
def figure_export(request: HttpRequest) -> HttpResponseBase:
    """The rows behind a figure of the dashboard; 404 for a figure no dashboard shows."""
    user, now = staff_of(request), clock.now()
    values = request.GET.dict()
    view = View(user, read_filters(values, now), now)
    figure = values.get("figure", "risk")
    lines = {key: values.get(key, "") for key in LINES}
    found = rows_of(view, figure, lines)
    rows: Any = found.clocks if found.clocks is not None else found.tickets
    kept = {
        "figure": figure,
        "from": view.filters.first.isoformat(),
        "until": view.filters.last.isoformat(),
        "outlet": view.filters.outlet,
        "kind": view.filters.kind,
        **lines,
    }
    source = figure_source(user, rows, wording.title_of(figure), kept)
    return _export(request, user, Door(source, f"{reverse('dashboard_rows')}?{request.GET.urlencode()}"))


def _export(request: HttpRequest, user: User, door: Door) -> HttpResponseBase:
    now = clock.now()
    asks = needs_password(user) and not is_confirmed(request, now)
    options: dict[str, Any] = {"may_full": may_take_full_numbers(user), "asks_password": asks}
    if request.method != "POST":
        return _page(request, user, door, ExportForm(**options))
    form = ExportForm(request.POST, **options)
    if not form.is_valid():
        return _page(request, user, door, form, status=INVALID)
    if asks and not confirm(request, user, form.cleaned_data["password"], now):
        form.add_error("password", _("This is not your password."))
        return _page(request, user, door, form, status=INVALID)
    wish = form.wish()
    try:
        export = start_export(door.source, wish, actor=user, now=now, password_confirmed=True)
    except ActionError as error:
        if error.field not in form.fields:
            raise
        form.add_error(error.field, str(error.message))
        return _page(request, user, door, form, status=error.status)
    return _file(export, door.source, wish, user)


def _page(request: HttpRequest, user: User, door: Door, form: ExportForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "count": door.source.count(),
        "title": door.source.title,
        "filters": described(door.source),
        "back_url": door.back_url,
        "own_only": user.role == Role.AGENT,
    }
    return render(request, "exports/export_form.html", context, status=status)


def _file(export: Export, source: Source, wish: Wish, user: User) -> HttpResponseBase:
    listing = Listing(
        source=source,
        columns=columns_for(full_numbers=wish.full_numbers),
        language=get_language() or "zh-hans",
        marks=marks_of(export, source, user),
    )
    xlsx = export.format == ExportFormat.XLSX
    pieces = _xlsx_pieces(listing) if xlsx else csv_pieces(listing)
    answer = StreamingHttpResponse(
        _recorded(export.pk, listing, pieces), content_type=XLSX_TYPE if xlsx else "text/csv; charset=utf-8"
    )
    name = f"yipiao-{source.subject}-{export.started_at.astimezone(clock.LOCAL):%Y%m%d-%H%M%S}.{export.format}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    answer["X-Accel-Buffering"] = "no"
    return answer


def _xlsx_pieces(listing: Listing) -> Iterator[bytes]:
    with tempfile.TemporaryDirectory(prefix="yipiao-export-") as folder:
        path = Path(folder) / "list.xlsx"
        write_xlsx(listing, path)
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                yield block


def _recorded(export_id: int, listing: Listing, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """`pieces`, and at their end, also an early one, the end of the row of the audit."""
    complete = False
    try:
        yield from pieces
        complete = True
    finally:
        if not complete:
            log.warning("export %d broke off after %d rows", export_id, listing.written)
        finish_export(export_id, listing.written, complete=complete, now=clock.now())
