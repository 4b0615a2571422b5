"""Building what a story starts from: rows by natural keys, and what the story leaves unsaid.

Left unsaid: a technician without skills, certificate or hours gets those the story needs; a role or employee number
that only acts gets a person. Everything else must be given.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from dispatch.models import Certification, Shift, Technician, TechnicianSkill
from servicedesk import clock, ports
from servicedesk.catalogue.models import Appliance, FaultCode, ProductCategory, ProductModel
from servicedesk.ideas.models import ImprovementIdea
from servicedesk.knowledge.models import Article
from servicedesk.people.models import (
    Address,
    Customer,
    CustomerPhone,
    Membership,
    Outlet,
    Region,
    Role,
    ServiceZone,
    User,
    UserOutlet,
)
from servicedesk.people.phones import read_phone
from servicedesk.project.replay.document import Case
from servicedesk.sla.models import SlaPolicy, SlaTarget
from servicedesk.tickets.models import Ticket
from servicedesk.worktime.defaults import SINCE
from servicedesk.worktime.models import CalendarDay, WorkCalendar
from visits.models import CarePlan, PriceItem, PriceList
from warranty.maker_promises.services import NewPromise, enter_promise
from warranty.models import RepairRecord

ALWAYS_FROM, ALWAYS_UNTIL = date(1980, 1, 1), date(2100, 1, 1)
Row = Mapping[str, Any]


class StoryError(Exception):
    """A row of `given`, or a name in an event, cannot be understood; the text says which and why."""


@dataclass
class World:
    """The rows of a story by the names the story calls them."""

    case: Case
    outlets: dict[str, Outlet] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    technicians: dict[str, Technician] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    appliances: dict[str, Appliance] = field(default_factory=dict)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    ideas: dict[str, ImprovementIdea] = field(default_factory=dict)
    articles: dict[str, Article] = field(default_factory=dict)

    def person(self, name: str) -> User | None:
        """Who acts: an employee number, a role (its one person is made), nobody for `system` or no name."""
        if not name or name == "system":
            return None
        if name not in self.users:
            role = name if name in Role.values else Role.DISPATCHER
            if name not in Role.values and len(self.outlets) != 1:
                raise StoryError(f"{name}: is no role and no employee number of the story")
            self.users[name] = self.make_user(name, role, name, list(self.outlets)[:1])
        return self.users[name]

    def make_user(self, number: str, role: str, name: str, outlets: list[str]) -> User:
        """A member of staff; only those of an outlet belong to one."""
        user = User.objects.create_user(number, None, name=name, role=role)
        if role in {Role.DISPATCHER, Role.TECHNICIAN} or (role == Role.SUPERVISOR and outlets):
            UserOutlet.objects.bulk_create([UserOutlet(user=user, outlet=self.outlets[code]) for code in outlets])
        return user

    def find(self, kind: str, name: Any) -> Any:
        """The row of `kind` the story calls `name`. Raises StoryError where it has none."""
        rows: dict[str, Any] = getattr(self, kind)
        if str(name) not in rows:
            known = ", ".join(rows) or "none"
            raise StoryError(f"{name!r} is none of the {kind} of the story ({known})")
        return rows[str(name)]


def build_world(case: Case) -> World:
    """The world of the case, saved. Raises StoryError naming the row that cannot be built."""
    for load in ports.defaults:
        load()
    world = World(case)
    for kind, build in BUILDERS.items():
        for number, row in enumerate(case.given.get(kind, [])):
            try:
                build(world, row)
            except KeyError as error:
                raise StoryError(f"given.{kind}[{number}]: {error} is missing or not known") from error
            except (StoryError, ValueError, TypeError, DatabaseError, ValidationError) as error:
                raise StoryError(f"given.{kind}[{number}]: {error}") from error
    if not world.outlets:
        outlet(world, {"code": "W01", "name": "Outlet"})
    for technician in world.technicians.values():
        complete(world, technician)
    return world


def region(_world: World, row: Row) -> None:
    Region.objects.create(code=row["code"], name_zh=row.get("name", row["code"]), name_en=row.get("name", row["code"]))


def outlet(world: World, row: Row) -> None:
    code = str(row.get("region", "R01"))
    its_region, _made = Region.objects.get_or_create(code=code, defaults={"name_zh": code, "name_en": code})
    name = row.get("name", row["code"])
    made = world.outlets[str(row["code"])] = Outlet.objects.create(
        code=row["code"],
        name_zh=name,
        name_en=name,
        region=its_region,
        lat=row.get("lat"),
        lon=row.get("lon"),
        takes_automatically=bool(row.get("automatic")),
    )
    ServiceZone.objects.bulk_create(ServiceZone(outlet=made, district=str(one)) for one in row.get("districts", []))


def user(world: World, row: Row) -> None:
    number = str(row["employee"])
    outlets = row.get("outlets") or ([row["outlet"]] if row.get("outlet") else [])
    world.users[number] = world.make_user(number, row["role"], str(row.get("name", number)), list(outlets))


def technician(world: World, row: Row) -> None:
    number = str(row["employee"])
    code = str(row.get("outlet") or next(iter(world.outlets)))
    world.users[number] = world.make_user(number, Role.TECHNICIAN, str(row.get("name", number)), [code])
    made = Technician.objects.create(
        user=world.users[number],
        outlet=world.outlets[code],
        stars=row.get("stars", 3),
        home_lat=row.get("lat"),
        home_lon=row.get("lon"),
    )
    world.technicians[number] = made
    for one in row.get("skills", []):
        skill(world, {"technician": number, **(one if isinstance(one, dict) else {"category": one})})


def skill(world: World, row: Row) -> None:
    TechnicianSkill.objects.create(
        technician=world.technicians[str(row["technician"])],
        category=category(row["category"]),
        level=row.get("level", 3),
    )


def certificate(world: World, row: Row) -> None:
    Certification.objects.create(
        technician=world.technicians[str(row["technician"])],
        number=row["number"],
        stars=row.get("stars", 3),
        valid_from=row.get("valid_from", ALWAYS_FROM),
        valid_until=row.get("valid_until", ALWAYS_UNTIL),
    )


def category(code: Any) -> ProductCategory:
    """The category of that code; one the catalogue lacks is made, since a story may be about any product."""
    row, _made = ProductCategory.objects.get_or_create(code=str(code), defaults={"name_zh": code, "name_en": code})
    return row


def fault(code: Any, its_category: ProductCategory | None) -> FaultCode:
    """The symptom of that code in the category; one the catalogue lacks is made."""
    if its_category is None:
        raise StoryError(f"symptom {code!r} needs an appliance or a category")
    row, _made = FaultCode.objects.get_or_create(
        category=its_category, code=str(code), defaults={"name_zh": code, "name_en": code, "group": str(code)}
    )
    return row


def customer(world: World, row: Row) -> None:
    made = Customer.objects.create(name=str(row.get("name", row["key"])), grade=row.get("grade", "C"))
    raw, number = read_phone(str(row.get("phone", "")))
    if raw:
        CustomerPhone.objects.create(customer=made, raw=raw, number=number, is_primary=True)
    place = row.get("address")
    if place:
        place = place if isinstance(place, dict) else {"text": place}
        Address.objects.create(
            customer=made,
            detail=str(place.get("text", "")),
            city=str(place.get("city", "")),
            district=str(place.get("district", "")),
            lat=place.get("lat"),
            lon=place.get("lon"),
            is_primary=True,
        )
    card = row.get("membership")
    if card:
        Membership.objects.create(
            customer=made,
            kind=card["kind"],
            card_no=str(card.get("card_no", row["key"])),
            valid_from=card["valid_from"],
            valid_until=card["valid_until"],
        )
    world.customers[str(row["key"])] = made


def appliance(world: World, row: Row) -> None:
    owner = world.find("customers", row["customer"])
    its_category = category(row["category"])
    model = None
    if row.get("model"):
        brand = str(row.get("brand", "–"))
        model, _made = ProductModel.objects.get_or_create(
            brand=brand, code=str(row["model"]), defaults={"category": its_category}
        )
    invoice = Appliance.Invoice.PRESENT if row.get("invoice_date") else Appliance.Invoice.UNKNOWN
    world.appliances[str(row["key"])] = Appliance.objects.create(
        customer=owner,
        address=owner.addresses.first(),
        category=its_category,
        model=model,
        serial=str(row.get("serial", "")),
        price=Decimal(str(row["price"])) if row.get("price") is not None else None,
        invoice_status=row.get("invoice_status", invoice),
        invoice_date=row.get("invoice_date"),
        delivery_date=row.get("delivery_date"),
        install_date=row.get("install_date"),
    )


def calendar_day(_world: World, row: Row) -> None:
    # As if it had always been so: of two rows for one day and instant the later one counts.
    name = str(row.get("name", ""))
    CalendarDay.objects.create(day=row["day"], kind=row["kind"], name_zh=name, name_en=name, effective_from=SINCE)


def policy(world: World, row: Row) -> None:
    made = SlaPolicy.objects.create(
        code=row["code"],
        version=row.get("version", 1),
        effective_from=row.get("effective_from", datetime(1980, 1, 1, tzinfo=world.case.zone)),
        kind=row.get("kind", ""),
        priority=row.get("priority"),
        grade=row.get("grade", ""),
        membership=row.get("membership", ""),
    )
    for target in row["targets"]:
        SlaTarget.objects.create(
            policy=made,
            clock=target["clock"],
            minutes=target["minutes"],
            calendar=WorkCalendar.objects.get(code__iexact=target.get("calendar", "always")),
            warn_percent=target.get("warn_percent", 75),
            pausable_by=target.get("pausable_by", []),
        )


def care_plan(_world: World, row: Row) -> None:
    code = str(row["code"])
    CarePlan.objects.update_or_create(
        code=code,
        defaults={
            "name_zh": row.get("name", code),
            "name_en": row.get("name", code),
            "occasion": row["occasion"],
            "days": row["days"],
        },
    )


def price_list(_world: World, row: Row) -> None:
    made = PriceList.objects.create(version=row["version"], effective_from=row.get("effective_from", ALWAYS_FROM))
    for item in row.get("items", []):
        PriceItem.objects.create(
            price_list=made,
            code=item["code"],
            kind=item["kind"],
            name_zh=item.get("name", item["code"]),
            name_en=item.get("name", item["code"]),
            fen=item["fen"],
        )


def promise(_world: World, row: Row) -> None:
    """A promise beside the law; `category` by its code, the rest as the fields are called."""
    category = ProductCategory.objects.get(code=row["category"]) if row.get("category") else None
    name = row.get("name", row["kind"])
    enter_promise(
        NewPromise(
            name_zh=name,
            name_en=name,
            kind=row["kind"],
            sold_from=row.get("sold_from", ALWAYS_FROM),
            source=row.get("source", "replay"),
            brand=row.get("brand", ""),
            category=category,
            membership=row.get("membership", ""),
            months=row.get("months"),
            main_part_months=row.get("main_part_months"),
            percent=row.get("percent"),
            from_production=row.get("from_production", False),
        ),
        actor=None,
        now=clock.now(),
    )


def repair(world: World, row: Row) -> None:
    RepairRecord.objects.create(
        appliance=world.find("appliances", row["appliance"]),
        kind=row.get("kind", "warranty"),
        handed_over_on=row["handed_over_on"],
        returned_on=row.get("returned_on"),
        fault_group=row.get("fault_group", ""),
        work=row.get("work", ""),
    )


BUILDERS: dict[str, Callable[[World, Row], None]] = {
    "regions": region,
    "outlets": outlet,
    "users": user,
    "technicians": technician,
    "skills": skill,
    "certificates": certificate,
    "customers": customer,
    "appliances": appliance,
    "calendar_days": calendar_day,
    "policies": policy,
    "care_plans": care_plan,
    "price_list": price_list,
    "promises": promise,
    "repairs": repair,
}


def complete(world: World, one: Technician) -> None:
    """Gives a technician what the story did not tell: certificate, hours, and skills in all it is about."""
    if not one.certificates.exists():
        Certification.objects.create(
            technician=one,
            number=f"C-{one.user.employee_no}",
            stars=one.stars,
            valid_from=ALWAYS_FROM,
            valid_until=ALWAYS_UNTIL,
        )
    first, last = world.case.events[0].at, world.case.events[-1].at
    Shift.objects.create(technician=one, span=DateTimeTZRange(first - timedelta(days=1), last + timedelta(days=1)))
    if not one.skills.exists():
        for its_category in {row.category for row in world.appliances.values()}:
            TechnicianSkill.objects.create(technician=one, category=its_category, level=3)
