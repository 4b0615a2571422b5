"""A manager and the promises, by keyboard alone: a new version, a ladder, a ticket and a calendar tried out."""

import re
from datetime import timedelta

import pytest
from django.utils import translation
from playwright.sync_api import expect

from servicedesk.people.models import Role
from servicedesk.promises.spans import span_text
from servicedesk.sla.escalation.models import Ladder, LadderStep
from servicedesk.sla.models import SlaPolicy
from tests.defaults import load_defaults
from tests.journeys.hands import CHINESE, Enter, Person
from tests.journeys.keyboard import Hands
from tests.make import NOW, make_user

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("journeys-promises-keys"),
]
both_languages = pytest.mark.parametrize("language", [CHINESE, "en"])
LATER = NOW + timedelta(days=2)


@pytest.fixture
def manager(person: Enter, language: str) -> Person:
    load_defaults()
    one = person(language=language)
    one.enter(make_user(Role.MANAGER, language=language))
    return one


def arrival_minutes(version: int) -> float | None:
    return SlaPolicy.objects.get(code="default-p1", version=version).targets.get(clock="arrival").minutes


@both_languages
def test_a_manager_makes_a_version_sees_what_it_changes_and_takes_the_policy_back(manager: Person) -> None:
    page, keys, words = manager.page, Hands(manager), manager.words
    manager.go("/promises/")
    keys.follow(words("Priority %(priority)d", priority=1))
    keys.arrives(words("Priority %(priority)d", priority=1))
    keys.page_key("n", re.compile("default-p1"))

    # A time nobody can read: it stays as typed, and the first thing said leads to its field.
    allowed = f"{words('Arrival')} · {words('time allowed')}"
    keys.walk_to(allowed)
    keys.type("soon")
    keys.press("Control+Enter")
    keys.has(page.locator(".error-summary"))
    keys.follow(allowed)
    field = page.locator("#id_arrival_minutes")
    keys.has(field)
    expect(field).to_have_value("soon")

    keys.type("90")
    keys.walk_to(words("Membership"), back=True)
    keys.walk_to(words("Applies from"))
    keys.set_moment(LATER)
    keys.press("Control+Enter")
    preview = page.locator("section[aria-labelledby=preview-title]")
    keys.has(preview)
    row = preview.locator("tbody tr")
    expect(row).to_have_count(1)
    with translation.override(manager.language):
        was, will = (f"{span_text(minutes)} · " for minutes in (120.0, 90.0))
    expect(row.locator("td")).to_contain_text([was, will])
    assert SlaPolicy.objects.filter(code="default-p1").count() == 1

    keys.press("Control+Enter")
    keys.arrives(words("Priority %(priority)d", priority=1))
    expect(page.locator("#version-2")).to_be_visible()
    manager.sees("Planned", "version")
    assert (arrival_minutes(1), arrival_minutes(2)) == (120.0, 90.0)
    assert SlaPolicy.objects.get(code="default-p1", version=2).effective_from == LATER

    keys.follow(words("Withdraw"))
    manager.sees("The policy is withdrawn. Less specific ones decide from now on.")
    keys.page_key("u")
    manager.sees("The policy is in force again.")
    keys.follow(words("All policies"))
    keys.arrives(words("Promises", "navigation"))
    expect(page.locator("section", has=page.locator("#policy-default-p1"))).to_contain_text("2026-03-12 10:00")


def describe_ladder(keys: Hands) -> None:
    """A new ladder of three steps before, at and after due; nobody hears of the second."""
    words = keys.person.words
    for label, text in (("Code", "calls"), ("Chinese name", "回访升级"), ("English name", "Calls")):
        keys.walk_to(words(label))
        keys.type(text)
    keys.walk_to(words("Clock"))
    keys.choose(words("Callback"))
    share = words("At a share of the target", "step of a ladder")
    for moment, percent, who in (
        (share, "90", "Owner"),
        (words("At the breach", "step of a ladder"), "", ""),
        (share, "200", "Managers"),
    ):
        keys.walk_to(words("When"))
        keys.choose(moment)
        if percent:
            keys.walk_to(words("Percent of the target"))
            keys.type(percent)
        if who:
            keys.walk_to(words(who, "hears of it"))
            keys.press("Space")
        keys.walk_to(words("In the app"))
        keys.press("Space")


