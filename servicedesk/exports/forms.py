"""The form before an export."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from servicedesk.exports.models import ExportFormat
from servicedesk.exports.services import Wish


class ExportForm(forms.Form):
    """Format, whole phone numbers with a reason, the password again; fields a person does not need are left out."""

    format = forms.ChoiceField(
        label=_("Format"), choices=ExportFormat.choices, widget=forms.RadioSelect, initial=ExportFormat.XLSX
    )
    full_numbers = forms.BooleanField(
        label=_("Full phone numbers"),
        required=False,
        help_text=_("Otherwise phones are masked. Full numbers are written down together with your reason."),
    )
    reason = forms.CharField(label=_("What the full numbers are needed for"), max_length=300, required=False)
    password = forms.CharField(
        label=_("Your password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=_("This list goes beyond your own outlets. The password is asked again and holds for ten minutes."),
    )

    def __init__(self, *args: Any, may_full: bool, asks_password: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_full:
            del self.fields["full_numbers"], self.fields["reason"]
        if not asks_password:
            del self.fields["password"]

    def wish(self) -> Wish:
        """What was asked for, once the form is valid."""
        given = self.cleaned_data
        return Wish(given["format"], given.get("full_numbers", False), given.get("reason", ""))
