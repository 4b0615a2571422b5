"""The household at a glance, and the small pages that keep customers and appliances."""

from datetime import datetime

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from servicedesk import clock
from servicedesk.access import appliance_or_404, customer_or_404, may_read_contact, roles_allowed, staff_of
from servicedesk.catalogue.models import Appliance
from servicedesk.catalogue.selectors import appliances_of
from servicedesk.catalogue.services import EDITABLE, edit_appliance, register_appliance
from servicedesk.clock import LOCAL
from servicedesk.desk.chips import with_chips
from servicedesk.desk.forms.customers import AddressForm, ApplianceForm, CustomerForm, PhoneForm
from servicedesk.desk.reveal import reveal_customer_phone
from servicedesk.desk.selectors import districts, summary_phones
from servicedesk.errors import ActionError
from servicedesk.people.models import Customer, Role, User
from servicedesk.people.phones import place_and_carrier
from servicedesk.people.selectors import living_memberships
from servicedesk.people.services import Place, add_address, add_phone, edit_customer
from servicedesk.tickets.selectors import last_visit_of, latest_of

READERS = (Role.AGENT, Role.DISPATCHER, Role.SUPERVISOR, Role.MANAGER, Role.AUDITOR, Role.ADMIN)
KEEPERS = (Role.AGENT, Role.DISPATCHER, Role.SUPERVISOR, Role.MANAGER)


@require_GET
@roles_allowed(*READERS)
def customer_detail(request: HttpRequest, customer_id: int) -> HttpResponse:
    """The household: who, numbers, places, appliances, what is open, what was."""
    user, now = staff_of(request), clock.now()
    customer = customer_or_404(user, customer_id)
    tickets = latest_of(user, customer, 20)
    context = {
        "now": now,
        "customer": customer,
        "phones": summary_phones(customer),
        "cards": living_memberships(customer, now.astimezone(LOCAL).date()),
        "addresses": list(customer.addresses.all()),
        "appliances": appliances_of(customer),
        "open_rows": with_chips([ticket for ticket in tickets if not ticket.has_ended], now),
        "past": [ticket for ticket in tickets if ticket.has_ended],
        "last_visit": last_visit_of(user, customer),
        "full": may_read_contact(user),
        "keeps": user.role in KEEPERS,
    }
    return render(request, "desk/customer_detail.html", context)


@require_POST
@roles_allowed(*KEEPERS)
def phone_reveal(request: HttpRequest, customer_id: int, phone_id: int) -> HttpResponse:
    """The full number, once it has been written down who looked."""
    user = staff_of(request)
    customer = customer_or_404(user, customer_id)
    number = reveal_customer_phone(customer, phone_id, actor=user, now=clock.now())
    return shown_phone(request, number, reverse("customer_detail", args=[customer.pk]))


