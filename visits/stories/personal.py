"""Finding a customer in a text that must not name him. Pure: plain values in, plain values out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

NAME, PHONE, ADDRESS = "name", "phone", "address"
# The last digits by which a number is known in a household; and what nobody writes but as a number to call.
TELLING_DIGITS = 7
_NUMBER = re.compile(r"\d[\d\s()\-–+]{5,}\d")
# A surname alone is a common word; with a title it is somebody.
TITLES = ("先生", "女士", "小姐", "太太", "老师", "师傅", "大爷", "大妈", "阿姨", "奶奶", "爷爷")
# A part of an address as telling as a street or a house: its general parts (district, city) are not.
_PART_OF_PLACE = re.compile(r"[^\d\s,，、。;；]+\d+(?:号|弄|栋|幢|座|单元|室|楼|层)?")
SHORTEST_PLACE = 4


@dataclass(frozen=True)
class Known:
    """What we know of a customer: his names, numbers and addresses."""

    names: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


def found_in(text: str, known: Known) -> str:
    """What of the customer stands in the text (`name`, `phone`, `address`); empty where he cannot be told from it.

    Any number long enough to be called counts as a phone, whoever it belongs to.
    """
    plain = "".join(text.split()).casefold()
    if any(_names(plain, name) for name in known.names):
        return NAME
    if _NUMBER.search(text) or _has_digits(plain, known.phones):
        return PHONE
    return ADDRESS if any(part in plain for part in _places(known.addresses)) else ""


def _names(plain: str, name: str) -> bool:
    name = "".join(name.split()).casefold()
    if len(name) > 1:
        return name in plain
    return bool(name) and any(name + title in plain for title in TITLES)


def _has_digits(plain: str, phones: Iterable[str]) -> bool:
    digits = "".join(sign for sign in plain if sign.isdigit())
    numbers = ("".join(sign for sign in phone if sign.isdigit()) for phone in phones)
    return any(len(number) >= TELLING_DIGITS and number[-TELLING_DIGITS:] in digits for number in numbers)


def _places(addresses: Iterable[str]) -> set[str]:
    """The street with its number, and the whole line, of each address."""
    places = set()
    for address in addresses:
        line = "".join(address.split()).casefold()
        places |= {line, *_PART_OF_PLACE.findall(line)}
    return {place for place in places if len(place) >= SHORTEST_PLACE}
