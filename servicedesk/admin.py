"""Master data for administrators: staff, outlets, catalogue, calendars and policies. History is read only."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.forms import AdminUserCreationForm, ReadOnlyPasswordHashField
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from servicedesk.api.admin import ApiTokenAdmin
from servicedesk.catalogue.models import Appliance, FaultCode, ProductCategory, ProductModel
from servicedesk.exports.models import Export
from servicedesk.people.models import (
    Address,
    Customer,
    CustomerPhone,
    Membership,
    Outlet,
    Region,
    ServiceZone,
    User,
    UserOutlet,
)
from servicedesk.sla.escalation.models import Ladder, LadderStep
from servicedesk.sla.models import SlaPolicy, SlaTarget
from servicedesk.tickets.models import Ticket, TicketEvent
from servicedesk.worktime.models import CalendarDay, CalendarVersion, WorkCalendar

# Registered in its own room; named here, since Django looks for an app's admin site in this module only.
__all__ = ["ApiTokenAdmin"]


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """Rows that are written by actions only; here they can be looked at."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class PagedAdmin(ReadOnlyAdmin):
    """Rows that have a page of their own, on which alone they are changed; here they are read, with the way there."""

    def page_of(self, row: Any) -> str:
        """The address of the page on which such a row is changed."""
        raise NotImplementedError

    def view_on_site(self, row: Any) -> str:
        """Django's own link from a row to its page."""
        return self.page_of(row)

    @admin.display(description=_("changed on"))
    def page(self, row: Any) -> SafeString:
        """The same link, in the list."""
        return format_html('<a href="{}">{}</a>', self.page_of(row), self.page_of(row))


class ReadOnlyInline(admin.TabularInline[Any, Any]):
    """Lines of a row that is changed on its own page only."""

    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class NewUserForm(AdminUserCreationForm[User]):
    """A new member of staff with a first password."""

    class Meta:
        model = User
        fields = ("employee_no", "name", "role")


class UserForm(ModelForm[User]):
    """A member of staff; the password is set on its own page."""

    password = ReadOnlyPasswordHashField(label=_("password"))

    class Meta:
        model = User
        fields = ("employee_no", "password", "name", "phone", "email", "language", "role", "is_active", "is_staff")


class UserOutletInline(admin.TabularInline[UserOutlet, User]):
    model = UserOutlet
    extra = 0
    autocomplete_fields = ("outlet",)


@admin.register(User)
class UserAdmin(admin.ModelAdmin[User]):
    """Staff; nobody is deleted, accounts are closed."""

    form = UserForm
    list_display = ("employee_no", "name", "role", "is_active")
    list_filter = ("role", "is_active", "outlets")
    search_fields = ("employee_no", "name", "name_pinyin", "phone")
    fields = ("employee_no", "password", "name", "phone", "email", "language", "role", "is_active", "is_staff")
    inlines = (UserOutletInline,)

    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs = {**kwargs, "form": NewUserForm, "fields": None}
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None:
            return ("employee_no", "name", "role", "usable_password", "password1", "password2")
        return self.fields

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Region)
class RegionAdmin(admin.ModelAdmin[Region]):
    list_display = ("code", "name_zh", "name_en")
    search_fields = ("code", "name_zh", "name_en")


class ServiceZoneInline(admin.TabularInline[ServiceZone, Outlet]):
    model = ServiceZone
    extra = 0
    autocomplete_fields = ("category",)


@admin.register(Outlet)
class OutletAdmin(admin.ModelAdmin[Outlet]):
    list_display = ("code", "name_zh", "name_en", "region", "phone", "takes_automatically", "is_active")
    list_filter = ("region", "is_active")
    list_select_related = ("region",)
    search_fields = ("code", "name_zh", "name_en")
    autocomplete_fields = ("region",)
    inlines = (ServiceZoneInline,)


class CustomerPhoneInline(admin.TabularInline[CustomerPhone, Customer]):
    model = CustomerPhone
    extra = 0


class AddressInline(admin.TabularInline[Address, Customer]):
    model = Address
    extra = 0


class MembershipInline(admin.TabularInline[Membership, Customer]):
    model = Membership
    extra = 0


@admin.register(Customer)
class CustomerAdmin(admin.ModelAdmin[Customer]):
    list_display = ("name", "kind", "grade", "created_at")
    list_filter = ("kind", "grade")
    search_fields = ("name", "name_pinyin", "name_initials")
    inlines = (CustomerPhoneInline, AddressInline, MembershipInline)
    show_full_result_count = False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(ProductCategory)
class ProductCategoryAdmin(admin.ModelAdmin[ProductCategory]):
    list_display = ("position", "code", "name_zh", "name_en", "is_large", "is_carry_in", "is_active")
    list_display_links = ("code",)
    list_filter = ("is_active", "is_large", "is_carry_in")
    search_fields = ("code", "name_zh", "name_en")


