"""The settings: one page of cards for what the house is run by, found by name and by key, marked in the bar."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from servicedesk import clock
from servicedesk.people.models import Role, User
from servicedesk.project.context import way_of
from servicedesk.project.palette import palette_of
from servicedesk.project.setting_cards import GROUPS, SETTINGS, cards_of
from servicedesk.sla.models import SlaPolicy
from servicedesk.sla.recompute.models import RecomputeJob
from tests.defaults import load_defaults
from tests.make import NOW, make_user

pytestmark = pytest.mark.django_db
WITHOUT = (Role.AGENT, Role.DISPATCHER, Role.TECHNICIAN)
MOST_QUERIES = 24


@pytest.fixture(autouse=True)
def master_data() -> None:
    load_defaults()


def sign_in(user: User, language: str = "en") -> Client:
    """A browser of `user` that reads in that language."""
    client = Client()
    client.force_login(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


def open_page(user: User, path: str = "/settings/", *, language: str = "en", now: datetime = NOW) -> Any:
    """The answer `user` gets at that time."""
    with clock.at(now):
        return sign_in(user, language).get(path)


def cards_on(page: Any) -> list[str]:
    """The addresses of the cards, in order."""
    return re.findall(r'class="setting__name" href="([^"]+)"', page.content.decode())


def facts_on(page: Any) -> str:
    """All facts of the page as one text."""
    return " | ".join(re.findall(r'class="setting__fact">(.*?)</p>', page.content.decode(), re.DOTALL))


def make_admin() -> User:
    return make_user(Role.ADMIN, is_staff=True, is_superuser=True)


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.MANAGER, Role.AUDITOR, Role.ADMIN])
def test_every_card_of_a_role_opens_and_no_other_page_of_the_settings_does(role: Role) -> None:
    user = make_admin() if role == Role.ADMIN else make_user(role)
    client = sign_in(user)
    own = cards_of(user)
    assert cards_on(open_page(user)) == [card.url for card in own]
    assert {card.name: client.get(card.url).status_code for card in own} == {card.name: 200 for card in own}
    # The description of the API is open to whoever finds it, and the admin sends strangers to its own sign-in.
    others = [card for group in GROUPS for card in group.cards if card not in own and card.name != "api_docs"]
    refused = {card.name: client.get(card.url).status_code for card in others}
    assert all(status == (302 if name.startswith("admin:") else 403) for name, status in refused.items()), refused


@pytest.mark.parametrize("role", WITHOUT)
def test_who_runs_nothing_of_the_house_has_no_sign_and_no_page(role: Role) -> None:
    user = make_user(role)
    assert open_page(user).status_code == 403
    assert not way_of(user, "/stories/")["settings_place"]
    assert "settings" not in [group.key for group in palette_of(user)]


def test_master_data_is_a_card_of_managers_with_the_mark_of_the_staff_only() -> None:
    assert reverse("admin:index") not in cards_on(open_page(make_user(Role.MANAGER)))
    assert reverse("admin:index") in cards_on(open_page(make_user(Role.MANAGER, is_staff=True)))


@pytest.mark.parametrize("role", list(Role))
def test_no_letter_after_g_leads_to_two_places(role: Role) -> None:
    lines = [
        command
        for group in palette_of(make_admin() if role == Role.ADMIN else make_user(role))
        for command in group.commands
    ]
    letters = Counter(command.go for command in lines if command.go)
    assert letters
    assert set(letters.values()) == {1}


def test_the_palette_finds_each_card_by_its_name_in_both_languages_and_by_pinyin() -> None:
    admin = make_admin()
    with translation.override("zh-hans"):
        lines = {command.url: command for group in palette_of(admin) for command in group.commands}
        words = {card.name: lines[card.url].words for card in cards_of(admin)}
    assert "escalation ladders shengjijieti" in words["ladder_list"]
    assert "sjjt" in words["ladder_list"]
    assert "channels tongzhiqudao" in words["channel_list"]
    old = {"calendar_list": "c", "policy_list": "p", "webhook_list": "w", "channel_list": "n", "delivery_list": "e"}
    assert {card.name: lines[card.url].go for card in cards_of(admin) if card.name in old} == old
    assert lines[reverse("admin:index")].go == "s"
    assert lines[SETTINGS.url].go == "o"


@pytest.mark.parametrize(
    ("path", "active", "way"),
    [
        ("/settings/", True, []),
        ("/calendars/", True, ["settings"]),
        ("/calendars/WORK/hours/", True, ["settings", "calendar_list"]),
        ("/promises/ladders/default/", True, ["settings", "ladder_list"]),
        ("/callbacks/settings/sampling/", True, ["settings"]),
        ("/callbacks/", False, []),
        ("/dashboard/", False, []),
    ],
)
def test_a_page_of_the_settings_marks_them_and_names_the_way_back(path: str, active: bool, way: list[str]) -> None:
    manager = make_user(Role.MANAGER)
    found = way_of(manager, path)
    assert found["settings_place"]["active"] is active
    assert [place.name for place in found["crumbs"]] == way
    assert any(place["active"] for place in found["navigation"]) is not active
    page = open_page(manager, path).content.decode()
    assert len(re.findall(r'<(?:a|nav)[^>]*aria-current="page"', page.split("<main")[0])) == 1
    assert [f'<a href="{reverse(name)}">' in page.partition("<h1>")[0] for name in way] == [True] * len(way)


def test_facts_say_how_things_stand_and_what_is_amiss() -> None:
    manager = make_user(Role.MANAGER)
    calm = facts_on(open_page(manager))
    assert "Loaded up to 2026" in calm
    assert "policies" in calm
    assert "waits for" not in calm
    RecomputeJob.objects.create(asked_at=NOW, state="ready", total=4, looked_at=4)
    SlaPolicy.objects.filter(code="default-p1").update(effective_from=NOW + timedelta(days=1))
    later = facts_on(open_page(manager))
    assert "One waits for a decision" in later
    assert "1 version waits for its day" in later
    november = open_page(manager, language="zh-hans", now=datetime(2026, 11, 20, tzinfo=UTC))
    assert "2027 年的节假日尚未导入" in facts_on(november)


def test_readers_are_told_who_changes_the_settings() -> None:
    sentence = "You read it; managers and administrators change it."
    assert sentence in open_page(make_user(Role.AUDITOR)).content.decode()
    assert sentence not in open_page(make_user(Role.MANAGER)).content.decode()


def test_the_page_asks_a_bounded_number_of_queries() -> None:
    client = sign_in(make_admin())
    client.get("/settings/")
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/settings/").status_code == 200
    assert len(captured) <= MOST_QUERIES, [query["sql"][:90] for query in captured]
