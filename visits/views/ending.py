"""How a visit ends: outcome, completion, broken off."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from servicedesk.access import read_id, roles_allowed
from servicedesk.errors import ActionError
from visits.access import VISIT_READERS
from visits.appointments import next_value
from visits.completion import INSPECTION_MISSING, OUTCOME_MISSING, SIGNATURE_MISSING, Missing
from visits.forms import AbortForm, OutcomeForm
from visits.models import Visit
from visits.selectors import Standing, charges_of, payable_fen, standing_of
from visits.services import abort_visit, complete_visit, record_outcome
from visits.services.outcomes import FINAL
from visits.views.common import Opened, already, done, opened, refused, repeated
from visits.wording import LACKS


@require_http_methods(["GET", "POST"])
@roles_allowed(*VISIT_READERS)
def visit_outcome(request: HttpRequest, visit_id: int) -> HttpResponse:
    """What was found, what was done, how it ended."""
    page = opened(request, visit_id)
    form = OutcomeForm(page.visit, request.POST or None, now=page.now)
    template = "visits/visit_outcome.html"
    context = page.context(form=form)
    if request.method != "POST":
        return render(request, template, context)
    if not form.is_valid():
        return refused(request, template, context)
    try:
        record_outcome(visit_id, form.report(), expected_version=form.cleaned_data["version"], **page.hand())
    except ActionError as refusal:
        return refused(request, template, {**context, **_theirs(page, refusal)}, refusal)
    return done(request, reverse("visit_detail", args=[visit_id]), _("Outcome recorded."))


def _theirs(page: Opened, refusal: ActionError) -> dict[str, Any]:
    """What somebody else saved meanwhile, beside what was typed here; saving again then is a decision."""
    if refusal.code != "edited_meanwhile":
        return {}
    visit = page.visit
    return {
        "theirs": [
            (_("How did it end?"), visit.get_outcome_display()),
            (_("What was found"), visit.finding),
            (_("What was done"), visit.work),
            (_("Next appointment"), next_value(visit.next_from, visit.next_until).replace("/", " ")),
        ],
        "version_now": refusal.detail["version"],
    }


@require_http_methods(["GET", "POST"])
@roles_allowed(*VISIT_READERS)
def visit_complete(request: HttpRequest, visit_id: int) -> HttpResponse:
    """What is still missing, each leading to its place; when nothing is, the summary and the last button."""
    page = opened(request, visit_id)
    template = "visits/visit_complete.html"
    if request.method != "POST":
        return render(request, template, _summary(page))
    try:
        complete_visit(visit_id, expected_version=_version(request), **page.hand())
    except ActionError as refusal:
        if repeated(refusal, page.visit, "complete_visit"):
            return already(request, reverse("visit_today"))
        return refused(request, template, _summary(page), refusal)
    return done(request, reverse("visit_detail", args=[visit_id]), _("Visit completed. Thank you."))


def _version(request: HttpRequest) -> int | None:
    return read_id(request.POST.get("version", ""))


def _summary(page: Opened) -> dict[str, Any]:
    visit = page.visit
    standing = standing_of(visit, page.now)
    return page.context(
        standing=standing,
        missing=missing_lines(visit, standing),
        charges=charges_of(visit),
        payable=payable_fen(visit=visit),
        follows_callback=visit.outcome in FINAL,
    )


def missing_lines(visit: Visit, standing: Standing) -> list[dict[str, str]]:
    """What is missing in words, each with the address of the place where it is mended."""
    texts = {line.item.code: str(line.item) for line in standing.lines}
    return [
        {
            "text": texts.get(one.code, str(_("Outcome"))),
            "lack": str(LACKS[one.lack]),
            "url": _place(visit, one),
        }
        for one in standing.missing
    ]


def _place(visit: Visit, one: Missing) -> str:
    pages = {
        OUTCOME_MISSING: "visit_outcome",
        SIGNATURE_MISSING: "visit_sign",
        INSPECTION_MISSING: "visit_inspection",
    }
    name = pages.get(one.lack)
    if name is not None:
        return reverse(name, args=[visit.pk])
    return f"{reverse('visit_checklist', args=[visit.pk])}#item-{one.code}"


@require_http_methods(["GET", "POST"])
@roles_allowed(*VISIT_READERS)
def visit_abort(request: HttpRequest, visit_id: int) -> HttpResponse:
    """The visit is broken off, without blame."""
    page = opened(request, visit_id)
    form = AbortForm(request.POST or None)
    template = "visits/visit_abort.html"
    context = page.context(form=form)
    if request.method != "POST":
        return render(request, template, context)
    if not form.is_valid():
        return refused(request, template, context)
    data = form.cleaned_data
    try:
        abort_visit(visit_id, data["reason"], note=data["note"], **page.hand())
    except ActionError as refusal:
        if repeated(refusal, page.visit, "abort_visit"):
            return already(request, reverse("visit_today"))
        return refused(request, template, context, refusal)
    return done(request, reverse("visit_detail", args=[visit_id]), _("Visit broken off; the office plans a new one."))
