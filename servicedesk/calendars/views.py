"""The pages of the calendars: all of them, one of them, new hours, and a tester."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dates import WEEKDAYS as WEEKDAY_NAMES
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from servicedesk import clock
from servicedesk.access import roles_allowed, staff_of
from servicedesk.calendars.forms import STAMP, CalendarForm, HoursForm, TrialForm
from servicedesk.calendars.horizon import missing_year
from servicedesk.calendars.opening import opening_at, week_bars
from servicedesk.calendars.tester import try_out
from servicedesk.calendars.year import name_of
from servicedesk.errors import INVALID, ActionError
from servicedesk.people.models import Role
from servicedesk.sla.calendars import calendars
from servicedesk.sla.strip import strip_context
from servicedesk.worktime import services
from servicedesk.worktime.defaults import SINCE
from servicedesk.worktime.models import CalendarVersion, WorkCalendar
from servicedesk.worktime.selectors import NamedDay, calendar_book, versions_of, years_loaded

SEE_OTHER = 303
READERS = (Role.SUPERVISOR, Role.MANAGER, Role.ADMIN, Role.AUDITOR)
EDITORS = tuple(services.EDITORS)
EXAMPLE_MINUTES = 480


@require_GET
@roles_allowed(*READERS)
def calendar_list(request: HttpRequest) -> HttpResponse:
    """Every calendar: what it means now, its hours, its versions."""
    now, book = clock.now(), calendars()
    rows = []
    for calendar in WorkCalendar.objects.all():
        versions = versions_of(calendar)
        current, planned = split_versions(versions, now)
        rows.append(
            {
                "calendar": calendar,
                "opening": opening_at(book, calendar.pk, now),
                "week": week_words(current.week if current else {}),
                "versions": len(versions),
                "planned": planned[0] if planned else None,
            }
        )
    return render(request, "calendars/calendar_list.html", {"now": now, "rows": rows, **common(request, now)})


@require_GET
@roles_allowed(*READERS)
def calendar_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One calendar: its week, its versions, the days ahead on which it differs."""
    now, calendar = clock.now(), calendar_or_404(code)
    versions = versions_of(calendar)
    current, planned = split_versions(versions, now)
    today = now.astimezone(clock.LOCAL).date()
    own = calendar_book().own.get(calendar.pk, {})
    context = {
        "calendar": calendar,
        "now": now,
        "opening": opening_at(calendars(), calendar.pk, now),
        "week": week_rows(current),
        "current": current,
        "planned": [(version, week_words(version.week)) for version in planned],
        "earlier": [
            (version, week_words(version.week)) for version in reversed(versions) if version.effective_from <= now
        ],
        "own_days": [day_line(fact) for day, fact in sorted(own.items()) if day >= today],
        "year": today.year,
        "today": today,
        "always": SINCE,
        **common(request, now),
    }
    return render(request, "calendars/calendar_detail.html", context)


@require_http_methods(["GET", "POST"])
@roles_allowed(*EDITORS)
def calendar_new(request: HttpRequest) -> HttpResponse:
    """A new calendar with its first hours."""
    form = CalendarForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            calendar = services.add_calendar(form.wanted(), actor=staff_of(request))
        except ActionError as error:
            return form_page(request, form, _("New calendar"), reverse("calendar_list"), error=error)
        messages.success(request, _("The calendar is there. Policies can name it from now on."))
        return to_calendar(calendar.code)
    return form_page(request, form, _("New calendar"), reverse("calendar_list"))


@require_http_methods(["GET", "POST"])
@roles_allowed(*EDITORS)
def calendar_hours(request: HttpRequest, code: str) -> HttpResponse:
    """New weekly hours of a calendar, from an instant on."""
    now, calendar = clock.now(), calendar_or_404(code)
    current, planned = split_versions(versions_of(calendar), now)
    newest = planned[-1] if planned else current
    form = HoursForm(request.POST if request.method == "POST" else None, week=newest.week if newest else {})
    title = _("New hours: %(calendar)s") % {"calendar": calendar}
    back = reverse("calendar_detail", args=[code])
    if request.method == "POST" and form.is_valid():
        since = form.cleaned_data["effective_from"]
        try:
            services.change_week(calendar.pk, form.week(), since, actor=staff_of(request), now=now)
        except ActionError as error:
            return form_page(request, form, title, back, error=error)
        messages.success(request, _("The new hours are recorded. Time already spent stays spent."))
        return to_calendar(code)
    return form_page(request, form, title, back)


