"""Load an edition of the dated figures from TOML files, naming every mistake in one error."""

import hashlib
import tomllib
from collections import Counter
from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from warranty.rules.catalogue import Listing, Product
from warranty.rules.edition import (
    FIGURE_TYPES,
    FIGURE_WORDS,
    REQUIRED_FIGURES,
    Edition,
    Figure,
    FigureValue,
    FreeVisits,
    Norm,
)
from warranty.rules.reading import Row

FOLDER = Path(__file__).resolve().parent.parent / "parameters"
LISTS = ("norm", "figure", "product", "unlisted", "service", "maintenance")
FIRST_DAY = date(1995, 8, 25)


class ParameterError(ValueError):
    """The parameter files cannot be used; `problems` lists every mistake found, one sentence each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def load_edition(folder: Path = FOLDER) -> Edition:
    """Return the edition kept in the TOML files of `folder`.

    Raises ParameterError with every mistake: unreadable files, unknown or missing keys, wrong types, figures given
    twice, norms or parts nobody declared, figures the engine needs and does not find.
    """
    problems: list[str] = []
    files = sorted(folder.glob("*.toml"))
    tables, parts, head = _read_files(files, problems)
    norms = {norm.code: norm for norm in map(_norm, tables["norm"])}
    names = _part_names(parts, problems)
    known_parts = frozenset(parts)
    products = [_product(row, known_parts) for row in tables["product"]]
    products += [_unlisted(row) for row in tables["unlisted"]] + [_service(row) for row in tables["service"]]
    edition = Edition(
        code=f"{head.text('code')}+{_fingerprint(files)}",
        first_day=head.day("first_day"),
        norms=norms,
        figures=tuple(_figure(row) for row in tables["figure"]),
        products=tuple(products),
        free_visits=tuple(_free_visits(row) for row in tables["maintenance"]),
        parts=names,
    )
    for row in [head, *(row for rows in tables.values() for row in rows)]:
        row.finish()
    problems += _contradictions(edition)
    if problems:
        raise ParameterError(problems)
    return edition


def _read_files(files: list[Path], problems: list[str]) -> tuple[dict[str, list[Row]], dict[str, Any], Row]:
    tables: dict[str, list[Row]] = {name: [] for name in LISTS}
    single: dict[str, dict[str, Any]] = {"edition": {}, "parts": {}}
    for path in files:
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            problems.append(f"{path.name}: cannot be read: {error}")
            continue
        for name, rows in content.items():
            if name in single and isinstance(rows, dict):
                single[name] |= rows
                continue
            if name not in tables or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                problems.append(f"{path.name}: unknown table {name}")
                continue
            tables[name] += [Row(f"{path.name}: {name} {n}", row, problems) for n, row in enumerate(rows, 1)]
    return tables, single["parts"], Row("edition", single["edition"], problems)


def _fingerprint(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def _norm(row: Row) -> Norm:
    return Norm(
        code=row.text("code"),
        name_zh=row.text("name_zh"),
        name_en=row.text("name_en"),
        first_day=row.day("from"),
        until=row.maybe_day("until"),
        confidence=row.confidence(),
    )


def _figure(row: Row) -> Figure:
    code = row.text("code")
    kind = FIGURE_TYPES.get(code)
    value: FigureValue = row.any_of("value", kind or str)
    if kind is None:
        row.note(f"no figure is called {code}")
    elif code in FIGURE_WORDS and value not in FIGURE_WORDS[code]:
        row.note(f"{code} cannot be {value}")
    elif kind is int and isinstance(value, int) and value < 0:
        row.note(f"{code} must not be negative")
    return Figure(
        code=code,
        scope=row.text("scope"),
        first_day=row.day("from"),
        until=row.maybe_day("until"),
        value=value,
        norm=row.text("norm"),
        article=row.text("article", empty=True),
        confidence=row.confidence(),
    )


def _product(row: Row, known_parts: frozenset[str]) -> Product:
    product = Product(
        code=row.text("code"),
        listing=Listing.LISTED,
        row=row.text("row"),
        rule=row.text("rule"),
        norm=row.text("norm"),
        first_day=row.day("from"),
        until=row.maybe_day("until"),
        unit_months=row.maybe_number("unit_months"),
        main_part_months=row.maybe_number("main_part_months"),
        main_parts=row.texts("main_parts"),
        accessories=row.numbers_by_name("accessories"),
        depreciation_percent=row.maybe_decimal("depreciation_percent"),
        large=row.switch("large"),
        durable=row.switch("durable"),
        installed=row.switch("installed"),
        confidence=row.confidence(),
        unverified=row.unverified,
    )
    for part in (*product.main_parts, *dict(product.accessories)):
        if part not in known_parts:
            row.note(f"part {part} is not declared in [parts]")
    return product


def _unlisted(row: Row) -> Product:
    return Product(
        code=row.text("code"),
        listing=Listing.UNLISTED,
        first_day=FIRST_DAY,
        large=row.switch("large"),
        durable=row.switch("durable"),
        installed=row.switch("installed"),
    )


def _service(row: Row) -> Product:
    return Product(code=row.text("code"), listing=Listing.SERVICE, first_day=FIRST_DAY)


def _free_visits(row: Row) -> FreeVisits:
    return FreeVisits(
        products=frozenset(row.texts("products")),
        first_day=row.day("from"),
        until=row.maybe_day("until"),
        visits_a_year=row.number("visits_a_year"),
        norm=row.text("norm"),
        article=row.text("article", empty=True),
        confidence=row.confidence(),
    )


def _part_names(parts: dict[str, Any], problems: list[str]) -> dict[str, str]:
    names: dict[str, str] = {}
    for code, spellings in parts.items():
        if not isinstance(spellings, list) or not all(isinstance(name, str) for name in spellings):
            problems.append(f"parts: {code} must be a list of other spellings")
            continue
        taken = [name for name in (code, *spellings) if names.setdefault(name, code) != code]
        problems += [f"parts: {name} means both {names[name]} and {code}" for name in taken]
    return names


def _contradictions(edition: Edition) -> list[str]:
    """Return what is wrong between rows: duplicates, unknown norms and products, and figures that are missing."""
    problems = [
        f"figure {code} of {scope} is given twice from {day}"
        for (code, scope, day), count in Counter(
            (figure.code, figure.scope, figure.first_day) for figure in edition.figures
        ).items()
        if count > 1
    ]
    cited = {figure.norm for figure in edition.figures} | {row.norm for row in edition.free_visits}
    cited |= {row.norm for row in edition.products if row.listing is Listing.LISTED}
    problems += [f"norm {norm} is cited and not declared" for norm in sorted(cited - set(edition.norms))]
    problems += [
        f"figure {figure.code} of {figure.scope} holds from {figure.first_day}, before its norm {figure.norm}"
        for figure in edition.figures
        if figure.norm in edition.norms and figure.first_day < edition.norms[figure.norm].first_day
    ]
    rows = sorted(edition.products, key=lambda row: (row.code, row.first_day))
    problems += [
        f"product {earlier.code} has two rows on {later.first_day}"
        for earlier, later in pairwise(rows)
        if earlier.code == later.code and earlier.in_force(later.first_day)
    ]
    problems += [
        f"maintenance names the unknown product {code}"
        for row in edition.free_visits
        for code in sorted(row.products)
        if not edition.knows_product(code)
    ]
    problems += [
        f"figure {code} is missing on {edition.first_day}"
        for code in REQUIRED_FIGURES
        if edition.find(code, ("national",), edition.first_day) is None
    ]
    return problems
