"""Forms of a visit."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.catalogue.models import Appliance, FaultCode
from servicedesk.errors import ActionError
from servicedesk.templatetags.moments import fen_text
from servicedesk.tickets.models import TicketKind
from visits.appointments import RETURNING, check_next, hours_choices, next_value, read_next
from visits.inspection import Check
from visits.models import PriceItem, Visit
from visits.services import CheckResult, Findings, Heard, Report
from visits.services.checklist import LONGEST_HEARD
from visits.services.ending import CHOOSABLE_REASONS, LONGEST_FINDING, LONGEST_WORK
from visits.services.outcomes import OF_VISITS

CHECK_CHOICES = (("ok", pgettext_lazy("inspection", "In order")), ("bad", pgettext_lazy("inspection", "Not in order")))


class ContactForm(forms.Form):
    """The technician's call before he sets out."""

    reached = forms.ChoiceField(
        label=_("Did you reach the customer?"),
        choices=(("yes", _("Reached")), ("no", _("Not reached"))),
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=_("What was agreed"), max_length=300, required=False)


class ReasonForm(forms.Form):
    """One line why: a refused job, or acting on behalf of somebody."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class AbortForm(forms.Form):
    """Why a visit is broken off."""

    reason = forms.ChoiceField(
        label=_("Why is the visit broken off?"),
        choices=[(reason.value, reason.label) for reason in CHOOSABLE_REASONS],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Note for the office"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class OutcomeForm(forms.Form):
    """How the visit ended."""

    outcome = forms.ChoiceField(
        label=_("How did it end?"),
        choices=[(one.value, one.label) for one in OF_VISITS],
        widget=forms.RadioSelect,
    )
    confirmed_fault = forms.ModelChoiceField(
        label=_("Confirmed fault"), queryset=FaultCode.objects.none(), required=False, empty_label=_("None of these")
    )
    finding = forms.CharField(
        label=_("What was found"), max_length=LONGEST_FINDING, widget=forms.Textarea(attrs={"rows": 3})
    )
    work = forms.CharField(
        label=_("What was done"),
        max_length=LONGEST_WORK,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when something was repaired or replaced."),
    )
    next_day = forms.DateField(
        label=_("Next appointment"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Where somebody has to come again: what suits the customer. The office confirms it."),
    )
    next_hours = forms.ChoiceField(
        label=_("Hours"), required=False, choices=[("", "–"), *hours_choices()], widget=forms.Select
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, visit: Visit, data: Any = None, *, now: datetime) -> None:
        self.now = now
        fields = ("outcome", "confirmed_fault", "finding", "work")
        initial = {name: getattr(visit, name) for name in fields} | {"version": visit.row_version}
        day, _slash, hours = next_value(visit.next_from, visit.next_until).partition("/")
        initial |= {"next_day": day, "next_hours": hours}
        initial["confirmed_fault"] = visit.confirmed_fault or visit.ticket.fault
        super().__init__(data, initial=initial)
        faults = FaultCode.objects.filter(category=visit.ticket.category_id, is_active=True)
        field = self.fields["confirmed_fault"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = faults

    def report(self) -> Report:
        """What was filled in, for the action."""
        data = self.cleaned_data
        return Report(data["outcome"], data["confirmed_fault"], data["finding"], data["work"], self._next_window())

    def clean(self) -> dict[str, Any]:
        """Day and hours belong together, and are not over."""
        data = super().clean() or self.cleaned_data
        if data.get("outcome") in RETURNING and not self.errors:
            if bool(data["next_day"]) != bool(data["next_hours"]):
                missing = "next_hours" if data["next_day"] else "next_day"
                self.add_error(missing, _("Choose day and hours of the next appointment."))
                return data
            try:
                check_next(read_next(self._next_window())[1], self.now)
            except ActionError as refusal:
                self.add_error("next_day", str(refusal.message))
        return data

    def _next_window(self) -> str:
        data = self.cleaned_data
        if not data.get("next_day") or not data.get("next_hours") or data.get("outcome") not in RETURNING:
            return ""
        return f"{data['next_day'].isoformat()}/{data['next_hours']}"


class SignForm(forms.Form):
    """The customer's opinion and signature."""

    OPINIONS = (
        ("very_satisfied", _("Very satisfied")),
        ("satisfied", _("Satisfied")),
        ("partly", _("Partly satisfied")),
        ("not_satisfied", _("Not satisfied")),
    )

    opinion_choice = forms.ChoiceField(label=_("Opinion of the customer"), choices=OPINIONS, widget=forms.RadioSelect)
    opinion = forms.CharField(
        label=_("In the customer's own words"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    signature = forms.CharField(required=False, widget=forms.HiddenInput)
    typed_name = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)

    def words(self) -> str:
        """The opinion as it is kept: the choice in words, and what was added."""
        choice = str(dict(self.OPINIONS)[self.cleaned_data["opinion_choice"]])
        added = self.cleaned_data["opinion"].strip()
        return f"{choice}. {added}" if added else choice


class PriceItemField(forms.ModelChoiceField[PriceItem]):
    """A choice of price items that shows the price too."""

    def label_from_instance(self, obj: PriceItem) -> str:
        return f"{obj.code} {obj} · {fen_text(obj.fen)}"


class ChargeForm(forms.Form):
    """A line of the price list."""

    item = PriceItemField(
        label=_("Item of the price list"),
        queryset=PriceItem.objects.none(),
        to_field_name="code",
        empty_label=_("Choose an item"),
    )
    quantity = forms.IntegerField(label=_("Quantity"), min_value=1, max_value=20, initial=1)
    free_reason = forms.CharField(
        label=_("Free because"),
        max_length=200,
        required=False,
        help_text=_("Only where nothing is charged, for example under guarantee."),
    )

    def __init__(self, items: Any, data: Any = None) -> None:
        super().__init__(data)
        field = self.fields["item"]
        if isinstance(field, PriceItemField):
            field.queryset = items


HEARD = [
    ("", pgettext_lazy("heard", "Nothing to be done")),
    (TicketKind.REPAIR, pgettext_lazy("heard", "A fault")),
    (TicketKind.MAINTENANCE, pgettext_lazy("heard", "Wants maintenance")),
    (TicketKind.INSTALL, pgettext_lazy("heard", "Wants it installed or moved")),
]


class InspectionForm(forms.Form):
    """The checks of a category, one pair of choices and a reading each."""

    remark = forms.CharField(
        label=_("Remarks, also about the other appliances"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    others_asked = forms.BooleanField(label=_("Asked about the other appliances at home"), required=False)

    def __init__(
        self,
        checks: Sequence[Check],
        data: Any = None,
        initial: dict[str, Any] | None = None,
        others: Sequence[Appliance] = (),
    ) -> None:
        super().__init__(data, initial=initial)
        self.checks, self.others = checks, others
        for appliance in others:
            self.fields[f"other_{appliance.pk}"] = forms.ChoiceField(
                label=str(appliance), choices=HEARD, required=False, widget=forms.Select
            )
            self.fields[f"words_{appliance.pk}"] = forms.CharField(
                label=_("In the customer's own words"), max_length=LONGEST_HEARD, required=False
            )
        for check in checks:
            self.fields[f"check_{check.code}"] = forms.ChoiceField(
                label=str(check.label), choices=CHECK_CHOICES, widget=forms.RadioSelect
            )
            self.fields[f"reading_{check.code}"] = forms.CharField(label=_("Reading"), max_length=20, required=False)

    def rows(self) -> Iterator[tuple[Check, forms.BoundField, forms.BoundField]]:
        """Each check with its choice and its reading."""
        for check in self.checks:
            yield check, self[f"check_{check.code}"], self[f"reading_{check.code}"]

    def other_rows(self) -> Iterator[tuple[Appliance, forms.BoundField, forms.BoundField]]:
        """Each other appliance with what is asked for and the words."""
        for appliance in self.others:
            yield appliance, self[f"other_{appliance.pk}"], self[f"words_{appliance.pk}"]

    def clean(self) -> dict[str, Any]:
        """Words are needed where something was heard, and the other way round."""
        data: dict[str, Any] = super().clean() or {}
        for appliance in self.others:
            kind, words = data.get(f"other_{appliance.pk}"), (data.get(f"words_{appliance.pk}") or "").strip()
            if kind and not words:
                self.add_error(f"words_{appliance.pk}", _("Write down what the customer said about it."))
            if words and not kind:
                self.add_error(f"other_{appliance.pk}", _("Choose what the request is about."))
        return data

    def findings(self) -> Findings:
        """What was filled in, for the action."""
        data = self.cleaned_data
        heard = [
            Heard(one.pk, data[f"other_{one.pk}"], data[f"words_{one.pk}"].strip())
            for one in self.others
            if data[f"other_{one.pk}"]
        ]
        results = [
            CheckResult(check.code, data[f"check_{check.code}"] == "ok", data[f"reading_{check.code}"].strip())
            for check in self.checks
        ]
        return Findings(results, data["remark"], data["others_asked"], heard)
