"""The pages of the paces: what holds for whom and when, a way to try, and what was changed."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dispatch.models import TravelProfile
from dispatch.rules import Place
from dispatch.selectors.days import day_of, day_span, zone_of
from dispatch.travel.forms import PaceForm, PreviewForm
from dispatch.travel.registry import roads_of
from dispatch.travel.services import EDITORS, READERS, change_pace, enter_pace, remove_pace, wanted_of
from dispatch.views.common import SeeOther
from servicedesk import clock
from servicedesk.access import roles_allowed, staff_of
from servicedesk.errors import INVALID, ActionError
from servicedesk.promises.audit import kept_in
from servicedesk.undo import Undo, say_done

# Degrees of latitude a kilometre spans, for a way to try.
DEGREES_PER_KM = 1 / 111.195
RECORD = 20
START = {"hour_from": 0, "hour_until": 24, "fixed_minutes": 6.2, "minutes_per_km": 0.82, "detour": 1.3}


@require_GET
@roles_allowed(*READERS)
def pace_list(request: HttpRequest) -> HttpResponse:
    """All paces, a way to try, and the record of changes."""
    user = staff_of(request)
    preview = PreviewForm(request.GET if "km" in request.GET else {"km": 5, "hour": 18})
    paces = TravelProfile.objects.select_related("outlet").order_by("outlet__code", "hour_from")
    context = {
        "paces": paces,
        "preview": preview,
        "tried": _tried(preview) if preview.is_valid() else None,
        "may_edit": user.role in EDITORS,
        "record": _record(),
    }
    return render(request, "dispatch/pace_list.html", context)


@require_http_methods(["GET", "POST"])
@roles_allowed(*EDITORS)
def pace_new(request: HttpRequest) -> HttpResponse:
    """A pace is entered."""
    user = staff_of(request)
    form = PaceForm(request.POST or None, initial=START)
    if request.method == "POST" and form.is_valid():
        try:
            enter_pace(form.wanted(), actor=user, now=clock.now())
        except ActionError as error:
            return _form_page(request, form, None, error)
        messages.success(request, _("The pace is in force."))
        return SeeOther(reverse("pace_list"))
    return _form_page(request, form, None)


@require_http_methods(["GET", "POST"])
@roles_allowed(*EDITORS)
def pace_edit(request: HttpRequest, pace_id: int) -> HttpResponse:
    """A pace is changed."""
    user = staff_of(request)
    row = TravelProfile.objects.filter(pk=pace_id).first()
    if row is None:
        raise ActionError("not_found", _("There is no such pace."), status=404)
    now_stands = asdict(wanted_of(row))
    form = PaceForm(request.POST or None, initial={**now_stands, "based_on": now_stands})
    if request.method == "POST" and form.is_valid():
        try:
            based_on = form.shown() or wanted_of(row)
            change_pace(pace_id, form.wanted(), based_on, actor=user, now=clock.now())
        except ActionError as error:
            return _form_page(request, form, row, error)
        messages.success(request, _("The pace is in force."))
        return SeeOther(reverse("pace_list"))
    return _form_page(request, form, row)


@require_POST
@roles_allowed(*EDITORS)
def pace_remove(request: HttpRequest, pace_id: int) -> HttpResponse:
    """A pace is taken away."""
    before = asdict(remove_pace(pace_id, actor=staff_of(request), now=clock.now()))
    fields = {name: "" if value is None else str(value) for name, value in before.items()}
    say_done(request, _("The pace is taken away; the next more general one holds."), Undo(reverse("pace_new"), fields))
    return SeeOther(reverse("pace_list"))


def _form_page(
    request: HttpRequest, form: PaceForm, row: TravelProfile | None, error: ActionError | None = None
) -> HttpResponse:
    if error is not None:
        form.add_error(error.field if error.field in form.fields else None, str(error.message))
    status = error.status if error else INVALID if form.is_bound else 200
    return render(request, "dispatch/pace_form.html", {"form": form, "row": row}, status=status)


def _tried(form: PreviewForm) -> dict[str, Any]:
    """What the way would take today."""
    given = form.cleaned_data
    zone = zone_of(given["outlet"])
    depart = day_span(day_of(clock.now(), zone), zone).start + timedelta(hours=given["hour"])
    roads = roads_of(given["outlet"], zone)
    leg = roads.leg(Place(30.0, 104.0), Place(30.0 + given["km"] * DEGREES_PER_KM, 104.0), depart)
    return {"hour": given["hour"], "minutes": leg.minutes, "km": leg.metres / 1000, "quality": roads.quality}


def _record() -> list[dict[str, Any]]:
    """What was changed last, also of paces that were taken away."""
    of_paces = ContentType.objects.get_for_model(TravelProfile)
    entries = LogEntry.objects.filter(content_type=of_paces).select_related("user").order_by("-action_time", "-id")
    return [{"entry": entry, **(kept_in(entry) or {})} for entry in entries[:RECORD]]
