"""People and places: staff with their roles, outlets, and the customers with phones and addresses."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Now, Reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from servicedesk.people.names import initials_of, pinyin_of
from servicedesk.people.wording import in_language


class Role(models.TextChoices):
    """What a member of staff may do; the table stands in docs/roles.md."""

    AGENT = "agent", _("Agent")
    DISPATCHER = "dispatcher", _("Dispatcher")
    TECHNICIAN = "technician", _("Technician")
    SUPERVISOR = "supervisor", _("Supervisor")
    MANAGER = "manager", _("Manager")
    AUDITOR = "auditor", _("Quality auditor")
    ADMIN = "admin", _("Administrator")


class Region(models.Model):
    """A regional centre: groups outlets and calls customers back independently of them."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return in_language(self.name_zh, self.name_en)


class Outlet(models.Model):
    """A service outlet: local partner with a territory, technicians and its own local day."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)
    region = models.ForeignKey(Region, models.PROTECT, related_name="outlets", verbose_name=_("region"))
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai")
    is_active = models.BooleanField(_("active"), default=True)
    # Tickets of its districts are sent to it by the system as soon as they are opened.
    takes_automatically = models.BooleanField(_("sent to automatically"), default=False)

    class Meta:
        verbose_name = _("outlet")
        verbose_name_plural = _("outlets")
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return in_language(self.name_zh, self.name_en)


class ServiceZone(models.Model):
    """A district served by an outlet; a row without category covers every product.

    `shape` is its outline for the map: the coordinates of a GeoJSON polygon, WGS-84, longitude first.
    """

    outlet = models.ForeignKey(Outlet, models.CASCADE, related_name="zones", verbose_name=_("outlet"))
    district = models.CharField(_("district"), max_length=60)
    category = models.ForeignKey(
        "servicedesk.ProductCategory", models.CASCADE, null=True, blank=True, verbose_name=_("category")
    )
    shape = models.JSONField(_("outline"), null=True, blank=True)

    class Meta:
        verbose_name = _("service zone")
        verbose_name_plural = _("service zones")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["outlet", "district", "category"], nulls_distinct=False, name="zone_once_per_outlet"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["district"])]

    def __str__(self) -> str:
        return f"{self.district} → {self.outlet}"


class UserManager(BaseUserManager["User"]):
    """Makes members of staff, who sign in with their employee number."""

    def create_user(self, employee_no: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(employee_no=employee_no, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, employee_no: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(
            employee_no, password, **{"role": Role.ADMIN, "is_staff": True, "is_superuser": True, **fields}
        )


class User(AbstractBaseUser, PermissionsMixin):
    """A member of staff."""

    employee_no = models.CharField(_("employee number"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_pinyin = models.CharField(_("name in pinyin"), max_length=120, blank=True, editable=False)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), blank=True, default="", db_default="")
    # In which messages are written; empty: the language of the installation.
    language = models.CharField(
        _("language of messages"), max_length=10, choices=settings.LANGUAGES, blank=True, default="", db_default=""
    )
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    outlets = models.ManyToManyField(Outlet, through="UserOutlet", related_name="staff", verbose_name=_("outlets"))
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may open the master data"), default=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "employee_no"
    REQUIRED_FIELDS: ClassVar = ["name"]

    class Meta:
        verbose_name = _("member of staff")
        verbose_name_plural = _("staff")
        ordering: ClassVar = ["name_pinyin", "employee_no"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_known"),
            models.UniqueConstraint(fields=["phone"], condition=~models.Q(phone=""), name="user_phone_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_pinyin = pinyin_of(self.name)
        super().save(*args, **kwargs)

    def get_short_name(self) -> str:
        """The name as the pages call the person."""
        return self.name

    @cached_property
    def own_outlets(self) -> list[Outlet]:
        """The outlets this person belongs to, by code; one query, then kept."""
        return list(self.outlets.order_by("code"))

    @cached_property
    def outlet_ids(self) -> frozenset[int]:
        """Ids of the outlets this person belongs to."""
        return frozenset(outlet.pk for outlet in self.own_outlets)

    @property
    def sees_all_tickets(self) -> bool:
        """Desk, management and audit see every ticket; a supervisor without outlets is one of the desk."""
        if self.role == Role.SUPERVISOR:
            return not self.outlet_ids
        return self.role in {Role.AGENT, Role.MANAGER, Role.AUDITOR, Role.ADMIN}


class UserOutlet(models.Model):
    """Membership of a person in an outlet."""

    user = models.ForeignKey(User, models.CASCADE, verbose_name=_("member of staff"))
    outlet = models.ForeignKey(Outlet, models.CASCADE, verbose_name=_("outlet"))

    class Meta:
        verbose_name = _("outlet of a member of staff")
        verbose_name_plural = _("outlets of staff")
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "outlet"], name="user_outlet_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.outlet}"


class CustomerKind(models.TextChoices):
    PERSON = "person", _("Consumer")
    ORGANISATION = "organisation", _("Organisation")


class Grade(models.TextChoices):
    """Customer grade; it may only add, nobody is a minor customer."""

    A = "A", "A"
    B = "B", "B"
    C = "C", "C"
    D = "D", "D"


class Customer(models.Model):
    """A consumer or organisation whose appliances are served."""

    kind = models.CharField(_("kind"), max_length=12, choices=CustomerKind.choices, default=CustomerKind.PERSON)
    name = models.CharField(_("name"), max_length=80)
    name_pinyin = models.CharField(_("name in pinyin"), max_length=200, blank=True, editable=False)
    name_initials = models.CharField(_("pinyin initials"), max_length=80, blank=True, editable=False)
    grade = models.CharField(_("grade"), max_length=1, choices=Grade.choices, default=Grade.C)
    note = models.CharField(_("note"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering: ClassVar = ["name_pinyin", "id"]
        indexes: ClassVar = [
            models.Index(OpClass("name_pinyin", name="text_pattern_ops"), name="customer_pinyin"),
            models.Index(OpClass("name_initials", name="text_pattern_ops"), name="customer_initials"),
            models.Index(OpClass("name", name="text_pattern_ops"), name="customer_name"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(grade__in=Grade.values), name="customer_grade_known"),
            models.CheckConstraint(condition=models.Q(kind__in=CustomerKind.values), name="customer_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_pinyin = pinyin_of(self.name)
        self.name_initials = initials_of(self.name)
        super().save(*args, **kwargs)


class CustomerPhone(models.Model):
    """A number as it was heard (`raw`) and, where it can be read, in E.164 (`number`). Never blocks saving."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="phones", verbose_name=_("customer"))
    raw = models.CharField(_("phone as given"), max_length=60)
    number = PhoneNumberField(_("phone"), blank=True, default="")
    digits = models.CharField(_("digits"), max_length=40, blank=True, editable=False)
    is_primary = models.BooleanField(_("primary"), default=False)

    class Meta:
        verbose_name = _("phone of a customer")
        verbose_name_plural = _("phones of customers")
        ordering: ClassVar = ["-is_primary", "id"]
        indexes: ClassVar = [
            models.Index(OpClass(Reverse("digits"), name="text_pattern_ops"), name="phone_tail"),
            models.Index(fields=["number"], name="phone_number"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "raw"], name="phone_once_per_customer"),
            models.UniqueConstraint(
                fields=["customer"], condition=models.Q(is_primary=True), name="one_primary_phone"
            ),
        ]

    def __str__(self) -> str:
        return self.raw

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.digits = "".join(sign for sign in str(self.number or self.raw) if sign.isdigit())
        super().save(*args, **kwargs)


class Address(models.Model):
    """A place of service of a customer; WGS-84 coordinates where known."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="addresses", verbose_name=_("customer"))
    province = models.CharField(_("province"), max_length=40, blank=True)
    city = models.CharField(_("city"), max_length=40, blank=True)
    district = models.CharField(_("district"), max_length=60, blank=True)
    detail = models.CharField(_("street, house, flat"), max_length=200)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    is_primary = models.BooleanField(_("primary"), default=False)

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        ordering: ClassVar = ["-is_primary", "id"]
        indexes: ClassVar = [models.Index(fields=["district"])]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The address in one line, in Chinese order, a municipality's name once."""
        parts = [self.province, self.city if self.city != self.province else "", self.district, self.detail]
        return "".join(part for part in parts if part)


class Membership(models.Model):
    """A club or gift card of a customer, valid from and until a day, both included."""

    class Kind(models.TextChoices):
        CLUB = "club", _("Club card")
        GIFT = "gift", _("Gift card")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="memberships", verbose_name=_("customer"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    card_no = models.CharField(_("card number"), max_length=30, unique=True)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"))

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(valid_until__gte=models.F("valid_from")), name="membership_days_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.card_no}"
