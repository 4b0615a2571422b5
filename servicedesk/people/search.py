"""Finding customers by what a caller says: the end of a number, a name, its pinyin, words of the address.

Every way has an index of its own (handbook, Chinese and telephone specifics); no query scans a table.
"""

import re
from dataclasses import dataclass

from django.db.models import BooleanField, F, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Reverse

from servicedesk.people.models import Address, Customer, CustomerPhone
from servicedesk.people.phones import read_phone

# Fewer digits would give half of the town.
SHORTEST_TAIL = 4
_HAN = re.compile(r"[\u3400-\u9fff]")
_PHONE = re.compile(r"[+0-9][0-9 ()\-]*")
_LATIN = re.compile(r"[A-Za-z][A-Za-z ']*")


@dataclass(frozen=True)
class Asked:
    """What was typed, understood: at most one of the readings is empty-handed, more than one may fit."""

    text: str
    digits: str = ""
    han: str = ""
    latin: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look for."""
        return not self.text


def read_question(text: str) -> Asked:
    """What `text` may mean: digits of a number, Chinese words, or pinyin."""
    text = " ".join(text.split())[:60]
    if _PHONE.fullmatch(text):
        return Asked(text, digits=_digits_of(text))
    if _HAN.search(text):
        return Asked(text, han=text)
    if _LATIN.fullmatch(text):
        return Asked(text, latin=text.lower().replace(" ", "").replace("'", ""))
    return Asked(text)


def _digits_of(text: str) -> str:
    """The digits as they are stored: a readable number in E.164, anything else as typed."""
    _raw, number = read_phone(text)
    digits = "".join(sign for sign in number or text if sign.isdigit())
    return digits if len(digits) >= SHORTEST_TAIL else ""


def find_customers(scope: QuerySet[Customer], asked: Asked, limit: int) -> list[Customer]:
    """Up to `limit` customers of `scope` that fit, exact ways first, each with phones and addresses loaded."""
    found: dict[int, None] = {}
    for ids in _ways(scope, asked, limit):
        for number in ids:
            found.setdefault(number)
    if not found:
        return []
    shown = list(found)[:limit]
    rows = {row.pk: row for row in Customer.objects.filter(pk__in=shown).prefetch_related("phones", "addresses")}
    return [rows[number] for number in shown if number in rows]


def _ways(scope: QuerySet[Customer], asked: Asked, limit: int) -> list[list[int]]:
    if asked.digits:
        return [by_phone_tail(scope, asked.digits, limit)]
    if asked.latin:
        return [by_pinyin(scope, asked.latin, limit)]
    if asked.han:
        return [by_name(scope, asked.han, limit), by_address(scope, asked.han, limit)]
    return []


def fitting(asked: Asked) -> Q:
    """The condition on `Customer` by number, name or pinyin alone, for use inside another query; fits nobody else."""
    if asked.digits:
        phones = CustomerPhone.objects.annotate(tail=Reverse("digits")).filter(tail__startswith=asked.digits[::-1])
        return Q(pk__in=phones.values("customer_id"))
    if asked.latin:
        return Q(name_initials__startswith=asked.latin) | Q(name_pinyin__startswith=asked.latin)
    return Q(name__contains=asked.han) if asked.han else Q(pk__in=[])


def _owned_by(scope: QuerySet[Customer]) -> Q:
    """Only customers of `scope`; no condition at all where it is everybody, which keeps the plans simple."""
    return Q(customer__in=scope) if scope.query.where else Q()


def by_phone_tail(scope: QuerySet[Customer], digits: str, limit: int) -> list[int]:
    """Ids of customers with a number that ends with `digits`; a whole number is its own longest tail."""
    phones = CustomerPhone.objects.annotate(tail=Reverse("digits")).filter(tail__startswith=digits[::-1])
    return list(phones.filter(_owned_by(scope)).order_by("tail", "id").values_list("customer_id", flat=True)[:limit])


def by_name(scope: QuerySet[Customer], words: str, limit: int) -> list[int]:
    """Ids of customers whose name begins with `words`, then of those whose name contains them."""
    customers = scope.order_by("name_pinyin", "id")
    first = list(customers.filter(name__startswith=words).values_list("pk", flat=True)[:limit])
    if len(words) < 2 or len(first) >= limit:
        return first
    pairs = RawSQL("yipiao_bigrams(name) @> yipiao_bigrams(%s)", [words], output_field=BooleanField())
    inside = customers.filter(pairs).filter(name__contains=words)
    return first + list(inside.values_list("pk", flat=True)[:limit])


def by_pinyin(scope: QuerySet[Customer], letters: str, limit: int) -> list[int]:
    """Ids of customers whose name in pinyin, or its initials, begins with `letters`; initials first."""
    customers = scope.order_by("name_pinyin", "id")
    initials = list(customers.filter(name_initials__startswith=letters).values_list("pk", flat=True)[:limit])
    whole = list(customers.filter(name_pinyin__startswith=letters).values_list("pk", flat=True)[:limit])
    return initials + whole


def by_address(scope: QuerySet[Customer], words: str, limit: int) -> list[int]:
    """Ids of customers with an address that contains every word of `words`, by pairs of neighbouring signs."""
    # Sorted by a sum, not by the key: else the planner walks the whole key instead of asking the index of pairs.
    addresses = Address.objects.filter(_owned_by(scope)).order_by(F("id") + 0)
    asked = [word for word in words.split() if len(word) >= 2]
    if not asked:
        return []
    for word in asked:
        pairs = RawSQL(
            "yipiao_bigrams(coalesce(district, '') || coalesce(detail, '')) @> yipiao_bigrams(%s)",
            [word],
            output_field=BooleanField(),
        )
        addresses = addresses.filter(pairs)
    return list(addresses.values_list("customer_id", flat=True)[:limit])
