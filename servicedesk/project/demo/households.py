"""The customers of the demonstration with their numbers, homes and appliances."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from servicedesk.catalogue.models import Appliance, ProductCategory, ProductModel
from servicedesk.clock import LOCAL
from servicedesk.people.models import Address, Customer, CustomerKind, CustomerPhone, Membership
from servicedesk.people.names import initials_of, pinyin_of
from servicedesk.people.phones import read_phone
from servicedesk.project.demo.city import city, person_name, phone_number

OLDEST_DAYS = 9 * 365
# Numbers as some people give them: they are kept, and never block anything.
ODD_NUMBERS = ("物业总机转8012", "家里座机，号码忘了", "0000-661")


@dataclass(frozen=True)
class Household:
    """A customer with everything a ticket may be about."""

    customer: Customer
    phone: str
    address: Address
    appliances: tuple[Appliance, ...]


def build_households(count: int, as_of: datetime, rng: Random) -> list[Household]:
    """`count` customers, saved, in the order in which they were made."""
    homes = [_Home(rng, number, as_of) for number in range(count)]
    Customer.objects.bulk_create(home.customer for home in homes)
    Address.objects.bulk_create(home.address for home in homes)
    CustomerPhone.objects.bulk_create(phone for home in homes for phone in home.phones)
    Membership.objects.bulk_create(home.card for home in homes if home.card is not None)
    models = _models()
    first = Appliance.objects.count() + 1
    for home in homes:
        home.furnish(models, first)
        first += len(home.appliances)
    Appliance.objects.bulk_create(appliance for home in homes for appliance in home.appliances)
    return [Household(home.customer, home.phones[0].raw, home.address, tuple(home.appliances)) for home in homes]


def _models() -> list[tuple[dict[str, Any], list[ProductModel]]]:
    """The products of the city with their models, saved."""
    found = []
    for product in city()["product"]:
        category = ProductCategory.objects.get(code=product["category"])
        rows = [
            ProductModel.objects.get_or_create(brand=product["brand"], code=code, defaults={"category": category})[0]
            for code in product["models"]
        ]
        found.append((product, rows))
    return found


class _Home:
    """A household while it is being put together."""

    def __init__(self, rng: Random, number: int, as_of: datetime) -> None:
        self.rng, self.today = rng, as_of.astimezone(LOCAL).date()
        known_since = as_of - timedelta(days=rng.randrange(40, 1500))
        organisations: list[str] = city()["organisations"]
        company = number % 40 == 7
        name = organisations[number // 40 % len(organisations)] if company else person_name(rng)
        self.customer = Customer(
            name=name,
            name_pinyin=pinyin_of(name),
            name_initials=initials_of(name),
            kind=CustomerKind.ORGANISATION if company else CustomerKind.PERSON,
            grade=rng.choices("ABCD", (6, 20, 60, 14))[0],
            created_at=known_since,
        )
        self.address = self._address()
        self.phones = self._phones(number)
        self.card = self._card(number) if number % 9 == 4 else None
        self.appliances: list[Appliance] = []

    def _address(self) -> Address:
        rng = self.rng
        district = rng.choice(city()["district"])
        spread = city()["spread"]
        if rng.random() < 0.75:
            detail = f"{rng.choice(district['estates'])}{rng.randint(1, 28)}栋{rng.randint(1, 4)}单元"
            detail += f"{rng.randint(1, 18)}0{rng.randint(1, 4)}室"
        else:
            detail = f"{rng.choice(district['streets'])}{rng.randint(1, 220)}号"
        return Address(
            customer=self.customer,
            province=city()["province"],
            city=city()["city"],
            district=district["name"],
            detail=detail,
            lat=round(district["lat"] + rng.uniform(-spread, spread), 6),
            lon=round(district["lon"] + rng.uniform(-spread, spread), 6),
            is_primary=True,
        )

    def _phones(self, number: int) -> list[CustomerPhone]:
        given = [phone_number(self.rng)]
        if number % 6 == 2:
            given.append(phone_number(self.rng))
        if number % 50 == 11:
            given.append(self.rng.choice(ODD_NUMBERS))
        rows = []
        for place, (raw, e164) in enumerate(map(read_phone, dict.fromkeys(given))):
            digits = "".join(sign for sign in e164 or raw if sign.isdigit())
            rows.append(
                CustomerPhone(customer=self.customer, raw=raw, number=e164, digits=digits, is_primary=not place)
            )
        return rows

    def _card(self, number: int) -> Membership:
        start = self.today - timedelta(days=self.rng.randrange(10, 700))
        kind = Membership.Kind.GIFT if number % 27 == 4 else Membership.Kind.CLUB
        card_no = f"YZ{Membership.objects.count():03d}{number:06d}"
        until = start + timedelta(days=730)
        return Membership(customer=self.customer, kind=kind, card_no=card_no, valid_from=start, valid_until=until)

    def furnish(self, models: list[tuple[dict[str, Any], list[ProductModel]]], first: int) -> None:
        """Gives the household its appliances, serial numbers counted from `first` on."""
        weights = [product["weight"] for product, _rows in models]
        count = self.rng.choices((1, 2, 3, 4), (30, 35, 25, 10))[0]
        chosen = dict.fromkeys(self.rng.choices(range(len(models)), weights, k=count))
        for offset, place in enumerate(chosen):
            product, rows = models[place]
            model = rows[self.rng.randrange(len(rows))]
            self.appliances.append(self._appliance(product, model, first + offset))

    def _appliance(self, product: dict[str, Any], model: ProductModel, number: int) -> Appliance:
        rng = self.rng
        # Newer things are more often asked about.
        bought = self.today - timedelta(days=45 + int(OLDEST_DAYS * rng.random() ** 2))
        low, high = product["price"]
        status = rng.choices(
            (Appliance.Invoice.PRESENT, Appliance.Invoice.OTHER_PROOF, Appliance.Invoice.MISSING), (78, 12, 10)
        )[0]
        return Appliance(
            customer=self.customer,
            address=self.address,
            category=model.category,
            model=model,
            serial=f"{model.code.replace('-', '').replace('/', '')[:6]}{bought:%y%m}{number:06d}",
            price=Decimal(rng.randrange(low, high + 1, 100)),
            sales_channel=rng.choices(("store", "online", "event"), (55, 38, 7))[0],
            invoice_status=status,
            invoice_date=bought if status != Appliance.Invoice.MISSING else None,
            delivery_date=bought + timedelta(days=rng.randint(1, 6)),
            install_date=bought + timedelta(days=rng.randint(6, 12)),
            produced_month=date(bought.year, bought.month, 1),
            created_at=self.customer.created_at,
        )
