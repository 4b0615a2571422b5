"""The pages about technicians: the list, one of them with his week, and the jobs that need attention."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from dispatch.models import TechnicianSkill
from dispatch.people.access import READERS, may_keep, outlets_of, technician_or_404
from dispatch.people.selectors import (
    PAGE,
    WEEK,
    Narrowing,
    coming_absences,
    history_of,
    monday_of,
    technician_rows,
    week_of,
)
from dispatch.people.wording import lines_of
from dispatch.selectors.attention import Concern, attention_of_outlets, attention_of_technician
from dispatch.selectors.days import day_of, read_day, zone_of
from dispatch.wording import words_of
from servicedesk import clock
from servicedesk.access import read_id, roles_allowed, staff_of
from servicedesk.catalogue.models import ProductCategory


@require_GET
@never_cache
@roles_allowed(*READERS)
def technician_list(request: HttpRequest) -> HttpResponse:
    """The technicians, narrowed by name, outlet, product, and by what is missing."""
    user, now = staff_of(request), clock.now()
    asked = request.GET
    narrowing = Narrowing(
        asked.get("text", "").replace("\0", "").strip()[:60],
        read_id(asked.get("outlet", "")),
        read_id(asked.get("category", "")),
        asked.get("mark", ""),
    )
    rows = technician_rows(user, narrowing, now)
    start = read_id(asked.get("after", "")) or 0
    found = list(rows[start : start + PAGE + 1])
    outlets = list(outlets_of(user))
    context = {
        "now": now,
        "rows": found[:PAGE],
        "narrowing": narrowing,
        "tabs": _tabs(narrowing.mark),
        "outlets": outlets if len(outlets) > 1 else [],
        "categories": list(ProductCategory.objects.all()),
        "after": start + PAGE if len(found) > PAGE else "",
        "today": day_of(now, clock.LOCAL),
        "may_add": any(may_keep(user, outlet.pk) for outlet in outlets),
    }
    return render(request, "dispatch/people/technician_list.html", context)


def _tabs(mark: str) -> list[dict[str, Any]]:
    tabs = [
        ("", _("In active service")),
        ("paper", _("Certificate ends within 30 days")),
        ("roster", _("No shift next week")),
        ("inactive", _("No longer active")),
    ]
    return [
        {"url": f"?mark={key}" if key else "?", "label": label, "count": None, "active": key == mark}
        for key, label in tabs
    ]


@require_GET
@never_cache
@roles_allowed(*READERS)
def technician_detail(request: HttpRequest, technician_id: int) -> HttpResponse:
    """One technician: what he can, where he works, a week of his hours, what is planned, and who changed what."""
    user, now = staff_of(request), clock.now()
    technician = technician_or_404(user, technician_id)
    today = day_of(now, zone_of(technician.outlet))
    monday = monday_of(read_day(request.GET.get("week", "")) or today)
    skills = TechnicianSkill.objects.filter(technician=technician).select_related("category")
    context = {
        "now": now,
        "technician": technician,
        "may_keep": may_keep(user, technician.outlet_id),
        "skills": list(skills.order_by("category__code")),
        "certificates": list(technician.certificates.order_by("-valid_until", "number")),
        "districts": sorted(technician.districts.values_list("district", flat=True)),
        "today": today,
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "week_before": monday - WEEK,
        "week_after": monday + WEEK,
        "days": week_of(technician, monday),
        "absences": coming_absences(technician, now),
        "concerns": [line_of(one) for one in attention_of_technician(technician, now)],
        "lines": lines_of(history_of(technician)),
    }
    return render(request, "dispatch/people/technician_detail.html", context)


@require_GET
@never_cache
@roles_allowed(*READERS)
def attention_list(request: HttpRequest) -> HttpResponse:
    """The booked jobs that would be refused today, with the reasons in words."""
    user, now = staff_of(request), clock.now()
    found = attention_of_outlets(outlets_of(user).values_list("pk", flat=True), now)
    context = {"now": now, "concerns": [line_of(one) for one in found], "here": request.get_full_path()}
    fragment = request.headers.get("HX-Request") == "true"
    template = "dispatch/people/_attention.html" if fragment else "dispatch/people/attention_list.html"
    if request.GET.get("count"):
        template = "dispatch/people/_attention_count.html"
    answer = render(request, template, context)
    answer["Vary"] = "HX-Request"
    return answer


def line_of(concern: Concern) -> dict[str, Any]:
    """What the templates show of a concern: the assignment, and each broken rule in words."""
    words = [{"code": finding.code, "words": words_of(finding)} for finding in concern.findings]
    return {"assignment": concern.assignment, "findings": words}
