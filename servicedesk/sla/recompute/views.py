"""The pages of the recompute: what was recomputed, asking for one, deciding on it, watching it."""

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
from servicedesk.people.models import Role
from servicedesk.sla.recompute import services
from servicedesk.sla.recompute.forms import RecomputeForm
from servicedesk.sla.recompute.models import LIVING, JobState, RecomputeJob
from servicedesk.sla.wording import clock_label

SEE_OTHER = 303
PAGE = 25
READERS = (Role.SUPERVISOR, Role.MANAGER, Role.ADMIN, Role.AUDITOR)
LOOKS = {
    JobState.COUNTING: ("info", "refresh"),
    JobState.READY: ("warn", "help-circle"),
    JobState.RUNNING: ("info", "refresh"),
    JobState.DONE: ("ok", "circle-check"),
    JobState.CANCELLED: ("neutral", "circle-minus"),
    JobState.FAILED: ("danger", "alert-octagon"),
}


@require_http_methods(["GET", "POST"])
@never_cache
@roles_allowed(*READERS)
def recompute_list(request: HttpRequest) -> HttpResponse:
    """Past recomputes, the newest first, and the form that starts one."""
    user = staff_of(request)
    form = RecomputeForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                job = services.start_recompute(actor=user, now=clock.now(), **form.cleaned_data)
            except ActionError as error:
                if error.field not in form.fields:
                    raise
                form.add_error(error.field, str(error.message))
            else:
                return _to(job.pk)
        status = INVALID
    older_than = read_id(request.GET.get("after", ""))
    jobs = RecomputeJob.objects.select_related("asked_by")
    if older_than is not None:
        jobs = jobs.filter(pk__lt=older_than)
    found = list(jobs[: PAGE + 1])
    context = {
        "now": clock.now(),
        "form": form,
        "may_edit": user.role in services.EDITORS,
        "living": RecomputeJob.objects.filter(state__in=LIVING).first(),
        "lines": [{"job": job, **_look(job)} for job in found[:PAGE]],
        "after": found[PAGE - 1].pk if len(found) > PAGE else "",
    }
    return render(request, "sla/recompute_list.html", context, status=status)


@require_GET
@never_cache
@roles_allowed(*READERS)
def recompute_detail(request: HttpRequest, job_id: int) -> HttpResponse:
    """A recompute: how far it is, what it moves, and examples; asked again by the page while it is at work."""
    job = RecomputeJob.objects.select_related("asked_by", "applied_by").filter(pk=job_id).first()
    if job is None:
        raise Http404
    samples = job.samples.select_related("clock__ticket").order_by("id")
    context = {
        "now": clock.now(),
        "job": job,
        **_look(job),
        "may_edit": staff_of(request).role in services.EDITORS,
        "samples": [{"sample": sample, "label": clock_label(sample.clock.kind)} for sample in samples],
        "counted_only": job.applied_at is None,
    }
    fragment = request.headers.get("HX-Request") == "true"
    return render(request, "sla/_recompute.html" if fragment else "sla/recompute_detail.html", context)


@require_POST
@roles_allowed(*services.EDITORS)
def recompute_apply(request: HttpRequest, job_id: int) -> HttpResponseRedirect:
    """Carries a counted recompute out."""
    services.apply_recompute(job_id, actor=staff_of(request), now=clock.now())
    messages.success(request, _("The recompute is being carried out. You may leave this page."))
    return _to(job_id)


@require_POST
@roles_allowed(*services.EDITORS)
def recompute_cancel(request: HttpRequest, job_id: int) -> HttpResponseRedirect:
    """Calls a recompute off."""
    job = services.cancel_recompute(job_id, actor=staff_of(request), now=clock.now())
    if job.applied_at is None:
        messages.success(request, _("Called off. No clock was moved."))
    else:
        messages.success(request, _("Called off. Clocks that were moved already stay as they are now."))
    return _to(job_id)


def _look(job: RecomputeJob) -> dict[str, Any]:
    tone, icon = LOOKS[JobState(job.state)]
    percent = 100 if not job.total else min(100, job.looked_at * 100 // job.total)
    return {"tone": tone, "icon_name": icon, "percent": percent}


def _to(job_id: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("recompute_detail", args=[job_id]), status=SEE_OTHER)
