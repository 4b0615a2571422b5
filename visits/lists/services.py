"""Making checklists: a draft is begun, changed, published or thrown away; a template is added, retired, restored.

What has been published never changes: a visit keeps the version it was started with, and a change is a new version.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.errors import FORBIDDEN, ActionError, invalid
from servicedesk.locks import wait_for_turn
from servicedesk.people.models import User
from visits.lists.access import EDITORS
from visits.lists.rules import problems_of, problems_of_line
from visits.lists.wording import sentence_of
from visits.models import ChecklistItem, ChecklistTemplate, ChecklistVersion
from visits.selectors import checklist_in_force
from visits.services.versions import copy_items

LONGEST_NOTE = 300
UP, DOWN = "up", "down"


@dataclass(frozen=True)
class Use:
    """What a template is for: occasion, kind of ticket ("": all), codes of products (none: all); and its names."""

    occasion: str
    kind: str
    categories: tuple[str, ...]
    name_zh: str
    name_en: str


def add_template(use: Use, *, actor: User | None, now: datetime) -> ChecklistVersion:
    """The draft of a new template, with the items of the list that has been used there until now.

    Refuses with 422 template_exists where a living template is for the very same use.
    """
    _require_editor(actor)
    with transaction.atomic():
        wait_for_turn("checklist_templates")
        _refuse_second(use.occasion, use.kind, use.categories)
        general = checklist_in_force(use.occasion, now, use.kind, use.categories[0] if use.categories else "")
        template = ChecklistTemplate.objects.create(
            code=_free_code(use),
            occasion=use.occasion,
            kind=use.kind,
            categories=sorted(use.categories),
            name_zh=use.name_zh,
            name_en=use.name_en,
        )
        return _copied(template, general, 1)


def _refuse_second(occasion: str, kind: str, categories: Iterable[str]) -> None:
    same = ChecklistTemplate.objects.filter(
        occasion=occasion, kind=kind, categories=sorted(categories), retired_at=None
    )
    if same.exists():
        raise invalid("kind", "template_exists", _("There is a checklist for this use already. Change that one."))


def _free_code(use: Use) -> str:
    stem = "_".join(part for part in (use.occasion, use.kind, *sorted(use.categories)) if part)[:30]
    taken = set(ChecklistTemplate.objects.filter(code__startswith=stem).values_list("code", flat=True))
    return stem if stem not in taken else next(name for n in range(2, 10_000) if (name := f"{stem}_{n}") not in taken)


def begin_draft(template_id: int, *, actor: User | None) -> ChecklistVersion:
    """The draft of the template's next version with the items of the newest; one begun before is gone on with."""
    _require_editor(actor)
    with transaction.atomic():
        template = ChecklistTemplate.objects.select_for_update().get(pk=template_id)
        _refuse_retired(template)
        newest = template.versions.order_by("-version").first()
        if newest is not None and newest.is_draft:
            return newest
        return _copied(template, newest, 1 + (newest.version if newest else 0))


def _copied(template: ChecklistTemplate, source: ChecklistVersion | None, number: int) -> ChecklistVersion:
    draft = ChecklistVersion.objects.create(template=template, version=number)
    if source is not None:
        copy_items(source, draft)
    return draft


def save_item(
    draft_id: int, item_id: int | None, values: Mapping[str, Any], *, actor: User | None, expected: int | None = None
) -> ChecklistItem:
    """An item of the draft with `values` (its own fields); without `item_id` a new one behind the others of its group.

    Refuses with 409 not_a_draft and edited_meanwhile, with 422 at its field what is wrong with it.
    """
    with _changing(draft_id, actor, expected) as draft:
        items = list(draft.items.all())
        item = next((one for one in items if one.pk == item_id), None)
        if item is None:
            item = ChecklistItem(version=draft)
            items.insert(_place_of(values["group"], items), item)
        for name, value in values.items():
            setattr(item, name, value)
        above = {one.code: one.line for one in items[: items.index(item)]}
        wrong = problems_of_line(item.line, above)
        if any(one.code == item.code for one in items if one is not item):
            wrong.append(("code", "code_twice"))
        if wrong:
            field, what = wrong[0]
            raise invalid(field, what, sentence_of(what))
        item.save()
        _number(items)
    return item


def _place_of(group: str, items: Sequence[ChecklistItem]) -> int:
    """Where a new item of `group` goes: behind the last of its group, behind all where it is the first."""
    return next((n for n, one in reversed(list(enumerate(items, start=1))) if one.group == group), len(items))


