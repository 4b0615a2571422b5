"""Making checklists: drafts, publishing, retiring; visits keep the version they began with."""

from datetime import timedelta
from typing import Any

import pytest

from servicedesk.errors import ActionError
from servicedesk.people.models import Role
from tests.make import NOW, make_user
from tests.make_visits import make_visit
from visits.lists import services
from visits.lists.services import Use
from visits.models import ChecklistItem, ChecklistTemplate, ChecklistVersion
from visits.selectors import checklist_in_force

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
FAN = Use("on_site", "maintenance", ("fan",), "电风扇年度保养", "Yearly maintenance, fan")


def template(code: str = "on_site") -> ChecklistTemplate:
    return ChecklistTemplate.objects.get(code=code)


def a_draft(code: str = "on_site") -> ChecklistVersion:
    return services.begin_draft(template(code).pk, actor=None)


def item_of(draft: ChecklistVersion, code: str) -> ChecklistItem:
    return draft.items.get(code=code)


def values(**more: Any) -> dict[str, Any]:
    return {"code": "W9", "group": "work", "text_zh": "清洁扇叶", "text_en": "Blades cleaned", "proof": "tick", **more}


def refusal(call: Any, *args: Any, **named: Any) -> ActionError:
    with pytest.raises(ActionError) as refused:
        call(*args, **named)
    return refused.value


def test_a_draft_begins_with_the_items_of_the_newest_version_and_there_is_one_only() -> None:
    draft = a_draft()
    assert (draft.version, draft.is_draft) == (2, True)
    assert [one.code for one in draft.items.all()] == [
        one.code for one in template().versions.get(version=1).items.all()
    ]
    assert a_draft() == draft


def test_a_draft_is_no_visits_list() -> None:
    a_draft()
    assert checklist_in_force("on_site", NOW + 365 * DAY) == template().versions.get(version=1)


def test_what_is_published_is_the_list_of_visits_from_then_on_and_running_ones_keep_theirs() -> None:
    running = make_visit(upto="working")
    draft = a_draft()
    services.save_item(draft.pk, None, values(), actor=None)
    actor = make_user(Role.MANAGER)
    published = services.publish(draft.pk, actor=actor, now=NOW, note="夏季")
    assert (published.effective_from, published.published_by, published.note) == (NOW, actor, "夏季")
    running.refresh_from_db()
    assert running.checklist.version == 1  # type: ignore[union-attr]
    later = make_visit(upto="on_site", now=NOW + DAY)
    assert later.checklist == published


def test_a_version_may_come_into_force_later() -> None:
    published = services.publish(a_draft().pk, actor=None, now=NOW, effective_from=NOW + DAY)
    assert checklist_in_force("on_site", NOW).version == 1  # type: ignore[union-attr]
    assert checklist_in_force("on_site", NOW + DAY) == published


def test_a_time_that_has_passed_is_refused() -> None:
    refused = refusal(services.publish, a_draft().pk, actor=None, now=NOW, effective_from=NOW - DAY)
    assert (refused.code, refused.field) == ("time_has_passed", "effective_from")


def test_what_is_published_never_changes() -> None:
    draft = a_draft()
    item = item_of(draft, "3.1")
    services.publish(draft.pk, actor=None, now=NOW)
    for call, args in (
        (services.save_item, (draft.pk, item.pk, values())),
        (services.move_item, (draft.pk, item.pk, "up")),
        (services.remove_item, (draft.pk, item.pk)),
        (services.discard_draft, (draft.pk,)),
    ):
        assert refusal(call, *args, actor=None).code == "not_a_draft"
    assert refusal(services.publish, draft.pk, actor=None, now=NOW).code == "not_a_draft"
    assert item_of(draft, "3.1").text_zh == item.text_zh


def test_two_managers_at_once_are_told_of_each_other() -> None:
    draft = a_draft()
    seen = draft.row_version
    services.save_item(draft.pk, None, values(), actor=None, expected=seen)
    refused = refusal(services.save_item, draft.pk, None, values(code="W8"), actor=None, expected=seen)
    assert (refused.code, refused.status) == ("edited_meanwhile", 409)
    assert not draft.items.filter(code="W8").exists()


def test_a_new_item_stands_behind_the_others_and_moves_up() -> None:
    draft = a_draft()
    item = services.save_item(draft.pk, None, values(), actor=None)
    codes = [one.code for one in draft.items.all()]
    assert codes[-1] == "W9"
    services.move_item(draft.pk, item.pk, services.UP, actor=None)
    assert [one.code for one in draft.items.all()][-2:] == ["W9", codes[-2]]
    first = draft.items.first()
    assert first is not None
    services.move_item(draft.pk, first.pk, services.UP, actor=None)
    assert draft.items.first() == first


