"""People of the bench, made for one run and shut out after it; and examples from the data to ask for."""

import random
import secrets
from dataclasses import dataclass, field

from django.db.models import Count

from servicedesk.people.models import Address, Customer, CustomerPhone, Outlet, Role, User, UserOutlet
from servicedesk.tickets.models import Ticket

EXAMPLES = 24
SEED = 7
OUTLETS = 3


@dataclass(frozen=True)
class Staff:
    """The employee numbers by role, their common password, and the outlets of the dispatcher."""

    password: str
    numbers: dict[str, str]
    outlets: list[int]


@dataclass(frozen=True)
class Examples:
    """What is asked for, taken from all over the data, the same at every run on the same data."""

    tickets: list[str] = field(default_factory=list)
    living: list[str] = field(default_factory=list)
    tails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    pinyin: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    customers: list[int] = field(default_factory=list)


def hire() -> Staff:
    """Make (or let in again) one person of each role; the dispatcher gets three outlets of middling size."""
    password = secrets.token_urlsafe(16)
    busy = Outlet.objects.annotate(n=Count("tickets")).filter(n__gt=0).order_by("-n")
    ids = list(busy.values_list("pk", flat=True))
    middle = max(0, len(ids) // 2 - 1)
    chosen = ids[middle : middle + OUTLETS] if len(ids) >= middle + OUTLETS else ids[:OUTLETS]
    numbers = {}
    for role in (Role.AGENT, Role.DISPATCHER, Role.MANAGER):
        number = f"BENCH-{role.value.upper()}"
        user = User.objects.filter(employee_no=number).first() or User(employee_no=number, name="测量员", role=role)
        user.set_password(password)
        user.is_active = True
        user.save()
        if role == Role.DISPATCHER:
            UserOutlet.objects.filter(user=user).delete()
            UserOutlet.objects.bulk_create([UserOutlet(user=user, outlet_id=outlet) for outlet in chosen])
        numbers[role.value] = number
    return Staff(password, numbers, chosen)


def dismiss(staff: Staff) -> None:
    """Shut the people of the bench out again."""
    User.objects.filter(employee_no__in=staff.numbers.values()).update(is_active=False)


def examples(staff: Staff) -> Examples:
    """Examples to ask for; tickets of the dispatcher's outlets, customers of all the data."""
    dice = random.Random(SEED)  # noqa: S311 - a sample, no secret
    ids = _some(Customer, dice, EXAMPLES * 3)
    phones = list(CustomerPhone.objects.filter(customer__in=ids, number__gt="")[:EXAMPLES])
    customers = list(Customer.objects.filter(pk__in=ids, kind="person").exclude(name_pinyin="")[:EXAMPLES])
    places = list(Address.objects.filter(customer__in=ids).exclude(detail="")[:EXAMPLES])
    own = Ticket.objects.filter(outlet__in=staff.outlets)
    tickets = list(own.order_by("number")[: EXAMPLES * 40].values_list("number", flat=True))
    dice.shuffle(tickets)
    living = own.living().exclude(kind="consultation").order_by("-received_at").values_list("number", flat=True)
    callers = CustomerPhone.objects.filter(customer__in=ids, is_primary=True, customer__addresses__isnull=False)
    return Examples(
        tickets=tickets[:EXAMPLES],
        living=list(living[:200]),
        tails=[phone.digits[-4:] for phone in phones],
        phones=[phone.digits[-11:] for phone in phones],
        names=[one.name[:2] for one in customers],
        pinyin=[one.name_pinyin[:6] for one in customers],
        addresses=[place.detail[:4] for place in places],
        customers=list(dict.fromkeys(callers.values_list("customer_id", flat=True)[:200])),
    )


def _some(model: type[Customer], dice: random.Random, count: int) -> list[int]:
    """Ids from all over the table, whatever gaps it has."""
    rows = model.objects.order_by("pk").values_list("pk", flat=True)
    first, last = rows.first() or 1, rows.last() or 1
    found = (rows.filter(pk__gte=dice.randint(first, last)).first() for _ in range(count))
    return list(dict.fromkeys(one for one in found if one is not None))
