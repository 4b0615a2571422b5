"""The pages of checklists: all of them, one with its versions, a draft with its items, preview, publish, retire."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from servicedesk import clock
from servicedesk.access import roles_allowed, staff_of
from servicedesk.errors import CONFLICT, INVALID, ActionError
from servicedesk.undo import Undo, say_done
from visits.lists import services
from visits.lists.access import EDITORS, READERS, item_or_404, template_or_404, version_or_404
from visits.lists.forms import ItemForm, PublishForm, TemplateForm
from visits.lists.rules import problems_of
from visits.lists.selectors import groups_of, row_of, rows_of, versions_of
from visits.lists.wording import sentence_of
from visits.models import ChecklistItem, ChecklistVersion

MAY_FAIL = frozenset({CONFLICT, INVALID})


@require_GET
@roles_allowed(*READERS)
def checklist_templates(request: HttpRequest) -> HttpResponse:
    """All checklists: what each is for, and the version in force."""
    now = clock.now()
    context = {"rows": rows_of(now), "now": now, "may_edit": staff_of(request).role in EDITORS}
    return render(request, "checklists/template_list.html", context)


@require_http_methods(["GET", "POST"])
@roles_allowed(*EDITORS)
def checklist_new(request: HttpRequest) -> HttpResponse:
    """A checklist of its own for a kind of ticket or product."""
    form = TemplateForm(request.POST or None)
    error = None
    if request.method == "POST" and form.is_valid():
        try:
            draft = services.add_template(form.use(), actor=staff_of(request), now=clock.now())
        except ActionError as refused:
            error = refused
        else:
            messages.success(request, _("The draft begins with the items used there until now."))
            return _to("checklist_version", draft.pk)
    return _form_page(request, "checklists/template_form.html", form, error)


@require_GET
@roles_allowed(*READERS)
def checklist_template(request: HttpRequest, template_id: int) -> HttpResponse:
    """One checklist: its use, the draft, the versions."""
    user, now = staff_of(request), clock.now()
    template = template_or_404(user, template_id)
    context = {
        "row": row_of(template, now),
        "template": template,
        "versions": versions_of(template),
        "may_edit": user.role in EDITORS,
        "is_general": not template.kind and not template.categories,
        "now": now,
    }
    return render(request, "checklists/template_detail.html", context)


@require_POST
@roles_allowed(*EDITORS)
def checklist_draft(request: HttpRequest, template_id: int) -> HttpResponse:
    """The next version is begun, or gone on with."""
    user = staff_of(request)
    template = template_or_404(user, template_id)
    try:
        draft = services.begin_draft(template.pk, actor=user)
    except ActionError as refused:
        return _said(request, refused, "checklist_template", template.pk)
    return _to("checklist_version", draft.pk)


@require_POST
@roles_allowed(*EDITORS)
def checklist_retire(request: HttpRequest, template_id: int) -> HttpResponse:
    """A checklist is retired; one click takes it back."""
    user = staff_of(request)
    template = template_or_404(user, template_id)
    try:
        services.retire_template(template.pk, actor=user, now=clock.now())
    except ActionError as refused:
        return _said(request, refused, "checklist_template", template.pk)
    undo = Undo(reverse("checklist_restore", args=[template.pk]), {})
    say_done(request, _("Retired. Visits from now on begin with the more general list."), undo)
    return _to("checklist_template", template.pk)


@require_POST
@roles_allowed(*EDITORS)
def checklist_restore(request: HttpRequest, template_id: int) -> HttpResponse:
    """A retired checklist is used again."""
    user = staff_of(request)
    template = template_or_404(user, template_id)
    try:
        services.restore_template(template.pk, actor=user)
    except ActionError as refused:
        return _said(request, refused, "checklist_template", template.pk)
    messages.success(request, _("In use again."))
    return _to("checklist_template", template.pk)


@require_GET
@roles_allowed(*READERS)
def checklist_version(request: HttpRequest, version_id: int) -> HttpResponse:
    """A version: of a draft the items to change, of a published one what it asks for."""
    version = version_or_404(staff_of(request), version_id)
    return _version_page(request, version, PublishForm(initial={"expected": version.row_version}))


@require_GET
@roles_allowed(*READERS)
def checklist_preview(request: HttpRequest, version_id: int) -> HttpResponse:
    """A version as a technician will see it."""
    version = version_or_404(staff_of(request), version_id)
    context = {"version": version, "groups": groups_of(version, whole=False)}
    return render(request, "checklists/preview.html", context)


@require_http_methods(["GET", "POST"])
@roles_allowed(*EDITORS)
def checklist_item_new(request: HttpRequest, version_id: int) -> HttpResponse:
    """An item is added to a draft."""
    return _item_page(request, version_or_404(staff_of(request), version_id), None)


@require_http_methods(["GET", "POST"])
@roles_allowed(*EDITORS)
def checklist_item(request: HttpRequest, version_id: int, item_id: int) -> HttpResponse:
    """An item of a draft is changed."""
    item = item_or_404(staff_of(request), version_id, item_id)
    return _item_page(request, item.version, item)


def _item_page(request: HttpRequest, draft: ChecklistVersion, item: ChecklistItem | None) -> HttpResponse:
    form = ItemForm(draft, item, request.POST or None)
    error = None
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.save_item(
                draft.pk,
                item.pk if item is not None else None,
                form.values(),
                actor=staff_of(request),
                expected=form.cleaned_data["expected"],
            )
        except ActionError as refused:
            error = refused
        else:
            return _to("checklist_version", draft.pk, anchor=f"item-{saved.pk}")
    context = {"draft": draft, "item": item}
    return _form_page(request, "checklists/item_form.html", form, error, context)


@require_POST
@roles_allowed(*EDITORS)
def checklist_item_move(request: HttpRequest, version_id: int, item_id: int) -> HttpResponse:
    """An item goes one place further up or down."""
    way = services.UP if request.POST.get("way") == services.UP else services.DOWN
    return _changed(
        request,
        item_or_404(staff_of(request), version_id, item_id),
        lambda **who: services.move_item(version_id, item_id, way, **who),
    )


@require_POST
@roles_allowed(*EDITORS)
def checklist_item_remove(request: HttpRequest, version_id: int, item_id: int) -> HttpResponse:
    """An item is taken off a draft."""
    return _changed(
        request,
        item_or_404(staff_of(request), version_id, item_id),
        lambda **who: services.remove_item(version_id, item_id, **who),
    )


def _changed(request: HttpRequest, item: ChecklistItem, change: Callable[..., object]) -> HttpResponse:
    try:
        change(actor=staff_of(request), expected=_expected(request))
    except ActionError as refused:
        return _said(request, refused, "checklist_version", item.version_id)
    return _to("checklist_version", item.version_id, anchor=f"item-{item.pk}")


@require_POST
@roles_allowed(*EDITORS)
def checklist_publish(request: HttpRequest, version_id: int) -> HttpResponse:
    """A draft is published, at once or from a time on."""
    user = staff_of(request)
    draft = version_or_404(user, version_id)
    form = PublishForm(request.POST)
    if not form.is_valid():
        return _version_page(request, draft, form, INVALID)
    given = form.cleaned_data
    try:
        services.publish(draft.pk, actor=user, now=clock.now(), **given)
    except ActionError as refused:
        if refused.status not in MAY_FAIL:
            raise
        form.add_error(refused.field if refused.field in form.fields else None, str(refused.message))
        return _version_page(request, draft, form, refused.status)
    messages.success(request, _("Published. Visits that have begun keep the list they began with."))
    return _to("checklist_template", draft.template_id)


@require_POST
@roles_allowed(*EDITORS)
def checklist_discard(request: HttpRequest, version_id: int) -> HttpResponse:
    """A draft is thrown away."""
    user = staff_of(request)
    draft = version_or_404(user, version_id)
    try:
        services.discard_draft(draft.pk, actor=user, expected=_expected(request))
    except ActionError as refused:
        return _said(request, refused, "checklist_version", draft.pk)
    messages.success(request, _("The draft is thrown away."))
    return HttpResponse(status=303, headers={"Location": reverse("checklist_templates")})


def _version_page(
    request: HttpRequest, version: ChecklistVersion, form: PublishForm, status: int = 200
) -> HttpResponse:
    user = staff_of(request)
    faults = problems_of([item.line for item in version.items.all()])
    codes = {item.code: item.pk for item in version.items.all()}
    context = {
        "version": version,
        "template": version.template,
        "groups": groups_of(version),
        "faults": [{"code": one.item, "item": codes.get(one.item), "words": sentence_of(one.what)} for one in faults],
        "form": form,
        "may_edit": user.role in EDITORS and version.is_draft,
        "now": clock.now(),
    }
    return render(request, "checklists/version.html", context, status=status)


def _form_page(
    request: HttpRequest, template: str, form: Any, error: ActionError | None, context: dict[str, Any] | None = None
) -> HttpResponse:
    status = INVALID if form.is_bound else 200
    if error is not None:
        if error.status not in MAY_FAIL:
            raise error
        form.add_error(_field_of(form, error.field), str(error.message))
        status = error.status
    return render(request, template, {"form": form, **(context or {})}, status=status)


def _field_of(form: Any, name: str | None) -> str | None:
    """The field of the form; a condition stands in two of them."""
    known = {"shown_when": "shown_answers", "required_when": "required_answers"}.get(name or "", name)
    return known if known in form.fields else None


def _expected(request: HttpRequest) -> int | None:
    text = request.POST.get("expected", "")
    return int(text) if text.isdecimal() else None


def _said(request: HttpRequest, refused: ActionError, name: str, key: int) -> HttpResponse:
    """A refusal of a button: told on the page it was pressed on."""
    if refused.status not in MAY_FAIL:
        raise refused
    messages.error(request, str(refused.message))
    return _to(name, key)


def _to(name: str, key: int, *, anchor: str = "") -> HttpResponse:
    address = reverse(name, args=[key])
    return HttpResponse(status=303, headers={"Location": f"{address}#{anchor}" if anchor else address})
