"""What comes out: entitlements, the steps that led there, flags; all frozen and without a word of prose."""

from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any

from warranty.rules.codes import CODES, ENTITLEMENTS, TABLES
from warranty.rules.depreciation import Depreciation

NoteValue = date | Decimal | int | str
_KINDS: dict[str, type] = {
    "day": date, "days": int, "count": int, "money": Decimal, "percent": Decimal, "code": str, "text": str,
}  # fmt: skip


@dataclass(frozen=True)
class Note:
    """A line, an exclusion or a flag: its table, its key and its named values, in the order of `codes`."""

    table: str
    key: str
    values: tuple[tuple[str, NoteValue], ...] = ()

    def __post_init__(self) -> None:
        """Refuse what `codes` does not declare, so that no page meets an unknown word.

        Raises ValueError for an unknown key, other names of values or an unknown word, TypeError for another kind.
        """
        declared = TABLES[self.table].get(self.key)
        given = dict(self.values)
        if declared is None or set(given) != set(declared):
            raise ValueError(f"{self.table} {self.key} carries {sorted(given)}")
        for name, value in given.items():
            if not isinstance(value, _KINDS[declared[name]]):
                raise TypeError(f"{self.table} {self.key}: {name} is no {declared[name]}")
            if declared[name] == "code" and value not in CODES.get(name, (value,)):
                raise ValueError(f"{self.table} {self.key}: {name} cannot be {value}")

    def value(self, name: str) -> NoteValue:
        """Return a value by its name. Raises KeyError when the key carries no such value."""
        return dict(self.values)[name]


def line(key: str, **values: NoteValue) -> Note:
    """Return a step of the reasoning."""
    return Note("line", key, tuple(values.items()))


def exclusion(key: str, **values: NoteValue) -> Note:
    """Return a reason why something is not open."""
    return Note("exclusion", key, tuple(values.items()))


def flag(key: str, **values: NoteValue) -> Note:
    """Return something a reader must know beside the answer."""
    return Note("flag", key, tuple(values.items()))


@dataclass(frozen=True, kw_only=True)
class Entitlement:
    """One thing open to the customer, with its norm, days (inclusive), sum in yuan and how sure the norm is."""

    code: str
    ground: str
    norm: str
    article: str
    confidence: str
    first_day: date | None = None
    last_day: date | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Term:
    """A guarantee term, from its start to its last day (inclusive)."""

    kind: str
    part: str
    start: date
    point: str
    months: int
    base_last_day: date
    excluded_days: int
    last_day: date
    provisional: bool
    norm: str
    article: str
    confidence: str


@dataclass(frozen=True, kw_only=True)
class Change:
    """What would change the answer: a day, or one more fact; with the entitlements that would then be open."""

    code: str
    on: date | None
    entitlements: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one rule contributes; `boundaries` are last days after which its answer may change."""

    entitlements: tuple[Entitlement, ...] = ()
    lines: tuple[Note, ...] = ()
    exclusions: tuple[Note, ...] = ()
    flags: tuple[Note, ...] = ()
    missing: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    boundaries: tuple[date, ...] = ()
    depreciation: tuple[Depreciation, ...] = ()
    transport_by: str = ""
    burden_of_proof: str = ""

    def __add__(self, other: "Finding") -> "Finding":
        """Return both findings as one, in order; of two single answers the later one that is given holds."""
        merged: dict[str, Any] = {}
        for item in fields(Finding):
            mine, theirs = attrgetter(item.name)(self), attrgetter(item.name)(other)
            merged[item.name] = (theirs or mine) if isinstance(mine, str) else mine + theirs
        return Finding(**merged)

    @property
    def codes(self) -> tuple[str, ...]:
        """The entitlements open, in the order of the list of codes, each once."""
        return tuple(item.code for item in first_of_each(self.entitlements))


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The whole answer for one set of facts, one edition and one day; `calendar` names the rest days used."""

    as_of: date
    edition: str
    calendar: str
    headline: str
    entitlements: tuple[Entitlement, ...]
    terms: tuple[Term, ...]
    lines: tuple[Note, ...]
    exclusions: tuple[Note, ...]
    flags: tuple[Note, ...]
    missing: tuple[str, ...]
    what_would_change: tuple[Change, ...] = field(default=())
    depreciation: Depreciation | None = None
    transport_by: str = ""
    burden_of_proof: str = ""

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the entitlements, in their order."""
        return tuple(item.code for item in self.entitlements)

    def entitlement(self, code: str) -> Entitlement | None:
        """Return the entitlement of that code, or None when it is not open."""
        return next((item for item in self.entitlements if item.code == code), None)

    def last_day(self, term: str) -> date | None:
        """Return the last day of a term (`unit`, `main_part` …), or None when there is no such term."""
        return next((item.last_day for item in self.terms if item.kind == term), None)


def first_of_each(entitlements: tuple[Entitlement, ...]) -> tuple[Entitlement, ...]:
    """Return the first entitlement of each code, in the order of the list of codes."""
    found: dict[str, Entitlement] = {}
    for item in entitlements:
        found.setdefault(item.code, item)
    return tuple(found[code] for code in ENTITLEMENTS if code in found)
