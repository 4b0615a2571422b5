"""Reading customers and staff."""

from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from servicedesk.people.models import Customer, CustomerPhone, Membership, Outlet, Role, ServiceZone
from servicedesk.people.phones import read_phone


def supervisors_of(outlet_id: int | None) -> Q:
    """Narrows staff to the supervisors who answer for an outlet: its own and those of the desk, who have none."""
    return Q(role=Role.SUPERVISOR) & (Q(outlets=None) | Q(outlets=outlet_id))


def customers_of_number(given: str, scope: QuerySet[Customer]) -> list[Customer]:
    """The customers of `scope` who have this very number, readable or not; phones and addresses loaded."""
    raw, number = read_phone(given)
    digits = "".join(sign for sign in number or raw if sign.isdigit())
    if not digits and not raw:
        return []
    same = Q(number=number) if number else Q(digits=digits) if digits else Q(raw=raw)
    having = CustomerPhone.objects.filter(same, customer=OuterRef("pk"))
    return list(scope.filter(Exists(having)).prefetch_related("phones", "addresses")[:5])


def living_memberships(customer: Customer, day: date) -> list[Membership]:
    """The customer's cards that are valid on `day`, the longest first."""
    cards = customer.memberships.filter(valid_from__lte=day, valid_until__gte=day)
    return list(cards.order_by("-valid_until"))


def outlet_for(district: str, category_id: int | None) -> tuple[Outlet | None, bool]:
    """The active outlet serving `district` for a product category, and whether it is there for this product alone.

    A zone of the very category wins over one for every product; of equals the first by code is taken.
    """
    if not district:
        return None, False
    zones = ServiceZone.objects.filter(district=district, outlet__is_active=True)
    fitting = zones.filter(Q(category_id=category_id) | Q(category=None)).select_related("outlet")
    zone = fitting.order_by(F("category_id").asc(nulls_last=True), "outlet__code").first()
    return (zone.outlet, zone.category_id is not None) if zone else (None, False)
