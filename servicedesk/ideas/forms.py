"""Forms of ideas: what was found, and the steps of deciding."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from servicedesk.catalogue.models import ProductModel
from servicedesk.ideas.models import Department
from servicedesk.ideas.services import LONGEST_TEXT, LONGEST_TITLE
from servicedesk.tickets.models import IntakeChannel, Ticket


def words(label: Any, *, required: bool = True, rows: int = 3) -> forms.CharField:
    """A field for some sentences."""
    return forms.CharField(
        label=label, required=required, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": rows})
    )


class IdeaForm(forms.Form):
    """A finding and a proposal; the models offered are those of the ticket's kind of product."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE)
    finding = words(_("What was found"), rows=4)
    proposal = words(_("What should be changed"), rows=4)
    models = forms.ModelMultipleChoiceField(
        label=_("Models"),
        queryset=ProductModel.objects.none(),
        required=False,
        help_text=_("Without a choice, the model of the ticket's appliance."),
    )

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["models"]
        field.queryset = ProductModel.objects.filter(category=ticket.category_id)
        if not field.queryset.exists():
            del self.fields["models"]


class StepForm(forms.Form):
    """A step with a reason that may be left out."""

    reason = words(_("Reason"), required=False, rows=2)


class RouteForm(StepForm):
    department = forms.ChoiceField(label=_("Route to"), choices=Department.choices, widget=forms.RadioSelect)
    field_order = ("department", "reason")


class DeclineForm(forms.Form):
    reason = words(_("Reason"), rows=2)


class ShipForm(forms.Form):
    result = words(_("What came of it"), rows=3)


class LinkForm(forms.Form):
    number = forms.CharField(label=_("Ticket number"), max_length=14)


class AnswerForm(forms.Form):
    text = words(_("Answer"), rows=3)


class CustomerAnswerForm(forms.Form):
    """What the customer of one of the waiting tickets was told."""

    number = forms.ChoiceField(label=_("Customer of ticket"))
    channel = forms.ChoiceField(label=_("Told by"), choices=IntakeChannel.choices, initial=IntakeChannel.PHONE.value)
    text = words(_("What the customer was told"), rows=3)

    def __init__(self, *args: Any, numbers: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["number"]
        field.choices = [(number, number) for number in numbers]
