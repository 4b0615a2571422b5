"""The kinds of long work. A room registers its own when the app is ready."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from servicedesk.jobs.models import Job

# Does one batch inside the transaction it is called in, moves `job.done` on, and says whether there is more to do.
Step = Callable[[Job, datetime], bool]
# Told in the transaction that ends the job, whatever its end is.
Ended = Callable[[Job, datetime], None]


@dataclass(frozen=True)
class JobKind:
    """How one kind of work is done, what it is called, and where its result is looked at."""

    label: str | Promise
    step: Step
    ended: Ended
    url: Callable[[Job], str]


KINDS: dict[str, JobKind] = {}


def register(key: str, kind: JobKind) -> None:
    """Makes a kind of work known."""
    KINDS[key] = kind


def label_of(job: Job) -> str:
    """What the work is called; a kind that is no longer known says so."""
    kind = KINDS.get(job.kind)
    return str(kind.label) if kind is not None else _("Work of a kind that no longer exists")


def url_of(job: Job) -> str:
    """Where the result is looked at, empty for none."""
    kind = KINDS.get(job.kind)
    return kind.url(job) if kind is not None else ""