@pytest.mark.parametrize(
    ("more", "field", "code"),
    [
        ({"code": "5.5"}, "code", "code_twice"),
        ({"code": "1.1"}, "code", "code_twice"),
        ({"text_en": " "}, "text_en", "text_missing"),
        ({"proof": "choice", "options": []}, "options", "options_too_few"),
        ({"shown_when": {"item": "9.9", "answers": ["done"]}}, "shown_when", "condition_not_above"),
        ({"shown_when": {"item": "S2", "answers": ["x"]}}, "shown_when", "condition_answer_unknown"),
    ],
)
def test_a_faulty_item_is_refused_at_its_field(more: dict[str, Any], field: str, code: str) -> None:
    draft = a_draft()
    refused = refusal(services.save_item, draft.pk, None, values(**more), actor=None)
    assert (refused.field, refused.code, refused.status) == (field, code, 422)
    assert not draft.items.filter(code="W9").exists()


def test_a_draft_with_faults_is_not_published_and_says_which() -> None:
    draft = a_draft("install")
    services.remove_item(draft.pk, item_of(draft, "W3").pk, actor=None)
    refused = refusal(services.publish, draft.pk, actor=None, now=NOW)
    assert refused.code == "checklist_faulty"
    assert refused.detail["faults"] == [{"item": "W4", "field": "shown_when", "what": "condition_not_above"}]
    assert ChecklistVersion.objects.get(pk=draft.pk).is_draft


def test_a_new_list_begins_with_what_was_used_there_and_takes_its_place_once_published() -> None:
    draft = services.add_template(FAN, actor=None, now=NOW)
    assert {"1.1", "5.5", "W1"} <= set(draft.items.values_list("code", flat=True))
    assert checklist_in_force("on_site", NOW, "maintenance", "fan").template.code == "maintain"  # type: ignore[union-attr]
    published = services.publish(draft.pk, actor=None, now=NOW)
    assert checklist_in_force("on_site", NOW, "maintenance", "fan") == published


def test_there_is_one_list_for_a_use() -> None:
    services.add_template(FAN, actor=None, now=NOW)
    refused = refusal(services.add_template, FAN, actor=None, now=NOW)
    assert (refused.code, refused.field) == ("template_exists", "kind")


def test_a_draft_that_is_thrown_away_takes_a_list_without_versions_with_it() -> None:
    services.discard_draft(a_draft().pk, actor=None)
    assert template().versions.count() == 1
    services.discard_draft(services.add_template(FAN, actor=None, now=NOW).pk, actor=None)
    assert not ChecklistTemplate.objects.filter(name_en=FAN.name_en).exists()


def test_a_retired_list_gives_way_to_the_more_general_one_and_comes_back() -> None:
    washing = ("on_site", NOW + DAY, "maintenance", "washing_machine")
    retired = services.retire_template(template("maintain_washing_machine").pk, actor=None, now=NOW)
    assert checklist_in_force(*washing).template.code == "maintain"  # type: ignore[union-attr]
    assert services.retire_template(retired.pk, actor=None, now=NOW + DAY).retired_at == NOW
    assert refusal(services.begin_draft, retired.pk, actor=None).code == "template_retired"
    services.restore_template(retired.pk, actor=None)
    assert checklist_in_force(*washing).template == retired  # type: ignore[union-attr]


def test_a_retired_list_does_not_come_back_beside_its_successor() -> None:
    old = services.retire_template(template("maintain_washing_machine").pk, actor=None, now=NOW)
    services.add_template(Use("on_site", "maintenance", ("washing_machine",), "新", "New"), actor=None, now=NOW)
    assert refusal(services.restore_template, old.pk, actor=None).code == "template_exists"


@pytest.mark.parametrize("code", ["on_site", "pick_up", "no_entry"])
def test_the_list_for_all_stays(code: str) -> None:
    assert refusal(services.retire_template, template(code).pk, actor=None, now=NOW).code == "template_needed"


@pytest.mark.parametrize("role", [Role.AGENT, Role.DISPATCHER, Role.TECHNICIAN, Role.SUPERVISOR, Role.AUDITOR])
def test_only_managers_and_administrators_make_checklists(role: Role) -> None:
    actor, draft = make_user(role), a_draft()
    for call, args, named in (
        (services.begin_draft, (draft.template_id,), {}),
        (services.add_template, (FAN,), {"now": NOW}),
        (services.save_item, (draft.pk, None, values()), {}),
        (services.publish, (draft.pk,), {"now": NOW}),
        (services.retire_template, (draft.template_id,), {"now": NOW}),
        (services.restore_template, (draft.template_id,), {}),
        (services.discard_draft, (draft.pk,), {}),
    ):
        assert refusal(call, *args, actor=actor, **named).status == 403
