"""The data of the bench of candidates: outlets with technicians at work for five days, jobs before them and behind."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from dispatch.models import Assignment, Certification, Shift, Technician, TechnicianSkill
from servicedesk.catalogue.defaults import load_catalogue
from servicedesk.catalogue.models import ProductCategory
from servicedesk.clock import LOCAL
from servicedesk.people.models import Address, Customer, Outlet, Region, Role, User
from servicedesk.tickets.models import Ticket

SEED = 7
DAYS = 5
# Working days behind, all of whose jobs are done.
PAST = 20
MIDDLE = (31.46, 104.73)
WASHING = "washing_machine"
# Of these columns every ticket of an outlet has its own.
OWN = {
    "number": "%(prefix)s || n",
    "token": "%(prefix)s || n",
    "outlet_id": "%(outlet)s",
    "address_id": "(%(addresses)s::bigint[])[1 + n %% cardinality(%(addresses)s::bigint[])]",
}


@dataclass(frozen=True)
class Place:
    """An outlet with as many technicians and open jobs."""

    outlet: Outlet
    technicians: int
    jobs: int
    fresh: list[Ticket]


def fill(sizes: list[tuple[int, int]], now: datetime) -> list[Place]:
    """An outlet for each pair of technicians and open jobs; about half a minute for a thousand technicians."""
    load_catalogue()
    dice = Random(SEED)  # noqa: S311 - the same days each time
    region = Region.objects.create(code="BENCH", name_zh="测量", name_en="Bench")
    found = []
    for place, (technicians, jobs) in enumerate(sizes):
        names = {"code": f"BENCH{place}", "name_zh": f"测量{place}", "name_en": f"Bench {place}"}
        outlet = Outlet.objects.create(region=region, **names)
        tickets = _tickets(outlet, jobs + technicians * PAST * 4, now, dice)
        _crew(outlet, technicians, jobs, tickets, (now, dice))
        fresh = Ticket.objects.filter(outlet=outlet, number__startswith=f"F{outlet.pk}-")
        related = ("outlet", "address", "category", "customer", "fault")
        found.append(Place(outlet, technicians, jobs, list(fresh.select_related(*related))))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return found


def _tickets(outlet: Outlet, count: int, now: datetime, dice: Random) -> list[int]:
    """As many tickets at places all over the town, and a hundred that wait for a technician."""
    customer = Customer.objects.create(name="测量客户", grade="A")
    addresses = Address.objects.bulk_create(
        Address(customer=customer, city="绵城市", district="涪东区", detail=f"{n}号", lat=lat, lon=lon)
        for n, (lat, lon) in enumerate(_point(dice) for _ in range(max(1000, count // 20)))
    )
    owner = User.objects.create(employee_no=f"BENCH-{outlet.pk}", name="测量员", role=Role.AGENT)
    first = Ticket.objects.create(
        number=f"A{outlet.pk}",
        kind="repair",
        channel="phone",
        priority=3,
        state="scheduled",
        contact_name=customer.name,
        description="脱水时跳动",
        received_at=now,
        customer=customer,
        owner=owner,
        outlet=outlet,
        category=ProductCategory.objects.get(code=WASHING),
    )
    asked = {"first": first.pk, "outlet": outlet.pk, "addresses": [one.pk for one in addresses]}
    _copies({**asked, "prefix": f"B{outlet.pk}-", "count": count})
    _copies({**asked, "prefix": f"F{outlet.pk}-", "count": 100})
    numbers = Ticket.objects.filter(number__startswith=f"B{outlet.pk}-").values_list("pk", flat=True)
    return list(numbers.order_by("pk"))


def _copies(asked: dict[str, Any]) -> None:
    names = [str(field.column) for field in Ticket._meta.concrete_fields if field.column != "id"]
    values = ", ".join(OWN.get(name, f"t.{name}") for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO servicedesk_ticket ({', '.join(names)}) SELECT {values} "  # noqa: S608 - our own columns
            "FROM servicedesk_ticket t, generate_series(1, %(count)s) AS n WHERE t.id = %(first)s",
            asked,
        )


def _crew(outlet: Outlet, count: int, jobs: int, tickets: list[int], moment: tuple[datetime, Random]) -> None:
    """Technicians at work on all days, with their jobs: four a day behind them, the open ones before them."""
    now, dice = moment
    users = User.objects.bulk_create(
        User(employee_no=f"B{outlet.pk}-{n}", name=f"师傅{n}", role=Role.TECHNICIAN) for n in range(count)
    )
    crew = Technician.objects.bulk_create(_technician(outlet, user, dice) for user in users)
    kinds = list(ProductCategory.objects.all())
    washing = next(kind for kind in kinds if kind.code == WASHING)
    skills = [(one, washing) for one in crew if dice.random() < 0.7]
    skills += [(one, kind) for one in crew for kind in dice.sample(kinds, 2) if kind != washing]
    TechnicianSkill.objects.bulk_create(
        TechnicianSkill(technician=one, category=kind, level=dice.randint(1, 3)) for one, kind in skills
    )
    today = now.astimezone(LOCAL).date()
    Certification.objects.bulk_create(
        Certification(
            technician=one,
            number=f"B{one.pk}",
            valid_from=today - timedelta(days=300),
            valid_until=today + timedelta(days=dice.choice([-1, 2, 200, 200, 200, 200])),
        )
        for one in crew
    )
    midnights = [datetime.combine(today + timedelta(days=n), time(), LOCAL) for n in range(-PAST, DAYS)]
    Shift.objects.bulk_create(_shift(one, midnight) for one in crew for midnight in midnights)
    waiting = iter(tickets)
    done = [
        _job(one, next(waiting), midnight + timedelta(hours=8 + 2 * n), "done", now)
        for one in crew
        for midnight in midnights[:PAST]
        for n in range(4)
    ]
    slots = [(one, midnight, n) for n in range(5) for midnight in midnights[PAST:] for one in crew]
    opened = [
        _job(one, number, midnight + timedelta(hours=8 + 2 * n, minutes=15 * dice.randint(0, 3)), "accepted", now)
        for (one, midnight, n), number in zip(slots, list(waiting)[:jobs], strict=False)
    ]
    Assignment.objects.bulk_create([*done, *opened], batch_size=5000)


def _technician(outlet: Outlet, user: User, dice: Random) -> Technician:
    lat, lon = _point(dice)
    known = dice.random() < 0.97
    place = {"home_lat": lat if known else None, "home_lon": lon if known else None}
    return Technician(outlet=outlet, user=user, stars=dice.randint(1, 5), overtime_minutes=30, **place)


def _shift(technician: Technician, midnight: datetime) -> Shift:
    hours = DateTimeTZRange(midnight + timedelta(hours=8), midnight + timedelta(hours=18))
    lunch = DateTimeTZRange(midnight + timedelta(hours=11), midnight + timedelta(hours=14))
    return Shift(technician=technician, span=hours, lunch=lunch, lunch_minutes=45)


def _job(technician: Technician, ticket: int, start: datetime, state: str, now: datetime) -> Assignment:
    span = DateTimeTZRange(start, start + timedelta(minutes=75))
    return Assignment(technician=technician, ticket_id=ticket, span=span, state=state, offered_at=now)


def _point(dice: Random) -> tuple[float, float]:
    return MIDDLE[0] + dice.gauss(0, 0.1), MIDDLE[1] + dice.gauss(0, 0.12)
