"""A file that was brought, and its rows: what each would do, what it did, or why it was refused."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ImportState(models.TextChoices):
    LOOKED = "looked", pgettext_lazy("import", "Waits for a decision")
    RUNNING = "running", pgettext_lazy("import", "Being carried out")
    DONE = "done", pgettext_lazy("import", "Carried out")
    BROKEN = "broken", pgettext_lazy("import", "Carried out in part")
    DISCARDED = "discarded", pgettext_lazy("import", "Discarded")
    UNDOING = "undoing", pgettext_lazy("import", "Being taken back")
    UNDONE = "undone", pgettext_lazy("import", "Taken back")


class Import(models.Model):
    """One file. The counts of rows are those of the dry run; `written`, `late` and `undone` those of what followed.

    The file itself is not kept: its cells stand in the rows until the import ended, those of refused rows thirty days
    longer, so that they can be mended.
    """

    kind = models.SlugField(_("kind"), max_length=40)
    file_name = models.CharField(_("file"), max_length=120)
    language = models.CharField(max_length=10)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    asked_at = models.DateTimeField(_("looked at"))
    state = models.CharField(_("state"), max_length=9, choices=ImportState.choices, default=ImportState.LOOKED)
    headings = models.JSONField(_("headings"), default=list)
    ignored = models.JSONField(_("headings left out"), default=list)
    new = models.PositiveIntegerField(_("new"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    written = models.PositiveIntegerField(_("written"), default=0)
    late = models.PositiveIntegerField(_("refused while it was carried out"), default=0)
    undone = models.PositiveIntegerField(_("taken back"), default=0)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    undone_at = models.DateTimeField(_("taken back at"), null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(state__in=ImportState.values), name="import_state_known")
        ]
        indexes: ClassVar = [models.Index(fields=["asked_by", "-id"], name="import_of_person")]

    def __str__(self) -> str:
        return f"{self.kind} {self.file_name}"

    @property
    def to_write(self) -> int:
        """How many rows the dry run would write."""
        return self.new + self.changed


class ImportRow(models.Model):
    """One row of the file. `number` is its line as the reader of the file counts, the headings being line 1.

    `before` is what stood in the house when the dry run looked, `after` what the import wrote; None where there was
    nothing. `field`, `given` and `expected` say why it was refused.
    """

    class State(models.TextChoices):
        NEW = "new", pgettext_lazy("import row", "New")
        CHANGED = "changed", pgettext_lazy("import row", "Changed")
        UNCHANGED = "unchanged", pgettext_lazy("import row", "Unchanged")
        REFUSED = "refused", pgettext_lazy("import row", "Refused")
        WRITTEN = "written", pgettext_lazy("import row", "Written")
        LATE = "late", pgettext_lazy("import row", "Refused while it was carried out")
        UNDONE = "undone", pgettext_lazy("import row", "Taken back")
        KEPT = "kept", pgettext_lazy("import row", "Could not be taken back")

    batch = models.ForeignKey(Import, models.CASCADE, related_name="rows", verbose_name=_("import"))
    number = models.PositiveIntegerField(_("row"))
    state = models.CharField(_("state"), max_length=9, choices=State.choices)
    cells = models.JSONField(_("cells"), default=list)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    code = models.CharField(max_length=40, blank=True)
    field = models.CharField(_("column"), max_length=60, blank=True)
    given = models.CharField(_("given"), max_length=200, blank=True)
    expected = models.CharField(_("expected"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "number"], name="import_row_once"),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=[
                        "new",
                        "changed",
                        "unchanged",
                        "refused",
                        "written",
                        "late",
                        "undone",
                        "kept",
                    ]
                ),
                name="import_row_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.number} {self.state}"
