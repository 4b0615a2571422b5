"""The form with which a sheet is corrected."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from servicedesk.catalogue.models import FaultCode
from visits.models import ServiceRecord
from visits.services.ending import LONGEST_FINDING, LONGEST_WORK
from visits.sheets.services import LONGEST_REASON, LONGEST_REMARK, Correction


class CorrectionForm(forms.Form):
    """What the sheet shall say, and why."""

    confirmed_fault = forms.ModelChoiceField(
        label=_("Confirmed fault"), queryset=FaultCode.objects.none(), required=False, empty_label=_("None of these")
    )
    finding = forms.CharField(
        label=_("What was found"), max_length=LONGEST_FINDING, widget=forms.Textarea(attrs={"rows": 3})
    )
    work = forms.CharField(
        label=_("What was done"), max_length=LONGEST_WORK, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    remark = forms.CharField(
        label=_("Remark"), max_length=LONGEST_REMARK, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    reason = forms.CharField(
        label=_("Why is it corrected?"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It stands on the new sheet, which the customer sees."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, sheet: ServiceRecord, data: Any = None) -> None:
        work = sheet.content["work"]
        initial = {name: work[name] for name in ("finding", "work", "remark")}
        initial |= {"confirmed_fault": sheet.visit.confirmed_fault, "version": sheet.version}
        super().__init__(data, initial=initial)
        field = self.fields["confirmed_fault"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = FaultCode.objects.filter(category=sheet.visit.ticket.category_id, is_active=True)

    def correction(self) -> Correction:
        """What was filled in, for the action."""
        data = self.cleaned_data
        return Correction(data["finding"], data["work"], data["confirmed_fault"], data["remark"])
