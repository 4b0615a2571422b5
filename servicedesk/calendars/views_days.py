"""The pages of single days: a year of a calendar, a day with its own hours, the public days of a year."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from servicedesk import clock
from servicedesk.access import roles_allowed, staff_of
from servicedesk.calendars.forms import PublicDaysForm, SpecialDayForm
from servicedesk.calendars.views import (
    EDITORS,
    READERS,
    SEE_OTHER,
    calendar_or_404,
    common,
    day_line,
    form_page,
)
from servicedesk.calendars.year import name_of, year_of
from servicedesk.errors import INVALID, ActionError
from servicedesk.sla.calendars import calendars
from servicedesk.worktime import services
from servicedesk.worktime.models import CalendarDay
from servicedesk.worktime.reading import YEARS, read_day, read_list
from servicedesk.worktime.selectors import calendar_book, years_loaded
from servicedesk.worktime.services import DayChange, DayPlan

# Since the notice of 2024 a year has thirteen statutory days; fewer rows mean that the list is not whole.
FEWEST_HOLIDAYS = 11


@require_GET
@roles_allowed(*READERS)
def calendar_year(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """A year of a calendar: every day with its hours, and the days that differ from their weekday."""
    if year not in YEARS:
        raise Http404
    now, calendar = clock.now(), calendar_or_404(code)
    book, today = calendars(), now.astimezone(clock.LOCAL).date()
    days = book.book.days_of(calendar.pk)
    context = {
        "calendar": calendar,
        "now": now,
        "year": year,
        "today": today,
        "weekdays": [{"name": WEEKDAYS[day], "short": _short(day)} for day in range(7)],
        "months": year_of(book, calendar, year, today),
        "lines": [day_line(fact) for day, fact in sorted(days.items()) if day.year == year],
        "before": year - 1 if year - 1 in YEARS else None,
        "after": year + 1 if year + 1 in YEARS else None,
        "not_loaded": calendar.observes_holidays and year not in years_loaded(),
        **common(request, now),
    }
    return render(request, "calendars/calendar_year.html", context)


def _short(weekday: int) -> str:
    """A weekday as the head of a narrow column has it; in Chinese its last sign is enough."""
    return str(WEEKDAYS_ABBR[weekday]).removeprefix("星期")


@require_http_methods(["GET", "POST"])
@roles_allowed(*EDITORS)
def special_day(request: HttpRequest, code: str) -> HttpResponse:
    """A day on which the calendar has its own hours, such as a stocktaking or longer hours before a festival."""
    now, calendar = clock.now(), calendar_or_404(code)
    named = read_day(request.GET.get("day", ""))
    form = SpecialDayForm(request.POST if request.method == "POST" else None, initial={"day": named} if named else {})
    title = _("Day with its own hours: %(calendar)s") % {"calendar": calendar}
    back = reverse("calendar_detail", args=[code])
    if request.method == "POST" and form.is_valid():
        try:
            row = services.set_special_day(calendar.pk, form.wanted(), actor=staff_of(request), now=now)
        except ActionError as error:
            return form_page(request, form, title, back, error=error)
        messages.success(request, _("The day is recorded. Time already spent stays spent."))
        return HttpResponseRedirect(reverse("calendar_year", args=[code, row.day.year]), status=SEE_OTHER)
    return form_page(request, form, title, back)


@require_POST
@roles_allowed(*EDITORS)
def day_withdraw(request: HttpRequest, row_id: int) -> HttpResponseRedirect:
    """Takes a day back, from now on."""
    row = services.withdraw_day(row_id, actor=staff_of(request), now=clock.now())
    messages.success(request, _("%(day)s counts as its weekday again.") % {"day": f"{row.day}"})
    back = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(back if safe else reverse("calendar_list"), status=SEE_OTHER)


@require_http_methods(["GET", "POST"])
@roles_allowed(*READERS)
def public_days(request: HttpRequest) -> HttpResponse:
    """The years that are loaded; a list of days is tried first and loaded when it was looked at."""
    if request.method == "POST" and staff_of(request).role not in services.EDITORS:
        raise ActionError("role_not_allowed", _("Calendars are changed by managers."), status=403)
    now = clock.now()
    form = PublicDaysForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"now": now, "form": form, "years": _years(), **common(request, now)}
    if request.method == "GET":
        return render(request, "calendars/public_days.html", context)
    if not form.is_valid():
        return render(request, "calendars/public_days.html", context, status=INVALID)
    text, whole = form.cleaned_data["text"], form.cleaned_data["whole_years"]
    rows, errors = read_list(text)
    # What came as a file stands in the field from now on, so that it can be mended and sent again.
    context["form"] = PublicDaysForm(initial={"text": text, "whole_years": whole})
    if errors or not rows:
        none = "" if errors else _("There is no day in this list.")
        return render(
            request, "calendars/public_days.html", {**context, "errors": errors, "refusal": none}, status=INVALID
        )
    if "mark" in request.POST:
        try:
            plan = services.load_public_days(
                rows, whole_years=whole, mark=request.POST["mark"], actor=staff_of(request), now=now
            )
        except ActionError as error:
            plan = services.plan_public_days(rows, whole_years=whole)
            context |= {"refusal": error.message, **_preview(plan)}
            return render(request, "calendars/public_days.html", context, status=error.status)
        count = len(plan.changes)
        words = ngettext("%(n)d day was changed.", "%(n)d days were changed.", count) % {"n": count}
        messages.success(request, words)
        return HttpResponseRedirect(reverse("public_days"), status=SEE_OTHER)
    context |= _preview(services.plan_public_days(rows, whole_years=whole))
    return render(request, "calendars/public_days.html", context)


def _preview(plan: DayPlan) -> dict[str, Any]:
    """What a list would do, line by line, with what looks odd about it."""
    return {
        "plan": plan,
        "changes": [_change_line(change) for change in plan.changes],
        "remarks": _remarks(plan),
    }


def _change_line(change: DayChange) -> dict[str, Any]:
    kinds = dict(CalendarDay.Kind.choices)
    before, after = change.before, change.after
    if after is None:
        tone, icon, word = "danger", "x", pgettext("change of a day", "Withdrawn")
    elif before is None:
        tone, icon, word = "ok", "plus", pgettext("change of a day", "New")
    else:
        tone, icon, word = "warn", "edit", pgettext("change of a day", "Changed")
    return {
        "day": change.day,
        "tone": tone,
        "icon": icon,
        "word": word,
        "before": "" if before is None else f"{kinds[before.kind]} · {name_of(before)}",
        "kind": "" if after is None else kinds[after.kind],
        "names": "" if after is None else " · ".join(filter(None, (after.name_zh, after.name_en))),
    }


def _remarks(plan: DayPlan) -> list[str]:
    """What a list has that public days seldom have; it may be loaded all the same."""
    remarks = [
        _("%(day)s is a make-up workday on a weekday.") % {"day": f"{change.day}"}
        for change in plan.changes
        if change.after is not None and change.after.kind == CalendarDay.Kind.MAKEUP and change.day.weekday() < 5
    ]
    standing = {day: fact.kind for day, fact in calendar_book().days.items()}
    for change in plan.changes:
        if change.after is None:
            standing.pop(change.day, None)
        else:
            standing[change.day] = change.after.kind
    for year in sorted({change.day.year for change in plan.changes}):
        count = sum(kind == CalendarDay.Kind.HOLIDAY for day, kind in standing.items() if day.year == year)
        if count < FEWEST_HOLIDAYS:
            remarks.append(
                _("%(year)d would have %(n)d holidays only, and count as loaded.") % {"year": year, "n": count}
                if count
                else _("%(year)d would have no holidays any more.") % {"year": year}
            )
    return remarks


def _years() -> list[dict[str, Any]]:
    """The years that are loaded, the newest first, with the number of their days."""
    days = calendar_book().days.values()
    return [
        {
            "year": year,
            "holidays": sum(fact.kind == CalendarDay.Kind.HOLIDAY for fact in days if fact.day.year == year),
            "makeups": sum(fact.kind == CalendarDay.Kind.MAKEUP for fact in days if fact.day.year == year),
        }
        for year in reversed(years_loaded())
    ]
