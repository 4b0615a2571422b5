"""The technician's day: jobs to answer, jobs in the order of time, jobs done."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dispatch.services import accept_assignment, refuse_assignment
from servicedesk import clock
from servicedesk.access import roles_allowed, staff_of
from servicedesk.people.models import Role
from visits.access import offered_or_404, technician_of
from visits.days import day_sheet
from visits.forms import ReasonForm
from visits.models import Visit
from visits.views.common import done, refused


@require_GET
@roles_allowed(Role.TECHNICIAN)
def visit_today(request: HttpRequest) -> HttpResponse:
    """Cards of today and the next two days."""
    now = clock.now()
    technician = technician_of(staff_of(request))
    sheet = day_sheet(technician, now)
    return render(request, "visits/visit_today.html", {"sheet": sheet, "technician": technician, "now": now})


@require_POST
@roles_allowed(Role.TECHNICIAN)
def offer_accept(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """The technician takes the job; a second tap finds it taken."""
    user = staff_of(request)
    planned = Visit.objects.filter(assignment=assignment_id, technician__user=user).first()
    if planned is None:
        job = offered_or_404(user, assignment_id)
        accept_assignment(job.pk, actor=user, now=clock.now())
        planned = Visit.objects.filter(assignment=assignment_id).first()
    url = reverse("visit_detail", args=[planned.pk]) if planned else reverse("visit_today")
    return done(request, url, _("Job accepted."))


@require_http_methods(["GET", "POST"])
@roles_allowed(Role.TECHNICIAN)
def offer_refuse(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """The technician says why he cannot take the job."""
    user = staff_of(request)
    job = offered_or_404(user, assignment_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        refuse_assignment(job.pk, form.cleaned_data["reason"], actor=user, now=clock.now())
        return done(request, reverse("visit_today"), _("Job refused; the office has been told."))
    context = {"job": job, "ticket": job.ticket, "form": form, "now": clock.now()}
    if request.method == "POST":
        return refused(request, "visits/offer_refuse.html", context)
    return render(request, "visits/offer_refuse.html", context)
