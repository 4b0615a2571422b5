"""What every relay keeps of a try: what was answered, or why nothing was."""

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from servicedesk.sending.http import Answer


class Attempt(models.Model):
    """One try to hand a message over; the relay's own model says which message and keeps it append-only."""

    at = models.DateTimeField(_("at"))
    status = models.PositiveSmallIntegerField(_("status"), null=True)
    error = models.SlugField(_("error"), max_length=30, blank=True)
    excerpt = models.CharField(_("start of the answer"), max_length=500, blank=True)
    millis = models.PositiveIntegerField(_("milliseconds"))

    class Meta:
        abstract = True
        ordering: ClassVar = ["id"]


def kept_of(answer: Answer, at: datetime) -> dict[str, Any]:
    """The fields of an attempt that was made at `at` and answered so."""
    return {
        "at": at,
        "status": answer.status,
        "error": answer.error,
        "excerpt": answer.excerpt.replace("\0", ""),
        "millis": answer.millis,
    }
