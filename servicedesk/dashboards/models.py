"""Day tallies: what the figures of a day, an outlet and a kind of ticket add up to, and which of them are stale.

They are a cache that may be thrown away and built anew (`manage.py recount`), so they hold plain numbers, no foreign
keys. Why they are exact at any moment is told in docs/performance.md.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Tally(models.Model):
    """The counts of one local day, outlet (0 for none) and kind of ticket; places in `counts`: `cells.MEASURES`."""

    day = models.DateField()
    outlet = models.BigIntegerField()
    kind = models.CharField(max_length=12)
    counts = ArrayField(models.IntegerField())

    class Meta:
        default_permissions: ClassVar = ()
        constraints: ClassVar = [models.UniqueConstraint(fields=["day", "outlet", "kind"], name="tally_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.outlet} {self.kind}"


class TechnicianTally(models.Model):
    """The same by the technician of the ticket, for the clocks only."""

    day = models.DateField()
    outlet = models.BigIntegerField()
    kind = models.CharField(max_length=12)
    technician = models.BigIntegerField()
    counts = ArrayField(models.IntegerField())

    class Meta:
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "outlet", "kind", "technician"], name="technician_tally_once")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.outlet} {self.kind} {self.technician}"


class TallyMark(models.Model):
    """A change touched what this day and outlet (0 for none) add up to: count it from the rows until it is settled.

    Written by triggers in the transaction of the change (migration `counters`), only ever added and removed.
    """

    day = models.DateField()
    outlet = models.BigIntegerField()

    class Meta:
        default_permissions: ClassVar = ()
        indexes: ClassVar = [models.Index(fields=["day", "outlet"], name="tally_mark_cell")]

    def __str__(self) -> str:
        return f"{self.day} {self.outlet}"
