"""The form that asks for a recompute."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.sla.recompute.services import LONGEST_WHY


class RecomputeForm(forms.Form):
    why = forms.CharField(
        label=pgettext_lazy("recompute", "Why"),
        max_length=LONGEST_WHY,
        required=False,
        help_text=_("What was changed, in a few words. It stands in the record."),
    )
    follow_targets = forms.BooleanField(
        label=_("Follow targets that were edited in place"),
        required=False,
        help_text=_("Open clocks take the minutes their targets say now. Time already used stays used."),
    )