@both_languages
def test_a_manager_builds_a_ladder_rests_it_and_brings_it_back(manager: Person) -> None:
    page, keys, words = manager.page, Hands(manager), manager.words
    manager.go("/promises/ladders/")
    keys.page_key("n", words("New ladder"))
    describe_ladder(keys)
    keys.press("Control+Enter")

    # Nobody hears of the second step: the summary names the row and leads to it.
    keys.has(page.locator(".error-summary"))
    keys.follow(f"2. {words('Who hears of it')}")
    keys.has(page.locator("#id_steps-1-recipients"))
    keys.walk_to(words("Owner", "hears of it"))
    keys.press("Space", "Control+Enter")
    manager.sees("The ladder is there.")
    ladder = Ladder.objects.get(code="calls")
    assert [(step.moment, step.percent) for step in LadderStep.objects.filter(ladder=ladder).order_by("id")] == [
        ("percent", 90),
        ("breach", None),
        ("percent", 200),
    ]

    # One more step by its key, then the ladder rests, and the change is taken back.
    keys.page_key("s")
    keys.has(page.locator("#id_steps-3-moment"))
    keys.choose(words("At the warning", "step of a ladder"))
    keys.walk_to(words("Owner", "hears of it"))
    keys.press("Space")
    keys.walk_to(words("In the app"))
    keys.press("Space", "Control+Enter")
    manager.sees("The ladder is changed. Climbs under way go on by it.")
    keys.walk_to(words("Active"))
    keys.press("Space", "Control+Enter")
    expect(page.locator("#id_is_active")).not_to_be_checked()
    assert not Ladder.objects.get(code="calls").is_active
    keys.page_key("u")
    expect(page.locator("#id_is_active")).to_be_checked()
    assert Ladder.objects.get(code="calls").is_active
    assert LadderStep.objects.filter(ladder=ladder).count() == 4


@both_languages
def test_a_ticket_tried_out_gives_each_due_time_with_its_strip(manager: Person) -> None:
    page, keys, words = manager.page, Hands(manager), manager.words
    manager.go("/promises/")
    keys.follow(words("Try it out", "promises"))
    keys.arrives(words("Try the promises"))
    assert page.evaluate("document.documentElement.scrollHeight") < 1000, "the result stands on one screen"
    keys.walk_to(words("Priority"))
    keys.choose("P1")
    keys.press("Control+Enter")
    keys.has(page.locator("section[aria-labelledby=result-title]"))

    keys.page_key("j")
    first = page.locator("details.trial").first
    keys.has(first.locator("summary").first)
    keys.walk_to(words("Arrival"))
    arrival = page.locator("#clock-arrival")
    expect(arrival.locator("summary").first).to_contain_text("2026-03-10 12:00")
    expect(arrival.locator(".time-strip")).to_be_hidden()
    keys.press("Enter")
    expect(arrival.locator(".time-strip")).to_be_visible()
    keys.follow(words("Arithmetic, line by line"))
    expect(arrival.locator(".why ol")).to_be_visible()
    expect(arrival.locator(".timeline")).to_contain_text("2026-03-10 11:30")

    keys.walk_to(words("Membership"), back=True)
    keys.walk_to(words("Received", "of a ticket"))
    keys.press("Delete")
    keys.press("Control+Enter")
    keys.has(page.locator(".error-summary"))
    keys.follow(words("Received", "of a ticket"))
    keys.has(page.locator("#id_start"))


@both_languages
def test_a_promise_tried_on_a_calendar_gives_the_due_time_with_its_strip(manager: Person) -> None:
    page, keys, words = manager.page, Hands(manager), manager.words
    manager.go("/calendars/")
    keys.follow("工作时间" if manager.language == CHINESE else "Working hours")
    expect(page).to_have_url(re.compile("/calendars/WORK/$"))
    keys.page_key("e")
    expect(page).to_have_url(re.compile("/test/$"))
    keys.walk_to(words("Target in minutes"))
    keys.type("a day")
    keys.press("Control+Enter")
    keys.has(page.locator(".error-summary"))
    keys.follow(words("Target in minutes"))
    keys.has(page.locator("#id_minutes"))
    keys.type("600")
    keys.press("Control+Enter")
    keys.has(page.locator("section[aria-labelledby=result-title]"))
    # Tuesday from ten has eight hours; two more on Wednesday from nine.
    expect(page.locator("#result-title")).to_contain_text("2026-03-11 11:00")
    expect(page.locator(".time-strip")).to_be_visible()
    keys.follow(words("Arithmetic, line by line"))
    expect(page.locator(".why ol")).to_be_visible()
