"""What a visit leaves behind: inspection, photos, signature, charges by the price list."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from servicedesk.history import APPEND_ONLY
from servicedesk.people.wording import in_language
from visits.models.visit import Visit

STAFF = settings.AUTH_USER_MODEL


class Inspection(models.Model):
    """The one-stop inspection of the whole product, and what was said about the others at home."""

    visit = models.OneToOneField(Visit, models.CASCADE, related_name="inspection", verbose_name=_("visit"))
    # [{"code": "leaks", "ok": true, "reading": ""}, …] by the category's list.
    checks = models.JSONField(_("checks"))
    remark = models.CharField(_("remark"), max_length=500, blank=True)
    others_asked = models.BooleanField(_("asked about the other appliances"), default=False)
    # [{"appliance": 12, "kind": "repair", "words": "…"}, …]: what was heard about them (visits.followups).
    others = models.JSONField(_("heard about the others"), default=list)
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")

    def __str__(self) -> str:
        return str(self.visit_id)


class Photo(models.Model):
    """A picture of a visit, re-encoded without its location data; reached only through its visit."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="photos", verbose_name=_("visit"))
    token = models.UUIDField(unique=True)
    # The item of the checklist it proves, where it proves one.
    item = models.CharField(_("checklist item"), max_length=8, blank=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    taken_at = models.DateTimeField(_("taken"))
    taken_by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return str(self.token)


class Signature(models.Model):
    """The customer's signature and opinion on the record sheet of a visit."""

    visit = models.OneToOneField(Visit, models.PROTECT, related_name="signature", verbose_name=_("visit"))
    image = models.BinaryField(_("drawing"), null=True)
    # The drawing as it was made: [[{"x", "y", "t", "p"}, …], …], a list of points for each stroke.
    strokes = models.JSONField(_("strokes"), null=True)
    typed_name = models.CharField(_("name as typed"), max_length=60, blank=True)
    opinion = models.CharField(_("opinion"), max_length=500, blank=True)
    signed_at = models.DateTimeField(_("signed"))

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        triggers: ClassVar = [APPEND_ONLY]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(image__isnull=False) | ~models.Q(typed_name=""), name="signature_not_empty"
            )
        ]

    def __str__(self) -> str:
        return str(self.visit_id)


class PriceList(models.Model):
    """A version of the unified price list, valid from a day."""

    version = models.CharField(_("version"), max_length=20, unique=True)
    effective_from = models.DateField(_("effective from"))

    class Meta:
        verbose_name = _("price list")
        verbose_name_plural = _("price lists")
        ordering: ClassVar = ["-effective_from"]

    def __str__(self) -> str:
        return self.version


class PriceItem(models.Model):
    """A line of a price list, in fen."""

    class Kind(models.TextChoices):
        LABOUR = "labour", _("Labour")
        PART = "part", _("Part")
        TRAVEL = "travel", _("Travel")

    price_list = models.ForeignKey(PriceList, models.PROTECT, related_name="items", verbose_name=_("price list"))
    code = models.CharField(_("code"), max_length=20)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices)
    name_zh = models.CharField(_("Chinese name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80)
    fen = models.PositiveIntegerField(_("price in fen"))

    class Meta:
        verbose_name = _("price item")
        verbose_name_plural = _("price items")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["price_list", "code"], name="price_item_once")]

    def __str__(self) -> str:
        return in_language(self.name_zh, self.name_en)


class Charge(models.Model):
    """What a visit costs by the price list, or the reason why it is free."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="charges", verbose_name=_("visit"))
    item = models.ForeignKey(PriceItem, models.PROTECT, related_name="+", verbose_name=_("price item"))
    quantity = models.PositiveSmallIntegerField(_("quantity"), default=1)
    fen = models.PositiveIntegerField(_("amount in fen"))
    free_reason = models.CharField(_("free because"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("charge")
        verbose_name_plural = _("charges")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="charge_quantity_positive")
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.item_id}"
