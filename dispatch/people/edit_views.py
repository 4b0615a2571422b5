"""The forms of a technician's keepers. Each asks one action; what was typed stays where it is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from dispatch.models import Absence, Certification, Shift, Technician, TechnicianSkill
from dispatch.people import services
from dispatch.people.access import EDITORS, outlets_of, require_keeper, technician_or_404, technicians_for
from dispatch.people.facts import profile_facts
from dispatch.people.forms import (
    AbsenceForm,
    CertificateForm,
    CopyForm,
    DistrictsForm,
    ProfileForm,
    ReasonForm,
    ShiftForm,
    SkillForm,
)
from dispatch.people.selectors import monday_of
from dispatch.selectors.days import day_of, read_day, zone_of
from servicedesk import clock
from servicedesk.access import roles_allowed, staff_of
from servicedesk.errors import INVALID, ActionError
from servicedesk.people.models import User

SEE_OTHER = 303


@dataclass(frozen=True)
class Sheet:
    """A form on a page of its own: its title, how it begins, what it asks for when it is sent."""

    title: str
    build: Callable[[Any], forms.Form]
    save: Callable[[Any, User], Any]
    # Asked in the same form, to take the thing away: address and word.
    remove_url: str = ""
    note: str = ""
    # Said when it was done; empty: that it is saved.
    done: str = ""


@require_http_methods(["GET", "POST"])
@never_cache
@roles_allowed(*EDITORS)
def profile_edit(request: HttpRequest, technician_id: int) -> HttpResponse:
    """Outlet, stars, home and overtime."""
    user, technician = _kept(request, technician_id)

    def save(form: ProfileForm, actor: User) -> None:
        services.save_profile(technician.pk, form.wanted(), actor=actor, now=clock.now())

    def build(data: Any) -> forms.Form:
        return ProfileForm(data, initial=profile_facts(technician), outlets=outlets_of(user))

    return _sheet(request, technician, Sheet(_("Profile"), build, save))


@require_http_methods(["GET", "POST"])
@never_cache
@roles_allowed(*EDITORS)
def districts_edit(request: HttpRequest, technician_id: int) -> HttpResponse:
    """The districts he keeps to."""
    _user, technician = _kept(request, technician_id)
    chosen = sorted(technician.districts.values_list("district", flat=True))
    names = sorted({*technician.outlet.zones.values_list("district", flat=True), *chosen})

    def save(form: DistrictsForm, actor: User) -> None:
        services.set_districts(technician.pk, form.cleaned_data["districts"], actor=actor, now=clock.now())

    def build(data: Any) -> forms.Form:
        return DistrictsForm(data, initial={"districts": chosen}, names=names)

    return _sheet(request, technician, Sheet(_("Districts"), build, save))


@require_http_methods(["GET", "POST"])
@never_cache
@roles_allowed(*EDITORS)
def skill_edit(request: HttpRequest, technician_id: int, skill_id: int | None = None) -> HttpResponse:
    """A skill, new or changed."""
    _user, technician = _kept(request, technician_id)
    skill = _own(TechnicianSkill, technician, skill_id)
    initial = {
        name: getattr(skill, name) for name in ("category", "level", "valid_from", "valid_until") if skill is not None
    }

    def save(form: SkillForm, actor: User) -> None:
        services.put_skill(technician.pk, form.wanted(), actor=actor, now=clock.now())

    url = reverse("skill_remove", args=[technician.pk, skill.pk]) if skill is not None else ""
    return _sheet(request, technician, Sheet(_("Skill"), lambda data: SkillForm(data, initial=initial), save, url))


@require_POST
@roles_allowed(*EDITORS)
def skill_remove(request: HttpRequest, technician_id: int, skill_id: int) -> HttpResponse:
    """Takes a skill away."""
    _user, technician = _kept(request, technician_id)
    skill = _own(TechnicianSkill, technician, skill_id)
    return _taken_away(request, technician, services.remove_skill, skill.category_id, _("The skill is taken away."))


@require_http_methods(["GET", "POST"])
@never_cache
@roles_allowed(*EDITORS)
def certificate_edit(request: HttpRequest, technician_id: int, certificate_id: int | None = None) -> HttpResponse:
    """A certificate, new or changed; the number of one that exists stays."""
    _user, technician = _kept(request, technician_id)
    paper = _own(Certification, technician, certificate_id)
    names = ("number", "stars", "valid_from", "valid_until")
    initial = {name: getattr(paper, name) for name in names if paper is not None} or {"stars": technician.stars}

    def build(data: Any) -> forms.Form:
        form = CertificateForm(data, initial=initial)
        form.fields["number"].disabled = paper is not None
        return form

    def save(form: CertificateForm, actor: User) -> None:
        services.put_certificate(technician.pk, form.wanted(), actor=actor, now=clock.now())

    return _sheet(request, technician, Sheet(_("Certificate"), build, save))


@require_http_methods(["GET", "POST"])
@never_cache
@roles_allowed(*EDITORS)
def certificate_switch(request: HttpRequest, technician_id: int, certificate_id: int) -> HttpResponse:
    """Suspends a certificate, or lifts the suspension (`?lift=1`), with a reason."""
    _user, technician = _kept(request, technician_id)
    paper = _own(Certification, technician, certificate_id)
    lifts = bool(request.GET.get("lift"))
    switch = services.lift_suspension if lifts else services.suspend_certificate

    def save(form: ReasonForm, actor: User) -> None:
        switch(paper.pk, form.cleaned_data["reason"], actor=actor, now=clock.now())

    title = _("Lift the suspension") if lifts else _("Suspend the certificate")
    done = _("The suspension is lifted.") if lifts else _("The certificate is suspended from now on.")
    return _sheet(request, technician, Sheet(title, ReasonForm, save, note=paper.number, done=done))


@require_http_methods(["GET", "POST"])
@never_cache
@roles_allowed(*EDITORS)
def shift_edit(request: HttpRequest, technician_id: int, shift_id: int | None = None) -> HttpResponse:
    """A stretch of hours, new or changed."""
    _user, technician = _kept(request, technician_id)
    shift, zone = _own(Shift, technician, shift_id), zone_of(technician.outlet)
    initial: dict[str, Any] = {"day": read_day(request.GET.get("day", "")), "lunch_minutes": 0}
    if shift is not None:
        start = shift.span.lower.astimezone(zone)
        initial = {"day": start.date(), "start": start.time(), "end": shift.span.upper.astimezone(zone).time()}
        initial["lunch_minutes"] = shift.lunch_minutes
        if shift.lunch:
            initial["lunch_from"] = shift.lunch.lower.astimezone(zone).time()
            initial["lunch_until"] = shift.lunch.upper.astimezone(zone).time()

    def save(form: ShiftForm, actor: User) -> None:
        services.put_shift(technician.pk, form.wanted(zone), actor=actor, now=clock.now(), replaces=shift_id)

    url = reverse("shift_remove", args=[technician.pk, shift.pk]) if shift is not None else ""
    return _sheet(request, technician, Sheet(_("Shift"), lambda data: ShiftForm(data, initial=initial), save, url))


@require_POST
@roles_allowed(*EDITORS)
def shift_remove(request: HttpRequest, technician_id: int, shift_id: int) -> HttpResponse:
    """Takes a shift away."""
    _user, technician = _kept(request, technician_id)
    return _taken_away(request, technician, services.remove_shift, shift_id, _("The shift is taken away."))


@require_POST
@roles_allowed(*EDITORS)
def week_repeat(request: HttpRequest, technician_id: int) -> HttpResponse:
    """The last planned week once more."""
    user, technician = _kept(request, technician_id)
    added = services.repeat_week(technician.pk, actor=user, now=clock.now())
    words = ngettext("%(n)d shift added.", "%(n)d shifts added.", added) % {"n": added}
    messages.add_message(request, messages.SUCCESS if added else messages.WARNING, words)
    return _back(technician)


@require_http_methods(["GET", "POST"])
@never_cache
@roles_allowed(*EDITORS)
def week_copy(request: HttpRequest, technician_id: int) -> HttpResponse:
    """A week of his for several technicians and weeks."""
    user, technician = _kept(request, technician_id)
    today = day_of(clock.now(), zone_of(technician.outlet))
    monday = monday_of(read_day(request.GET.get("week", "")) or today)
    crew = technicians_for(user).filter(outlet=technician.outlet_id, is_active=True).order_by("user__name_pinyin")
    people = [(one.pk, str(one)) for one in crew]

    def build(data: Any) -> forms.Form:
        return CopyForm(data, initial={"targets": [technician.pk]}, people=people)

    def save(form: CopyForm, actor: User) -> None:
        given = form.cleaned_data
        copied = services.copy_week(
            technician.pk, monday, given["targets"], given["weeks"], actor=actor, now=clock.now()
        )
        values = {"added": copied.added, "left": copied.left_out}
        messages.info(request, _("%(added)s shifts added, %(left)s left out where hours stood already.") % values)

    note = _("The week from %(first)s to %(last)s.") % {"first": monday, "last": monday + timedelta(days=6)}
    return _sheet(request, technician, Sheet(_("Copy a week"), build, save, note=note))


@require_http_methods(["GET", "POST"])
@never_cache
@roles_allowed(*EDITORS)
def absence_edit(request: HttpRequest, technician_id: int, absence_id: int | None = None) -> HttpResponse:
    """Leave, sickness or training, new or changed; booked jobs inside are listed before it is saved."""
    _user, technician = _kept(request, technician_id)
    absence, zone = _own(Absence, technician, absence_id), zone_of(technician.outlet)
    day = read_day(request.GET.get("day", ""))
    initial: dict[str, Any] = {"first_day": day, "last_day": day}
    if absence is not None:
        start, end = absence.span.lower.astimezone(zone), absence.span.upper.astimezone(zone)
        midnight = not (end.hour or end.minute)
        initial = {
            "first_day": start.date(),
            "start": start.time() if start.hour or start.minute else None,
            "last_day": (end - timedelta(minutes=1)).date() if midnight else end.date(),
            "end": None if midnight else end.time(),
            "reason": absence.reason,
        }

    def save(form: AbsenceForm, actor: User) -> None:
        services.put_absence(technician.pk, form.wanted(zone), actor=actor, now=clock.now(), replaces=absence_id)

    url = reverse("absence_remove", args=[technician.pk, absence.pk]) if absence is not None else ""
    return _sheet(request, technician, Sheet(_("Absence"), lambda data: AbsenceForm(data, initial=initial), save, url))


@require_POST
@roles_allowed(*EDITORS)
def absence_remove(request: HttpRequest, technician_id: int, absence_id: int) -> HttpResponse:
    """Takes an absence away."""
    _user, technician = _kept(request, technician_id)
    return _taken_away(request, technician, services.remove_absence, absence_id, _("The absence is taken away."))


def _kept(request: HttpRequest, technician_id: int) -> tuple[User, Technician]:
    """Who asks, and the technician, whom he keeps."""
    user = staff_of(request)
    technician = technician_or_404(user, technician_id)
    require_keeper(user, technician.outlet_id)
    return user, technician


def _own(model: Any, technician: Technician, row_id: int | None) -> Any:
    """The row of that technician, None where none is asked for. Raises Http404."""
    if row_id is None:
        return None
    found = model.objects.filter(technician=technician, pk=row_id).first()
    if found is None:
        raise Http404
    return found


def _sheet(request: HttpRequest, technician: Technician, sheet: Sheet) -> HttpResponse:
    bound = request.method == "POST"
    form = sheet.build(request.POST if bound else None)
    status, jobs = (INVALID if bound else 200), []
    if bound and form.is_valid():
        try:
            sheet.save(form, staff_of(request))
        except ActionError as error:
            if error.field not in form.fields:
                raise
            form.add_error(error.field, str(error.message))
            status, jobs = error.status, services.jobs_named(error)
        else:
            messages.success(request, sheet.done or _("Saved."))
            return _back(technician)
    context = {
        "now": clock.now(),
        "form": form,
        "technician": technician,
        "title": sheet.title,
        "remove_url": sheet.remove_url,
        "note": sheet.note,
        "jobs": jobs,
    }
    return render(request, "dispatch/people/technician_form.html", context, status=status)


def _taken_away(
    request: HttpRequest, technician: Technician, remove: Callable[..., None], key: int, words: str
) -> HttpResponseRedirect:
    """Asks `remove` to take away what `key` names, says so in `words`, and goes back to the technician."""
    remove(technician.pk, key, actor=staff_of(request), now=clock.now())
    messages.success(request, words)
    return _back(technician)


def _back(technician: Technician) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("technician_detail", args=[technician.pk]), status=SEE_OTHER)
