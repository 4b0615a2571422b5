"""Ladders as managers change them: steps, one active for each, two people at once, and the way back."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from servicedesk import clock
from servicedesk.errors import ActionError
from servicedesk.people.models import Role
from servicedesk.promises import ladders
from servicedesk.promises.values import WantedStep, ladder_of
from servicedesk.sla.escalation.ladders import ladders as climbed
from servicedesk.sla.escalation.models import Ladder, NoticeRules
from tests.make import NOW, make_user
from tests.make_desk import browser_of
from tests.make_sla import load_promises

pytestmark = pytest.mark.django_db
USUAL = "/promises/ladders/default/"


@pytest.fixture(autouse=True)
def _at_ten_on_a_tuesday() -> Iterator[None]:
    load_promises()
    with clock.at(NOW):
        yield


@pytest.fixture
def manager() -> Client:
    return browser_of(make_user(Role.MANAGER))


def usual() -> Ladder:
    return Ladder.objects.get(code="default")


def typed(page: Any, **given: Any) -> dict[str, Any]:
    """The form of the page as a browser would send it, with some fields changed."""
    forms = [page.context["form"], page.context["steps"].management_form, *page.context["steps"].forms]
    sent = {form.add_prefix(name): form[name].value() for form in forms for name in form.fields}
    return {
        name: value
        for name, value in {**sent, **given}.items()
        if value is not None and value is not False and value != ""
    }


def test_a_step_is_removed_and_brought_back(manager: Client) -> None:
    before = ladder_of(usual())
    answer = manager.post(USUAL, typed(manager.get(USUAL), **{"steps-1-remove": "on"}), follow=True)

    assert answer.redirect_chain == [(USUAL, 303)]
    assert [step.moment for step in ladder_of(usual()).steps] == ["warn", "percent"]
    climb = climbed().climb_of("contact", 1)
    assert climb is not None
    assert climb.step_at(100) is None
    entry = answer.context["record"][0]["entry"]
    assert reverse("promise_change_undo", args=[entry.pk]) in answer.content.decode()
    manager.post(reverse("promise_change_undo", args=[entry.pk]))
    assert ladder_of(usual()) == before


def test_a_change_that_something_came_after_is_not_taken_back() -> None:
    boss, first = make_user(Role.MANAGER), ladder_of(usual())
    steps = (*first.steps, WantedStep("percent", 300, ("manager",), ("in_app",)))
    changed = type(first)(**{**first.__dict__, "steps": steps})
    entry = ladders.change_ladder(usual().pk, changed, 1, actor=boss, now=NOW)
    ladders.change_ladder(usual().pk, first, 2, actor=boss, now=NOW)
    assert entry is not None

    with pytest.raises(ActionError) as refused:
        ladders.undo_change(entry.pk, actor=boss, now=NOW)
    assert (refused.value.code, refused.value.status) == ("changed_since", 409)


def test_the_second_of_two_people_sees_both_ladders_and_may_save_again(manager: Client) -> None:
    page = manager.get(USUAL)
    other = browser_of(boss := make_user(Role.ADMIN))
    other.post(USUAL, typed(page, repeat_minutes="45"))

    answer = manager.post(USUAL, typed(page, repeat_minutes="1 h"))

    text = answer.content.decode()
    assert answer.status_code == 409
    assert str(boss) in text
    assert "45" in text
    assert usual().repeat_minutes == 45
    assert manager.post(USUAL, typed(answer)).status_code == 303
    assert usual().repeat_minutes == 60


def test_a_second_active_ladder_for_the_same_clocks_is_refused_by_name(manager: Client) -> None:
    page = manager.get("/promises/ladders/default-arrival/")
    answer = manager.post("/promises/ladders/default-arrival/", typed(page, clock=""))

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["clock"]
    assert "default" in str(answer.context["form"].errors["clock"])
    sent = typed(page, clock="")
    sent.pop("is_active")
    assert manager.post("/promises/ladders/default-arrival/", sent).status_code == 303


def test_a_new_ladder_is_climbed_by_the_clocks_it_names(manager: Client) -> None:
    page = manager.get(reverse("ladder_new"))
    sent = typed(
        page, code="urgent-contact", name_zh="紧急联系", name_en="Urgent contact", clock="contact", priority="1"
    )
    row = {"steps-0-moment": "percent", "steps-0-percent": "50", "steps-0-recipients": ["manager"]}
    assert manager.post(reverse("ladder_new"), {**sent, **row}).status_code == 422
    answer = manager.post(reverse("ladder_new"), {**sent, **row, "steps-0-channels": ["in_app", "sms"]})

    assert answer.status_code == 303
    climb = climbed().climb_of("contact", 1)
    assert climb is not None
    assert climb.ladder_id == Ladder.objects.get(code="urgent-contact").pk
    assert climb.next_after(0) == 50
    assert "未启用" in manager.get(reverse("ladder_list")).content.decode()


@pytest.mark.parametrize(
    "given",
    [
        {"steps-0-percent": "50"},
        {"steps-2-percent": "100"},
        {"steps-2-percent": ""},
        {"steps-2-percent": "5000"},
        {"steps-3-recipients": ["manager"]},
        {"steps-3-moment": "breach", "steps-3-recipients": ["manager"], "steps-3-channels": ["in_app"]},
        {"steps-0-remove": "on", "steps-1-remove": "on", "steps-2-remove": "on"},
        {"repeat_minutes": "2"},
        {"repeat_minutes": "often"},
        {"name_zh": ""},
    ],
)
def test_bad_input_changes_nothing_and_stays_in_the_form(manager: Client, given: dict[str, Any]) -> None:
    before = ladder_of(usual())
    answer = manager.post(USUAL, typed(manager.get(USUAL), **given))

    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert ladder_of(usual()) == before


def test_the_rules_of_notices_change_and_come_back(manager: Client) -> None:
    url = reverse("notice_rules")
    base = {"base_from": "22:00", "base_until": "07:00", "base_most": "20"}
    wanted = {"quiet_from": "21:00", "quiet_until": "08:00", "most_a_minute": "5"}
    answer = manager.post(url, {**base, **wanted}, follow=True)
    assert climbed().rules.most_a_minute == 5

    late = manager.post(url, {**base, "quiet_from": "20:00", "quiet_until": "08:00", "most_a_minute": "6"})
    assert late.status_code == 409
    assert "21:00–08:00" in late.content.decode()

    entry = answer.context["record"][0]["entry"]
    manager.post(reverse("promise_change_undo", args=[entry.pk]))
    assert NoticeRules.objects.get().most_a_minute == 20


def test_readers_see_the_steps_without_a_form_and_may_not_post() -> None:
    auditor = browser_of(make_user(Role.AUDITOR))
    page = auditor.get(USUAL)

    assert page.status_code == 200
    assert 'name="base"' not in page.content.decode()
    assert auditor.post(USUAL, typed(page, repeat_minutes="45")).status_code == 403
