"""Checklists as their pages show them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import ngettext

from servicedesk.catalogue.models import ProductCategory
from servicedesk.tickets.models import TicketKind
from visits.lists.rules import Problem, problems_of
from visits.lists.wording import condition_words
from visits.models import ChecklistGroup, ChecklistItem, ChecklistTemplate, ChecklistVersion, Visit
from visits.selectors import Line


@dataclass(frozen=True)
class Row:
    """A template with what it is for, the version in force, the one that will be, and the draft."""

    template: ChecklistTemplate
    products: list[str]
    in_force: ChecklistVersion | None
    coming: ChecklistVersion | None
    draft: ChecklistVersion | None
    items: int

    @property
    def kind(self) -> str:
        """The kind of ticket in words; empty stands for all."""
        return str(TicketKind(self.template.kind).label) if self.template.kind else ""


def rows_of(now: datetime) -> list[Row]:
    """All templates, living ones first, the general ones before the special ones; three queries."""
    living_first = F("retired_at").asc(nulls_first=True)
    templates = ChecklistTemplate.objects.order_by(living_first, "occasion", "kind", "categories", "code")
    versions = _counted(ChecklistVersion.objects.order_by("template", "-version"))
    by_template = {key: list(rows) for key, rows in groupby(versions, key=lambda one: one.template_id)}
    names = _product_names()
    return [_row(template, by_template.get(template.pk, []), names, now) for template in templates]


def row_of(template: ChecklistTemplate, now: datetime) -> Row:
    """One of them; two queries."""
    return _row(template, list(_counted(template.versions.order_by("-version"))), _product_names(), now)


def _counted(versions: QuerySet[ChecklistVersion]) -> QuerySet[ChecklistVersion]:
    """The versions, each with the number of items that can apply."""
    return versions.annotate(applying=Count("items", filter=Q(items__not_applicable=False)))


def _product_names() -> dict[str, str]:
    return {row.code: str(row) for row in ProductCategory.objects.all()}


def _row(
    template: ChecklistTemplate, versions: Sequence[ChecklistVersion], names: dict[str, str], now: datetime
) -> Row:
    published = [one for one in versions if one.effective_from is not None]
    begun = [one for one in published if one.effective_from is not None and one.effective_from <= now]
    in_force = max(begun, key=lambda one: (one.effective_from, one.version), default=None)
    coming = next((one for one in published if one not in begun), None)
    shown = in_force or coming or (versions[0] if versions else None)
    return Row(
        template=template,
        products=_products(template.categories, names),
        in_force=in_force,
        coming=coming,
        draft=next((one for one in versions if one.is_draft), None),
        items=getattr(shown, "applying", 0),
    )


def _products(codes: Iterable[str], names: Mapping[str, str]) -> list[str]:
    """The names of the products; those the catalogue does not know yet are counted, for a code says little."""
    known, waiting = [], 0
    for code in codes:
        if code in names:
            known.append(names[code])
        else:
            waiting += 1
    if waiting:
        words = ngettext("%(n)s not in the catalogue yet", "%(n)s not in the catalogue yet", waiting)
        known.append(words % {"n": waiting})
    return known


def versions_of(template: ChecklistTemplate) -> list[tuple[ChecklistVersion, int]]:
    """Its published versions, the newest first, with how many visits began with each."""
    rows = template.versions.exclude(effective_from=None).select_related("published_by").order_by("-version")
    counts = dict(
        Visit.objects.filter(checklist__template=template).values_list("checklist").annotate(n=Count("id")).order_by()
    )
    return [(row, counts.get(row.pk, 0)) for row in rows]


@dataclass(frozen=True)
class Shown:
    """An item of a list on its page: what it hangs on in words, and what is wrong with it."""

    item: ChecklistItem
    when: str
    also_required: str
    faults: list[Problem]

    @property
    def line(self) -> Line:
        """The item as a technician sees it, unanswered."""
        return Line(self.item, None, None)


def groups_of(version: ChecklistVersion, *, whole: bool = True) -> list[tuple[str, list[Shown]]]:
    """The items under the words of their groups, in order; only those that can apply unless `whole`."""
    items = list(version.items.all())
    by_code = {item.code: item for item in items}
    faults = problems_of([item.line for item in items])

    def when(item: ChecklistItem, name: str) -> str:
        found = item.condition(name)
        other = by_code.get(found.item) if found else None
        return condition_words(found, other.choices if other else [])

    shown = [
        Shown(
            item,
            when(item, "shown_when"),
            when(item, "required_when"),
            [one for one in faults if one.item == item.code],
        )
        for item in items
        if whole or not item.not_applicable
    ]
    grouped = groupby(shown, key=lambda one: one.item.group)
    return [(str(ChecklistGroup(group).label), list(rows)) for group, rows in grouped]
