"""Plain makers of the shared model: each gives a saved row, every field can be overridden."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from servicedesk.catalogue.models import Appliance, FaultCode, ProductCategory
from servicedesk.people.models import Address, Customer, CustomerPhone, Outlet, Region, Role, User, UserOutlet
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.services import Intake, accept_handover, open_ticket, send_to_outlet

# A Tuesday, ten in the morning in Shanghai.
NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
PASSWORD = "a-password-for-tests"
_numbers = count(1)


def make_region(**overrides: Any) -> Region:
    n = next(_numbers)
    return Region.objects.create(**{"code": f"R{n}", "name_zh": f"大区{n}", "name_en": f"Region {n}", **overrides})


def make_outlet(**overrides: Any) -> Outlet:
    n = next(_numbers)
    fields = {"code": f"W{n}", "name_zh": f"网点{n}", "name_en": f"Outlet {n}", **overrides}
    if "region" not in fields:
        fields["region"] = make_region()
    return Outlet.objects.create(**fields)


def make_user(role: str = Role.AGENT, *outlets: Outlet, **overrides: Any) -> User:
    n = next(_numbers)
    user = User.objects.create_user(f"E{n:04d}", PASSWORD, **{"name": f"员工{n}", "role": role, **overrides})
    UserOutlet.objects.bulk_create([UserOutlet(user=user, outlet=outlet) for outlet in outlets])
    return user


def make_customer(**overrides: Any) -> Customer:
    n = next(_numbers)
    phone = overrides.pop("phone", f"1380000{n:04d}")
    customer = Customer.objects.create(**{"name": "王芳", **overrides})
    CustomerPhone.objects.create(customer=customer, raw=phone, number=f"+86{phone}", is_primary=True)
    Address.objects.create(
        customer=customer, city="绵城市", district="涪东区", detail="桃园路8号3单元", is_primary=True
    )
    return customer


def make_category(code: str = "washing_machine", **overrides: Any) -> ProductCategory:
    category, _made = ProductCategory.objects.get_or_create(
        code=code, defaults={"name_zh": "洗衣机", "name_en": "Washing machine", **overrides}
    )
    return category


def make_fault(**overrides: Any) -> FaultCode:
    n = next(_numbers)
    fields = {"code": f"f{n}", "name_zh": "不转", "name_en": "Does not turn", "group": "drive", **overrides}
    if "category" not in fields:
        fields["category"] = make_category()
    return FaultCode.objects.create(**fields)


def make_appliance(customer: Customer, **overrides: Any) -> Appliance:
    fields = {"customer": customer, **overrides}
    if "category" not in fields:
        fields["category"] = make_category()
    return Appliance.objects.create(**fields)


def make_ticket(**overrides: Any) -> Ticket:
    """An open repair ticket, made by the real action; `actor` and `now` may be given too."""
    now = overrides.pop("now", NOW)
    actor = overrides.pop("actor", None) or make_user(Role.AGENT)
    customer = overrides.pop("customer", None) or make_customer()
    fields: dict[str, Any] = {"kind": "repair", "channel": "phone", "description": "不转", **overrides}
    fields.setdefault("address", customer.addresses.first())
    if "appliance" not in fields and "category" not in fields:
        fields["appliance"] = customer.appliances.first() or make_appliance(customer)
    return open_ticket(Intake(customer=customer, **fields), actor=actor, now=now)


def make_handed_over(outlet: Outlet, **overrides: Any) -> Ticket:
    """A ticket that `outlet` has accepted."""
    now = overrides.get("now", NOW)
    ticket = make_ticket(**overrides)
    send_to_outlet(ticket.pk, outlet, actor=None, now=now + timedelta(minutes=1))
    accept_handover(ticket.pk, actor=None, now=now + timedelta(minutes=2))
    ticket.refresh_from_db()
    return ticket
