"""The pages of long work: what there is, how far it is, calling it off."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from servicedesk import clock
from servicedesk.access import read_id, roles_allowed, staff_of
from servicedesk.jobs.kinds import label_of, url_of
from servicedesk.jobs.models import Job, JobState
from servicedesk.jobs.services import OVERSEERS, cancel_job, jobs_for
from servicedesk.people.models import Role

SEE_OTHER = 303
PAGE = 25
WORKERS = (Role.DISPATCHER, Role.SUPERVISOR, Role.MANAGER, Role.ADMIN)
LOOKS = {
    JobState.WAITING: ("neutral", "clock"),
    JobState.RUNNING: ("info", "refresh"),
    JobState.DONE: ("ok", "circle-check"),
    JobState.FAILED: ("danger", "alert-octagon"),
    JobState.CANCELLED: ("neutral", "circle-minus"),
}


@require_GET
@never_cache
@roles_allowed(*WORKERS)
def job_list(request: HttpRequest) -> HttpResponse:
    """Own long work, for managers and administrators everybody's, the newest first."""
    user, older_than = staff_of(request), read_id(request.GET.get("after", ""))
    jobs = jobs_for(user)
    if older_than is not None:
        jobs = jobs.filter(pk__lt=older_than)
    found = list(jobs[: PAGE + 1])
    context = {
        "now": clock.now(),
        "lines": [look_of(job) for job in found[:PAGE]],
        "shows_people": user.role in OVERSEERS,
        "after": found[PAGE - 1].pk if len(found) > PAGE else "",
    }
    return render(request, "jobs/job_list.html", context)


@require_GET
@never_cache
@roles_allowed(*WORKERS)
def job_detail(request: HttpRequest, job_id: int) -> HttpResponse:
    """One piece of work; asked again by the page while it goes on."""
    job = jobs_for(staff_of(request)).filter(pk=job_id).first()
    if job is None:
        raise Http404
    context = {"now": clock.now(), "line": look_of(job)}
    fragment = request.headers.get("HX-Request") == "true"
    answer = render(request, "jobs/_job.html" if fragment else "jobs/job_detail.html", context)
    if fragment and not job.is_at_work:
        # The page around it shows what came of the work: it fetches itself anew once.
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@roles_allowed(*WORKERS)
def job_cancel(request: HttpRequest, job_id: int) -> HttpResponseRedirect:
    """Calls the work off between two batches."""
    job = cancel_job(job_id, actor=staff_of(request), now=clock.now())
    messages.success(request, _("Called off. What was done until now stays."))
    return HttpResponseRedirect(url_of(job) or reverse("job_detail", args=[job.pk]), status=SEE_OTHER)


def look_of(job: Job) -> dict[str, Any]:
    """What the templates show of a piece of work: itself, tone, sign, label, the address of its result."""
    tone, icon = LOOKS[JobState(job.state)]
    return {"job": job, "tone": tone, "icon_name": icon, "label": label_of(job), "url": url_of(job)}
