"""Actions on customers: who they are, their numbers and places. A number that cannot be read never blocks saving."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.errors import FORBIDDEN, ActionError, invalid
from servicedesk.people.models import Address, Customer, CustomerKind, CustomerPhone, Grade, Role, User
from servicedesk.people.phones import read_phone

KEEPERS = frozenset({Role.AGENT, Role.DISPATCHER, Role.SUPERVISOR, Role.MANAGER})


@dataclass(frozen=True)
class Place:
    """An address as it was told."""

    detail: str
    district: str = ""
    city: str = ""
    province: str = ""


def require_keeper(actor: User | None) -> None:
    """Refuses (403 role_not_allowed) who may not keep customers; `None` is the system, which may."""
    if actor is not None and actor.role not in KEEPERS:
        raise ActionError("role_not_allowed", _("Your role may not do this."), status=FORBIDDEN)


def create_customer(
    name: str, phone: str, place: Place | None, *, actor: User | None, now: datetime, kind: str = CustomerKind.PERSON
) -> Customer:
    """The new customer with number and address, both primary. Refuses with 422 where the name is missing."""
    require_keeper(actor)
    name = " ".join(name.split())
    if not name:
        raise invalid("name", "name_missing", _("Ask for the name."))
    if kind not in CustomerKind.values:
        raise invalid("kind", "kind_unknown", _("Choose a consumer or an organisation."))
    with transaction.atomic():
        customer = Customer.objects.create(name=name, kind=kind)
        if phone.strip():
            add_phone(customer, phone, actor=actor, now=now)
        if place is not None and place.detail.strip():
            add_address(customer, place, actor=actor, now=now)
    return customer


def add_phone(customer: Customer, given: str, *, actor: User | None, now: datetime) -> CustomerPhone:
    """The customer's number as given; the one already kept where it is the same. The first becomes the primary one."""
    require_keeper(actor)
    raw, number = read_phone(given)
    if not raw:
        raise invalid("phone", "phone_missing", _("Ask for a phone number."))
    with transaction.atomic():
        kept = list(lock_customer(customer.pk).phones.all())
        for phone in kept:
            if phone.raw == raw or (number and str(phone.number) == number):
                return phone
        return CustomerPhone.objects.create(customer=customer, raw=raw, number=number, is_primary=not kept)


def add_address(customer: Customer, place: Place, *, actor: User | None, now: datetime) -> Address:
    """The customer's place of service; the kept one where it is the same. The first becomes the primary one."""
    require_keeper(actor)
    words = {
        "province": place.province.strip(),
        "city": place.city.strip(),
        "district": place.district.strip(),
        "detail": " ".join(place.detail.split()),
    }
    if not words["detail"]:
        raise invalid("detail", "address_missing", _("Ask for street, house and flat."))
    with transaction.atomic():
        kept = list(lock_customer(customer.pk).addresses.all())
        for address in kept:
            if all(getattr(address, name) == value for name, value in words.items()):
                return address
        return Address.objects.create(customer=customer, is_primary=not kept, **words)


def lock_customer(customer_id: int) -> Customer:
    """The customer, locked until the transaction ends.

    Weakly, so that a ticket opened for him at the same moment does not wait for this: whoever opens it holds the
    day's ticket number, for which this one's transaction may be waiting.
    """
    return Customer.objects.select_for_update(no_key=True).get(pk=customer_id)


def edit_customer(customer_id: int, changes: Mapping[str, Any], *, actor: User | None, now: datetime) -> Customer:
    """The customer with name, kind, grade or note changed. Refuses with 422 an empty name or an unknown grade."""
    require_keeper(actor)
    with transaction.atomic():
        customer = lock_customer(customer_id)
        for field in ("name", "kind", "grade", "note"):
            setattr(customer, field, str(changes.get(field, getattr(customer, field))).strip())
        if not customer.name:
            raise invalid("name", "name_missing", _("Ask for the name."))
        if customer.kind not in CustomerKind.values:
            raise invalid("kind", "kind_unknown", _("Choose a consumer or an organisation."))
        if customer.grade not in Grade.values:
            raise invalid("grade", "grade_unknown", _("Choose a grade from A to D."))
        customer.save()
    return customer
