"""Forms about customers and their appliances."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from servicedesk.catalogue.models import Appliance, ProductCategory, ProductModel
from servicedesk.catalogue.selectors import active_categories
from servicedesk.people.models import Address, Customer, CustomerKind, Grade


class CustomerForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), choices=CustomerKind.choices)
    grade = forms.ChoiceField(label=_("Grade"), choices=Grade.choices)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class PhoneForm(forms.Form):
    phone = forms.CharField(
        label=_("Phone"), max_length=60, widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"})
    )


class AddressForm(forms.Form):
    city = forms.CharField(label=_("City"), max_length=40, required=False)
    district = forms.CharField(
        label=_("District"), max_length=60, required=False, widget=forms.TextInput(attrs={"list": "districts"})
    )
    detail = forms.CharField(label=_("Street, house, flat"), max_length=200)


def day_field(label: Any, help_text: Any = "") -> forms.DateField:
    """A field for a day, as browsers send it."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, input_formats=["%Y-%m-%d"], help_text=help_text)


class ApplianceForm(forms.Form):
    category = forms.ModelChoiceField(label=_("Product"), queryset=ProductCategory.objects.none())
    model = forms.ModelChoiceField(label=_("Model"), queryset=ProductModel.objects.none(), required=False)
    serial = forms.CharField(label=_("Serial number"), max_length=60, required=False)
    address = forms.ModelChoiceField(label=_("Where it stands"), queryset=Address.objects.none(), required=False)
    price = forms.DecimalField(label=_("Price in yuan"), min_value=0, max_digits=10, decimal_places=2, required=False)
    sales_channel = forms.ChoiceField(
        label=_("Bought at"), choices=[("store", _("Store")), ("online", _("Online")), ("event", _("Event"))]
    )
    invoice_status = forms.ChoiceField(label=_("Invoice"), choices=Appliance.Invoice.choices)
    invoice_date = day_field(_("Invoice date"))
    delivery_date = day_field(_("Delivered on"))
    install_date = day_field(_("Installed on"))
    produced_month = day_field(_("Produced in the month of"), _("Any day of that month."))

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["category"].queryset = active_categories()
        fields["model"].queryset = ProductModel.objects.select_related("category").order_by("brand", "code")
        fields["address"].queryset = customer.addresses.all()
