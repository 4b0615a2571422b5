"""What maker or company promises beside the law: dated rows of data."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from servicedesk.catalogue.models import ProductCategory
from servicedesk.history import APPEND_ONLY
from servicedesk.people.models import Membership
from servicedesk.people.wording import in_language

STAFF = settings.AUTH_USER_MODEL


class MakerPromise(models.Model):
    """A promise to those who bought from a day to a day. It only adds; it is never changed, only ended."""

    class Kind(models.TextChoices):
        WHOLE_UNIT = "whole_unit", _("Free repair of the unit and its main parts")
        PUBLIC_USE = "public_use", _("Free repair for business buyers")
        REPAIRED_PART = "repaired_part", _("Free repair of a repaired part")
        DEPRECIATION = "depreciation", _("Part of the depreciation only")

    name_zh = models.CharField(_("Chinese name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80)
    brand = models.CharField(_("brand"), max_length=40, blank=True)
    category = models.ForeignKey(
        ProductCategory, models.PROTECT, null=True, blank=True, related_name="promises", verbose_name=_("product")
    )
    membership = models.CharField(_("for holders of"), max_length=10, choices=Membership.Kind.choices, blank=True)
    kind = models.CharField(_("promise"), max_length=20, choices=Kind.choices)
    months = models.PositiveSmallIntegerField(_("months"), null=True, blank=True)
    main_part_months = models.PositiveSmallIntegerField(_("months for main parts"), null=True, blank=True)
    percent = models.DecimalField(
        _("percent of the depreciation that is taken"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    from_production = models.BooleanField(_("counts from the month after production"), default=False)
    sold_from = models.DateField(_("for goods sold from"))
    source = models.CharField(_("source"), max_length=200)
    made_by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("entered by"))
    made_at = models.DateTimeField(_("entered"))

    class Meta:
        verbose_name = _("promise beside the law")
        verbose_name_plural = _("promises beside the law")
        ordering: ClassVar = ["-sold_from", "-id"]
        triggers: ClassVar = [APPEND_ONLY]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind="depreciation", percent__gte=0, percent__lt=100)
                | models.Q(kind="whole_unit", months__gt=0)
                | models.Q(kind="whole_unit", main_part_months__gt=0)
                | models.Q(kind__in=["public_use", "repaired_part"], months__gt=0),
                name="promise_says_how_much",
            )
        ]

    def __str__(self) -> str:
        return in_language(self.name_zh, self.name_en)


class MakerPromiseEnd(models.Model):
    """The last sale day a promise holds for; goods sold until then keep it."""

    promise = models.OneToOneField(MakerPromise, models.PROTECT, related_name="end", verbose_name=_("promise"))
    sold_until = models.DateField(_("for goods sold until"))
    reason = models.CharField(_("reason"), max_length=300)
    ended_by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("ended by"))
    ended_at = models.DateTimeField(_("ended"))

    class Meta:
        verbose_name = _("end of a promise")
        verbose_name_plural = _("ends of promises")
        ordering: ClassVar = ["id"]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.promise_id} {self.sold_until}"
