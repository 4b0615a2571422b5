"""From the codes and ids in a body to the rows they name; a wrong one is a wrong field (422), never a 404."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from servicedesk.access import appliance_or_404, customer_or_404, ticket_or_404
from servicedesk.catalogue.models import Appliance, FaultCode, ProductCategory, ProductModel
from servicedesk.catalogue.selectors import active_categories
from servicedesk.errors import ActionError, invalid
from servicedesk.people.models import Address, Customer, Outlet, User
from servicedesk.tickets.models import Ticket

Row = TypeVar("Row")


def unknown(field: str) -> ActionError:
    """The refusal of a code or id that names nothing this user may know of."""
    return invalid(field, f"{field.removesuffix('_id')}_unknown", _("This names nothing that is known here."))


def named(field: str, find: Callable[[], Row | None]) -> Row:
    """What `find` finds. Refuses with 422 naming the field where it finds nothing."""
    try:
        row = find()
    except Http404:
        row = None
    if row is None:
        raise unknown(field)
    return row


def customer_named(user: User, customer_id: int) -> Customer:
    """The customer with that id."""
    return named("customer_id", lambda: customer_or_404(user, customer_id))


def outlet_named(code: str) -> Outlet:
    """The outlet with that code."""
    return named("outlet", lambda: Outlet.objects.filter(code=code).first())


def category_named(code: str) -> ProductCategory:
    """The category with that code which is served."""
    return named("category", lambda: active_categories().filter(code=code).first())


def address_named(customer: Customer, address_id: int) -> Address:
    """The customer's address with that id."""
    return named("address_id", lambda: customer.addresses.filter(pk=address_id).first())


def rows_of(user: User, given: dict[str, Any], customer: Customer, present: ProductCategory | None) -> dict[str, Any]:
    """The rows that the fields of a ticket name, by the names of the ticket's columns.

    A symptom is looked for in the category or appliance named beside it, else in `present`.
    """
    rows: dict[str, Any] = {}
    if "address_id" in given:
        rows["address"] = None if given["address_id"] is None else address_named(customer, given["address_id"])
    if "category" in given:
        rows["category"] = None if given["category"] is None else category_named(given["category"])
    if "appliance_id" in given:
        rows["appliance"] = None if given["appliance_id"] is None else appliance_named(user, given["appliance_id"])
    if "symptom" in given:
        of_appliance = rows["appliance"].category if rows.get("appliance") else None
        category = of_appliance or rows.get("category") or present
        rows["fault"] = None if given["symptom"] is None else symptom_named(category, given["symptom"])
    return rows


def appliance_named(user: User, appliance_id: int) -> Appliance:
    """The appliance with that id."""
    return named("appliance_id", lambda: appliance_or_404(user, appliance_id))


def symptom_named(category: ProductCategory | None, code: str) -> FaultCode:
    """The symptom with that code in its category."""
    faults = FaultCode.objects.filter(category=category, code=code, is_active=True)
    return named("symptom", lambda: None if category is None else faults.first())


def model_named(field: str, brand: str, code: str) -> ProductModel:
    """The model of that brand and code."""
    return named(field, lambda: ProductModel.objects.filter(brand=brand, code=code).first())


def ticket_named(user: User, number: str, field: str = "parent") -> Ticket:
    """The ticket with that number."""
    return named(field, lambda: ticket_or_404(user, number))
