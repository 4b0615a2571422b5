"""The form of a webhook or group robot."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from servicedesk.people.models import Outlet
from servicedesk.webhooks.kinds import choices
from servicedesk.webhooks.models import WebhookEndpoint
from servicedesk.webhooks.services import Wanted


class EndpointForm(forms.Form):
    """A new endpoint, or changes of `endpoint`, whose format stays and whose keys are never shown."""

    description = forms.CharField(label=_("What it is for"), max_length=120)
    format = forms.ChoiceField(
        label=_("Format"),
        choices=WebhookEndpoint.Format.choices,
        initial=WebhookEndpoint.Format.STANDARD,
        help_text=_("A group robot writes each event as a few lines into its group."),
    )
    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        widget=forms.TextInput(
            attrs={"type": "url", "inputmode": "url", "autocomplete": "off", "spellcheck": "false"}
        ),
        help_text=_("Begins with https:// and is reachable from the internet."),
    )
    secret = forms.CharField(
        label=_("The robot's secret"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Only for robots of DingTalk and Feishu that check signatures."),
    )
    outlet = forms.ModelChoiceField(
        label=_("Only of this outlet"),
        queryset=Outlet.objects.none(),
        required=False,
        empty_label=_("Every outlet"),
    )
    kinds = forms.MultipleChoiceField(label=_("Events"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, endpoint: WebhookEndpoint | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds: Any = self.fields["kinds"]
        kinds.choices = choices()
        outlet: Any = self.fields["outlet"]
        outlet.queryset = Outlet.objects.filter(is_active=True)
        if endpoint is None:
            return
        del self.fields["format"]
        if not endpoint.is_robot:
            del self.fields["secret"]
            return
        self.fields["url"].required = False
        self.fields["url"].help_text = _("Leave it empty to keep %(address)s.") % {"address": endpoint.shown_url}
        if endpoint.secret:
            self.fields["secret"].help_text = _("Leave it empty to keep the one that is set.")

    def wanted(self) -> Wanted:
        """The endpoint as the form describes it, once it is valid."""
        given = self.cleaned_data
        return Wanted(
            given["url"],
            given["description"].strip(),
            tuple(given["kinds"]),
            format=given.get("format", WebhookEndpoint.Format.STANDARD),
            outlet=given["outlet"],
            secret=given.get("secret", "").strip(),
        )