def shown_phone(request: HttpRequest, number: str, back_url: str) -> HttpResponse:
    """The number as a fragment, or as a page for browsers without scripts; it must not stay in any cache."""
    place = place_and_carrier(number if number.startswith("+") else "", get_language() or "zh")
    fragment = request.headers.get("HX-Request") == "true"
    template = "desk/_phone_shown.html" if fragment else "desk/phone_shown.html"
    response = render(request, template, {"number": number, "place": place, "back_url": back_url})
    response.headers["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "POST"])
@roles_allowed(*KEEPERS)
def customer_edit(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Name, kind, grade and note of a customer."""
    user = staff_of(request)
    customer = customer_or_404(user, customer_id)
    start = {name: getattr(customer, name) for name in ("name", "kind", "grade", "note")}
    form = CustomerForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            edit_customer(customer.pk, form.cleaned_data, actor=user, now=clock.now())
        except ActionError as error:
            return _again(request, form, customer, _("Edit customer"), error)
        messages.success(request, _("Saved."))
        return redirect("customer_detail", customer_id=customer.pk)
    return _small_page(request, form, customer, _("Edit customer"))


@require_http_methods(["GET", "POST"])
@roles_allowed(*KEEPERS)
def phone_add(request: HttpRequest, customer_id: int) -> HttpResponse:
    """One more number of a customer; one that cannot be read is kept as it was given."""
    user = staff_of(request)
    customer = customer_or_404(user, customer_id)
    form = PhoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            phone = add_phone(customer, form.cleaned_data["phone"], actor=user, now=clock.now())
        except ActionError as error:
            return _again(request, form, customer, _("Add a number"), error)
        if phone.number:
            messages.success(request, _("Saved."))
        else:
            messages.warning(
                request, _("Saved as given. The number cannot be read as a phone number; check it once more.")
            )
        return redirect("customer_detail", customer_id=customer.pk)
    return _small_page(request, form, customer, _("Add a number"))


@require_http_methods(["GET", "POST"])
@roles_allowed(*KEEPERS)
def address_add(request: HttpRequest, customer_id: int) -> HttpResponse:
    """One more place of service."""
    user = staff_of(request)
    customer = customer_or_404(user, customer_id)
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_address(customer, Place(**form.cleaned_data), actor=user, now=clock.now())
        except ActionError as error:
            return _again(request, form, customer, _("Add an address"), error)
        messages.success(request, _("Saved."))
        return redirect("customer_detail", customer_id=customer.pk)
    return _small_page(request, form, customer, _("Add an address"))


@require_http_methods(["GET", "POST"])
@roles_allowed(*KEEPERS)
def appliance_add(request: HttpRequest, customer_id: int) -> HttpResponse:
    """One more appliance of a customer."""
    user, now = staff_of(request), clock.now()
    customer = customer_or_404(user, customer_id)
    form = ApplianceForm(request.POST or None, customer=customer, initial={"invoice_status": "unknown"})
    if request.method == "POST" and form.is_valid():
        try:
            _add_appliance(customer, form, user, now)
        except ActionError as error:
            return _again(request, form, customer, _("Add an appliance"), error)
        messages.success(request, _("Saved."))
        return redirect("customer_detail", customer_id=customer.pk)
    return _small_page(request, form, customer, _("Add an appliance"))


@require_http_methods(["GET", "POST"])
@roles_allowed(*KEEPERS)
def appliance_edit(request: HttpRequest, appliance_id: int) -> HttpResponse:
    """The facts of a purchase, on which the guarantee stands."""
    user, now = staff_of(request), clock.now()
    appliance = appliance_or_404(user, appliance_id)
    start = {name: getattr(appliance, name) for name in EDITABLE}
    form = ApplianceForm(request.POST or None, customer=appliance.customer, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            _save_appliance(appliance, form, user, now)
        except ActionError as error:
            return _again(request, form, appliance.customer, _("Edit appliance"), error)
        messages.success(request, _("Saved."))
        return redirect("customer_detail", customer_id=appliance.customer_id)
    return _small_page(request, form, appliance.customer, _("Edit appliance"))


def _add_appliance(customer: Customer, form: ApplianceForm, user: User, now: datetime) -> None:
    cleaned = form.cleaned_data
    with transaction.atomic():
        appliance = register_appliance(
            customer, cleaned["category"], actor=user, now=now, serial=cleaned["serial"], model=cleaned["model"]
        )
        _save_appliance(appliance, form, user, now)


def _save_appliance(appliance: Appliance, form: ApplianceForm, user: User, now: datetime) -> None:
    month = form.cleaned_data["produced_month"]
    changes = {**form.cleaned_data, "produced_month": month.replace(day=1) if month else None}
    edit_appliance(appliance.pk, changes, actor=user, now=now)


def _again(request: HttpRequest, form: forms.Form, customer: Customer, title: str, error: ActionError) -> HttpResponse:
    form.add_error(error.field if error.field in form.fields else None, str(error.message))
    return _small_page(request, form, customer, title, error.status)


def _small_page(
    request: HttpRequest, form: forms.Form, customer: Customer, title: str, status: int = 0
) -> HttpResponse:
    context = {"form": form, "customer": customer, "title": title, "districts": districts()}
    return render(request, "desk/customer_form.html", context, status=status or (422 if form.errors else 200))
