"""Customers, their numbers, places and appliances."""

from decimal import Decimal
from typing import Any

from servicedesk.access import appliance_or_404, customer_or_404, customers_for
from servicedesk.api import bodies, shapes
from servicedesk.api.endpoint import REQUIRED, Call, Endpoint, operation
from servicedesk.api.references import address_named, category_named
from servicedesk.catalogue.selectors import appliances_of
from servicedesk.catalogue.services import edit_appliance, register_appliance
from servicedesk.people.models import Role
from servicedesk.people.search import find_customers, read_question
from servicedesk.people.services import KEEPERS, Place, add_address, add_phone, create_customer

READERS = frozenset({Role.AGENT, Role.DISPATCHER, Role.SUPERVISOR, Role.MANAGER, Role.AUDITOR, Role.ADMIN})
FOUND_AT_ONCE = 20
READ, WRITE = "customers:read", "customers:write"
MAKING = {"roles": KEEPERS, "status": 201, "key": REQUIRED}


class Customers(Endpoint):
    """The customers the user may know of."""

    tag = "customers"

    @operation("find_customers", READ, shapes.CustomerOut, roles=READERS, query=bodies.SearchQuery, many=True)
    def get(self, call: Call) -> list[Any]:
        """Finds customers by number, name, pinyin or address, at most 20, exact ways first."""
        return find_customers(customers_for(call.user), read_question(call.asked["q"]), FOUND_AT_ONCE)

    @operation("create_customer", WRITE, shapes.CustomerOut, body=bodies.CustomerBody, **MAKING)
    def post(self, call: Call) -> Any:
        """Makes a customer with number and place. A number that cannot be read is kept as it was given."""
        given = call.given
        place = Place(**given["place"]) if given["place"] else None
        return create_customer(given["name"], given["phone"], place, actor=call.user, now=call.now, kind=given["kind"])


class OneCustomer(Endpoint):
    """One customer."""

    tag = "customers"

    @operation("read_customer", READ, shapes.CustomerOut, roles=READERS, find=customer_or_404)
    def get(self, call: Call) -> Any:
        """Reads a customer."""
        return call.found


class CustomerPhones(Endpoint):
    """A customer's numbers."""

    tag = "customers"

    @operation("add_phone", WRITE, shapes.PhoneOut, body=bodies.PhoneBody, find=customer_or_404, **MAKING)
    def post(self, call: Call) -> Any:
        """Adds a number; the one already kept is answered where it is the same."""
        return add_phone(call.found, call.given["phone"], actor=call.user, now=call.now)


class CustomerAddresses(Endpoint):
    """A customer's places."""

    tag = "customers"

    @operation("add_address", WRITE, shapes.AddressOut, body=bodies.PlaceBody, find=customer_or_404, **MAKING)
    def post(self, call: Call) -> Any:
        """Adds a place of service."""
        return add_address(call.found, Place(**call.given), actor=call.user, now=call.now)


class CustomerAppliances(Endpoint):
    """A customer's appliances."""

    tag = "customers"

    @operation("list_appliances", READ, shapes.ApplianceOut, roles=READERS, find=customer_or_404, many=True)
    def get(self, call: Call) -> list[Any]:
        """Lists the appliances in use, newest first."""
        return appliances_of(call.found)

    @operation(
        "register_appliance", WRITE, shapes.ApplianceOut, body=bodies.ApplianceBody, find=customer_or_404, **MAKING
    )
    def post(self, call: Call) -> Any:
        """Registers an appliance; the known one is answered where the customer already owns the serial number."""
        given, customer = call.given, call.found
        address = None if given["address_id"] is None else address_named(customer, given["address_id"])
        category = category_named(given["category"])
        return register_appliance(
            customer, category, actor=call.user, now=call.now, serial=given["serial"], address=address
        )


class OneAppliance(Endpoint):
    """One appliance."""

    tag = "customers"

    @operation("read_appliance", READ, shapes.ApplianceOut, roles=READERS, find=appliance_or_404)
    def get(self, call: Call) -> Any:
        """Reads an appliance."""
        return call.found

    @operation(
        "edit_appliance",
        WRITE,
        shapes.ApplianceOut,
        body=bodies.ApplianceFactsBody,
        roles=KEEPERS,
        find=appliance_or_404,
    )
    def patch(self, call: Call) -> Any:
        """Changes the facts that are named."""
        changes = dict(call.given)
        if "price_fen" in changes:
            fen = changes.pop("price_fen")
            changes["price"] = None if fen is None else Decimal(fen) / 100
        return edit_appliance(call.found.pk, changes, actor=call.user, now=call.now)
