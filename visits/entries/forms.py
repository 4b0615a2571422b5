"""The form of the office's decision on late work."""

from django import forms
from django.utils.translation import gettext_lazy as _

from visits.entries.reviewing import LONGEST_REASON

TAKE_OVER, KEEP = "take_over", "keep"


class LateWorkForm(forms.Form):
    """What becomes of the work, and why."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            (TAKE_OVER, _("Take over: answers, photos and signature become evidence on the visit")),
            (KEEP, _("Keep as a record only")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Reason"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 3}))
