"""The words of the notices at the end of long work."""

from django.utils.translation import gettext as _

from servicedesk.jobs.kinds import label_of
from servicedesk.jobs.models import Job
from servicedesk.notify.models import Notification
from servicedesk.notify.wording import NoticeKind, page_of


def _named(notice: Notification) -> str:
    job = Job.objects.filter(pk=notice.values.get("job")).first()
    return label_of(job) if job is not None else _("Work")


def _done(notice: Notification) -> str:
    return _("%(work)s: done.") % {"work": _named(notice)}


def _failed(notice: Notification) -> str:
    return _("%(work)s: broke off. Its page says why.") % {"work": _named(notice)}


NOTICES = {
    "job_done": NoticeKind(_done, "circle-check", "ok", page_of("job_detail", "job")),
    "job_failed": NoticeKind(_failed, "alert-octagon", "danger", page_of("job_detail", "job")),
}