def move_item(
    draft_id: int, item_id: int, way: str, *, actor: User | None, expected: int | None = None
) -> ChecklistVersion:
    """The draft with an item one place further up or down; at the end of the list it stays where it is."""
    with _changing(draft_id, actor, expected) as draft:
        items = list(draft.items.all())
        place = next((n for n, one in enumerate(items) if one.pk == item_id), None)
        other = None if place is None else place - 1 if way == UP else place + 1
        if place is not None and other is not None and 0 <= other < len(items):
            items[place], items[other] = items[other], items[place]
            _number(items)
    return draft


def remove_item(draft_id: int, item_id: int, *, actor: User | None, expected: int | None = None) -> ChecklistVersion:
    """The draft without an item."""
    with _changing(draft_id, actor, expected) as draft:
        draft.items.filter(pk=item_id).delete()
        _number(draft.items.all())
    return draft


def _number(items: Iterable[ChecklistItem]) -> None:
    rows = list(items)
    for position, item in enumerate(rows, start=1):
        item.position = position
    ChecklistItem.objects.bulk_update(rows, ["position"])


@contextmanager
def _changing(draft_id: int, actor: User | None, expected: int | None) -> Iterator[ChecklistVersion]:
    """A draft, locked until the change is done, with its version counted up."""
    _require_editor(actor)
    with transaction.atomic():
        yield _locked_draft(draft_id, expected)


def _locked_draft(draft_id: int, expected: int | None) -> ChecklistVersion:
    draft = ChecklistVersion.objects.select_for_update().get(pk=draft_id)
    if not draft.is_draft:
        raise ActionError("not_a_draft", _("This version has been published. Begin a new draft to change it."))
    if expected is not None and expected != draft.row_version:
        raise ActionError(
            "edited_meanwhile",
            _("Somebody else has changed this draft in the meantime. Look at it again."),
            detail={"version": draft.row_version},
        )
    draft.row_version += 1
    draft.save(update_fields=["row_version"])
    return draft


def publish(
    draft_id: int,
    *,
    actor: User | None,
    now: datetime,
    effective_from: datetime | None = None,
    note: str = "",
    expected: int | None = None,
) -> ChecklistVersion:
    """The version, in force from `effective_from` on, or at once; visits that have begun keep theirs.

    Refuses with 409 checklist_faulty and the faults in its detail, with 422 a time that has passed, a note too long.
    """
    if len(note.strip()) > LONGEST_NOTE:
        raise invalid("note", "note_too_long", _("The note is too long."), longest=LONGEST_NOTE)
    if effective_from is not None and effective_from < now:
        raise invalid("effective_from", "time_has_passed", _("This time has passed."))
    with _changing(draft_id, actor, expected) as draft:
        faults = problems_of([item.line for item in draft.items.all()])
        if faults:
            raise ActionError(
                "checklist_faulty",
                _("The checklist cannot be published yet: something is wrong with it."),
                detail={"faults": [{"item": one.item, "field": one.field, "what": one.what} for one in faults]},
            )
        draft.effective_from = effective_from or now
        draft.note, draft.published_at, draft.published_by = note.strip(), now, actor
        draft.save(update_fields=["effective_from", "note", "published_at", "published_by"])
    return draft


def discard_draft(draft_id: int, *, actor: User | None, expected: int | None = None) -> None:
    """Throws the draft away; a template that never had another version goes with it."""
    with _changing(draft_id, actor, expected) as draft:
        template = draft.template
        draft.items.all().delete()
        draft.delete()
        if not template.versions.exists():
            template.delete()


def retire_template(template_id: int, *, actor: User | None, now: datetime) -> ChecklistTemplate:
    """The template, retired: visits from now on begin with the more general list. Done twice it is done once.

    Refuses with 409 template_needed the list for all: without it no visit could end.
    """
    _require_editor(actor)
    with transaction.atomic():
        template = ChecklistTemplate.objects.select_for_update().get(pk=template_id)
        if not template.kind and not template.categories:
            raise ActionError("template_needed", _("This list is for all visits that have no other; it stays."))
        if template.retired_at is None:
            template.retired_at = now
            template.save(update_fields=["retired_at"])
    return template


def restore_template(template_id: int, *, actor: User | None) -> ChecklistTemplate:
    """The template, in use again. Refuses with 422 template_exists where another one has taken its place."""
    _require_editor(actor)
    with transaction.atomic():
        wait_for_turn("checklist_templates")
        template = ChecklistTemplate.objects.select_for_update().get(pk=template_id)
        if template.retired_at is not None:
            _refuse_second(template.occasion, template.kind, template.categories)
            template.retired_at = None
            template.save(update_fields=["retired_at"])
    return template


def _require_editor(actor: User | None) -> None:
    if actor is not None and actor.role not in EDITORS:
        raise ActionError("role_not_allowed", _("Your role may not do this."), status=FORBIDDEN)


def _refuse_retired(template: ChecklistTemplate) -> None:
    if template.retired_at is not None:
        raise ActionError("template_retired", _("This checklist is retired. Restore it before you change it."))
