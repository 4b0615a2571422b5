"""Makers for tests of the desk: a signed-in browser, and a filled intake form."""

from typing import Any
from uuid import uuid4

from django.test import Client

from servicedesk.people.models import Customer, User


def browser_of(user: User) -> Client:
    """A browser in which `user` has signed in."""
    client = Client()
    client.force_login(user)
    return client


def known_caller(customer: Customer, /, **overrides: Any) -> dict[str, Any]:
    """What the intake form sends for a known customer, about his first appliance unless told otherwise."""
    phone, address = customer.phones.first(), customer.addresses.first()
    appliance = customer.appliances.first()
    fields = {
        "submission": str(uuid4()),
        "customer": customer.pk,
        "name": customer.name,
        "phone_choice": phone.pk if phone else "other",
        "address_choice": address.pk if address else "new",
        "kind": "repair",
        "channel": "phone",
        "appliance": appliance.pk if appliance else "other",
        "description": "脱水时跳动",
        "window": "",
        "read_back": "on",
    }
    return {**fields, **overrides}


def new_caller(category_id: int, **overrides: Any) -> dict[str, Any]:
    """What the intake form sends for somebody who has never called before."""
    fields = {
        "submission": str(uuid4()),
        "customer": "",
        "name": "孙丽",
        "phone": "139 0000 4321",
        "city": "绵城市",
        "district": "涪东区",
        "detail": "学院路12号",
        "kind": "repair",
        "channel": "phone",
        "category": category_id,
        "serial": "",
        "description": "不进水",
        "window": "",
        "read_back": "on",
    }
    return {**fields, **overrides}
