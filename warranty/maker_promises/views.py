"""The pages of the promises beside the law: all of them, a new one, the end of one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from servicedesk import clock
from servicedesk.access import roles_allowed, staff_of
from servicedesk.catalogue.models import ProductCategory
from servicedesk.desk.forms.actions import words
from servicedesk.errors import INVALID, ActionError
from servicedesk.people.models import Membership
from servicedesk.tickets.transitions import may
from warranty.facts_builder import local_day
from warranty.maker_promises.selectors import all_promises
from warranty.maker_promises.services import ENTER, NewPromise, end_promise, enter_promise
from warranty.maker_promises.transitions import EDITORS
from warranty.models import MakerPromise
from warranty.remedies.pages import day_field
from warranty.wording import promise_length


class PromiseForm(forms.Form):
    name_zh = forms.CharField(label=_("Chinese name"), max_length=80)
    name_en = forms.CharField(label=_("English name"), max_length=80)
    kind = forms.ChoiceField(label=_("Promise"), choices=MakerPromise.Kind.choices, widget=forms.RadioSelect)
    months = forms.IntegerField(label=_("Months"), required=False, min_value=1)
    main_part_months = forms.IntegerField(label=_("Months for main parts"), required=False, min_value=1)
    percent = forms.DecimalField(
        label=_("Percent of the depreciation that is still taken"), required=False, max_digits=5, decimal_places=2
    )
    from_production = forms.BooleanField(label=_("Counts from the month after production"), required=False)
    brand = forms.CharField(
        label=_("Brand"), max_length=40, required=False, help_text=_("Empty: for every brand."), strip=True
    )
    category = forms.ModelChoiceField(
        label=_("Product"), queryset=ProductCategory.objects.none(), required=False, empty_label=_("Every product")
    )
    membership = forms.ChoiceField(label=_("Only for holders of"), required=False)
    sold_from = day_field(_("For goods sold from"))
    source = forms.CharField(label=_("Where it is written"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["category"].queryset = ProductCategory.objects.order_by("position", "code")
        fields["membership"].choices = [("", gettext("No card needed")), *Membership.Kind.choices]


class EndForm(forms.Form):
    sold_until = day_field(_("For goods sold until"))
    reason = words(_("Reason"), rows=2, limit=300)


def length_words(promise: MakerPromise) -> str:
    """How much is promised, in words."""
    return promise_length(
        promise.months, promise.main_part_months, promise.percent, from_production=promise.from_production
    )


@require_GET
def promise_list(request: HttpRequest) -> HttpResponse:
    """Every promise with what it gives, to whom, for goods sold when; editors enter and end them."""
    user, now = staff_of(request), clock.now()
    rows = [(promise, length_words(promise)) for promise in all_promises()]
    context = {"now": now, "today": local_day(now), "rows": rows, "may_edit": may(ENTER, user)}
    return render(request, "maker_promises/promise_list.html", context)


@require_http_methods(["GET", "POST"])
@roles_allowed(*EDITORS)
def promise_new(request: HttpRequest) -> HttpResponse:
    """The form of a new promise."""
    user, now = staff_of(request), clock.now()
    form = PromiseForm(request.POST or None, initial={"sold_from": local_day(now).isoformat()})
    if request.method == "POST" and form.is_valid():
        try:
            enter_promise(NewPromise(**form.cleaned_data), actor=user, now=now)
        except ActionError as error:
            _add(form, error)
        else:
            messages.success(request, gettext("The promise holds from now on in every verdict."))
            return redirect("maker_promises")
    return _page(request, form, gettext("New promise"))


@require_http_methods(["GET", "POST"])
@roles_allowed(*EDITORS)
def promise_end(request: HttpRequest, promise_id: int) -> HttpResponse:
    """The form that ends a promise; goods sold until that day keep it."""
    user, now = staff_of(request), clock.now()
    promise = all_promises().filter(pk=promise_id).first()
    if promise is None:
        raise Http404
    form = EndForm(request.POST or None, initial={"sold_until": local_day(now).isoformat()})
    if request.method == "POST" and form.is_valid():
        try:
            end_promise(promise.pk, **form.cleaned_data, actor=user, now=now)
        except ActionError as error:
            _add(form, error)
        else:
            messages.success(request, gettext("The end is set; goods sold until then keep the promise."))
            return redirect("maker_promises")
    return _page(request, form, gettext("End the promise: %(name)s") % {"name": promise})


def _add(form: forms.Form, error: ActionError) -> None:
    form.add_error(error.field if error.field in form.fields else None, str(error.message))


def _page(request: HttpRequest, form: forms.Form, title: str) -> HttpResponse:
    context = {"now": clock.now(), "form": form, "title": title, "back_url": reverse("maker_promises")}
    return render(request, "maker_promises/promise_form.html", context, status=INVALID if form.is_bound else 200)
