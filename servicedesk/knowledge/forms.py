"""Forms of articles."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from servicedesk.knowledge.services import LONGEST_REASON, LONGEST_TEXT, LONGEST_TITLE


class ArticleForm(forms.Form):
    """The text of an article; `version` is the one that was read."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE)
    cause = forms.CharField(label=_("Cause"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4}))
    remedy = forms.CharField(label=_("Remedy"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 5}))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ProposeForm(ArticleForm):
    """A new article; whether it is about the ticket's model only to begin with."""

    for_model = forms.BooleanField(label=_("About this model"), required=False, initial=True)

    def __init__(self, *args: Any, has_model: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_model:
            del self.fields["for_model"]


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 2}))
