"""A ticket tried out: the policy that wins, why the others lose, and the way up the ladder."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from servicedesk import clock
from servicedesk.people.models import Role
from servicedesk.sla.escalation.models import Ladder, LadderStep
from tests.make import NOW, make_user
from tests.make_desk import browser_of
from tests.make_sla import load_promises, local, make_policy

pytestmark = pytest.mark.django_db
URL = "/promises/test/"


@pytest.fixture(autouse=True)
def _at_ten_on_a_tuesday() -> Iterator[None]:
    load_promises()
    with clock.at(NOW):
        yield


def tried(kind: str, **asked: Any) -> dict[str, Any]:
    answer = browser_of(make_user(Role.SUPERVISOR)).get(URL, asked)
    assert answer.status_code == 200
    found: dict[str, Any] = next(one for one in answer.context["clocks"] if one["kind"] == kind)
    return found


def test_the_most_specific_policy_wins_and_the_others_say_why_not() -> None:
    make_policy("vip", "arrival", 60, grade="A")
    make_policy("z-vip", "arrival", 50, grade="A")

    found = tried("arrival", grade="A", priority="2")

    assert found["winner"]["policy"].code == "vip"
    codes = [one["policy"].code for one in found["candidates"]]
    assert codes == ["vip", "z-vip", "default-p2", "default-p1", "default-p3"]
    reasons = [one["why"] for one in found["candidates"]]
    assert len(set(reasons)) == 5
    assert "优先级 1" in reasons[3] or "1" in reasons[3]


def test_the_way_names_each_instant_and_what_rests_at_night() -> None:
    found = tried("arrival", priority="1", start="2026-03-10T19:30")

    told = [(moment["at"], moment["rests_from"] is not None) for moment in found["moments"]]
    morning = local("2026-03-11 07:00")
    assert told == [
        (local("2026-03-10 19:30"), False),
        (local("2026-03-10 21:00"), False),
        (local("2026-03-10 21:30"), False),
        (morning, True),
        *[(morning + timedelta(minutes=30 * number), False) for number in (1, 2, 3)],
    ]
    assert found["ladder"].code == "default-arrival"


def test_a_step_before_the_warning_stands_in_its_place() -> None:
    ladder = Ladder.objects.get(code="default")
    LadderStep.objects.create(ladder=ladder, moment="percent", percent=50, recipients=["owner"], channels=["in_app"])

    found = tried("contact", priority="2")

    assert [moment["who"] for moment in found["moments"]][:2] == ["", "负责人"]


def test_what_cannot_be_asked_is_named() -> None:
    answer = browser_of(make_user(Role.MANAGER)).get(URL, {"priority": "9", "start": "soon"})

    assert answer.status_code == 422
    assert sorted(answer.context["form"].errors) == ["priority", "start"]
