"""Master data of dispatch: technicians with skills and certificates, shifts, absences. Assignments are read only."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.postgres.forms import DateTimeRangeField, RangeWidget
from django.db.models import Count, Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from dispatch.admin_history import RememberedAdmin
from dispatch.models import Absence, Assignment, Certification, Shift, Technician, TechnicianSkill
from dispatch.people.facts import absence_facts, certificate_facts, shift_facts
from dispatch.services.rota import repeat_last_week
from servicedesk import clock


class HoursField(DateTimeRangeField):
    """Two instants, both needed."""

    def __init__(self, **kwargs: Any) -> None:
        ends = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=RangeWidget(ends), **kwargs)

    def clean(self, value: Any) -> Any:
        """The range. Raises ValidationError where an end is missing, or it is upside down or of no length."""
        span = super().clean(value)
        if span is None or span.lower is None or span.upper is None:
            raise forms.ValidationError(_("Give both the beginning and the end."), code="incomplete")
        if span.isempty or span.lower >= span.upper:
            raise forms.ValidationError(_("The end must lie after the beginning."), code="empty")
        return span


class HoursForm(forms.ModelForm[Any]):
    """A row with hours from and until."""

    span = HoursField(label=_("from and until"))


class SkillInline(admin.TabularInline[TechnicianSkill, Technician]):
    model = TechnicianSkill
    extra = 0
    autocomplete_fields = ("category",)


class CertificateInline(admin.TabularInline[Certification, Technician]):
    model = Certification
    extra = 0


@admin.register(Technician)
class TechnicianAdmin(admin.ModelAdmin[Technician]):
    """Technicians; nobody is deleted, since their work stays."""

    list_display = ("user", "outlet", "stars", "valid_certificates", "is_active")
    list_filter = ("is_active", "outlet", "stars")
    list_select_related = ("user", "outlet")
    search_fields = ("user__name", "user__name_pinyin", "user__employee_no")
    autocomplete_fields = ("user", "outlet")
    inlines = (SkillInline, CertificateInline)
    actions = ("repeat_week",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Technician]:
        today = clock.now().date()
        valid = Q(
            certificates__valid_from__lte=today,
            certificates__valid_until__gte=today,
            certificates__suspended_at=None,
        )
        found: QuerySet[Technician] = super().get_queryset(request)
        return found.annotate(valid=Count("certificates", filter=valid))

    @admin.display(description=_("valid certificates"), ordering="valid")
    def valid_certificates(self, technician: Any) -> int:
        """How many certificates are valid today."""
        return int(technician.valid)

    @admin.action(description=_("Repeat the last planned week of shifts"))
    def repeat_week(self, request: HttpRequest, technicians: QuerySet[Technician]) -> None:
        now = clock.now()
        added = sum(repeat_last_week(technician, now=now) for technician in technicians)
        words = ngettext("%(n)d shift added.", "%(n)d shifts added.", added) % {"n": added}
        self.message_user(request, words, messages.SUCCESS if added else messages.WARNING)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Certification)
class CertificationAdmin(RememberedAdmin):
    noun = "certificate"
    list_display = ("number", "technician", "stars", "valid_from", "valid_until", "suspended_at")
    list_filter = ("stars", "technician__outlet")
    list_select_related = ("technician__user",)
    search_fields = ("number", "technician__user__name")
    autocomplete_fields = ("technician",)
    date_hierarchy = "valid_until"

    def facts(self, row: Any) -> dict[str, Any]:
        """What the history keeps of it."""
        return certificate_facts(row)


class HoursAdmin(RememberedAdmin):
    """Hours of technicians, the latest first."""

    form = HoursForm
    list_filter: ClassVar[tuple[str, ...]] = ("technician__outlet",)
    list_select_related = ("technician__user",)
    search_fields = ("technician__user__name", "technician__user__name_pinyin")
    autocomplete_fields = ("technician",)
    ordering = ("-span",)

    @admin.display(description=_("from"), ordering="span")
    def begins(self, row: Any) -> Any:
        """The beginning."""
        return row.span.lower

    @admin.display(description=_("until"))
    def ends(self, row: Any) -> Any:
        """The end."""
        return row.span.upper


@admin.register(Shift)
class ShiftAdmin(HoursAdmin):
    noun = "shift"
    list_display = ("technician", "begins", "ends")
    fields = ("technician", "span")

    def facts(self, row: Any) -> dict[str, Any]:
        """What the history keeps of it."""
        return shift_facts(row)


@admin.register(Absence)
class AbsenceAdmin(HoursAdmin):
    noun = "absence"
    list_display = ("technician", "begins", "ends", "reason")
    list_filter = ("reason", "technician__outlet")
    fields = ("technician", "span", "reason")

    def facts(self, row: Any) -> dict[str, Any]:
        """What the history keeps of it."""
        return absence_facts(row)


@admin.register(Assignment)
class AssignmentAdmin(admin.ModelAdmin[Assignment]):
    """Assignments are made and ended by actions only; here they can be looked at."""

    list_display = ("ticket", "technician", "state", "offered_at", "answered_at", "ended_at")
    list_filter = ("state", "technician__outlet")
    list_select_related = ("ticket", "technician__user")
    search_fields = ("ticket__number", "technician__user__name")
    date_hierarchy = "offered_at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
