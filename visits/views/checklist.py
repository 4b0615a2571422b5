"""The checklist by group with its proofs, and the one-stop inspection."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from servicedesk.access import roles_allowed
from servicedesk.errors import CONFLICT, INVALID, ActionError
from servicedesk.people.models import Role
from visits.access import VISIT_READERS
from visits.forms import InspectionForm
from visits.inspection import checks_for
from visits.models import Answer, ChecklistGroup, ChecklistItem, Inspection, Visit
from visits.selectors import Line, Standing, others_of, standing_of
from visits.services import ItemAnswer, answer_item, record_inspection
from visits.transitions import AT_HOME
from visits.views.common import Opened, done, opened, refused
from visits.wording import LACKS


@require_GET
@roles_allowed(*VISIT_READERS)
def visit_checklist(request: HttpRequest, visit_id: int) -> HttpResponse:
    """The rows of the norm, group by group."""
    page = opened(request, visit_id)
    return render(request, "visits/visit_checklist.html", _checklist(page))


def _checklist(page: Opened) -> dict[str, Any]:
    standing = standing_of(page.visit, page.now)
    return page.context(
        standing=standing,
        groups=groups_of(standing.lines),
        open_for_answers=page.may_act and page.visit.state in AT_HOME,
        **_proofs(standing),
    )


def _proofs(standing: Standing) -> dict[str, Any]:
    return {
        "certificates": sorted(standing.evidence.certificates),
        "price_lists": sorted(standing.evidence.price_lists),
        "lack_words": LACKS,
    }


def groups_of(lines: Iterable[Line]) -> list[tuple[str, list[Line]]]:
    """The lines under the words of their group, in the order of the norm."""
    grouped = groupby(lines, key=lambda line: line.item.group)
    return [(str(ChecklistGroup(group).label), list(rows)) for group, rows in grouped]


@require_POST
@roles_allowed(Role.TECHNICIAN, Role.SUPERVISOR)
def visit_answer(request: HttpRequest, visit_id: int, item_id: int) -> HttpResponse:
    """One answer; a fragment request gets its row back, a plain one the checklist."""
    page = opened(request, visit_id)
    item = ChecklistItem.objects.filter(pk=item_id, version=page.visit.checklist_id, not_applicable=False).first()
    if item is None:
        raise Http404
    said = _said(request, item)
    try:
        answer_item(visit_id, said, **page.hand())
    except ActionError as refusal:
        if refusal.status not in {CONFLICT, INVALID}:
            raise
        return _row(page, item, said, refusal)
    if request.headers.get("HX-Request") == "true" and not _decides(item):
        return _row(page, item)
    return done(request, f"{reverse('visit_checklist', args=[visit_id])}#item-{item.code}")


def _said(request: HttpRequest, item: ChecklistItem) -> ItemAnswer:
    """What was answered; the button of a choice is the answer itself."""
    asked = request.POST
    if "choice" in asked:
        return ItemAnswer(item.code, Answer.Value.DONE, asked["choice"])
    return ItemAnswer(item.code, asked.get("value", ""), asked.get("proof", ""), asked.get("note", ""))


def _decides(item: ChecklistItem) -> bool:
    """Whether other items are shown or asked for by its answer, so that its row alone does not tell all."""
    others = ChecklistItem.objects.filter(version=item.version_id)
    return others.filter(Q(shown_when__item=item.code) | Q(required_when__item=item.code)).exists()


def _row(
    page: Opened, item: ChecklistItem, said: ItemAnswer | None = None, refusal: ActionError | None = None
) -> HttpResponse:
    """The row alone, or the whole list where no script asked; a refused one shows what was typed and why."""
    context = _checklist(page)
    status = refusal.status if refusal is not None else 200
    if refusal is not None:
        context |= {"refused_item": item.pk, "refusal": refusal.message, "said": said}
    if page.request.headers.get("HX-Request") != "true":
        return render(page.request, "visits/visit_checklist.html", context, status=status)
    line = next(one for one in context["standing"].lines if one.item.pk == item.pk)
    # A row must be swapped in to say what is wrong, whatever kind of refusal it is.
    shown = INVALID if status == CONFLICT else status
    return render(page.request, "visits/_item.html", {**context, "line": line, "fragment": True}, status=shown)


@require_http_methods(["GET", "POST"])
@roles_allowed(*VISIT_READERS)
def visit_inspection(request: HttpRequest, visit_id: int) -> HttpResponse:
    """The check of the whole product and the question about the others."""
    page = opened(request, visit_id)
    form = InspectionForm(_checks(page.visit), request.POST or None, _recorded(page.visit), others_of(page.visit))
    context = page.context(form=form)
    template = "visits/visit_inspection.html"
    if request.method != "POST":
        return render(request, template, context)
    if not form.is_valid():
        return refused(request, template, context)
    try:
        record_inspection(visit_id, form.findings(), **page.hand())
    except ActionError as refusal:
        return refused(request, template, context, refusal)
    return done(request, reverse("visit_detail", args=[visit_id]), _("Inspection recorded."))


def _checks(visit: Visit) -> Any:
    category = visit.ticket.category
    return checks_for(category.code if category is not None else "")


def _recorded(visit: Visit) -> dict[str, Any]:
    inspection = Inspection.objects.filter(visit=visit).first()
    if inspection is None:
        return {}
    initial: dict[str, Any] = {"remark": inspection.remark, "others_asked": inspection.others_asked}
    for one in inspection.checks:
        initial[f"check_{one['code']}"] = "ok" if one["ok"] else "bad"
        initial[f"reading_{one['code']}"] = one.get("reading", "")
    for one in inspection.others:
        initial[f"other_{one['appliance']}"], initial[f"words_{one['appliance']}"] = one["kind"], one["words"]
    return initial
