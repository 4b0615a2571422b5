"""The pages of checklists."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from servicedesk.people.models import Role
from tests.make import NOW, make_category, make_user
from tests.make_visits import make_visit
from visits.lists.services import begin_draft, publish
from visits.models import ChecklistItem, ChecklistTemplate, ChecklistVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client: Client) -> Client:
    client.force_login(make_user(Role.MANAGER))
    return client


def template(code: str = "on_site") -> ChecklistTemplate:
    return ChecklistTemplate.objects.get(code=code)


def a_draft(code: str = "on_site") -> ChecklistVersion:
    return begin_draft(template(code).pk, actor=None)


def page(client: Client, name: str, *args: Any) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def post(client: Client, name: str, *args: Any, **typed: Any) -> Any:
    return client.post(reverse(name, args=args), typed)


def typed_item(draft: ChecklistVersion, **more: Any) -> dict[str, Any]:
    return {
        "code": "W9",
        "group": "work",
        "text_zh": "测电压",
        "text_en": "Voltage measured",
        "proof": "number",
        "required": "on",
        "unit": "V",
        "low": "198",
        "high": "235",
        "expected": draft.row_version,
        **more,
    }


def test_the_list_names_use_version_and_draft(manager: Client) -> None:
    a_draft("install")
    html = page(manager, "checklist_templates")
    for told in ("上门安装", "空调年度保养", "v1", "草稿", "全部类型"):
        assert told in html


def test_the_queries_of_the_list_do_not_grow(manager: Client, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(12):
        page(manager, "checklist_templates")


def test_a_new_list_is_begun_from_its_use(manager: Client) -> None:
    make_category("fan", name_zh="电风扇", name_en="Fan")
    answer = post(
        manager,
        "checklist_new",
        occasion="on_site",
        kind="maintenance",
        categories=["fan"],
        name_zh="电风扇保养",
        name_en="Fan care",
    )
    draft = ChecklistVersion.objects.get(template__name_en="Fan care")
    assert answer.headers["Location"] == reverse("checklist_version", args=[draft.pk])
    assert draft.template.categories == ["fan"]


def test_a_use_that_has_a_list_is_told_at_its_field_and_what_was_typed_stays(manager: Client) -> None:
    answer = post(manager, "checklist_new", occasion="on_site", kind="install", name_zh="安装二", name_en="Second")
    assert answer.status_code == 422
    assert "这种用途已有检查表" in answer.content.decode()
    assert "安装二" in answer.content.decode()


def test_an_item_is_added_changed_moved_and_taken_off(manager: Client) -> None:
    draft = a_draft()
    answer = post(manager, "checklist_item_new", draft.pk, **typed_item(draft))
    item = ChecklistItem.objects.get(version=draft, code="W9")
    assert answer.headers["Location"].endswith(f"#item-{item.pk}")
    assert item.limits.low == 198
    draft.refresh_from_db()
    post(manager, "checklist_item", draft.pk, item.pk, **typed_item(draft, text_en="Mains voltage"))
    item.refresh_from_db()
    assert item.text_en == "Mains voltage"
    draft.refresh_from_db()
    post(manager, "checklist_item_move", draft.pk, item.pk, way="up", expected=draft.row_version)
    assert list(draft.items.values_list("code", flat=True))[-2] == "W9"
    draft.refresh_from_db()
    post(manager, "checklist_item_remove", draft.pk, item.pk, expected=draft.row_version)
    assert not draft.items.filter(code="W9").exists()


def test_a_choice_is_typed_a_line_each(manager: Client) -> None:
    draft = a_draft()
    lines = "ok | 可靠 | Reliable\n\n!bad | 不合格 | Not reliable"
    post(manager, "checklist_item_new", draft.pk, **typed_item(draft, proof="choice", options=lines))
    item = ChecklistItem.objects.get(version=draft, code="W9")
    assert [(one.code, one.fails) for one in item.choices] == [("ok", False), ("bad", True)]
    assert "!bad | 不合格 | Not reliable" in page(manager, "checklist_item", draft.pk, item.pk)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"proof": "choice", "options": "ok 可靠"}, "第 1 行"),
        ({"code": "a b"}, "只能用字母"),
        ({"code": "1.1"}, "已有其他项目"),
        ({"low": "300"}, "低于前一个限值"),
        ({"shown_item": "S2", "shown_answers": "perhaps"}, "没有这个答案"),
        ({"shown_item": "", "shown_answers": "", "text_zh": ""}, "必填"),
    ],
)
def test_a_faulty_item_says_where_and_keeps_what_was_typed(manager: Client, more: dict[str, Any], words: str) -> None:
    draft = a_draft()
    answer = post(manager, "checklist_item_new", draft.pk, **typed_item(draft, **more))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert words in html
    assert "Voltage measured" in html


def test_a_condition_is_typed_and_shown_in_words(manager: Client) -> None:
    draft = a_draft()
    typed = typed_item(draft, proof="text", shown_item="S2", shown_answers="stopped，unsecured")
    post(manager, "checklist_item_new", draft.pk, **typed)
    item = ChecklistItem.objects.get(version=draft, code="W9")
    assert item.shown_when == {"item": "S2", "answers": ["stopped", "unsecured"]}
    assert "S2 的回答为" in page(manager, "checklist_version", draft.pk)


def test_a_draft_changed_by_somebody_else_is_looked_at_again(manager: Client) -> None:
    draft = a_draft()
    stale = draft.row_version
    post(manager, "checklist_item_new", draft.pk, **typed_item(draft))
    answer = post(manager, "checklist_item_new", draft.pk, **typed_item(draft, code="W8", expected=stale))
    assert answer.status_code == 409
    assert "Voltage measured" in answer.content.decode()


def test_publishing_goes_back_to_the_list_with_its_versions(manager: Client) -> None:
    draft = a_draft()
    answer = post(manager, "checklist_publish", draft.pk, expected=draft.row_version, note="夏季")
    assert answer.headers["Location"] == reverse("checklist_template", args=[draft.template_id])
    html = page(manager, "checklist_template", draft.template_id)
    assert "v2" in html
    assert "夏季" in html


def test_a_faulty_draft_names_its_faults_and_is_not_published(manager: Client) -> None:
    draft = a_draft("install")
    draft.items.filter(code="W3").delete()
    answer = post(manager, "checklist_publish", draft.pk, expected=draft.row_version)
    assert answer.status_code == 409
    assert "只能取决于排在前面的项目" in answer.content.decode()


def test_the_preview_shows_what_applies(manager: Client) -> None:
    html = page(manager, "checklist_preview", template("pick_up").versions.get().pk)
    assert "随机附件已清点" in html
    assert "铺好一块垫布" not in html


def test_retiring_can_be_taken_back(manager: Client) -> None:
    row = template("maintain_dishwasher")
    post(manager, "checklist_retire", row.pk)
    assert "已停用" in page(manager, "checklist_template", row.pk)
    post(manager, "checklist_restore", row.pk)
    row.refresh_from_db()
    assert row.retired_at is None


def test_the_list_for_all_cannot_be_retired(manager: Client) -> None:
    row = template()
    answer = manager.post(reverse("checklist_retire", args=[row.pk]))
    assert answer.status_code == 303
    assert "不能停用" in manager.get(answer.headers["Location"]).content.decode()
    row.refresh_from_db()
    assert row.retired_at is None


def test_who_may_only_read_sees_no_buttons(client: Client) -> None:
    client.force_login(make_user(Role.AUDITOR))
    draft = a_draft()
    html = page(client, "checklist_version", draft.pk)
    assert reverse("checklist_publish", args=[draft.pk]) not in html
    assert reverse("checklist_item_new", args=[draft.pk]) not in html


def test_a_version_says_how_many_visits_began_with_it(manager: Client) -> None:
    make_visit(upto="on_site")
    publish(a_draft().pk, actor=None, now=NOW)
    answer = manager.get(reverse("checklist_template", args=[template().pk]))
    assert [(version.version, visits) for version, visits in answer.context["versions"]] == [(2, 0), (1, 1)]
