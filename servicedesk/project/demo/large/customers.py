"""Hundreds of thousands of customers with numbers, homes and cards, by COPY."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from io import StringIO
from random import Random
from typing import Any

from django.db import connection

from servicedesk.clock import LOCAL
from servicedesk.people.models import Address, Customer, CustomerPhone, Membership, Outlet
from servicedesk.people.names import initials_of, pinyin_of
from servicedesk.project.demo.city import all_of, chance, city
from servicedesk.project.demo.large.stages import Stage

# All that exist, so that there are numbers enough; the block after them (…0000…) has no subscribers.
PREFIXES = [f"1{number}" for number in (*range(30, 40), *range(50, 54), *range(55, 60), 66, *range(70, 74))]
PREFIXES += [f"1{number}" for number in (*range(75, 79), *range(80, 90), 91, 93, *range(95, 100))]
NUMBERS = 10_000
# Six in ten were customers before the first ticket; the others come along the way.
KNOWN_BEFORE = 0.6
CLUB_EVERY, GIFT_EVERY, COMPANY_EVERY = 9, 27, 40
Sort = tuple[str, str]


@dataclass
class Crowd:
    """The customers of all outlets: customer `n` belongs to outlet `n % outlets`; ids count on from the first ones."""

    outlets: list[Outlet]
    count: int
    first_customer: int
    first_address: int
    as_of: datetime
    days: int
    people: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    points: list[tuple[float, float]] = field(default_factory=list)
    by_sort: dict[tuple[int, Sort], list[int]] = field(default_factory=dict)

    def sort_of(self, number: int) -> Sort:
        """What of a customer a guarantee asks about: person or organisation, and the card."""
        place = number // len(self.outlets)
        kind = "organisation" if place % COMPANY_EVERY == 7 else "person"
        card = "gift" if place % GIFT_EVERY == 4 else "club" if place % CLUB_EVERY == 4 else ""
        return kind, card

    def since(self, number: int, rng: Random) -> datetime:
        """When a customer became one."""
        share = number / self.count
        if share < KNOWN_BEFORE:
            return self.as_of - timedelta(days=self.days + rng.uniform(10, 1500))
        day = self.days * (share - KNOWN_BEFORE) / (1 - KNOWN_BEFORE)
        return self.as_of - timedelta(days=self.days - day + 1)

    def draw(self, outlet: int, sort: Sort, day: float, rng: Random) -> int | None:
        """A customer of an outlet and a sort who is one on `day`, counted from the first; None: there is none."""
        rows = self.by_sort.get((outlet, sort), [])
        until = self.count * (KNOWN_BEFORE + (1 - KNOWN_BEFORE) * max(day - 2, 0) / max(self.days, 1))
        known = bisect_left(rows, int(until))
        return rows[rng.randrange(known)] if known else None


def build_crowd(outlets: list[Outlet], count: int, as_of: datetime, days: int, seed: str) -> Crowd:
    """`count` customers, their names drawn, not saved yet. Raises ValueError where there are no numbers for them."""
    if count + count // 6 + 1 > len(PREFIXES) * NUMBERS:
        raise ValueError(f"there are telephone numbers for {len(PREFIXES) * NUMBERS * 6 // 7} customers only")
    crowd = Crowd(outlets, count, _next(Customer), _next(Address), as_of, days)
    rng = chance(f"{seed}/names")
    towns = city()
    family, given, short = towns["surnames"], towns["given"], [name for name in towns["given"] if len(name) == 1]
    for number in range(count):
        sort = crowd.sort_of(number)
        crowd.by_sort.setdefault((number % len(outlets), sort), []).append(number)
        if sort[0] == "organisation":
            name = f"{rng.choice(towns['organisations'])}{rng.randrange(2, 90)}部"
        elif rng.random() < 0.4:
            name = f"{rng.choice(family)}{rng.choice(given)}"
        else:
            name = f"{rng.choice(family)}{rng.choice(short)}{rng.choice(short)}"
        crowd.people.append(name)
        crowd.phones.append(phone_of(number))
    return crowd


def phone_of(number: int) -> str:
    """A number nobody else of the demonstration has, as it would be told. 7919 has no factor in common with 10,000."""
    block, place = divmod(number, NUMBERS)
    return f"{PREFIXES[block]} 0000 {place * 7919 % NUMBERS:04d}"


def e164(told: str) -> str:
    """A number of the demonstration as the phone book keeps it."""
    return "+86" + told.replace(" ", "")


def save_crowd(crowd: Crowd, seed: str, stage: Stage) -> None:
    """The rows of the customers, by COPY; the crowd knows the points of their homes from then on."""
    rng = chance(f"{seed}/homes")
    districts = {row["name"]: row for row in all_of("district")}
    homes = [[districts[name] for name in _districts(outlet)] for outlet in crowd.outlets]
    size, rows = 20_000, _Rows()
    for number in range(crowd.count):
        rows.add(crowd, number, rng, rng.choice(homes[number % len(homes)]))
        if number % size == size - 1 or number == crowd.count - 1:
            rows.flush()
            stage(number + 1, crowd.count)


def _districts(outlet: Outlet) -> list[str]:
    return list(outlet.zones.order_by("district").values_list("district", flat=True))


class _Rows:
    """Rows that wait for their COPY."""

    def __init__(self) -> None:
        self.waiting: dict[Any, list[tuple[Any, ...]]] = {Customer: [], Address: [], CustomerPhone: [], Membership: []}
        self.first_phone, self.first_card = _next(CustomerPhone), _next(Membership)

    def add(self, crowd: Crowd, number: int, rng: Random, district: dict[str, Any]) -> None:
        """One customer."""
        pk, name = crowd.first_customer + number, crowd.people[number]
        (kind, card), since = crowd.sort_of(number), crowd.since(number, rng)
        grade = rng.choices("ABCD", (6, 20, 60, 14))[0]
        self.waiting[Customer].append((pk, kind, name, *_sound(name), grade, "", since.isoformat()))
        home = _home(district, rng)
        crowd.points.append(home[-3:-1])
        self.waiting[Address].append((crowd.first_address + number, pk, *home))
        self._phone(pk, crowd.phones[number], True)
        if number % 6 == 2:
            self._phone(pk, phone_of(crowd.count + number // 6), False)
        if card:
            days = since.astimezone(LOCAL).date(), (crowd.as_of + timedelta(days=365)).date()
            row = (self.first_card, pk, card, f"YL{self.first_card:09d}", *map(str, days))
            self.waiting[Membership].append(row)
            self.first_card += 1

    def _phone(self, customer: int, told: str, primary: bool) -> None:
        number = e164(told)
        row = (self.first_phone, customer, told, number, number[1:], "t" if primary else "f")
        self.waiting[CustomerPhone].append(row)
        self.first_phone += 1

    def flush(self) -> None:
        """Writes what waits."""
        for model, rows in self.waiting.items():
            copy_rows(model._meta.db_table, COLUMNS[model], rows)
            rows.clear()


COLUMNS: dict[Any, tuple[str, ...]] = {
    Customer: ("id", "kind", "name", "name_pinyin", "name_initials", "grade", "note", "created_at"),
    Address: ("id", "customer_id", "province", "city", "district", "detail", "lat", "lon", "is_primary"),
    CustomerPhone: ("id", "customer_id", "raw", "number", "digits", "is_primary"),
    Membership: ("id", "customer_id", "kind", "card_no", "valid_from", "valid_until"),
}


@cache
def _sound(name: str) -> tuple[str, str]:
    return pinyin_of(name), initials_of(name)


def _home(district: dict[str, Any], rng: Random) -> tuple[Any, ...]:
    if rng.random() < 0.75:
        detail = f"{rng.choice(district['estates'])}{rng.randint(1, 28)}栋{rng.randint(1, 4)}单元"
        detail += f"{rng.randint(1, 18)}0{rng.randint(1, 4)}室"
    else:
        detail = f"{rng.choice(district['streets'])}{rng.randint(1, 220)}号"
    spread = city()["spread"]
    lat, lon = (round(district[key] + rng.uniform(-spread, spread), 6) for key in ("lat", "lon"))
    return city()["province"], district.get("town", city()["city"]), district["name"], detail, lat, lon, "t"


def _next(model: Any) -> int:
    return int(model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1


def copy_rows(table: str, columns: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Writes `rows` of plain values without tabs and line ends; None is NULL."""
    names = ", ".join(f'"{name}"' for name in columns)
    lines = StringIO("".join(_lines(rows)))
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert(f'COPY "{table}" ({names}) FROM STDIN', lines)


def _lines(rows: Iterable[tuple[Any, ...]]) -> Iterator[str]:
    for row in rows:
        yield "\t".join("\\N" if value is None else str(value) for value in row) + "\n"
