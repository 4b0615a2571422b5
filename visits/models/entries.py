"""What a technician's phone sends: entries with ids of their own, their positions and pictures, his consent and his
self-check.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dispatch.models import Technician
from visits.models.visit import Visit, VisitEvent

STAFF = settings.AUTH_USER_MODEL


class VisitEntry(models.Model):
    """One thing done on a phone, stored before anything is made of it.

    The phone numbers its entries of a visit from 1 without gaps; they take effect in that order. Drawing, strokes and
    opinion of a signature leave `data` once they stand in the signature.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("entry", "Waiting")
        APPLIED = "applied", pgettext_lazy("entry", "Taken over")
        REFUSED = "refused", pgettext_lazy("entry", "Refused")
        CONFLICT = "conflict", pgettext_lazy("entry", "Changed by somebody else")
        REVIEW = "review", pgettext_lazy("entry", "For the office")

    class Decision(models.TextChoices):
        TAKEN_OVER = "taken_over", pgettext_lazy("entry", "Taken over as evidence")
        KEPT = "kept", pgettext_lazy("entry", "Kept as a record")

    id = models.UUIDField(primary_key=True)
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="entries", verbose_name=_("visit"))
    actor = models.ForeignKey(STAFF, models.PROTECT, related_name="+", verbose_name=_("by"))
    device = models.UUIDField(_("device"))
    seq = models.PositiveIntegerField(_("number on the device"))
    action = models.SlugField(_("action"), max_length=20)
    # What it is about inside the visit: the item of the checklist or of the price list.
    target = models.CharField(max_length=40, blank=True)
    data = models.JSONField(_("data"), default=dict)
    base = models.JSONField(_("seen before"), null=True)
    # Of everything but the instant of sending: tells a repeat from another entry under the same id.
    fingerprint = models.CharField(max_length=64)
    happened_at = models.DateTimeField(_("device time"))
    sent_at = models.DateTimeField(_("sent by the device's clock"))
    received_at = models.DateTimeField(_("received"))
    # Only with consent, and only until the entry is settled: then it stands in a row with an end.
    position = models.JSONField(null=True)
    corrects = models.UUIDField(null=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    code = models.CharField(_("code"), max_length=40, blank=True)
    message = models.CharField(_("reason"), max_length=500, blank=True)
    field = models.CharField(max_length=80, blank=True)
    detail = models.JSONField(default=dict)
    counted_at = models.DateTimeField(_("counted from"), null=True)
    marks = models.JSONField(_("marks"), default=list)
    decision = models.CharField(_("decision"), max_length=10, choices=Decision.choices, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True)
    decided_by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by"))
    decision_note = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("entry of a phone")
        verbose_name_plural = _("entries of phones")
        ordering: ClassVar = ["received_at", "device", "seq"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["visit", "device", "seq"], name="entry_once_per_device"),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "applied", "refused", "conflict", "review"]),
                name="entry_state_known",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["received_at"], condition=models.Q(state="review", decision=""), name="entry_for_review"
            )
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.seq} {self.action}"


class KeptPicture(models.Model):
    """A picture of an entry in the private store, cleaned, before (or without) becoming a photo of its visit."""

    token = models.UUIDField(primary_key=True)
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="kept_pictures", verbose_name=_("visit"))
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    kept_at = models.DateTimeField(_("kept"))

    class Meta:
        verbose_name = _("kept picture")
        verbose_name_plural = _("kept pictures")

    def __str__(self) -> str:
        return str(self.token)


class VisitPosition(models.Model):
    """Where a step was taken, with the technician's consent; deleted after its retention (`entries.positions`)."""

    event = models.OneToOneField(VisitEvent, models.CASCADE, related_name="position", verbose_name=_("step"))
    lat = models.FloatField(_("latitude"))
    lon = models.FloatField(_("longitude"))
    accuracy_m = models.FloatField(_("accuracy in metres"))
    kept_at = models.DateTimeField(_("kept"), db_index=True)

    class Meta:
        verbose_name = _("position of a step")
        verbose_name_plural = _("positions of steps")

    def __str__(self) -> str:
        return str(self.event_id)


class PhoneConsent(models.Model):
    """Whether a technician lets his phone tell where a step was taken, and since when."""

    technician = models.OneToOneField(
        Technician, models.CASCADE, related_name="phone_consent", verbose_name=_("technician")
    )
    position = models.BooleanField(_("position"), default=False)
    at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("consent to positions")
        verbose_name_plural = _("consents to positions")

    def __str__(self) -> str:
        return str(self.technician_id)


class SelfCheck(models.Model):
    """The look at kit, appearance and the ten musts before the first visit of a day; one a day."""

    id = models.UUIDField(primary_key=True)
    technician = models.ForeignKey(
        Technician, models.PROTECT, related_name="self_checks", verbose_name=_("technician")
    )
    day = models.DateField(_("day"))
    # {code: kept, …} by the list in visits/entries/self_check.py.
    items = models.JSONField(_("answers"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    done_at = models.DateTimeField(_("device time"))
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("self-check")
        verbose_name_plural = _("self-checks")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["technician", "day"], name="self_check_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.technician_id} {self.day}"
