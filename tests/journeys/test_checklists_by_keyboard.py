"""A manager makes the yearly maintenance lists by keyboard alone, item by item, and publishes them."""

import tomllib
from typing import Any

import pytest
from django.utils import translation
from playwright.sync_api import expect

from servicedesk import clock
from servicedesk.catalogue.models import ProductCategory
from servicedesk.people.models import Role
from servicedesk.people.wording import in_language
from tests.defaults import load_defaults
from tests.journeys.hands import CHINESE, Enter, Person
from tests.journeys.keyboard import Hands
from tests.make import make_user
from visits.defaults import CHECKLISTS
from visits.models import ChecklistItem, ChecklistTemplate, ChecklistVersion, FollowUpKind
from visits.selectors import checklist_in_force

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("journeys-checklists-keys"),
]
# The lists of handbook/care-and-quality.md as every installation has them; they are made anew here.
YEARLY = [
    row for row in tomllib.loads(CHECKLISTS.read_text(encoding="utf-8"))["template"] if row["code"][:9] == "maintain_"
]


@pytest.fixture
def manager(person: Enter, language: str) -> Person:
    load_defaults()
    yearly = ChecklistTemplate.objects.filter(code__startswith="maintain_")
    ChecklistItem.objects.filter(version__template__in=yearly).delete()
    ChecklistVersion.objects.filter(template__in=yearly).delete()
    yearly.delete()
    # Some lists wait for a kind of product to be added.
    for code in sorted({code for row in YEARLY for code in row["categories"]}):
        ProductCategory.objects.get_or_create(code=code, defaults={"name_zh": code, "name_en": code})
    one = person(language=language)
    one.enter(make_user(Role.MANAGER, language=language))
    return one


def begin(keys: Hands, row: dict[str, Any]) -> None:
    """The draft of a new list for the maintenance of these products; the item of the general list is taken off."""
    words = keys.person.words
    keys.page_key("n", words("New checklist"))
    keys.walk_to(words("Kind of ticket"))
    keys.choose(words("Maintenance"))
    for code in row["categories"]:
        keys.walk_to(product_named(keys, code))
        keys.press("Space")
    for label, text in (("Chinese name", row["zh"]), ("English name", row["en"])):
        keys.walk_to(words(label))
        keys.type(text)
    keys.press("Control+Enter")
    with translation.override(keys.person.language):
        keys.arrives(f"{in_language(row['zh'], row['en'])} v1")
    keys.follow(words("Take %(code)s off", code="W1"))
    expect(keys.page.locator(".list-items__text .num", has_text="W1")).to_have_count(0)


def product_named(keys: Hands, code: str) -> str:
    """What the box of a product is called."""
    box = keys.page.locator(f"input[name=categories][value={code}]")
    label: str = box.evaluate("(node) => node.labels[0].textContent.trim()")
    return label


def label_of(keys: Hands, choice: Any) -> str:
    """A choice as this person reads it."""
    with translation.override(keys.person.language):
        return str(choice.label)


def add(keys: Hands, line: list[str], more: dict[str, Any]) -> None:
    """One item of the work."""
    words, (code, _group, zh, en, proof) = keys.person.words, line
    keys.page_key("n", words("New item"))
    keys.walk_to(words("Code"))
    keys.type(code)
    keys.walk_to(words("Group"))
    keys.choose(words("Work on the product"))
    for label, text in (("Chinese text", zh), ("English text", en)):
        keys.walk_to(words(label))
        keys.type(text)
    keys.walk_to(words("Kind of answer"))
    keys.choose(label_of(keys, ChecklistItem.Proof(proof)))
    if more.get("required") is False:
        keys.walk_to(words("Required"))
        keys.press("Space")
    limits = (("unit", "Unit"), ("low", "Kept from"), ("high", "Kept up to"))
    for name, label in (*limits, ("least", "Measurable from"), ("most", "Measurable up to")):
        if name in more:
            keys.walk_to(words(label))
            keys.type(more[name])
    if "on_fail" in more:
        keys.walk_to(words("When it fails"))
        keys.choose(label_of(keys, FollowUpKind(more["on_fail"])))
    keys.press("Control+Enter")
    expect(keys.page.locator(".list-items__text .num", has_text=code)).to_be_visible()


def publish(keys: Hands) -> None:
    keys.walk_to(keys.person.words("Reason of the change"))
    keys.type("年度保养")
    keys.press("Control+Enter")
    keys.person.sees("Published. Visits that have begun keep the list they began with.")


def made(row: dict[str, Any]) -> list[tuple[Any, ...]]:
    fields = ("code", "text_zh", "text_en", "proof", "required", "unit", "low", "high", "least", "most", "on_fail")
    version = checklist_in_force("on_site", clock.now(), "maintenance", row["categories"][0])
    assert version is not None
    items = version.items.filter(group="work")
    return [tuple("" if value is None else str(value) for value in one) for one in items.values_list(*fields)]


def wanted(row: dict[str, Any]) -> list[tuple[Any, ...]]:
    found = []
    for code, _group, zh, en, proof in row["work"]:
        more = row.get("item", {}).get(code, {})
        limits = [f"{float(more[name]):.3f}" if name in more else "" for name in ("low", "high", "least", "most")]
        required = str(more.get("required", True))
        found.append((code, zh, en, proof, required, more.get("unit", ""), *limits, more.get("on_fail", "")))
    return found


@pytest.mark.parametrize(("language", "codes"), [(CHINESE, YEARLY), ("en", YEARLY[:1])], ids=["zh-all", "en-one"])
def test_the_yearly_lists_are_made_item_by_item(manager: Person, codes: list[dict[str, Any]]) -> None:
    keys = Hands(manager)
    for row in codes:
        manager.go("/checklists/")
        keys.arrives(manager.words("Checklists"))
        begin(keys, row)
        for line in row["work"]:
            add(keys, line, row.get("item", {}).get(line[0], {}))
        publish(keys)
        assert made(row) == wanted(row)
