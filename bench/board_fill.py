"""The data of the board's bench: an outlet, its technicians with shifts and homes, and a day full of jobs."""

import random
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from dispatch.models import Assignment, Certification, Shift, Technician, TechnicianSkill
from servicedesk import clock
from servicedesk.catalogue.defaults import load_catalogue
from servicedesk.catalogue.models import ProductCategory
from servicedesk.clock import LOCAL
from servicedesk.people.models import Address, Customer, Outlet, Region, Role, User, UserOutlet
from servicedesk.sla.defaults import load_policies
from servicedesk.sla.escalation.defaults import load_ladders
from servicedesk.tickets.models import Handover, Ticket
from servicedesk.worktime.defaults import load_calendars

SEED = 11
HOURS = range(8, 18)
MINUTES = 45
DISTRICTS = ("涪城", "游仙", "安州", "高新", "科创")
CENTRE = (31.46, 104.73)


@dataclass(frozen=True)
class Filled:
    """Who may sign in, whose board it is, and which day is full."""

    employee_no: str
    password: str
    outlet: int
    day: date


def prepare_house() -> None:
    """The master data every installation has."""
    load_calendars()
    load_policies()
    load_ladders()
    load_catalogue()


def fill(technicians: int, jobs: int) -> Filled:
    """One more outlet with `technicians` people and `jobs` jobs tomorrow, spread evenly, each on a full hour."""
    dice = random.Random(SEED)  # noqa: S311 - the same data in every run
    code = f"B{technicians}"
    names = {"code": code, "name_zh": f"测量{technicians}", "name_en": f"Bench {technicians}"}
    outlet = Outlet.objects.create(region=Region.objects.create(**names), lat=CENTRE[0], lon=CENTRE[1], **names)
    password = secrets.token_urlsafe(16)
    manager = User(employee_no=f"{code}-M", name="测量员", role=Role.MANAGER)
    manager.set_password(password)
    manager.save()
    day = clock.now().astimezone(LOCAL).date() + timedelta(days=1)
    crew = _crew(outlet, technicians, day, dice)
    tickets = _tickets(outlet, manager, jobs, dice)
    Assignment.objects.bulk_create(
        Assignment(
            ticket=ticket,
            technician=technician,
            span=DateTimeTZRange(start, start + timedelta(minutes=MINUTES)),
            state="accepted",
            offered_by=manager,
            offered_at=clock.now(),
        )
        for ticket, (technician, start) in zip(tickets, _places(crew, day), strict=False)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Filled(manager.employee_no, password, outlet.pk, day)


def _places(crew: list[Technician], day: date) -> Iterator[tuple[Technician, datetime]]:
    for hour in HOURS:
        for technician in crew:
            yield technician, datetime.combine(day, time(hour), LOCAL)


def _crew(outlet: Outlet, count: int, day: date, dice: random.Random) -> list[Technician]:
    users = User.objects.bulk_create(
        User(employee_no=f"{outlet.code}-{n}", name=f"技师{n:03d}", role=Role.TECHNICIAN, name_pinyin=f"jishi{n:03d}")
        for n in range(count)
    )
    UserOutlet.objects.bulk_create(UserOutlet(user=user, outlet=outlet) for user in users)
    crew = Technician.objects.bulk_create(
        Technician(user=user, outlet=outlet, stars=3, home_lat=_near(CENTRE[0], dice), home_lon=_near(CENTRE[1], dice))
        for user in users
    )
    category = ProductCategory.objects.get(code="washing_machine")
    TechnicianSkill.objects.bulk_create(TechnicianSkill(technician=one, category=category, level=2) for one in crew)
    Certification.objects.bulk_create(
        Certification(
            technician=one,
            number=f"{outlet.code}-{one.pk}",
            stars=3,
            valid_from=day - timedelta(days=90),
            valid_until=day + timedelta(days=900),
        )
        for one in crew
    )
    start = datetime.combine(day, time(8), LOCAL)
    Shift.objects.bulk_create(
        Shift(technician=one, span=DateTimeTZRange(start, start + timedelta(hours=11))) for one in crew
    )
    return crew


def _tickets(outlet: Outlet, owner: User, count: int, dice: random.Random) -> list[Ticket]:
    customer = Customer.objects.create(name="测量客户")
    category = ProductCategory.objects.get(code="washing_machine")
    addresses = Address.objects.bulk_create(
        Address(
            customer=customer,
            district=dice.choice(DISTRICTS),
            detail=f"桃园路{n}号",
            lat=_near(CENTRE[0], dice),
            lon=_near(CENTRE[1], dice),
        )
        for n in range(count)
    )
    tickets = Ticket.objects.bulk_create(
        Ticket(
            number=f"{outlet.code}-{n}",
            token=f"{outlet.code}-{n}",
            kind="repair",
            channel="phone",
            priority=3,
            state="scheduled",
            contact_name=customer.name,
            received_at=clock.now(),
            customer=customer,
            address=address,
            category=category,
            outlet=outlet,
            owner=owner,
        )
        for n, address in enumerate(addresses)
    )
    Handover.objects.bulk_create(
        Handover(ticket=one, outlet=outlet, state=Handover.State.ACCEPTED, sent_by=owner, sent_at=clock.now())
        for one in tickets
    )
    return tickets


def _near(middle: float, dice: random.Random) -> float:
    return round(middle + dice.uniform(-0.12, 0.12), 5)
