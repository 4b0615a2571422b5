"""That something about a technician's time was written, for those who keep it in memory."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class TimeChange(models.Model):
    """Hours, absences, papers or jobs of a technician were written in transaction `xid`.

    Written by triggers of the database only (migration 0012), with the change itself, and forgotten after a day:
    whoever keeps a crew in memory asks which technicians to read anew (dispatch/selectors/seek_kept.py).
    """

    # No key to the table of technicians: its row would have to be looked at with every change.
    technician_id = models.BigIntegerField()
    xid = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("change of a technician's time")
        verbose_name_plural = _("changes of technicians' time")
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["xid"], name="time_change_by_xid")]

    def __str__(self) -> str:
        return f"{self.technician_id} {self.xid}"
