"""The pages of imports: which lists there are, bringing a file, deciding about it, what became of it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from servicedesk import clock
from servicedesk.access import read_id, roles_allowed, staff_of
from servicedesk.errors import INVALID, ActionError
from servicedesk.imports import services
from servicedesk.imports.files import REFUSED, column_title, refused_csv, template_csv, template_xlsx
from servicedesk.imports.forms import FileForm
from servicedesk.imports.kinds import KINDS, Kind, kinds_for
from servicedesk.imports.models import Import, ImportState
from servicedesk.imports.reading import MAX_BYTES
from servicedesk.jobs.models import Job
from servicedesk.jobs.views import look_of
from servicedesk.people.models import Role, User

SEE_OTHER = 303
PAGE = 25
SHOWN_ROWS = 50
IMPORTERS = (Role.DISPATCHER, Role.SUPERVISOR, Role.MANAGER, Role.ADMIN)
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LOOKS = {
    ImportState.LOOKED: ("warn", "help-circle"),
    ImportState.RUNNING: ("info", "refresh"),
    ImportState.DONE: ("ok", "circle-check"),
    ImportState.BROKEN: ("danger", "alert-octagon"),
    ImportState.DISCARDED: ("neutral", "circle-minus"),
    ImportState.UNDOING: ("info", "refresh"),
    ImportState.UNDONE: ("neutral", "arrow-back-up"),
}


@require_GET
@never_cache
@roles_allowed(*IMPORTERS)
def import_list(request: HttpRequest) -> HttpResponse:
    """The kinds of lists, and the imports until now, the newest first."""
    user, older_than = staff_of(request), read_id(request.GET.get("after", ""))
    found = services.imports_for(user)
    if older_than is not None:
        found = found.filter(pk__lt=older_than)
    batches = list(found[: PAGE + 1])
    context = {
        "now": clock.now(),
        "kinds": kinds_for(user),
        "lines": [_line(batch) for batch in batches[:PAGE]],
        "after": batches[PAGE - 1].pk if len(batches) > PAGE else "",
    }
    return render(request, "imports/import_list.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
@roles_allowed(*IMPORTERS)
def import_new(request: HttpRequest, kind_key: str) -> HttpResponse:
    """A file of one kind; what is wrong with the file is said here, what is wrong with rows on the next page."""
    user = staff_of(request)
    kind = services.kind_for(user, kind_key)
    bound = request.method == "POST"
    form = FileForm(request.POST, request.FILES) if bound else FileForm()
    status = INVALID if bound else 200
    if bound and form.is_valid():
        given: Any = form.cleaned_data["file"]
        try:
            data = given.read(MAX_BYTES + 1)
            batch = services.look_at_file(kind.key, given.name, data, actor=user, now=clock.now())
        except ActionError as error:
            if error.field != "file":
                raise
            form.add_error("file", str(error.message))
        else:
            return _to(batch)
    return render(request, "imports/import_new.html", {"form": form, "kind": kind}, status=status)


@require_GET
@roles_allowed(*IMPORTERS)
def import_template(request: HttpRequest, kind_key: str, extension: str) -> HttpResponse:
    """The template of a kind as CSV or XLSX."""
    kind = services.kind_for(staff_of(request), kind_key)
    if extension == "xlsx":
        return _file(template_xlsx(kind), XLSX_TYPE, f"{kind.key}.xlsx")
    return _file(template_csv(kind), "text/csv; charset=utf-8", f"{kind.key}.csv")


@require_GET
@never_cache
@roles_allowed(*IMPORTERS)
def import_detail(request: HttpRequest, import_id: int) -> HttpResponse:
    """What the dry run says, how far the import is, or what became of it."""
    user = staff_of(request)
    batch, kind = _batch_or_404(user, import_id)
    refused = list(batch.rows.filter(state__in=REFUSED).order_by("number")[:SHOWN_ROWS])
    job = Job.objects.select_related("asked_by").filter(kind__in=[services.RUN, services.UNDO], about=batch.pk).first()
    context = {
        "now": clock.now(),
        **_line(batch),
        "kind": kind,
        "work": look_of(job) if job is not None else None,
        "rows": [{"row": row, "column": column_title(kind, row.field)} for row in refused],
        "refused_in_all": batch.refused + batch.late,
        "may_decide": user.role in kind.roles,
        "may_undo": not kind.no_undo and batch.state in {ImportState.DONE, ImportState.BROKEN} and batch.written,
    }
    return render(request, "imports/import_detail.html", context)


@require_GET
@roles_allowed(*IMPORTERS)
def import_refused(request: HttpRequest, import_id: int) -> HttpResponse:
    """The refused rows as CSV, with the reasons."""
    batch, kind = _batch_or_404(staff_of(request), import_id)
    return _file(refused_csv(batch, kind), "text/csv; charset=utf-8", f"{kind.key}-{batch.pk}-refused.csv")


@require_POST
@roles_allowed(*IMPORTERS)
def import_confirm(request: HttpRequest, import_id: int) -> HttpResponse:
    """Carries the import out."""
    services.confirm_import(import_id, actor=staff_of(request), now=clock.now())
    messages.success(request, _("The import is being carried out. You may leave this page."))
    return _to_id(import_id)


@require_POST
@roles_allowed(*IMPORTERS)
def import_discard(request: HttpRequest, import_id: int) -> HttpResponse:
    """Gives the import up; nothing was written."""
    services.discard_import(import_id, actor=staff_of(request), now=clock.now())
    messages.success(request, _("Discarded. Nothing was written."))
    return HttpResponseRedirect(reverse("import_list"), status=SEE_OTHER)


@require_POST
@roles_allowed(*IMPORTERS)
def import_undo(request: HttpRequest, import_id: int) -> HttpResponse:
    """Takes the import back."""
    services.undo_import(import_id, actor=staff_of(request), now=clock.now())
    messages.success(request, _("The import is being taken back. Rows changed since then stay as they are."))
    return _to_id(import_id)


def _batch_or_404(user: User, import_id: int) -> tuple[Import, Kind]:
    batch = services.imports_for(user).filter(pk=import_id).first()
    if batch is None or batch.kind not in KINDS:
        raise Http404
    return batch, KINDS[batch.kind]


def _line(batch: Import) -> dict[str, Any]:
    tone, icon = LOOKS[ImportState(batch.state)]
    kind = KINDS.get(batch.kind)
    return {"batch": batch, "tone": tone, "icon_name": icon, "label": kind.label if kind else batch.kind}


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _to(batch: Import) -> HttpResponseRedirect:
    return _to_id(batch.pk)


def _to_id(import_id: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("import_detail", args=[import_id]), status=SEE_OTHER)
