"""The form of a webhook."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from servicedesk.webhooks.kinds import choices
from servicedesk.webhooks.services import Wanted


class EndpointForm(forms.Form):
    description = forms.CharField(label=_("What it is for"), max_length=120)
    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        widget=forms.TextInput(
            attrs={"type": "url", "inputmode": "url", "autocomplete": "off", "spellcheck": "false"}
        ),
        help_text=_("Begins with https:// and is reachable from the internet."),
    )
    kinds = forms.MultipleChoiceField(label=_("Events"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds: Any = self.fields["kinds"]
        kinds.choices = choices()

    def wanted(self) -> Wanted:
        """The endpoint as the form describes it, once it is valid."""
        given = self.cleaned_data
        return Wanted(given["url"], given["description"].strip(), tuple(given["kinds"]))
