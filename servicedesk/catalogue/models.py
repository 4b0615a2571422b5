"""The catalogue: product categories and models, fault codes, and the appliances customers own."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from servicedesk.people.models import Address, Customer
from servicedesk.people.wording import in_language


class ProductCategory(models.Model):
    """A kind of product; `code` is also its name in the guarantee rules (docs/warranty.md)."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=40)
    is_large = models.BooleanField(_("large goods"), default=True)
    # Brought to the outlet by its owner; fetching it from his home takes an approved exception.
    is_carry_in = models.BooleanField(_("carry-in product"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("product category")
        verbose_name_plural = _("product categories")
        ordering: ClassVar = ["position", "code"]

    def __str__(self) -> str:
        return in_language(self.name_zh, self.name_en)


class ProductModel(models.Model):
    """A model of a category as printed on the type plate."""

    category = models.ForeignKey(ProductCategory, models.PROTECT, related_name="models", verbose_name=_("category"))
    brand = models.CharField(_("brand"), max_length=40)
    code = models.CharField(_("model"), max_length=60)

    class Meta:
        verbose_name = _("product model")
        verbose_name_plural = _("product models")
        ordering: ClassVar = ["brand", "code"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["brand", "code"], name="model_once_per_brand")]

    def __str__(self) -> str:
        return f"{self.brand} {self.code}"


class FaultCode(models.Model):
    """A symptom or fault of a category; brings its questions, its usual time and its priority."""

    category = models.ForeignKey(ProductCategory, models.PROTECT, related_name="faults", verbose_name=_("category"))
    code = models.SlugField(_("code"), max_length=40)
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)
    group = models.SlugField(_("fault group"), max_length=40)
    priority = models.PositiveSmallIntegerField(_("priority"), default=2)
    minutes = models.PositiveSmallIntegerField(_("usual working time in minutes"), default=45)
    skill_level = models.PositiveSmallIntegerField(_("skill level needed"), default=1)
    questions = models.JSONField(_("questions at intake"), default=list, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("fault code")
        verbose_name_plural = _("fault codes")
        ordering: ClassVar = ["category", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["category", "code"], name="fault_once_per_category"),
            models.CheckConstraint(condition=models.Q(priority__in=[1, 2, 3]), name="fault_priority_known"),
            models.CheckConstraint(condition=models.Q(minutes__gt=0), name="fault_minutes_positive"),
        ]

    def __str__(self) -> str:
        return in_language(self.name_zh, self.name_en)


class Appliance(models.Model):
    """A product unit owned by a customer, with the facts of its purchase."""

    class Invoice(models.TextChoices):
        PRESENT = "present", _("Invoice present")
        OTHER_PROOF = "other_proof", _("Other proof of purchase")
        MISSING = "missing", _("No proof")
        UNKNOWN = "unknown", _("Not asked yet")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="appliances", verbose_name=_("customer"))
    address = models.ForeignKey(
        Address, models.SET_NULL, null=True, blank=True, related_name="appliances", verbose_name=_("address")
    )
    category = models.ForeignKey(
        ProductCategory, models.PROTECT, related_name="appliances", verbose_name=_("category")
    )
    model = models.ForeignKey(
        ProductModel, models.PROTECT, null=True, blank=True, related_name="appliances", verbose_name=_("model")
    )
    serial = models.CharField(_("serial number"), max_length=60, blank=True)
    price = models.DecimalField(_("price in yuan"), max_digits=10, decimal_places=2, null=True, blank=True)
    sales_channel = models.CharField(
        _("bought at"),
        max_length=10,
        choices=[("store", _("Store")), ("online", _("Online")), ("event", _("Event"))],
        default="store",
    )
    invoice_status = models.CharField(_("invoice"), max_length=12, choices=Invoice.choices, default=Invoice.UNKNOWN)
    invoice_date = models.DateField(_("invoice date"), null=True, blank=True)
    delivery_date = models.DateField(_("delivered"), null=True, blank=True)
    install_date = models.DateField(_("installed"), null=True, blank=True)
    produced_month = models.DateField(_("produced in the month of"), null=True, blank=True)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("exchanged for")
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("installed appliance")
        verbose_name_plural = _("installed appliances")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["serial"], condition=~models.Q(serial=""), name="serial_once"),
            models.CheckConstraint(
                condition=models.Q(price__isnull=True) | models.Q(price__gte=0), name="price_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.model.code}" if self.model else str(self.category)
