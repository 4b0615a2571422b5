"""The people who work in the demonstration: outlets with their zones, staff, technicians with papers and hours."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from django.contrib.auth.hashers import make_password
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from dispatch.models import (
    ACTIVE,
    Absence,
    Assignment,
    Certification,
    Shift,
    Technician,
    TechnicianDistrict,
    TechnicianSkill,
    WindowPlan,
)
from servicedesk.catalogue.models import ProductCategory
from servicedesk.clock import LOCAL
from servicedesk.people.models import Outlet, Region, Role, ServiceZone, User, UserOutlet
from servicedesk.project.demo.city import all_of, chance, city, person_name
from servicedesk.project.demo.diary import Diary, Hours
from servicedesk.project.demo.logins import DEMO_LOGINS, DEMO_PASSWORD
from servicedesk.project.demo.outlines import outline_of
from servicedesk.project.demo.scale import Scale

DAY = timedelta(days=1)
OPENS, CLOSES = time(8), time(20)
# The demonstration has to be looked at for a while without running out of people.
AHEAD = 21


@dataclass
class Hand:
    """A technician with his diary and what dispatch will ask about him."""

    technician: Technician
    user: User
    levels: dict[str, int]
    papers: list[tuple[date, date]]
    diary: Diary

    def has_paper(self, day: date) -> bool:
        """Whether a certificate is valid on `day`."""
        return any(start <= day <= end for start, end in self.papers)


@dataclass
class Staff:
    """Everybody, by role; technicians and dispatchers by outlet."""

    outlets: list[Outlet]
    outlet_of: dict[str, Outlet]
    agents: list[User] = field(default_factory=list)
    supervisors: list[User] = field(default_factory=list)
    dispatchers: dict[int, list[User]] = field(default_factory=dict)
    hands: dict[int, list[Hand]] = field(default_factory=dict)


def build_staff(scale: Scale, as_of: datetime, rng: Random) -> Staff:
    """Outlets and staff, saved; those that are there already are used as they are."""
    staff = _outlets(scale)
    password = make_password(DEMO_PASSWORD)
    for login in DEMO_LOGINS:
        _person(login.employee_no, login.role, login.name, login.outlets, password)
    for number in range(3, scale.agents + 1):
        _person(f"A{number:03d}", Role.AGENT, person_name(rng), (), password)
    for number, outlet in enumerate(staff.outlets[3:], start=3):
        _person(f"D{number:03d}", Role.DISPATCHER, person_name(rng), (outlet.code,), password)
    codes = [outlet.code for outlet in staff.outlets]
    for number in range(3, scale.technicians + 1):
        _person(f"T{number:03d}", Role.TECHNICIAN, person_name(rng), (codes[number % len(codes)],), password)
    _sort(staff)
    span = (as_of - timedelta(days=scale.days + 3), as_of + timedelta(days=AHEAD))
    for user in User.objects.filter(role=Role.TECHNICIAN, is_active=True, outlets__in=staff.outlets).order_by("pk"):
        hand = _hand(user, staff, as_of, span)
        staff.hands.setdefault(hand.technician.outlet_id, []).append(hand)
    return staff


def _outlets(scale: Scale) -> Staff:
    row = city()["region"][0]
    names = {"name_zh": row["zh"], "name_en": row["en"]}
    region, _made = Region.objects.get_or_create(code=row["code"], defaults=names)
    centres = {district["name"]: district for district in all_of("district")}
    staff = Staff([], {})
    for row in all_of("outlet")[: scale.outlets]:
        centre = centres[row["districts"][0]]
        outlet, _made = Outlet.objects.get_or_create(
            code=row["code"],
            defaults={
                "name_zh": row["zh"],
                "name_en": row["en"],
                "region": region,
                "phone": f"0000-8800{row['code'][-2:]}",
                "address": row.get("town", city()["city"]) + row["address"],
                "lat": centre["lat"],
                "lon": centre["lon"],
            },
        )
        staff.outlets.append(outlet)
        staff.outlet_of |= dict.fromkeys(row["districts"], outlet)
    for district, outlet in staff.outlet_of.items():
        shape = {"shape": outline_of(district)}
        ServiceZone.objects.get_or_create(outlet=outlet, district=district, category=None, defaults=shape)
    for outlet in staff.outlets:
        WindowPlan.objects.get_or_create(outlet=outlet)
    return staff


def _person(number: str, role: Role, name: str, outlets: tuple[str, ...], password: str) -> None:
    if User.objects.filter(employee_no=number).exists():
        return
    admin = role == Role.ADMIN
    user = User(employee_no=number, name=name, role=role, is_staff=admin, is_superuser=admin, password=password)
    user.save()
    places = Outlet.objects.filter(code__in=outlets)
    UserOutlet.objects.bulk_create(UserOutlet(user=user, outlet=outlet) for outlet in places)


def _sort(staff: Staff) -> None:
    active = User.objects.filter(is_active=True).order_by("employee_no")
    staff.agents = list(active.filter(role=Role.AGENT))
    staff.supervisors = list(active.filter(role=Role.SUPERVISOR, outlets=None))
    for outlet in staff.outlets:
        staff.dispatchers[outlet.pk] = list(active.filter(role=Role.DISPATCHER, outlets=outlet))


def _hand(user: User, staff: Staff, as_of: datetime, span: Hours) -> Hand:
    """The technician of `user`, with what he lacks made; the same person gets the same papers whenever he is made."""
    rng = chance(user.employee_no)
    outlet = user.outlets.order_by("code").first() or staff.outlets[0]
    technician, made = Technician.objects.get_or_create(
        user=user,
        defaults={
            "outlet": outlet,
            "stars": rng.choice((2, 3, 3, 4, 5)),
            "home_lat": (outlet.lat or 0) + rng.uniform(-0.02, 0.02),
            "home_lon": (outlet.lon or 0) + rng.uniform(-0.02, 0.02),
            # One in three may work an hour longer where a job asks for it.
            "overtime_minutes": 60 if int(user.employee_no[1:]) % 3 == 0 else 0,
        },
    )
    if made:
        _skills(technician, rng)
        _papers(technician, as_of, rng)
        _absence(technician, as_of)
        _ends_and_districts(technician, as_of)
    _shifts(technician, as_of, span)
    papers = technician.certificates.values_list("valid_from", "valid_until")
    levels = {skill.category.code: skill.level for skill in technician.skills.select_related("category")}
    return Hand(technician, user, levels, list(papers), _diary(technician, span[0]))


def _skills(technician: Technician, rng: Random) -> None:
    """Most can do most: everything that is no phone, two kinds of product left out by chance."""
    categories = list(ProductCategory.objects.filter(is_active=True).exclude(code="mobile_phone"))
    left_out = set(rng.sample([category.code for category in categories], 2))
    if technician.user.employee_no in {login.employee_no for login in DEMO_LOGINS}:
        left_out = set()
    TechnicianSkill.objects.bulk_create(
        TechnicianSkill(technician=technician, category=category, level=rng.choice((2, 3, 3)))
        for category in categories
        if category.code not in left_out
    )


def _papers(technician: Technician, as_of: datetime, rng: Random) -> None:
    """Valid for long, but for one in twelve, whose certificate has just run out: dispatch must refuse him."""
    day = as_of.astimezone(LOCAL).date()
    number = int(technician.user.employee_no[1:])
    lapsed = number % 12 == 11
    Certification.objects.create(
        technician=technician,
        number=f"XJ{number:05d}",
        stars=technician.stars,
        valid_from=day - timedelta(days=720),
        valid_until=day - timedelta(days=4) if lapsed else day + timedelta(days=rng.randrange(90, 500)),
    )


def _absence(technician: Technician, as_of: datetime) -> None:
    """One in ten is away around the day: on leave, or in training."""
    number = int(technician.user.employee_no[1:])
    if number % 10 == 7:
        day = datetime.combine(as_of.astimezone(LOCAL).date(), time(8), LOCAL)
        reason = Absence.Reason.LEAVE if number % 20 == 7 else Absence.Reason.TRAINING
        Absence.objects.create(technician=technician, span=DateTimeTZRange(day, day + 2 * DAY), reason=reason)


def _ends_and_districts(technician: Technician, as_of: datetime) -> None:
    """One in eight learned something that holds for some weeks only; one in nine keeps to the districts there are."""
    number = int(technician.user.employee_no[1:])
    if number % 8 == 5:
        last = as_of.astimezone(LOCAL).date() + timedelta(days=45)
        skill = technician.skills.order_by("category__code").first()
        TechnicianSkill.objects.filter(pk=skill.pk if skill else 0).update(valid_until=last)
    if number % 9 == 4:
        districts = technician.outlet.zones.order_by("district").values_list("district", flat=True).distinct()
        TechnicianDistrict.objects.bulk_create(
            TechnicianDistrict(technician=technician, district=district) for district in districts
        )


def hours_of(number: int, as_of: datetime, span: Hours) -> Iterator[Hours]:
    """The hours of technician `number` in `span`: six days of the week by day, one night in four on call.

    Around `as_of` the two of the demo logins work every day and are on call every night, so that somebody can be sent
    at whatever hour the demonstration is looked at.
    """
    today = as_of.astimezone(LOCAL).date()
    day, last = span[0].astimezone(LOCAL).date(), span[1].astimezone(LOCAL).date()
    while day <= last:
        near = number <= 2 and abs((day - today).days) <= 2
        if near or day.toordinal() % 7 != number % 7:
            yield datetime.combine(day, OPENS, LOCAL), datetime.combine(day, CLOSES, LOCAL)
        if near or (day.toordinal() + number) % 4 == 0:
            yield datetime.combine(day, CLOSES, LOCAL), datetime.combine(day + DAY, OPENS, LOCAL)
        day += DAY


def _shifts(technician: Technician, as_of: datetime, span: Hours) -> None:
    around = (span[0] - 2 * DAY, span[1] + 2 * DAY)
    known = [(shift.span.lower, shift.span.upper) for shift in technician.shifts.filter(span__overlap=around)]
    Shift.objects.bulk_create(
        _shift(technician, start, end)
        for start, end in hours_of(int(technician.user.employee_no[1:]), as_of, span)
        if not any(start < other_end and end > other_start for other_start, other_end in known)
    )


def _shift(technician: Technician, start: datetime, end: datetime) -> Shift:
    """A shift; one by day leaves 45 minutes free for lunch between half past eleven and half past one."""
    shift = Shift(technician=technician, span=DateTimeTZRange(start, end))
    day = start.astimezone(LOCAL).date()
    if start == datetime.combine(day, OPENS, LOCAL):
        lunch = (datetime.combine(day, time(11, 30), LOCAL), datetime.combine(day, time(13, 30), LOCAL))
        shift.lunch, shift.lunch_minutes = DateTimeTZRange(*lunch), 45
    return shift


def _diary(technician: Technician, since: datetime) -> Diary:
    """His hours from `since` on, shifts that touch joined."""
    joined: list[Hours] = []
    for shift in technician.shifts.filter(span__endswith__gt=since).order_by("span"):
        if joined and joined[-1][1] >= shift.span.lower:
            joined[-1] = (joined[-1][0], shift.span.upper)
        else:
            joined.append((shift.span.lower, shift.span.upper))
    away = [(one.span.lower, one.span.upper) for one in technician.absences.all()]
    active = Assignment.objects.filter(technician=technician, state__in=ACTIVE)
    return Diary(joined, away, {one.ticket_id: (one.span.lower, one.span.upper) for one in active})
