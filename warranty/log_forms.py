"""Forms of the repair log and of the waits; the days are judged by the actions, which name the field."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.catalogue.models import Appliance, FaultCode
from warranty.models import PartsWait, RepairRecord
from warranty.repair_log import LONGEST_NAME, LONGEST_REASON, LONGEST_WORK, RepairElsewhere, Sheet
from warranty.waits import LONGEST_PART, NewWait


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A day as browsers send it; 29 February of a common year is no day."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("There is no such day. Write it as 2026-03-10.")},
    )


def photo_field(*, required: bool) -> forms.FileField:
    """A picture; what it really is, is judged by its bytes when it is kept."""
    return forms.FileField(
        label=_("Photo of the repair sheet"),
        required=required,
        error_messages={"required": _("Choose a photo first."), "empty": _("This file is empty.")},
    )


class RepairForm(forms.Form):
    """A repair done by somebody else."""

    repairer = forms.CharField(label=_("Repaired by"), max_length=LONGEST_NAME)
    kind = forms.ChoiceField(
        label=_("How it was closed"), choices=RepairRecord.Kind.choices, widget=forms.RadioSelect, initial="warranty"
    )
    handed_over_on = day_field(_("Handed over on"))
    returned_on = day_field(
        _("Returned on"), required=False, help_text=_("Leave it empty while the unit is still there.")
    )
    fault_group = forms.ChoiceField(label=pgettext_lazy("repair", "Fault"), required=False)
    work = forms.CharField(
        label=_("Work done"), max_length=LONGEST_WORK, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    photo = photo_field(required=False)
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, appliance: Appliance, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["fault_group"]
        field.choices = [("", _("not known")), *groups_of(appliance)]

    def repair(self) -> RepairElsewhere:
        """What was written; only of a valid form."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in {"token", "photo"}}
        return RepairElsewhere(**given)

    def sheet(self) -> Sheet | None:
        """The picture that proves it, where one was chosen."""
        photo = self.cleaned_data["photo"]
        return Sheet(photo, self.cleaned_data["token"]) if photo is not None else None


def groups_of(appliance: Appliance) -> list[tuple[str, str]]:
    """The groups of faults known for the product, each with the names of its faults."""
    names: dict[str, list[str]] = {}
    for fault in FaultCode.objects.filter(category=appliance.category_id).order_by("code"):
        names.setdefault(fault.group, []).append(str(fault))
    return [(group, " / ".join(found[:3])) for group, found in names.items() if group]


class ProofForm(forms.Form):
    """A picture that proves a repair done elsewhere."""

    photo = photo_field(required=True)
    token = forms.UUIDField(widget=forms.HiddenInput)


class ReturnForm(forms.Form):
    """The end of a repair that is still open."""

    returned_on = day_field(_("Returned on"))


class EndForm(forms.Form):
    """The end of a wait."""

    ended_on = day_field(_("Ended on"))


class StrikeForm(forms.Form):
    """Why a line is wrong."""

    reason = forms.CharField(label=_("Why it is wrong"), max_length=LONGEST_REASON)


class WaitForm(forms.Form):
    """What a repair waits for."""

    cause = forms.ChoiceField(
        label=_("What it waits for"), choices=PartsWait.Cause.choices, widget=forms.RadioSelect, initial="no_parts"
    )
    part = forms.CharField(
        label=_("Part"), max_length=LONGEST_PART, required=False, help_text=_("Name or number, as it was ordered.")
    )
    since = day_field(_("Since"))
    promised_on = day_field(_("Promised for"), required=False)

    def wait(self) -> NewWait:
        """What was written; only of a valid form."""
        return NewWait(**self.cleaned_data)
