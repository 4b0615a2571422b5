"""The forms of the channels and of the words of their messages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from servicedesk.notify.administration import LONGEST_TEXT, SMS_FIELDS, Text, fields_of
from servicedesk.notify.models import Channel, ChannelSettings, Language
from servicedesk.notify.wording import label_of

HELP: dict[str, Any] = {
    "at_most_once": _("For a provider that cannot drop repeats: what may have arrived waits for a person instead."),
    "hourly_cap": _("What is above it waits; 0 means no limit."),
    "field_text": _("The provider's name for it; empty leaves it out."),
    "field_template": _("For providers that send approved templates only."),
    "field_key": _("Repeats carry the same key; it is sent as the header Idempotency-Key as well."),
    "token_header": _("Authorization sends “Bearer” before the token, any other header the token alone."),
    "accepted_path": _("Such as data.0.status; empty: any answer from 200 to 299 means taken."),
    "address": _("Begins with https:// and is reachable from the internet."),
}
LABELS: dict[str, Any] = {
    "is_active": _("Switched on"),
    "at_most_once": _("Never send twice"),
    "hourly_cap": _("Most messages an hour and person"),
    "address": _("Address of the provider"),
    "body_format": _("Format of the body"),
    "field_phone": _("Field of the phone"),
    "field_text": _("Field of the text"),
    "field_template": _("Field of the template's id"),
    "field_values": _("Field of the template's values"),
    "field_key": _("Field of the message's key"),
    "token_header": _("Header of the token"),
    "accepted_path": _("Where the answer says that it was taken"),
    "accepted_value": _("What it says then"),
}
SENDERS: dict[str, Any] = {
    Channel.EMAIL: (_("Sender"), _("Such as Service <service@example.org>.")),
    Channel.SMS: (_("Signature"), _("Stands in 【】 before each text; leave it empty where the provider adds it.")),
}


class ChannelForm(forms.ModelForm[ChannelSettings]):
    """The settings of one channel: only the fields it has."""

    class Meta:
        model = ChannelSettings
        fields = SMS_FIELDS

    def __init__(self, *args: Any, channel: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = fields_of(channel)
        self.fields = {name: self.fields[name] for name in wanted}
        for name, field in self.fields.items():
            field.label, field.help_text = LABELS.get(name, ""), HELP.get(name, "")
        if "field_phone" in self.fields:
            self.fields["field_phone"].required = True
        self.fields["sender"].label, self.fields["sender"].help_text = SENDERS[channel]

    def _post_clean(self) -> None:
        """Leaves the judgement to the action, which says it in its own words."""


class TextForm(forms.Form):
    """The words of one kind of notice on a channel in one language."""

    kind = forms.ChoiceField(label=_("Kind of news"))
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    text = forms.CharField(
        label=_("Text"), max_length=LONGEST_TEXT, strip=True, widget=forms.Textarea(attrs={"rows": 4})
    )
    provider_template = forms.CharField(label=_("The provider's template"), max_length=60, required=False)

    def __init__(self, *args: Any, channel: str, kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.channel = channel
        choice: Any = self.fields["kind"]
        choice.choices = [(kind, label_of(kind)) for kind in kinds]
        self.fields["text"].help_text = _("What stands in braces above is filled in for each message.")
        if channel != Channel.SMS:
            del self.fields["provider_template"]

    def wanted(self) -> Text:
        """The words as the form has them, once it is valid."""
        given = self.cleaned_data
        return Text(given["kind"], self.channel, given["language"], given["text"], given.get("provider_template", ""))
