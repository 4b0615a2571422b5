"""Policies as managers change them: versions, withdrawing, two people at once, and equals."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from servicedesk import clock
from servicedesk.errors import ActionError
from servicedesk.people.models import Role
from servicedesk.promises import services
from servicedesk.promises.selectors import policy_line
from servicedesk.promises.spans import read_span, span_text
from servicedesk.promises.values import Criteria, WantedPolicy, WantedTarget
from servicedesk.sla.models import SlaPolicy
from servicedesk.sla.policy import Traits, all_targets, choose, in_force
from servicedesk.worktime.defaults import ALWAYS
from servicedesk.worktime.models import WorkCalendar
from tests.make import NOW, make_user
from tests.make_desk import browser_of
from tests.make_sla import in_parallel, load_promises

pytestmark = pytest.mark.django_db
P1 = Traits("phone", "repair", 1, None, "D", frozenset())


@pytest.fixture(autouse=True)
def _at_ten_on_a_tuesday() -> Iterator[None]:
    load_promises()
    with clock.at(NOW):
        yield


@pytest.fixture
def manager() -> Client:
    return browser_of(make_user(Role.MANAGER))


def promise(minutes: float, **criteria: Any) -> WantedPolicy:
    calendar = WorkCalendar.objects.get(code=ALWAYS)
    target = WantedTarget("arrival", "minutes", minutes, calendar.pk, 75, ())
    return WantedPolicy(Criteria(**criteria), (target,))


def fields(**given: Any) -> dict[str, Any]:
    calendar = WorkCalendar.objects.get(code=ALWAYS)
    row = {"arrival_rule": "minutes", "arrival_minutes": "1 h 30 min", "arrival_calendar": calendar.pk}
    return {"base": "1", "priority": "1", **row, "arrival_warn": "80", **given}


def arrival_minutes(traits: Traits = P1, days: int = 0) -> float | None:
    target = choose(in_force(all_targets(), NOW + timedelta(days=days)), "arrival", traits)
    return None if target is None else target.minutes


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("90", 90),
        ("1 h 30 min", 90),
        ("1小时30分", 90),
        ("2 h 30", 150),
        ("15 s", 0.25),
        ("48 h", 2880),
        ("2.5 h", 150),
        ("", None),
        ("0", None),
        ("-5", None),
        ("soon", None),
        ("9999999 h", None),
        ("nan", None),
    ],
)
def test_a_span_is_read_as_people_write_it(text: str, minutes: float | None) -> None:
    assert read_span(text) == minutes


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("minutes", [0.25, 1, 59, 90, 120, 2880, 2881, 1.5, 0.1234])
def test_a_span_is_read_again_as_it_was_shown(minutes: float, language: str) -> None:
    with translation.override(language):
        assert read_span(span_text(minutes)) == pytest.approx(minutes)


def test_saving_makes_the_next_version_and_leaves_the_old_one_as_it_was(manager: Client) -> None:
    answer = manager.post(reverse("policy_version", args=["default-p1"]), fields())

    assert answer.status_code == 303
    old, new = SlaPolicy.objects.filter(code="default-p1").order_by("version")
    assert (old.version, old.targets.count(), new.version, new.targets.count()) == (1, 8, 2, 1)
    assert (new.effective_from, arrival_minutes()) == (NOW, 90)


def test_the_form_begins_with_what_the_newest_version_says(manager: Client) -> None:
    page = manager.get(reverse("policy_version", args=["default-p1"]))
    form = page.context["form"]

    answer = manager.post(
        reverse("policy_version", args=["default-p1"]),
        {name: value for name in form.fields if (value := form[name].value()) not in (None, "")},
    )

    assert answer.status_code == 422
    assert "没有任何改动" in answer.content.decode() or "Nothing was changed" in answer.content.decode()
    assert SlaPolicy.objects.filter(code="default-p1").count() == 1


def test_a_version_may_wait_for_its_instant_and_never_lie_in_the_past() -> None:
    manager = make_user(Role.MANAGER)
    later = NOW + timedelta(days=3)
    services.add_version("default-p1", promise(45, priority=1), later, 1, actor=manager, now=NOW)

    assert [arrival_minutes(days=day) for day in (0, 2, 3)] == [120, 120, 45]
    with pytest.raises(ActionError) as refused:
        services.add_version("default-p1", promise(30), NOW - timedelta(minutes=1), 2, actor=manager, now=NOW)
    assert (refused.value.code, refused.value.field) == ("instant_past", "effective_from")


def test_the_second_of_two_people_sees_both_versions_and_may_save_again(manager: Client) -> None:
    first = make_user(Role.MANAGER)
    services.add_version("default-p1", promise(45, priority=1), None, 1, actor=first, now=NOW)

    answer = manager.post(reverse("policy_version", args=["default-p1"]), fields(arrival_minutes="77"))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "77" in page
    assert "45" in page
    assert str(first) in page
    assert SlaPolicy.objects.filter(code="default-p1").count() == 2
    again = {**fields(arrival_minutes="77"), "base": answer.context["form"]["base"].value()}
    assert manager.post(reverse("policy_version", args=["default-p1"]), again).status_code == 303
    assert arrival_minutes() == 77


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_the_same_moment_one_is_refused() -> None:
    both = [make_user(Role.MANAGER), make_user(Role.ADMIN)]

    def save(user: Any, minutes: int) -> None:
        services.add_version("default-p1", promise(minutes, priority=1), None, 1, actor=user, now=NOW)

    errors = in_parallel(lambda: save(both[0], 41), lambda: save(both[1], 42))

    assert [error.code for error in errors if isinstance(error, ActionError)] == ["version_changed"]
    assert [row.version for row in SlaPolicy.objects.filter(code="default-p1")] == [2, 1]


def test_a_withdrawn_policy_decides_nothing_and_comes_back_as_it_was(manager: Client) -> None:
    services.add_version("default-p1", promise(45, priority=1), NOW + timedelta(days=3), 1, actor=None, now=NOW)
    manager.post(reverse("policy_withdraw", args=["default-p1"]), {"base": "2"})
    assert [arrival_minutes(days=day) for day in (0, 3)] == [None, None]

    page = manager.get(reverse("policy_detail", args=["default-p1"]))
    assert reverse("policy_bring_back", args=["default-p1"]) in page.content.decode()
    manager.post(reverse("policy_bring_back", args=["default-p1"]), {"base": "4"})

    assert [arrival_minutes(days=day) for day in (0, 3)] == [120, 45]


def test_what_nobody_has_looked_at_is_not_withdrawn() -> None:
    services.add_version("default-p1", promise(45, priority=1), None, 1, actor=None, now=NOW)

    with pytest.raises(ActionError) as refused:
        services.withdraw_policy("default-p1", 1, actor=make_user(Role.MANAGER), now=NOW)
    assert (refused.value.code, refused.value.status) == ("version_changed", 409)


def test_a_new_policy_that_loses_to_an_equal_one_says_so(manager: Client) -> None:
    answer = manager.post(reverse("policy_new"), fields(base="0", code="later-p1"), follow=True)

    assert answer.status_code == 200
    assert "default-p1" in answer.content.decode()
    assert arrival_minutes() == 120
    assert manager.post(reverse("policy_new"), fields(base="0", code="a-p1")).status_code == 303
    assert arrival_minutes() == 90


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"arrival_minutes": "soon"}, "arrival_minutes"),
        ({"arrival_minutes": ""}, "arrival_minutes"),
        ({"arrival_rule": ""}, "arrival_rule"),
        ({"arrival_calendar": ""}, "arrival_calendar"),
        ({"arrival_warn": "101"}, "arrival_warn"),
        ({"code": "ladders"}, "code"),
        ({"code": "Ä b"}, "code"),
        ({"code": "default-p1"}, "code"),
        ({"effective_from": "2020-01-01T00:00"}, "effective_from"),
        ({"priority": "7"}, "priority"),
        ({"arrival_rule": "", "arrival_minutes": ""}, "__all__"),
    ],
)
def test_bad_input_stands_at_its_field_and_what_was_typed_stays(
    manager: Client, given: dict[str, str], field: str
) -> None:
    answer = manager.post(reverse("policy_new"), fields(**{"base": "0", "code": "some-new", **given}))

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert SlaPolicy.objects.filter(code="some-new").count() == 0


def test_the_list_narrows_to_a_clock_and_stands_from_the_most_specific(manager: Client) -> None:
    page = manager.get(reverse("policy_list"), {"clock": "arrival"})

    assert [row["line"].code for row in page.context["rows"]] == ["default-p1", "default-p2", "default-p3"]
    everything = manager.get(reverse("policy_list"))
    ranks = [row["policy"].specificity for row in everything.context["rows"]]
    assert ranks == sorted(ranks, reverse=True)


def test_readers_see_no_way_to_change_and_who_recorded_a_version_is_told() -> None:
    author = make_user(Role.ADMIN)
    services.add_version("default-p1", promise(45, priority=1), None, 1, actor=author, now=NOW)
    page = browser_of(make_user(Role.AUDITOR)).get(reverse("policy_detail", args=["default-p1"])).content.decode()

    assert str(author) in page
    assert reverse("policy_version", args=["default-p1"]) not in page
    line = policy_line("default-p1", NOW)
    assert line is not None
    assert line.current is not None
    assert line.current.version == 2


def test_an_agent_may_change_nothing_even_past_the_page() -> None:
    with pytest.raises(ActionError) as refused:
        services.add_policy("mine", promise(5), None, actor=make_user(Role.AGENT), now=NOW)
    assert refused.value.status == 403
