"""What comes out: entitlements, the steps that led there, flags; all frozen and without a word of prose."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from warranty.rules.codes import CODES, ENTITLEMENTS, TABLES
from warranty.rules.depreciation import Depreciation

NoteValue = date | Decimal | int | str
_KINDS: dict[str, type] = {
    "day": date, "days": int, "count": int, "money": Decimal, "percent": Decimal, "code": str, "text": str,
}  # fmt: skip


class _Undeclared:
    """The type of a value that a note does not carry: nothing is one."""


_NOTHING: tuple[type, frozenset[str] | None] = (_Undeclared, None)
# What a note must carry: for each value its type, and its words where the list of codes is closed.
_DECLARED: Mapping[tuple[str, str], Mapping[str, tuple[type, frozenset[str] | None]]] = {
    (table, key): {
        name: (_KINDS[kind], frozenset(CODES[name]) if kind == "code" and name in CODES else None)
        for name, kind in values.items()
    }
    for table, keys in TABLES.items()
    for key, values in keys.items()
}


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
        declared = _DECLARED.get((self.table, self.key))
        if declared is None or len(declared) != len(self.values):
            raise ValueError(f"{self.table} {self.key} carries {[name for name, _ in self.values]}")
        for name, value in self.values:
            kind, words = declared.get(name, _NOTHING)
            if not isinstance(value, kind):
                wrong = ValueError if kind is _Undeclared else TypeError
                raise wrong(f"{self.table} {self.key}: {name} is no {kind.__name__}")
            if words is not None and value not in words:
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


@dataclass(slots=True, kw_only=True)
class Finding:
    """What one rule contributes; `boundaries` are last days after which its answer may change.

    A working value that no rule changes; it is not frozen only because some twenty are made for an answer.
    """

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
        return Finding(
            entitlements=self.entitlements + other.entitlements,
            lines=self.lines + other.lines,
            exclusions=self.exclusions + other.exclusions,
            flags=self.flags + other.flags,
            missing=self.missing + other.missing,
            terms=self.terms + other.terms,
            boundaries=self.boundaries + other.boundaries,
            depreciation=self.depreciation + other.depreciation,
            transport_by=other.transport_by or self.transport_by,
            burden_of_proof=other.burden_of_proof or self.burden_of_proof,
        )

    def __iadd__(self, other: "Finding") -> "Finding":
        """Take in another finding and return this one; only a rule's own finding is added to."""
        self.entitlements += other.entitlements
        self.lines += other.lines
        self.exclusions += other.exclusions
        self.flags += other.flags
        self.missing += other.missing
        self.terms += other.terms
        self.boundaries += other.boundaries
        self.depreciation += other.depreciation
        self.transport_by = other.transport_by or self.transport_by
        self.burden_of_proof = other.burden_of_proof or self.burden_of_proof
        return self

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
