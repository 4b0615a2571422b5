"""The form that ends a follow-up."""

from django import forms
from django.utils.translation import gettext_lazy as _

from visits.followups.services import LONGEST_NOTE
from visits.models import FollowUp

ENDS = [(one.value, one.label) for one in (FollowUp.State.DONE, FollowUp.State.DROPPED)]


class EndForm(forms.Form):
    state = forms.ChoiceField(label=_("It is"), choices=ENDS, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed where it is not needed any more: say why."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
