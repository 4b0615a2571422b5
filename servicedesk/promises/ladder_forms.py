"""The forms of ladders, their steps, and the rules of notices."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from servicedesk.notify.channels import active_channels
from servicedesk.notify.models import Channel
from servicedesk.promises.forms import PRIORITIES, CodeField, SpanField
from servicedesk.promises.ladders import WantedRules
from servicedesk.promises.values import WantedLadder, WantedStep, in_order
from servicedesk.sla.escalation.models import LadderStep, Recipient
from servicedesk.sla.models import ClockKind

# Words of addresses that stand where a ladder's code would.
RESERVED = {"new", "rules", "changes"}
EMPTY_ROWS = 3


class LadderForm(forms.Form):
    """A ladder without its steps; `base` is the row version it was begun from, 0 for a new one."""

    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000)
    code = CodeField(RESERVED)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=60)
    name_en = forms.CharField(label=_("English name"), max_length=60)
    clock = forms.ChoiceField(label=_("Clock"), required=False, choices=[("", _("Every clock")), *ClockKind.choices])
    priority = forms.ChoiceField(label=_("Priority"), required=False, choices=[("", _("Every priority")), *PRIORITIES])
    repeat_minutes = SpanField(
        label=_("Repeat the last step every"),
        help_text=_("Such as 30 min; until somebody takes the promise on. Empty: never."),
    )
    waits_at_night = forms.BooleanField(
        label=_("Rests in quiet hours"),
        required=False,
        help_text=_("Steps after the breach, and repeats, wait until the quiet hours are over."),
    )
    is_active = forms.BooleanField(label=_("Active"), required=False, initial=True)

    def __init__(self, *args: Any, new: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not new:
            del self.fields["code"]

    def clean_repeat_minutes(self) -> int | None:
        minutes: float | None = self.cleaned_data["repeat_minutes"]
        if minutes is not None and minutes != int(minutes):
            raise forms.ValidationError(_("Whole minutes, please."), code="whole")
        return None if minutes is None else int(minutes)

    def wanted(self, steps: list[WantedStep]) -> WantedLadder:
        """The ladder as the forms describe it, once they are valid."""
        given = self.cleaned_data
        return WantedLadder(
            given["name_zh"].strip(),
            given["name_en"].strip(),
            given["clock"],
            int(given["priority"]) if given["priority"] else None,
            given["repeat_minutes"],
            given["waits_at_night"],
            given["is_active"],
            in_order(steps),
        )


class StepForm(forms.Form):
    """One step as a row; a row without a moment is no step."""

    moment = forms.ChoiceField(label=_("When"), required=False, choices=[("", "–"), *LadderStep.Moment.choices])
    percent = forms.IntegerField(label=_("Percent of the target"), required=False, min_value=1, max_value=1000)
    recipients = forms.MultipleChoiceField(
        label=_("Who hears of it"), required=False, choices=Recipient.choices, widget=forms.CheckboxSelectMultiple
    )
    channels = forms.MultipleChoiceField(label=_("Channels"), required=False, widget=forms.CheckboxSelectMultiple)
    remove = forms.BooleanField(label=_("Remove this step"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        active = active_channels()
        channels: Any = self.fields["channels"]
        channels.choices = [
            (value, label if value in active else _("%(channel)s (not in use)") % {"channel": label})
            for value, label in Channel.choices
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("remove"):
            self.errors.clear()
            return given
        moment, percent = given.get("moment"), given.get("percent")
        if not moment:
            if "moment" not in self.errors and (percent or given.get("recipients")):
                self.add_error("moment", _("Say when this step is told, or empty its row."))
            return given
        if moment == LadderStep.Moment.PERCENT and "percent" not in self.errors and percent in {None, 100}:
            self.add_error("percent", _("Give a share other than 100 %: at 100 % the breach has its own step."))
        if moment != LadderStep.Moment.PERCENT and percent is not None:
            self.add_error("percent", _("Only a step at a share of the target has a percentage."))
        if not given.get("recipients"):
            self.add_error("recipients", _("Somebody has to hear of it."))
        if not given.get("channels"):
            self.add_error("channels", _("Choose at least one channel."))
        return given

    def step(self) -> WantedStep | None:
        """The step of this row, once it is valid; None where it is empty or removed."""
        given = self.cleaned_data
        if given.get("remove") or not given.get("moment"):
            return None
        return WantedStep(given["moment"], given["percent"], tuple(given["recipients"]), tuple(given["channels"]))


StepFormSet = forms.formset_factory(StepForm, extra=EMPTY_ROWS, max_num=12, absolute_max=20)


def ladder_initial(wanted: WantedLadder, base: int) -> dict[str, Any]:
    """What the form of a ladder begins with."""
    names = ("name_zh", "name_en", "clock", "repeat_minutes", "waits_at_night", "is_active")
    return {
        "base": base,
        "priority": str(wanted.priority or ""),
        **{name: getattr(wanted, name) for name in names},
    }


def steps_initial(wanted: WantedLadder) -> list[dict[str, Any]]:
    """What the rows of the steps begin with."""
    return [
        {
            "moment": step.moment,
            "percent": step.percent,
            "recipients": list(step.recipients),
            "channels": list(step.channels),
        }
        for step in wanted.steps
    ]


class ClockTimeField(forms.TimeField):
    """A time of day, as browsers send it."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        super().__init__(widget=widget, input_formats=["%H:%M", "%H:%M:%S"], **kwargs)


class RulesForm(forms.Form):
    """The rules of notices; the hidden fields are the rules it was begun from."""

    base_from = ClockTimeField()
    base_until = ClockTimeField()
    base_most = forms.IntegerField(min_value=0, max_value=32_000, widget=forms.HiddenInput)
    quiet_from = ClockTimeField(label=_("Quiet from"))
    quiet_until = ClockTimeField(
        label=_("Quiet until"), help_text=_("May lie on the next day. The same time twice: no quiet hours.")
    )
    most_a_minute = forms.IntegerField(
        label=_("Notices a minute"),
        min_value=1,
        max_value=1000,
        help_text=_("From so many within a minute on, a person gets one digest instead of each."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("base_from", "base_until"):
            self.fields[name].widget = forms.HiddenInput()

    def wanted(self) -> WantedRules:
        """The rules as the form describes them, once it is valid."""
        given = self.cleaned_data
        return WantedRules(given["quiet_from"], given["quiet_until"], given["most_a_minute"])

    def based_on(self) -> WantedRules:
        """The rules the form was begun from."""
        given = self.cleaned_data
        return WantedRules(given["base_from"], given["base_until"], given["base_most"])


def rules_initial(rules: WantedRules) -> dict[str, Any]:
    """What the form of the rules begins with."""
    kept = rules.as_dict()
    return {
        **kept,
        "base_from": kept["quiet_from"],
        "base_until": kept["quiet_until"],
        "base_most": rules.most_a_minute,
    }
