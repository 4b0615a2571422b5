"""Master data of visits: checklists and price lists in versions. What visits recorded is read only."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from servicedesk import clock
from servicedesk.admin import ReadOnlyAdmin
from visits.models import (
    Callback,
    CarePlan,
    ChecklistItem,
    ChecklistTemplate,
    ChecklistVersion,
    PriceItem,
    PriceList,
    SurveyResponse,
    Visit,
)
from visits.services.versions import checklist_is_used, copy_checklist, copy_price_list, price_list_is_used


def is_frozen(version: Model | None) -> bool:
    """Whether a version has been used, so that only a copy of it may differ."""
    if isinstance(version, ChecklistVersion):
        return checklist_is_used(version)
    return isinstance(version, PriceList) and price_list_is_used(version)


class VersionAdmin(admin.ModelAdmin[Any]):
    """A version that was used is frozen; history points at it, so nothing is ever deleted."""

    frozen: tuple[str, ...] = ()

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return self.frozen if is_frozen(obj) else ()


class Lines(InlineModelAdmin[Any, Any]):
    """A line can be changed as long as its version has not been used."""

    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super().has_add_permission(request, obj) and not is_frozen(obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super().has_change_permission(request, obj) and not is_frozen(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not is_frozen(obj)


class ChecklistItemInline(Lines, admin.StackedInline[Any, Any]):
    model = ChecklistItem
    fields = (
        ("position", "code", "group", "proof", "required", "not_applicable"),
        ("text_zh", "text_en"),
        ("excused", "shown_when", "required_when"),
        ("unit", "low", "high", "least", "most", "options"),
    )


class PriceItemInline(Lines, admin.TabularInline[Any, Any]):
    model = PriceItem


@admin.register(ChecklistTemplate)
class ChecklistTemplateAdmin(VersionAdmin):
    list_display = ("code", "occasion", "kind", "categories", "name_zh", "name_en")
    list_filter = ("occasion", "kind")


@admin.register(ChecklistVersion)
class ChecklistVersionAdmin(VersionAdmin):
    list_display = ("template", "version", "effective_from")
    list_filter = ("template",)
    list_select_related = ("template",)
    frozen = ("template", "version", "effective_from")
    inlines = (ChecklistItemInline,)
    actions = ("copy_version",)

    @admin.action(description=_("Copy as the next version, in force in a week"))
    def copy_version(self, request: HttpRequest, queryset: QuerySet[ChecklistVersion]) -> None:
        """Makes the next version of each chosen template."""
        made = [copy_checklist(version, now=clock.now()) for version in queryset.select_related("template")]
        text = ngettext("%(n)s version was copied.", "%(n)s versions were copied.", len(made))
        self.message_user(request, text % {"n": len(made)})


@admin.register(PriceList)
class PriceListAdmin(VersionAdmin):
    list_display = ("version", "effective_from")
    frozen = ("version", "effective_from")
    inlines = (PriceItemInline,)
    actions = ("copy_prices",)

    @admin.action(description=_("Copy as a new list, in force in a week"))
    def copy_prices(self, request: HttpRequest, queryset: QuerySet[PriceList]) -> None:
        """Makes a new list of each chosen one."""
        made = [copy_price_list(prices, now=clock.now()) for prices in queryset]
        text = ngettext("%(n)s price list was copied.", "%(n)s price lists were copied.", len(made))
        self.message_user(request, text % {"n": len(made)})


@admin.register(Visit)
class VisitAdmin(ReadOnlyAdmin):
    list_display = ("ticket", "technician", "state", "arrived_at", "ended_at", "outcome", "abort_reason")
    list_filter = ("state", "outcome", "abort_reason")
    list_select_related = ("ticket", "technician__user")
    search_fields = ("ticket__number",)
    show_full_result_count = False


@admin.register(Callback)
class CallbackAdmin(ReadOnlyAdmin):
    list_display = ("ticket", "kind", "state", "due_at", "result")
    list_filter = ("kind", "state", "result")
    list_select_related = ("ticket",)
    search_fields = ("ticket__number",)
    show_full_result_count = False


@admin.register(SurveyResponse)
class SurveyResponseAdmin(ReadOnlyAdmin):
    list_display = ("ticket", "source", "score", "answered_at")
    list_filter = ("source", "score")
    list_select_related = ("ticket",)
    search_fields = ("ticket__number",)
    show_full_result_count = False


@admin.register(CarePlan)
class CarePlanAdmin(admin.ModelAdmin[CarePlan]):
    """The rules that find customers for a courtesy call. One that has called somebody is switched off, not deleted."""

    list_display = ("code", "name_zh", "name_en", "occasion", "days", "is_active")
    list_filter = ("occasion", "is_active")
    search_fields = ("code", "name_zh", "name_en")
