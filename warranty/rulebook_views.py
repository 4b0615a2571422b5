"""The rules as they hold for goods sold on a day: norms, figures and products, each with its source."""

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from servicedesk import clock
from servicedesk.access import roles_allowed
from servicedesk.errors import INVALID
from servicedesk.people.models import Role
from warranty.access import READERS
from warranty.facts_builder import local_day
from warranty.rulebook import norm_lines, product_lines, topics
from warranty.rules.edition import Edition
from warranty.selectors import the_edition
from warranty.wording.names import PRODUCTS


class RulebookForm(forms.Form):
    """For which sale the rules are read; left empty, for a sale of today and every product."""

    on = forms.DateField(
        label=_("Sold on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )
    product = forms.ChoiceField(label=_("Product"), required=False)

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.edition = edition
        known = sorted({row.code for row in edition.products}, key=lambda code: str(PRODUCTS.get(code, code)))
        fields: Any = self.fields
        fields["product"].choices = [("", _("Every product")), *((code, PRODUCTS.get(code, code)) for code in known)]
        fields["on"].widget.attrs["min"] = edition.first_day.isoformat()

    def clean_on(self) -> date | None:
        """The day; before the first one there are no rules to read."""
        day: date | None = self.cleaned_data["on"]
        if day is not None and day < self.edition.first_day:
            raise forms.ValidationError(_("The rules begin later than this day."), code="before_first_day")
        return day


@require_GET
@roles_allowed(*READERS, Role.ADMIN)
def warranty_rules(request: HttpRequest) -> HttpResponse:
    """The rulebook; what cannot be read is named, and the rules of today are shown."""
    edition, today = the_edition(), local_day(clock.now())
    form = RulebookForm(request.GET, edition=edition)
    valid = form.is_valid()
    on = (form.cleaned_data["on"] if valid else None) or today
    code = form.cleaned_data["product"] if valid else ""
    product = edition.product(code, on) if code else None
    context = {
        "form": form,
        "on": on,
        "is_today": on == today,
        "edition": edition,
        "norms": norm_lines(edition, on),
        "topics": topics(edition, on, product),
        "products": product_lines(edition, on, product) if product or not code else [],
        "code": code,
        "name": str(PRODUCTS.get(code, code)),
    }
    return render(request, "warranty/rulebook.html", context, status=200 if valid else INVALID)