@require_GET
@roles_allowed(*READERS)
def calendar_test(request: HttpRequest, code: str) -> HttpResponse:
    """A promise tried out on a calendar; the address holds all that was asked, nothing is saved."""
    now, calendar = clock.now(), calendar_or_404(code)
    start = now.astimezone(clock.LOCAL).replace(second=0, microsecond=0)
    asked = bool(request.GET)
    form = TrialForm(request.GET if asked else {"start": start.strftime(STAMP), "minutes": EXAMPLE_MINUTES})
    context: dict[str, Any] = {"calendar": calendar, "now": now, "form": form, "title": calendar, "asked": asked}
    valid = form.is_valid()
    if valid:
        trial = form.trial()
        found = try_out(calendars(), calendar.pk, trial)
        context |= {
            "trial": trial,
            "reading": found.reading,
            **strip_context(found, calendar_book().days_of(calendar.pk), {"now": now}),
        }
    context |= common(request, now)
    return render(request, "calendars/calendar_test.html", context, status=200 if valid else INVALID)


def common(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """What every page of the calendars shows: whether the reader may change them, and whether a year is missing."""
    loaded = years_loaded()
    return {
        "may_edit": staff_of(request).role in services.EDITORS,
        "missing_year": missing_year(now),
        "years_first": loaded[0] if loaded else None,
        "years_last": loaded[-1] if loaded else None,
    }


def form_page(
    request: HttpRequest, form: Form, title: str, back: str, *, error: ActionError | None = None
) -> HttpResponse:
    """The page of a form with what was typed; a refusal stands at its field, or above where it has none."""
    context: dict[str, Any] = {"form": form, "title": title, "back_url": back}
    status = INVALID if form.is_bound else 200
    if error is not None:
        status = error.status
        if error.field in form.fields:
            form.add_error(error.field, str(error.message))
        else:
            context["refusal"] = error.message
    return render(request, "calendars/calendar_form.html", context, status=status)


def calendar_or_404(code: str) -> WorkCalendar:
    """The calendar of that code. Raises Http404."""
    calendar = WorkCalendar.objects.filter(code=code).first()
    if calendar is None:
        raise Http404
    return calendar


def to_calendar(code: str) -> HttpResponseRedirect:
    """Leads to the page of a calendar."""
    return HttpResponseRedirect(reverse("calendar_detail", args=[code]), status=SEE_OTHER)


def split_versions(
    versions: Sequence[CalendarVersion], now: datetime
) -> tuple[CalendarVersion | None, list[CalendarVersion]]:
    """The version in force at `now`, and those that are to come."""
    in_force = [version for version in versions if version.effective_from <= now]
    return (in_force[-1] if in_force else None), [version for version in versions if version.effective_from > now]


def week_rows(version: CalendarVersion | None) -> list[dict[str, Any]]:
    """The weekdays of a version by name, with their windows as text and as drawn."""
    bars = week_bars(version.week if version else {})
    return [
        {"name": WEEKDAY_NAMES[place], "windows": windows, "bars": drawn}
        for place, (_day, windows, drawn) in enumerate(bars)
    ]


def week_words(week: dict[str, list[str]]) -> list[tuple[str, str]]:
    """A week in few words: runs of weekdays that have the same windows, such as Monday – Friday 09:00-18:00."""
    runs: list[tuple[int, int, str]] = []
    for place, (_day, windows, _bars) in enumerate(week_bars(week)):
        text = " ".join(windows)
        if runs and runs[-1][2] == text:
            runs[-1] = (runs[-1][0], place, text)
        else:
            runs.append((place, place, text))
    return [(_names(first, last), text or _("closed")) for first, last, text in runs if text or len(runs) == 1]


def _names(first: int, last: int) -> str:
    names = str(WEEKDAY_NAMES[first]), str(WEEKDAY_NAMES[last])
    return names[0] if first == last else _("%(first)s – %(last)s") % {"first": names[0], "last": names[1]}


def day_line(fact: NamedDay) -> dict[str, Any]:
    """A day with its own hours as a list shows it."""
    return {"fact": fact, "name": name_of(fact), "hours": " ".join(fact.windows)}
