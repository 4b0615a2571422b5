"""The guarantee in the admin site: old repairs are added to the log, verdicts are looked at."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext as _

from servicedesk import clock
from servicedesk.admin import ReadOnlyAdmin
from warranty.models import Decision, RepairRecord
from warranty.rights import keep_rights
from warranty.services import record_repair


class RepairRecordForm(ModelForm[RepairRecord]):
    """A repair made before this system, or elsewhere."""

    def clean(self) -> dict[str, Any]:
        """The fields, with days in order and a ticket about the same appliance."""
        given = super().clean() or {}
        handed = given.get("handed_over_on") or self.instance.handed_over_on
        returned, ticket = given.get("returned_on"), given.get("ticket")
        if handed and returned and returned < handed:
            self.add_error("returned_on", forms.ValidationError(_("The return lies before the hand-over.")))
        if ticket and given.get("appliance") and ticket.appliance_id != given["appliance"].pk:
            self.add_error("ticket", forms.ValidationError(_("This ticket is about another appliance.")))
        return given


@admin.register(RepairRecord)
class RepairRecordAdmin(admin.ModelAdmin[RepairRecord]):
    """Added here, never deleted; only an open repair takes its end."""

    form = RepairRecordForm
    list_display = ("appliance", "ticket", "kind", "handed_over_on", "returned_on", "fault_group")
    list_filter = ("kind",)
    list_select_related = ("appliance__category", "appliance__model", "ticket")
    search_fields = ("appliance__serial", "ticket__number")
    raw_id_fields = ("appliance", "ticket")
    fields = ("appliance", "ticket", "kind", "handed_over_on", "returned_on", "fault_group", "work")
    show_full_result_count = False
    ordering: ClassVar = ["-id"]

    def get_readonly_fields(self, request: HttpRequest, obj: RepairRecord | None = None) -> Any:
        """What an open repair keeps as it was handed over."""
        return ("appliance", "ticket", "handed_over_on") if obj else ()

    def has_change_permission(self, request: HttpRequest, obj: RepairRecord | None = None) -> bool:
        """Whether the repair is still open; a closed one is frozen by the database."""
        return (obj is None or obj.returned_on is None) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never: the log is kept."""
        return False

    def save_model(self, request: HttpRequest, obj: RepairRecord, form: Any, change: bool) -> None:
        """Adds by the action every other way in uses; closes an open repair."""
        if change:
            obj.save(update_fields=form.changed_data or None)
            keep_rights(obj.appliance_id, now=clock.now())
            return
        added = record_repair(
            obj.appliance,
            ticket=obj.ticket,
            kind=obj.kind,
            handed_over_on=obj.handed_over_on,
            returned_on=obj.returned_on,
            fault_group=obj.fault_group,
            work=obj.work,
        )
        obj.pk = added.pk
        keep_rights(obj.appliance_id, now=clock.now())


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    """Verdicts as they were given."""

    list_display = ("appliance", "ticket", "as_of", "headline", "edition", "decided_by", "decided_at")
    list_filter = ("headline",)
    list_select_related = ("appliance__category", "appliance__model", "ticket", "decided_by")
    search_fields = ("appliance__serial", "ticket__number")
    show_full_result_count = False
    ordering: ClassVar = ["-id"]
