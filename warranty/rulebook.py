"""The rules as a page reads them: norms, figures, products and free visits, as they hold for goods sold on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from django.utils.translation import gettext as _

from warranty.rules.catalogue import Listing, Product
from warranty.rules.edition import Edition, Figure, Norm
from warranty.wording import cite, months_words, norm_name, percent_words
from warranty.wording.answers import SCOPES
from warranty.wording.figures import FIGURES, TOPICS, figure_words
from warranty.wording.names import PARTS, PRODUCTS

NATIONAL = "national"


@dataclass(frozen=True)
class NormLine:
    """A norm; `state` is over, in_force or to_come on the day, `figures` how many figures and products cite it."""

    norm: Norm
    name: str
    state: str
    figures: int


@dataclass(frozen=True)
class Version:
    """A value with the days it holds; `state` is over, in_force or to_come on the day."""

    value: str
    first_day: date
    last_day: date | None
    source: str
    confidence: str
    state: str


@dataclass(frozen=True)
class FigureLine:
    """A figure of one scope: the version of the day, and those before and after it."""

    code: str
    name: str
    scope: str
    now: Version | None
    others: list[Version]


@dataclass(frozen=True)
class Topic:
    """Figures that answer one kind of question."""

    code: str
    name: str
    lines: list[FigureLine]


@dataclass(frozen=True)
class ProductLine:
    """A product's row of the catalogue; an empty value is none, or not verified where `unverified` names it."""

    product: Product
    name: str
    source: str
    unit: str
    main_parts: str
    parts: list[str]
    rate: str
    free_visits: int

    @property
    def unverified(self) -> frozenset[str]:
        """The figures nobody has verified, and that are never guessed."""
        return self.product.unverified


def norm_lines(edition: Edition, on: date) -> list[NormLine]:
    """Every norm, the oldest first."""
    cited = [figure.norm for figure in edition.figures] + [product.norm for product in edition.products]
    cited += [row.norm for row in edition.free_visits]
    return [
        NormLine(norm, norm_name(norm.code, edition), _state(norm.first_day, norm.until, on), cited.count(norm.code))
        for norm in sorted(edition.norms.values(), key=attrgetter("first_day", "code"))
    ]


def topics(edition: Edition, on: date, product: Product | None = None) -> list[Topic]:
    """The figures by topic; with a product those of its own rule go beside the national and the local ones."""
    scopes = {figure.scope for figure in edition.figures}
    if product is not None:
        special = {row.rule for row in edition.products if row.rule}
        scopes -= special - {product.rule}
    found = []
    for code, (name, figures) in TOPICS.items():
        lines = [line for figure in figures for line in _lines(edition, figure, scopes, on)]
        found.append(Topic(code, str(name), lines))
    return found


def _lines(edition: Edition, code: str, scopes: set[str], on: date) -> Iterable[FigureLine]:
    """One line a scope, the national one first."""
    held = [figure for figure in edition.figures if figure.code == code and figure.scope in scopes]
    for scope in sorted({figure.scope for figure in held}, key=lambda scope: (scope != NATIONAL, scope)):
        rows = sorted((figure for figure in held if figure.scope == scope), key=attrgetter("first_day"))
        versions = [_version(row, following, edition, on) for row, following in _with_next(rows)]
        now = next((version for version in versions if version.state == "in_force"), None)
        others = [version for version in versions if version is not now]
        yield FigureLine(code, str(FIGURES[code]), _scope_name(rows[0], edition), now, others)


def _with_next(rows: list[Figure]) -> list[tuple[Figure, Figure | None]]:
    return list(zip(rows, [*rows[1:], None], strict=True))


def _version(row: Figure, following: Figure | None, edition: Edition, on: date) -> Version:
    """A figure holds until its own last day, or until the next one of its scope begins."""
    until = row.until
    if following is not None:
        before = date.fromordinal(following.first_day.toordinal() - 1)
        until = before if until is None else min(until, before)
    return Version(
        figure_words(row.code, row.value),
        row.first_day,
        until,
        cite(row.norm, row.article, edition),
        row.confidence,
        _state(row.first_day, until, on),
    )


def _scope_name(row: Figure, edition: Edition) -> str:
    if row.scope == NATIONAL:
        return _("national law")
    return str(SCOPES[row.scope]) if row.scope in SCOPES else norm_name(row.norm, edition)


def _state(first: date, until: date | None, on: date) -> str:
    if on < first:
        return "to_come"
    return "over" if until is not None and until < on else "in_force"


def product_lines(edition: Edition, on: date, product: Product | None = None) -> list[ProductLine]:
    """The rows of the catalogue that hold on the day, in the order of the lists; only that of `product`, if given."""
    rows = [row for row in edition.products if row.in_force(on) and product in (None, row)]
    return [_product(row, edition, on) for row in rows]


def _product(row: Product, edition: Edition, on: date) -> ProductLine:
    free = edition.free_visits_for(row.code, on)
    accessories = [f"{PARTS.get(part, part)} ({months_words(months)})" for part, months in row.accessories]
    return ProductLine(
        product=row,
        name=str(PRODUCTS.get(row.code, row.code)),
        source=_listing(row, edition),
        unit="" if row.unit_months is None else months_words(row.unit_months),
        main_parts="" if row.main_part_months is None else months_words(row.main_part_months),
        parts=[*(str(PARTS.get(part, part)) for part in row.main_parts), *accessories],
        rate="" if row.depreciation_percent is None else percent_words(row.depreciation_percent),
        free_visits=free.visits_a_year if free else 0,
    )


def _listing(row: Product, edition: Edition) -> str:
    if row.listing is Listing.LISTED:
        return norm_name(row.norm, edition)
    return _("a service, no goods") if row.listing is Listing.SERVICE else _("outside every list")