@admin.register(ProductModel)
class ProductModelAdmin(admin.ModelAdmin[ProductModel]):
    list_display = ("brand", "code", "category")
    list_filter = ("category", "brand")
    list_select_related = ("category",)
    search_fields = ("brand", "code")
    autocomplete_fields = ("category",)


@admin.register(FaultCode)
class FaultCodeAdmin(admin.ModelAdmin[FaultCode]):
    list_display = (
        "category",
        "code",
        "name_zh",
        "name_en",
        "group",
        "priority",
        "minutes",
        "skill_level",
        "is_active",
    )
    list_display_links = ("code",)
    list_filter = ("category", "priority", "is_active")
    list_select_related = ("category",)
    search_fields = ("code", "name_zh", "name_en")
    autocomplete_fields = ("category",)


@admin.register(Appliance)
class ApplianceAdmin(admin.ModelAdmin[Appliance]):
    list_display = ("customer", "category", "model", "serial", "invoice_date", "install_date")
    list_filter = ("category",)
    list_select_related = ("customer", "category", "model")
    search_fields = ("serial", "customer__name")
    autocomplete_fields = ("customer", "category", "model", "replaces")
    raw_id_fields = ("address",)
    show_full_result_count = False


class CalendarVersionInline(ReadOnlyInline):
    model = CalendarVersion


@admin.register(WorkCalendar)
class WorkCalendarAdmin(admin.ModelAdmin[WorkCalendar]):
    """Names only: hours and days are changed on the pages of the calendars, as dated rows."""

    list_display = ("code", "name_zh", "name_en", "time_zone", "observes_holidays")
    search_fields = ("code", "name_zh", "name_en")
    readonly_fields = ("code", "time_zone", "observes_holidays")
    inlines = (CalendarVersionInline,)

    def view_on_site(self, calendar: WorkCalendar) -> str:
        """The page on which its hours and days are changed."""
        return reverse("calendar_detail", args=[calendar.code])

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(CalendarDay)
class CalendarDayAdmin(PagedAdmin):
    """The days as they were recorded; the pages of the calendars add to them."""

    list_display = ("day", "calendar", "kind", "name_zh", "name_en", "effective_from", "actor", "page")
    list_select_related = ("calendar", "actor")
    list_filter = ("kind", "calendar")
    date_hierarchy = "day"

    def page_of(self, row: Any) -> str:
        if row.calendar is None:
            return reverse("public_days")
        return reverse("calendar_year", args=[row.calendar.code, row.day.year])


class SlaTargetInline(ReadOnlyInline):
    model = SlaTarget


@admin.register(SlaPolicy)
class SlaPolicyAdmin(PagedAdmin):
    """The versions as they were recorded: no version is ever edited, a change is a new one on the policy's page."""

    list_display = ("code", "version", "effective_from", "kind", "priority", "region", "grade", "membership", "page")
    list_select_related = ("region",)
    search_fields = ("code",)
    inlines = (SlaTargetInline,)

    def page_of(self, row: Any) -> str:
        return reverse("policy_detail", args=[row.code])


class LadderStepInline(ReadOnlyInline):
    model = LadderStep


@admin.register(Ladder)
class LadderAdmin(PagedAdmin):
    """Escalation ladders; their page keeps what each change was and can take it back."""

    list_display = ("code", "name_zh", "name_en", "clock", "priority", "is_active", "page")
    search_fields = ("code", "name_zh", "name_en")
    inlines = (LadderStepInline,)

    def page_of(self, row: Any) -> str:
        return reverse("ladder_detail", args=[row.code])


@admin.register(Ticket)
class TicketAdmin(ReadOnlyAdmin):
    list_display = ("number", "kind", "state", "outlet", "received_at")
    list_filter = ("state", "kind")
    list_select_related = ("outlet",)
    search_fields = ("number",)
    show_full_result_count = False
    exclude = ("token",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return Ticket.objects.visible_to(request.user)


@admin.register(TicketEvent)
class TicketEventAdmin(ReadOnlyAdmin):
    list_display = ("ticket", "action", "at", "actor")
    list_select_related = ("ticket", "actor")
    list_filter = ("action",)
    show_full_result_count = False
    ordering: ClassVar = ["-id"]


@admin.register(Export)
class ExportAdmin(ReadOnlyAdmin):
    """The audit of exports: who took which list, with how many rows."""

    list_display = ("started_at", "user", "subject", "format", "rows", "full_numbers", "complete")
    list_filter = ("format", "full_numbers", "complete", "subject")
    list_select_related = ("user",)
    search_fields = ("user__name", "user__employee_no", "reason")
    date_hierarchy = "started_at"
    show_full_result_count = False
