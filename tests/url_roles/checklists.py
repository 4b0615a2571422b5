"""Routes of the checklists managers make."""

from typing import Any

from servicedesk import clock
from tests.url_roles import Row
from visits.lists.services import Use, add_template, begin_draft
from visits.models import ChecklistTemplate, ChecklistVersion

READERS = frozenset({"supervisor", "manager", "auditor", "admin"})
EDITORS = frozenset({"manager", "admin"})


def of_template(world: Any) -> dict[str, Any]:
    """A template of its own, so that retiring it leaves the others."""
    found = ChecklistTemplate.objects.filter(occasion="pick_up", kind="install").first()
    if found is None:
        use = Use("pick_up", "install", (), "装机取回", "Installation, taken back")
        found = add_template(use, actor=None, now=clock.now()).template
    return {"template_id": found.pk}


def draft_of(world: Any) -> ChecklistVersion:
    return begin_draft(ChecklistTemplate.objects.get(code="no_entry").pk, actor=None)


def of_version(world: Any) -> dict[str, Any]:
    return {"version_id": draft_of(world).pk}


def of_item(world: Any) -> dict[str, Any]:
    draft = draft_of(world)
    item = draft.items.filter(not_applicable=True).first()
    assert item is not None
    return {"version_id": draft.pk, "item_id": item.pk}


ROWS = {
    "checklist_templates": Row(allowed=READERS),
    "checklist_new": Row(allowed=EDITORS),
    "checklist_template": Row(of_template, allowed=READERS),
    "checklist_draft": Row(of_template, method="post", allowed=EDITORS),
    "checklist_retire": Row(of_template, method="post", allowed=EDITORS),
    "checklist_restore": Row(of_template, method="post", allowed=EDITORS),
    "checklist_version": Row(of_version, allowed=READERS),
    "checklist_preview": Row(of_version, allowed=READERS),
    "checklist_publish": Row(of_version, method="post", allowed=EDITORS),
    "checklist_discard": Row(of_version, method="post", allowed=EDITORS),
    "checklist_item_new": Row(of_version, allowed=EDITORS),
    "checklist_item": Row(of_item, allowed=EDITORS),
    "checklist_item_move": Row(of_item, method="post", allowed=EDITORS),
    "checklist_item_remove": Row(of_item, method="post", allowed=EDITORS),
}
