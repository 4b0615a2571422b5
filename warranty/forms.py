"""The what-if form: what is asked beside the record of an appliance."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from servicedesk.catalogue.models import Appliance
from servicedesk.people.models import CustomerKind
from warranty.facts_builder import Question
from warranty.rules.edition import Edition
from warranty.rules.facts import FaultType, Remedy
from warranty.wording.answers import FAULT_TYPES, REMEDIES, SCOPES
from warranty.wording.names import PARTS

# Fraud is judged by a person with the evidence in hand, never by a tick in a form.
_ASKABLE = tuple(kind for kind in FaultType if kind is not FaultType.FRAUD)
_OTHER_REMEDIES = tuple(remedy for remedy in Remedy if remedy is not Remedy.REPAIR)
_STOCK = {"yes": True, "no": False}


class QuestionForm(forms.Form):
    """Every field may be left alone: then the record as it stands is read."""

    fault_type = forms.ChoiceField(label=_("What is it about"), required=False)
    fault_on = forms.DateField(
        label=_("Fault appeared on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        help_text=_("Only where an earlier day is documented."),
    )
    main_part = forms.ChoiceField(label=_("Faulty part"), required=False)
    same_model = forms.ChoiceField(
        label=_("Same model"),
        required=False,
        choices=[("", _("not known")), ("yes", _("can be had")), ("no", _("cannot be had"))],
    )
    scope = forms.ChoiceField(label=_("Local law"), required=False)
    asked = forms.ChoiceField(label=_("The customer asks for"), required=False)
    cause_disputed = forms.BooleanField(label=_("The parties disagree about the cause"), required=False)
    living_use = forms.BooleanField(label=_("Bought for people to live with"), required=False)
    one_more_failed = forms.BooleanField(label=_("Suppose one more failed guarantee repair"), required=False)

    def __init__(self, *args: Any, appliance: Appliance, edition: Edition, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        fields: Any = self.fields
        fields["fault_type"].choices = [(kind.value, FAULT_TYPES[kind]) for kind in _ASKABLE]
        # What nobody chose is a repair, so it stands first.
        fields["asked"].choices = [(remedy, REMEDIES[remedy]) for remedy in (Remedy.REPAIR, *_OTHER_REMEDIES)]
        fields["scope"].choices = [("", _("by the address")), *SCOPES.items()]
        fields["main_part"].choices = [("", _("not known")), *parts_of(appliance, edition, today)]
        fields["fault_on"].widget.attrs["max"] = today.isoformat()
        if appliance.customer.kind == CustomerKind.PERSON:
            del fields["living_use"]

    def clean_fault_on(self) -> date | None:
        """The day, which cannot lie in the future."""
        day: date | None = self.cleaned_data["fault_on"]
        if day is not None and day > self.today:
            raise forms.ValidationError(_("This day lies in the future."), code="day_in_future")
        return day

    def question(self) -> Question:
        """What was asked; only of a valid form."""
        given = self.cleaned_data
        return Question(
            fault_type=FaultType(given["fault_type"] or FaultType.PERFORMANCE),
            fault_on=given["fault_on"],
            main_part=given["main_part"],
            same_model_in_stock=_STOCK.get(given["same_model"]),
            asked=Remedy(given["asked"] or Remedy.REPAIR),
            cause_disputed=given["cause_disputed"],
            living_use=given.get("living_use", False),
            scope=given["scope"],
            more_failed_repairs=int(given["one_more_failed"]),
        )


def parts_of(appliance: Appliance, edition: Edition, today: date) -> list[tuple[str, Any]]:
    """The parts that may matter for this product: its main parts and accessories; all parts where the list is open."""
    product = edition.product(appliance.category.code, appliance.invoice_date or appliance.delivery_date or today)
    if product is None:
        return []
    named = (*product.main_parts, *(code for code, _months in product.accessories))
    codes = tuple(PARTS) if "main_parts" in product.unverified else named
    return [(code, PARTS[code]) for code in codes]
